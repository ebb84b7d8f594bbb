//! What holds for the chain from now on: how entries are hashed and how long they are kept.

use super::digest::HashRule;
use super::entry::Entry;
use super::retention;
use crate::error::{Error, Result};
use crate::settings;
use crate::store::Store;

/// How long entries are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    Forever,
    /// At least [`retention::FEWEST_DAYS`].
    Days(i64),
}

impl Keep {
    const FOREVER: &'static str = "forever";

    /// Reads what a person or the settings say; None for less than is allowed and for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text.trim() == Self::FOREVER {
            return Some(Self::Forever);
        }
        retention::days(text).map(Self::Days)
    }

    /// As kept in the settings.
    pub fn code(self) -> String {
        match self {
            Self::Forever => Self::FOREVER.to_owned(),
            Self::Days(days) => days.to_string(),
        }
    }

    /// As shown to people.
    pub fn label(self) -> String {
        match self {
            Self::Forever => "永久".to_owned(),
            Self::Days(days) => format!("{days}天"),
        }
    }
}

/// What holds for the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How new entries are hashed.
    pub hash: HashRule,
    pub keep: Keep,
}

/// What holds now.
pub async fn policy(store: &Store) -> Result<Policy> {
    let hash = match settings::find(store, settings::AUDIT_HASH).await? {
        None => HashRule::Sha256,
        Some(code) => HashRule::from_code(&code)
            .ok_or_else(|| crate::row::strange(settings::AUDIT_HASH, &code))?,
    };
    let keep = match settings::find(store, settings::AUDIT_KEEP).await? {
        None => Keep::Forever,
        Some(text) => {
            Keep::parse(&text).ok_or_else(|| crate::row::strange(settings::AUDIT_KEEP, &text))?
        }
    };
    Ok(Policy { hash, keep })
}

/// Sets what holds from now on; nothing is written when it is so already. The entry says who did it.
pub async fn set_policy(store: &Store, wanted: Policy, entry: Entry) -> Result<()> {
    if !HashRule::SELECTABLE.contains(&wanted.hash) || Keep::parse(&wanted.keep.code()).is_none() {
        return Err(Error::Invalid("审计设置不正确".to_owned()));
    }
    let before = policy(store).await?;
    if before == wanted {
        return Ok(());
    }
    let mut tx = store.begin_reference().await?;
    settings::set(&mut tx, settings::AUDIT_HASH, wanted.hash.code()).await?;
    settings::set(&mut tx, settings::AUDIT_KEEP, &wanted.keep.code()).await?;
    let entry = entry.changed("校验算法", before.hash.label(), wanted.hash.label()).changed(
        "保留期限",
        &before.keep.label(),
        &wanted.keep.label(),
    );
    tx.commit(entry).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        for keep in [Keep::Forever, Keep::Days(180), Keep::Days(3650)] {
            assert_eq!(Keep::parse(&keep.code()), Some(keep));
        }
        assert_eq!(Keep::parse("179"), None);
        assert_eq!(Keep::parse("永久"), None);
    }
}
