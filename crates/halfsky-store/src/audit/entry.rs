//! What an entry says: who did what to what, from where, with every value before and after.

use jiff::Timestamp;

use super::digest::HashRule;

/// One value that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field in words; empty when the subject itself is the value.
    pub field: String,
    /// Empty when there was none.
    pub before: String,
    /// Empty when there is none any more.
    pub after: String,
}

/// What a caller tells about a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, read once per request.
    pub at: Timestamp,
    /// Who: the name people know, or the name of the command.
    pub actor: String,
    /// The account behind the name; empty for commands.
    pub account: String,
    /// The unit the person acted for, in words.
    pub unit: String,
    /// From where: a network address, or [`Entry::COMMAND_LINE`].
    pub origin: String,
    /// What was done, as a code of [`super::wording::ACTIONS`] (`plan.import`).
    pub action: String,
    /// What it was done to, for programs (`plan 0192…/2`).
    pub object: String,
    /// The same in words (2025年 孕产妇死亡率).
    pub subject: String,
    /// Values before and after.
    pub changes: Vec<Change>,
    /// Why, in the person's words; empty where none is asked for.
    pub reason: String,
}

impl Entry {
    /// The origin of what a command did.
    pub const COMMAND_LINE: &'static str = "命令行";

    /// An entry with the bare fact; the other functions add what is known.
    pub fn new(at: Timestamp, actor: &str, action: &str, object: &str) -> Self {
        Self {
            at,
            actor: actor.to_owned(),
            account: String::new(),
            unit: String::new(),
            origin: String::new(),
            action: action.to_owned(),
            object: object.to_owned(),
            subject: String::new(),
            changes: Vec::new(),
            reason: String::new(),
        }
    }

    /// Names the account and the unit of the actor.
    #[must_use]
    pub fn by(mut self, account: &str, unit: &str) -> Self {
        account.clone_into(&mut self.account);
        unit.clone_into(&mut self.unit);
        self
    }

    /// Says from where: a network address, or [`Entry::COMMAND_LINE`].
    #[must_use]
    pub fn from(mut self, origin: &str) -> Self {
        origin.clone_into(&mut self.origin);
        self
    }

    /// Says in words what was acted on.
    #[must_use]
    pub fn about(mut self, subject: &str) -> Self {
        subject.clone_into(&mut self.subject);
        self
    }

    /// Adds a value before and after; a value that stayed the same is no change and is left out.
    #[must_use]
    pub fn changed(mut self, field: &str, before: &str, after: &str) -> Self {
        if before != after {
            self.changes.push(Change {
                field: field.to_owned(),
                before: before.to_owned(),
                after: after.to_owned(),
            });
        }
        self
    }

    /// Adds the reason a person gave.
    #[must_use]
    pub fn because(mut self, reason: &str) -> Self {
        reason.clone_into(&mut self.reason);
        self
    }
}

/// An entry as it stands in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedEntry {
    pub ref_area: String,
    /// From 1, without gaps.
    pub sequence: i64,
    /// UTC instant, as kept.
    pub at: String,
    pub actor: String,
    pub account: String,
    pub unit: String,
    pub origin: String,
    pub action: String,
    pub object: String,
    pub subject: String,
    /// The changes as kept: what is hashed is the text, not what it is read as.
    pub changes: String,
    pub reason: String,
    /// The code of the rule by which it was hashed, as kept: somebody may have changed it.
    pub hash_rule: String,
    /// Hash over every value the transaction wrote.
    pub content_hash: String,
    /// Hash of the entry before; empty for the first.
    pub previous_hash: String,
    /// Hash over all fields above.
    pub hash: String,
}

impl SealedEntry {
    /// The rule by which it was hashed; None when the kept code is not one of ours.
    pub fn rule(&self) -> Option<HashRule> {
        HashRule::from_code(&self.hash_rule)
    }

    /// The values before and after; what cannot be read is shown as it stands.
    pub fn changes(&self) -> Vec<Change> {
        if self.changes.is_empty() {
            return Vec::new();
        }
        match serde_json::from_str::<Vec<[String; 3]>>(&self.changes) {
            Ok(list) => list
                .into_iter()
                .map(|[field, before, after]| Change { field, before, after })
                .collect(),
            Err(_) => vec![Change {
                field: String::new(),
                before: String::new(),
                after: self.changes.clone(),
            }],
        }
    }
}

/// Changes as they are kept.
pub(crate) fn changes_text(changes: &[Change]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let list = changes
        .iter()
        .map(|change| {
            let parts = [&change.field, &change.before, &change.after];
            serde_json::Value::from(parts.map(String::as_str).to_vec())
        })
        .collect();
    serde_json::Value::Array(list).to_string()
}
