//! Keys of other programs. A token is shown once, when it is made; only its hash is kept.

use halfsky_plan::ref_area::RefArea;
use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::files::FileHash;
use crate::plans::Stamp;
use crate::row::{Row, instant_text, parsed};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

const TOKEN: Columns = Columns {
    table: "api_token",
    names: &[
        "token_hash",
        "name",
        "account_id",
        "ref_area",
        "created_at",
        "created_by",
        "expires_at",
    ],
};

/// A key, without the token itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// The hash by which it is known; it opens nothing.
    pub hash: String,
    /// What it is for, in the words of the person who made it.
    pub name: String,
    /// The account in whose name it reads.
    pub account: String,
    pub ref_area: RefArea,
    pub created: Stamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl ApiToken {
    /// Whether it opens anything at an instant.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// The hash of a token. Tokens are long and random, so that a plain hash is enough.
pub fn hash_of(token: &str) -> String {
    FileHash::of(token.as_bytes()).as_str().to_owned()
}

/// Keeps a new key.
pub async fn insert(tx: &mut Tx, token: &ApiToken) -> Result<()> {
    let row: Vec<Value> = vec![
        token.hash.as_str().into(),
        token.name.as_str().into(),
        token.account.as_str().into(),
        token.ref_area.as_str().into(),
        instant_text(token.created.at).into(),
        token.created.by.as_str().into(),
        token.expires_at.map(instant_text).into(),
    ];
    tx.insert(TOKEN, &[row]).await
}

/// The key of a token that was sent; also one that is over, so that the caller can say so.
pub async fn find(store: &Store, token: &str) -> Result<Option<ApiToken>> {
    let rows = store.rows(ONE, &[hash_of(token).into()]).await?;
    rows.first().map(token_of).transpose()
}

/// The keys of a region, newest first.
pub async fn list(store: &Store, ref_area: &RefArea) -> Result<Vec<ApiToken>> {
    let sql = "select token_hash, name, account_id, ref_area, created_at, created_by, \
               expires_at, last_used_at, revoked_at from api_token where ref_area = $1 \
               order by created_at desc, token_hash";
    store.rows(sql, &[ref_area.as_str().into()]).await?.iter().map(token_of).collect()
}

/// The keys of all regions, newest first.
pub async fn all(store: &Store) -> Result<Vec<ApiToken>> {
    let sql = "select token_hash, name, account_id, ref_area, created_at, created_by, \
               expires_at, last_used_at, revoked_at from api_token \
               order by created_at desc, token_hash";
    store.rows(sql, &[]).await?.iter().map(token_of).collect()
}

const ONE: &str = "select token_hash, name, account_id, ref_area, created_at, created_by, \
    expires_at, last_used_at, revoked_at from api_token where token_hash = $1";

/// Ends a key.
pub async fn revoke(tx: &mut Tx, hash: &str, at: Timestamp) -> Result<()> {
    let sql = "update api_token set revoked_at = $2 where token_hash = $1 and revoked_at is null";
    match tx.execute(sql, &[hash.into(), instant_text(at).into()]).await? {
        0 => Err(Error::Conflict("这个接口令牌已经停用，请刷新".to_owned())),
        _ => Ok(()),
    }
}

/// Notes that a key was used.
pub async fn used(store: &Store, hash: &str, at: Timestamp) -> Result<()> {
    let sql = "update api_token set last_used_at = $2 where token_hash = $1";
    store.note(sql, &[hash.into(), instant_text(at).into()]).await.map(|_| ())
}

fn token_of(row: &Row) -> Result<ApiToken> {
    Ok(ApiToken {
        hash: row.text("token_hash")?,
        name: row.text("name")?,
        account: row.text("account_id")?,
        ref_area: parsed("ref_area", &row.text("ref_area")?)?,
        created: Stamp { at: row.instant("created_at")?, by: row.text("created_by")? },
        expires_at: row.optional_instant("expires_at")?,
        last_used_at: row.optional_instant("last_used_at")?,
        revoked_at: row.optional_instant("revoked_at")?,
    })
}
