//! Configuration: one file, the environment and flags; later ones win. Unknown keys are refused.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use halfsky_store::Location;
use halfsky_store::seal::key_file;
use halfsky_web::{Provider, Settings};
use jiff::SignedDuration;

/// One key of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    pub name: &'static str,
    pub default: &'static str,
    /// What it does, for people.
    pub explanation: &'static str,
    /// Its value may hold a password and is never shown.
    pub secret: bool,
}

/// Every key there is.
pub(crate) const KEYS: &[Key] = &[
    Key {
        name: "dir",
        default: "./halfsky-data",
        explanation: "数据目录：内置数据库和原文件都在这里；使用PostgreSQL时只存原文件",
        secret: false,
    },
    Key {
        name: "database",
        default: "",
        explanation: "PostgreSQL地址（postgres://用户:密码@主机/库名）；留空则使用数据目录中的内置数据库",
        secret: true,
    },
    Key {
        name: "listen",
        default: "127.0.0.1:8642",
        explanation: "网页服务的监听地址；只允许本机回环地址，其他电脑经反向代理访问",
        secret: false,
    },
    Key {
        name: "hosts",
        default: "",
        explanation: "允许用来访问的主机名，多个用逗号分开（如 halfsky.example.cn）；本机名总是允许",
        secret: false,
    },
    Key {
        name: "trusted_proxies",
        default: "",
        explanation: "反向代理的IP地址，多个用逗号分开；只有它们转告的来访地址和加密方式（X-Forwarded-For、X-Forwarded-Proto）才被采信",
        secret: false,
    },
    Key {
        name: "secret_file",
        default: "",
        explanation: "密钥文件，用来加密联系方式等个人信息；留空则为数据目录中的 secret.key。请与备份分开保管",
        secret: false,
    },
    Key {
        name: "session_idle_minutes",
        default: "15",
        explanation: "登录后多少分钟没有操作自动退出",
        secret: false,
    },
    Key {
        name: "session_hours",
        default: "24",
        explanation: "登录后最多多少小时必须重新登录",
        secret: false,
    },
    Key {
        name: "oidc_issuer",
        default: "",
        explanation: "统一身份认证（OpenID Connect）的地址，如 https://id.example.cn；留空则不启用单点登录",
        secret: false,
    },
    Key {
        name: "oidc_client_id",
        default: "",
        explanation: "在统一身份认证系统登记的应用标识；回调地址登记为 https://本站地址/login/single-sign-on/back",
        secret: false,
    },
    Key {
        name: "oidc_client_secret",
        default: "",
        explanation: "在统一身份认证系统登记的应用密钥",
        secret: true,
    },
    Key {
        name: "oidc_label",
        default: "用统一身份认证登录",
        explanation: "登录页上单点登录按钮的文字",
        secret: false,
    },
    Key {
        name: "log",
        default: "info",
        explanation: "日志详细程度：error、warn、info、debug或trace，也可按模块写",
        secret: false,
    },
];

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
        let wrong = |name: &str, why: &str| {
            let origin = self.0.get(name).map_or(&Origin::Default, |e| &e.1);
            anyhow::anyhow!(
                "配置项 {name} 的值不正确（来自{origin}）：{why}。运行 halfsky config --explain 查看说明"
            )
        };
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
        let listen: SocketAddr = self
            .text("listen")
            .parse()
            .map_err(|_| wrong("listen", "应为“地址:端口”，例如 127.0.0.1:8642"))?;
        if !listen.ip().is_loopback() {
            return Err(wrong("listen", "只允许本机回环地址（127.0.0.1或[::1]）"));
        }
        let secret_file = match self.text("secret_file") {
            "" => dir.join(key_file::NAME),
            file => PathBuf::from(file),
        };
        let proxies = list(self.text("trusted_proxies")).map(|text| {
            text.parse().map_err(|_| wrong("trusted_proxies", &format!("“{text}”不是IP地址")))
        });
        let proxies = proxies.collect::<anyhow::Result<Vec<IpAddr>>>()?;
        let number = |name: &str, most: i64| match self.text(name).parse::<i64>() {
            Ok(number) if (1..=most).contains(&number) => Ok(number),
            _ => Err(wrong(name, &format!("应为1到{most}的整数"))),
        };
        let idle = SignedDuration::from_mins(number("session_idle_minutes", 24 * 60)?);
        let longest = SignedDuration::from_hours(number("session_hours", 30 * 24)?);
        let location = if database.is_empty() {
            Location::SqliteDir(dir)
        } else {
            Location::Postgres { url: database.to_owned(), files_dir: dir.join("files") }
        };
        let hosts: Vec<String> = list(self.text("hosts")).map(str::to_ascii_lowercase).collect();
        let web = Settings {
            single_sign_on: self.single_sign_on(&public_address(&hosts, listen), wrong)?,
            hosts,
            proxies,
            idle,
            longest,
            ..Settings::default()
        };
        Ok(Config { location, listen, log: self.text("log").to_owned(), secret_file, web })
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
fn public_address(hosts: &[String], listening: SocketAddr) -> String {
    match hosts.first() {
        Some(host) => format!("https://{host}"),
        None => format!("http://{listening}"),
    }
}

/// Checked configuration.
pub(crate) struct Config {
    pub location: Location,
    pub listen: SocketAddr,
    pub log: String,
    pub secret_file: PathBuf,
    pub web: Settings,
}

impl Config {
    /// How people reach the pages, for links in messages.
    pub(crate) fn public_address(&self, listening: SocketAddr) -> String {
        public_address(&self.web.hosts, listening)
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
            other => bail!(
                "配置文件 {} 中“{name}”应为文字或整数，现为{}",
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
        assert_eq!(config.listen.port(), 3);
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

    #[test]
    fn the_door_is_configured() {
        let file = "hosts = 'Halfsky.example， b.example'\ntrusted_proxies = '10.0.0.1'\ndir = 'a'";
        let config = collect(Some(file), &[], &[]).unwrap().resolve().unwrap();
        assert_eq!(config.web.hosts, ["halfsky.example", "b.example"]);
        assert_eq!(config.web.proxies, [IpAddr::from([10, 0, 0, 1])]);
        assert_eq!(config.secret_file, PathBuf::from("a/secret.key"));
        assert_eq!(config.web.idle, SignedDuration::from_mins(15));
        assert_eq!(config.public_address(config.listen), "https://halfsky.example");
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
