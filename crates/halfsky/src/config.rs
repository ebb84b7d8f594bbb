//! Configuration: one file, the environment and flags; later ones win. Unknown keys are refused.

mod backups;
mod keys;
mod mail;
mod serving;

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use halfsky_store::Location;
use halfsky_web::{Portal, Provider, Settings};
use jiff::SignedDuration;

pub(crate) use backups::{Backups, secret_text};
pub(crate) use keys::{KEYS, Key};
pub(crate) use mail::{Encryption, Mail};
pub(crate) use serving::{LogFormat, Serving};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File(PathBuf),
    Environment(String),
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("默认值"),
            Self::File(path) => write!(f, "文件 {}", path.display()),
            Self::Environment(name) => write!(f, "环境变量 {name}"),
            Self::Flag => f.write_str("命令行参数"),
        }
    }
}

/// Values as written, each with its origin.
#[derive(Clone)]
pub(crate) struct Raw(BTreeMap<&'static str, (String, Origin)>);

impl Raw {
    /// Collects defaults, the file (when there is one), the environment and flags, in that order.
    pub(crate) fn collect(
        file: Option<(&Path, &str)>,
        environment: impl Fn(&str) -> Option<String>,
        flags: &[(&'static str, String)],
    ) -> anyhow::Result<Self> {
        let mut values: BTreeMap<_, _> =
            KEYS.iter().map(|k| (k.name, (k.default.to_owned(), Origin::Default))).collect();
        if let Some((path, text)) = file {
            for (name, value) in read_file(path, text)? {
                values.insert(name, (value, Origin::File(path.to_owned())));
            }
        }
        for key in KEYS.iter().copied() {
            let variable = format!("HALFSKY_{}", key.name.to_uppercase());
            if let Some(value) = environment(&variable) {
                values.insert(key.name, (value, Origin::Environment(variable)));
            }
        }
        for (name, value) in flags {
            values.insert(name, (value.clone(), Origin::Flag));
        }
        Ok(Self(values))
    }

    /// Replaces the default of one key, for a command with a default of its own.
    #[must_use]
    pub(crate) fn with_default(mut self, name: &'static str, value: &str) -> Self {
        if let Some(entry) = self.0.get_mut(name).filter(|e| e.1 == Origin::Default) {
            value.clone_into(&mut entry.0);
        }
        self
    }

    /// Every key with its value as it may be shown, and its origin.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (Key, String, &Origin)> {
        KEYS.iter().filter_map(|key| {
            let (value, origin) = self.0.get(key.name)?;
            let hidden = key.secret && !value.is_empty();
            Some((
                *key,
                if hidden { "（已设置，不显示）".to_owned() } else { value.clone() },
                origin,
            ))
        })
    }

    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |e| e.0.trim())
    }

    /// Checks every value.
    pub(crate) fn resolve(&self) -> anyhow::Result<Config> {
        let wrong = |name: &str, why: &str| self.wrong(name, why);
        if self.text("dir").is_empty() {
            return Err(wrong("dir", "数据目录不能为空"));
        }
        let dir = PathBuf::from(self.text("dir"));
        let database = self.text("database");
        if !database.is_empty()
            && !database.starts_with("postgres://")
            && !database.starts_with("postgresql://")
        {
            return Err(wrong("database", "应以 postgres:// 开头，或留空"));
        }
        let serving = self.serving()?;
        let backups = self.backups(&dir)?;
        let mail = self.mail()?;
        let secret_file = backups.key_file.clone();
        let proxies = list(self.text("trusted_proxies")).map(|text| {
            text.parse().map_err(|_| wrong("trusted_proxies", &format!("“{text}”不是IP地址")))
        });
        let proxies = proxies.collect::<anyhow::Result<Vec<IpAddr>>>()?;
        let idle = SignedDuration::from_mins(self.number("session_idle_minutes", 24 * 60)?);
        let longest = SignedDuration::from_hours(self.number("session_hours", 30 * 24)?);
        let location = if database.is_empty() {
            Location::SqliteDir(dir)
        } else {
            Location::Postgres { url: database.to_owned(), files_dir: dir.join("files") }
        };
        let hosts: Vec<String> = list(self.text("hosts")).map(str::to_ascii_lowercase).collect();
        let web = Settings {
            single_sign_on: self
                .single_sign_on(&public_address(&hosts, &serving, serving.listen), wrong)?,
            hosts,
            proxies,
            encrypted: serving.tls.is_some(),
            idle,
            longest,
            portal: match self.text("portal") {
                "open" => Portal::Open,
                "closed" => Portal::Closed,
                _ => return Err(wrong("portal", "应为open或closed")),
            },
            ..Settings::default()
        };
        let log = self.text("log").to_owned();
        Ok(Config { location, serving, log, secret_file, backups, mail, web })
    }

    /// What is wrong with a value, and where it came from.
    fn wrong(&self, name: &str, why: &str) -> anyhow::Error {
        let origin = self.0.get(name).map_or(&Origin::Default, |e| &e.1);
        anyhow::anyhow!(
            "配置项 {name} 的值不正确（来自{origin}）：{why}。运行 halfsky config --explain 查看说明"
        )
    }

    /// A number from 1 up to the most that makes sense.
    fn number(&self, name: &str, most: i64) -> anyhow::Result<i64> {
        match self.text(name).parse::<i64>() {
            Ok(number) if (1..=most).contains(&number) => Ok(number),
            _ => Err(self.wrong(name, &format!("应为1到{most}的整数"))),
        }
    }

    /// A path; None where nothing is written.
    fn path(&self, name: &str) -> Option<PathBuf> {
        let text = self.text(name);
        (!text.is_empty()).then(|| PathBuf::from(text))
    }
}

impl Raw {
    /// The system that says who somebody is; all of its keys are given, or none.
    fn single_sign_on(
        &self,
        address: &str,
        wrong: impl Fn(&str, &str) -> anyhow::Error,
    ) -> anyhow::Result<Option<Provider>> {
        let issuer = self.text("oidc_issuer").trim_end_matches('/');
        if issuer.is_empty() {
            return Ok(None);
        }
        let local =
            ["http://127.0.0.1:", "http://localhost:"].iter().any(|l| issuer.starts_with(l));
        if !issuer.starts_with("https://") && !local {
            return Err(wrong("oidc_issuer", "应以 https:// 开头"));
        }
        for name in ["oidc_client_id", "oidc_client_secret"] {
            if self.text(name).is_empty() {
                return Err(wrong(name, "启用单点登录时不能为空"));
            }
        }
        Ok(Some(Provider {
            issuer: issuer.to_owned(),
            client_id: self.text("oidc_client_id").to_owned(),
            client_secret: self.text("oidc_client_secret").to_owned(),
            redirect_uri: format!("{address}/login/single-sign-on/back"),
            label: self.text("oidc_label").to_owned(),
        }))
    }
}

/// How people reach the pages.
fn public_address(hosts: &[String], serving: &Serving, listening: SocketAddr) -> String {
    match hosts.first() {
        Some(host) => format!("https://{host}"),
        None => format!("{}://{listening}", serving.scheme()),
    }
}

/// Checked configuration.
pub(crate) struct Config {
    pub location: Location,
    pub serving: Serving,
    pub log: String,
    pub secret_file: PathBuf,
    pub backups: Backups,
    /// None: no e-mail is sent.
    pub mail: Option<Mail>,
    pub web: Settings,
}

impl Config {
    /// How people reach the pages, for links in messages.
    pub(crate) fn public_address(&self, listening: SocketAddr) -> String {
        public_address(&self.web.hosts, &self.serving, listening)
    }
}

/// The values of a key that takes several.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '，']).map(str::trim).filter(|value| !value.is_empty())
}

fn read_file(path: &Path, text: &str) -> anyhow::Result<Vec<(&'static str, String)>> {
    let table: toml::Table = toml::from_str(text)
        .with_context(|| format!("配置文件 {} 不是正确的TOML", path.display()))?;
    let mut list = Vec::new();
    for (name, value) in table {
        let Some(key) = KEYS.iter().find(|k| k.name == name) else {
            let known: Vec<_> = KEYS.iter().map(|k| k.name).collect();
            bail!(
                "配置文件 {} 中没有“{name}”这一项；可用的有：{}",
                path.display(),
                known.join("、")
            );
        };
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(yes) => yes.to_string(),
            other => bail!(
                "配置文件 {} 中“{name}”应为文字、整数或true/false，现为{}",
                path.display(),
                other.type_str()
            ),
        };
        list.push((key.name, value));
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(
        file: Option<&str>,
        environment: &[(&str, &str)],
        flags: &[(&'static str, String)],
    ) -> anyhow::Result<Raw> {
        let environment: BTreeMap<String, String> =
            environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Raw::collect(
            file.map(|text| (Path::new("h.toml"), text)),
            |name| environment.get(name).cloned(),
            flags,
        )
    }

    fn refused(file: &str) -> String {
        match collect(Some(file), &[], &[]).and_then(|raw| raw.resolve().map(|_| ())) {
            Ok(()) => panic!("{file} was accepted"),
            Err(error) => format!("{error:#}"),
        }
    }

    #[test]
    fn later_sources_win() {
        let raw = collect(
            Some("dir = 'a'\nlog = 'warn'\nlisten = '127.0.0.1:1'"),
            &[("HALFSKY_LOG", "debug"), ("HALFSKY_LISTEN", "127.0.0.1:2")],
            &[("listen", "[::1]:3".to_owned())],
        )
        .unwrap();
        let config = raw.resolve().unwrap();
        assert_eq!(config.location, Location::SqliteDir(PathBuf::from("a")));
        assert_eq!(config.log, "debug");
        assert_eq!(config.serving.listen.port(), 3);
    }

    #[test]
    fn wrong_values_say_where_they_came_from() {
        assert!(refused("dirr = 'a'").contains("dirr"));
        assert!(refused("listen = '0.0.0.0:80'").contains("文件 h.toml"));
        assert!(refused("dir = ' '").contains("dir"));
        assert!(refused("log = [1]").contains("log"));
        assert!(refused("trusted_proxies = '10.0.0.1, proxy'").contains("“proxy”不是IP地址"));
        assert!(refused("session_idle_minutes = 0").contains("1到1440"));
        assert!(refused("database = 'mysql://x'").contains("postgres://"));
    }

    fn resolved(file: &str) -> Config {
        collect(Some(file), &[], &[]).unwrap().resolve().unwrap()
    }

    #[test]
    fn nothing_is_plain_off_the_machine_unless_it_is_said() {
        assert!(refused("listen = '0.0.0.0:8642'").contains("insecure_http"));
        let open = resolved("listen = '0.0.0.0:8642'\ninsecure_http = true");
        assert!(open.serving.tls.is_none() && !open.web.encrypted);
        let tls = "listen = '0.0.0.0:8642'\ntls_cert = 'c.pem'\ntls_key = 'k.pem'";
        let tls = resolved(tls);
        assert!(tls.serving.tls.is_some() && tls.web.encrypted);
        assert_eq!(tls.public_address(tls.serving.listen), "https://0.0.0.0:8642");
        assert!(refused("tls_cert = 'c.pem'").contains("tls_key"));
        assert!(refused("tls_key = 'c.pem'").contains("tls_cert"));
        assert!(refused("insecure_http = 'maybe'").contains("true或false"));
        assert!(refused("metrics_listen = 'here'").contains("127.0.0.1:9642"));
        assert!(refused("log_format = 'xml'").contains("text或json"));
    }

    #[test]
    fn backups_are_configured() {
        let policy = |file: &str| resolved(file).backups.policy().unwrap();
        let usual = policy("dir = 'a'");
        assert_eq!((usual.hour, usual.keep), (Some(2), 14));
        assert_eq!(usual.dir, PathBuf::from("a/backups"));
        assert!(!usual.protection.is_encrypted());
        assert_eq!(usual.key_file, Some(PathBuf::from("a/secret.key")));
        let never = policy("backup_hour = 'never'\nbackup_keep = 3\nbackup_dir = '/b'");
        assert_eq!((never.hour, never.keep, never.dir), (None, 3, PathBuf::from("/b")));
        assert!(refused("backup_hour = 24").contains("0到23"));
        assert!(refused("backup_keep = 0").contains("1到"));
        let both = "backup_recipient = 'age1x'\nbackup_passphrase_file = 'p'";
        assert!(refused(both).contains("只写一个"));
        let wrong = resolved("backup_recipient = 'age1x'").backups.policy().unwrap_err();
        assert!(wrong.to_string().contains("age-keygen"), "{wrong}");
    }

    #[test]
    fn the_door_is_configured() {
        let file = "hosts = 'Halfsky.example， b.example'\ntrusted_proxies = '10.0.0.1'\ndir = 'a'";
        let config = collect(Some(file), &[], &[]).unwrap().resolve().unwrap();
        assert_eq!(config.web.hosts, ["halfsky.example", "b.example"]);
        assert_eq!(config.web.proxies, [IpAddr::from([10, 0, 0, 1])]);
        assert_eq!(config.secret_file, PathBuf::from("a/secret.key"));
        assert_eq!(config.web.idle, SignedDuration::from_mins(15));
        assert_eq!(config.public_address(config.serving.listen), "https://halfsky.example");
    }

    #[test]
    fn single_sign_on_is_whole_or_not_there() {
        let web = |file: &str| collect(Some(file), &[], &[]).unwrap().resolve().unwrap().web;
        assert!(web("dir = 'a'").single_sign_on.is_none());
        let whole = "oidc_issuer = 'https://id.example.cn/'\noidc_client_id = 'a'\n\
                     oidc_client_secret = 'b'\nhosts = 'halfsky.example.cn'";
        let whole = web(whole).single_sign_on.unwrap();
        assert_eq!(whole.issuer, "https://id.example.cn");
        assert_eq!(whole.redirect_uri, "https://halfsky.example.cn/login/single-sign-on/back");
        assert!(refused("oidc_issuer = 'https://id.example.cn'").contains("oidc_client_id"));
        assert!(refused("oidc_issuer = 'http://id.example.cn'").contains("https://"));
    }

    #[test]
    fn a_mail_server_is_whole_and_never_plain_elsewhere() {
        let mail = |file: &str| collect(Some(file), &[], &[]).unwrap().resolve().unwrap().mail;
        assert!(mail("dir = 'a'").is_none());
        let whole = "smtp_host = 'mail.example.cn'\nsmtp_from = 'halfsky@example.cn'\n\
                     smtp_user = 'halfsky'\nsmtp_password = 'geheim'";
        let whole = mail(whole).unwrap();
        assert_eq!((whole.port, whole.encryption), (587, Encryption::StartTls));
        assert!(!format!("{whole:?}").contains("geheim"));
        assert!(refused("smtp_host = 'mail.example.cn'").contains("smtp_from"));
        let plain = "smtp_host = 'mail.example.cn'\nsmtp_from = 'a@b.cn'\nsmtp_encryption = 'none'";
        assert!(refused(plain).contains("必须加密"));
        let half = "smtp_host = 'localhost'\nsmtp_from = 'a@b.cn'\nsmtp_user = 'a'";
        assert!(refused(half).contains("smtp_password"));
    }

    #[test]
    fn secrets_are_not_shown() {
        let raw = collect(Some("database = 'postgres://u:geheim@h/d'"), &[], &[]).unwrap();
        assert!(raw.shown().all(|(_, value, _)| !value.contains("geheim")));
        let error = refused("database = 'mysql://u:geheim@h/d'");
        assert!(!error.contains("geheim"), "{error}");
    }

    #[test]
    fn a_command_may_have_its_own_default() {
        let raw = collect(None, &[], &[]).unwrap().with_default("dir", "./demo");
        assert_eq!(raw.resolve().unwrap().location, Location::SqliteDir(PathBuf::from("./demo")));
        let raw = collect(Some("dir = 'mine'"), &[], &[]).unwrap().with_default("dir", "./demo");
        assert_eq!(raw.resolve().unwrap().location, Location::SqliteDir(PathBuf::from("mine")));
    }
}
