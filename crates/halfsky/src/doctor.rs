//! Looking at an installation: one check per file, each tells what it found and what to do.

mod audit;
mod backup;
mod clock;
mod disk;
mod files;
mod integrity;
mod key;
mod place;
mod schema;
mod tls;

use std::fmt::Display;

use halfsky_store::Store;
use halfsky_store::health::Extent;
use jiff::Timestamp;

use crate::config::Config;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Well,
    /// To be looked after some day; the program works.
    Remark,
    /// To be done now.
    Wrong,
    /// Could not be looked at, because something before it is wrong.
    Skipped,
}

impl State {
    /// The word shown to people.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Well => "正常",
            Self::Remark => "提醒",
            Self::Wrong => "有问题",
            Self::Skipped => "未检查",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// What was looked at.
    pub subject: &'static str,
    pub state: State,
    pub found: String,
    /// What to do; empty where nothing is.
    pub advice: String,
}

impl Finding {
    fn new(subject: &'static str, state: State, found: impl Display, advice: &str) -> Self {
        Self { subject, state, found: found.to_string(), advice: advice.to_owned() }
    }

    fn well(subject: &'static str, found: impl Display) -> Self {
        Self::new(subject, State::Well, found, "")
    }

    /// The messages of the store say themselves what to do, after the last semicolon.
    fn failed(subject: &'static str, error: impl Display) -> Self {
        let text = error.to_string();
        let (found, advice) = text.rsplit_once('；').unwrap_or((&text, "请查看日志，或从备份恢复"));
        Self::new(subject, State::Wrong, found, advice)
    }

    fn skipped(subject: &'static str) -> Self {
        Self::new(subject, State::Skipped, "数据库打不开", "先解决上面的问题")
    }
}

/// What cannot be looked at without an open database.
const NEED_A_STORE: [&str; 6] = [
    integrity::SUBJECT,
    key::SUBJECT,
    audit::SUBJECT,
    backup::SUBJECT,
    files::SUBJECT,
    clock::SUBJECT,
];

/// What the checks are told.
pub(crate) struct Examination<'a> {
    pub config: &'a Config,
    pub now: Timestamp,
    pub extent: Extent,
}

/// Looks at everything, in the order in which things are to be mended.
pub(crate) async fn examine(about: &Examination<'_>) -> Vec<Finding> {
    let mut findings = place::look(about.config);
    findings.push(disk::look(about.config));
    findings.extend(tls::look(about.config).await);
    let schema = schema::look(about.config).await;
    let usable = schema.state == State::Well;
    findings.push(schema);
    let store = if usable { Store::open(&about.config.location).await.ok() } else { None };
    let Some(store) = store else {
        findings.extend(NEED_A_STORE.map(Finding::skipped));
        return findings;
    };
    findings.push(integrity::look(about.config).await);
    findings.push(key::look(&store, about.config).await);
    findings.extend(audit::look(&store, about.now).await);
    findings.push(backup::look(&store, about).await);
    findings.push(files::look(&store, about.extent).await);
    findings.push(clock::look(&store, about.now).await);
    store.close().await;
    findings
}
