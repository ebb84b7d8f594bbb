//! Sessions: browsers that are signed in. Only the hash of a session's token is kept.

use halfsky_monitor::appointment::AccountId;
use jiff::Timestamp;

use crate::accounts::{Account, account_of};
use crate::error::Result;
use crate::row::{Row, instant_text};
use crate::store::Store;
use crate::tx::Tx;

/// The kind of the background job that forgets sessions that have ended.
pub const JOB: &str = "session_cleaning";

/// How a person showed who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    Password,
    /// Password and a code of the second factor.
    SecondFactor,
    SingleSignOn,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Password, Self::SecondFactor, Self::SingleSignOn];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SecondFactor => "password_totp",
            Self::SingleSignOn => "single_sign_on",
        }
    }

    /// The method of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.code() == code)
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Password => "密码",
            Self::SecondFactor => "密码和动态口令",
            Self::SingleSignOn => "单点登录",
        }
    }
}

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub token_hash: String,
    pub account: AccountId,
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
    /// Network address.
    pub origin: String,
    /// What the browser calls itself.
    pub agent: String,
    pub method: Method,
}

/// Sessions that began or were last seen before these instants have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub started_before: Timestamp,
    pub seen_before: Timestamp,
}

/// Adds a session.
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<()> {
    let sql = "insert into account_session \
               (token_hash, account_id, started_at, seen_at, origin, agent, method) \
               values ($1, $2, $3, $4, $5, $6, $7)";
    let values = [
        session.token_hash.as_str().into(),
        session.account.0.as_str().into(),
        instant_text(session.started_at).into(),
        instant_text(session.seen_at).into(),
        session.origin.as_str().into(),
        session.agent.as_str().into(),
        session.method.code().into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

/// The session of a token's hash, with its account.
pub async fn find(store: &Store, token_hash: &str) -> Result<Option<(Session, Account)>> {
    let sql = "select s.token_hash, s.account_id, s.started_at, s.seen_at, s.origin, s.agent, \
               s.method, a.login, a.name, a.state, a.failures, a.locked_until, \
               a.last_login_at, a.last_login_from, a.external_subject, a.created_at, \
               a.created_by, a.revision, a.password_is_temporary, \
               case when a.password_hash is null then 0 else 1 end as has_password, \
               case when a.totp_sealed is null then 0 else 1 end as has_second_factor \
               from account_session s join account a on a.account_id = s.account_id \
               where s.token_hash = $1";
    let rows = store.rows(sql, &[token_hash.into()]).await?;
    rows.first().map(|row| Ok((session_of(row)?, account_of(row)?))).transpose()
}

/// The sessions of an account, newest first.
pub async fn of_account(store: &Store, account: &AccountId) -> Result<Vec<Session>> {
    let sql = "select token_hash, account_id, started_at, seen_at, origin, agent, method \
               from account_session where account_id = $1 order by started_at desc, token_hash";
    store.rows(sql, &[account.0.as_str().into()]).await?.iter().map(session_of).collect()
}

/// Notes that a session was seen; it never goes back in time.
pub async fn note_seen(store: &Store, token_hash: &str, at: Timestamp) -> Result<()> {
    let sql = "update account_session set seen_at = $2 where token_hash = $1 and seen_at < $2";
    store.note_presence(sql, &[token_hash.into(), instant_text(at).into()]).await
}

/// Ends a session of an account; tells whether there was one.
pub async fn remove(tx: &mut Tx, account: &AccountId, token_hash: &str) -> Result<bool> {
    let sql = "delete from account_session where account_id = $1 and token_hash = $2";
    Ok(tx.execute(sql, &[account.0.as_str().into(), token_hash.into()]).await? > 0)
}

/// Ends every session of an account but one; tells how many ended.
pub async fn remove_others(tx: &mut Tx, account: &AccountId, keep: Option<&str>) -> Result<u64> {
    let sql = "delete from account_session where account_id = $1 and token_hash <> $2";
    tx.execute(sql, &[account.0.as_str().into(), keep.unwrap_or("").into()]).await
}

/// Forgets sessions that have ended on their own.
pub async fn remove_ended(tx: &mut Tx, limits: Limits) -> Result<u64> {
    let sql = "delete from account_session where started_at < $1 or seen_at < $2";
    let values =
        [instant_text(limits.started_before).into(), instant_text(limits.seen_before).into()];
    tx.execute(sql, &values).await
}

fn session_of(row: &Row) -> Result<Session> {
    Ok(Session {
        token_hash: row.text("token_hash")?,
        account: AccountId(row.text("account_id")?),
        started_at: row.instant("started_at")?,
        seen_at: row.instant("seen_at")?,
        origin: row.text("origin")?,
        agent: row.text("agent")?,
        method: row.coded("method", Method::from_code)?,
    })
}
