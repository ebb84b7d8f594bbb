//! Invitations: links that let a person choose a password, once and for a limited time.

use halfsky_monitor::appointment::AccountId;
use jiff::Timestamp;

use crate::error::Result;
use crate::plans::Stamp;
use crate::row::{Row, instant_text};
use crate::store::Store;
use crate::tx::Tx;

/// An invitation as it is kept: the token itself stands only in the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub token_hash: String,
    pub account: AccountId,
    pub created: Stamp,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

impl Invitation {
    /// Whether it still opens an account.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}

/// Adds an invitation; earlier open ones of the same account end with it.
pub async fn insert(tx: &mut Tx, invitation: &Invitation) -> Result<()> {
    let sql = "delete from invitation where account_id = $1 and used_at is null";
    tx.execute(sql, &[invitation.account.0.as_str().into()]).await?;
    let sql = "insert into invitation (token_hash, account_id, created_at, created_by, expires_at) \
               values ($1, $2, $3, $4, $5)";
    let values = [
        invitation.token_hash.as_str().into(),
        invitation.account.0.as_str().into(),
        instant_text(invitation.created.at).into(),
        invitation.created.by.as_str().into(),
        instant_text(invitation.expires_at).into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

/// The invitation of a token's hash.
pub async fn find(store: &Store, token_hash: &str) -> Result<Option<Invitation>> {
    let sql = "select token_hash, account_id, created_at, created_by, expires_at, used_at \
               from invitation where token_hash = $1";
    store.rows(sql, &[token_hash.into()]).await?.first().map(invitation_of).transpose()
}

/// Every invitation, newest first.
pub async fn list(store: &Store) -> Result<Vec<Invitation>> {
    let sql = "select token_hash, account_id, created_at, created_by, expires_at, used_at \
               from invitation order by created_at desc, token_hash";
    store.rows(sql, &[]).await?.iter().map(invitation_of).collect()
}

/// Uses an invitation up; false when it was used or ended meanwhile.
pub async fn use_up(tx: &mut Tx, token_hash: &str, at: Timestamp) -> Result<bool> {
    let sql = "update invitation set used_at = $2 \
               where token_hash = $1 and used_at is null and expires_at > $2";
    Ok(tx.execute(sql, &[token_hash.into(), instant_text(at).into()]).await? > 0)
}

/// Takes back the open invitations of an account; tells how many there were.
pub async fn revoke(tx: &mut Tx, account: &AccountId) -> Result<u64> {
    let sql = "delete from invitation where account_id = $1 and used_at is null";
    tx.execute(sql, &[account.0.as_str().into()]).await
}

fn invitation_of(row: &Row) -> Result<Invitation> {
    Ok(Invitation {
        token_hash: row.text("token_hash")?,
        account: AccountId(row.text("account_id")?),
        created: Stamp { at: row.instant("created_at")?, by: row.text("created_by")? },
        expires_at: row.instant("expires_at")?,
        used_at: row.optional_instant("used_at")?,
    })
}
