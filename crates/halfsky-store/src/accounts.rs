//! Accounts: who may sign in, how a password is known, and how to reach the person.
//!
//! Phone, e-mail and the secret of the second factor are kept sealed ([`crate::seal`]).

mod contact;
mod password;
mod second_factor;

use halfsky_monitor::appointment::AccountId;
use jiff::Timestamp;

use crate::error::{Error, Result, is_taken};
use crate::plans::Stamp;
use crate::row::{Row, instant_text};
use crate::store::Store;
use crate::tx::Tx;

pub use contact::{Contact, contact, set_contact};
pub use password::{Credentials, NewPassword, credentials, former_passwords, set_password};
pub use second_factor::{
    recovery_codes, remove_second_factor, set_recovery_codes, set_second_factor, use_recovery_code,
    use_step,
};

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountState {
    Active,
    Disabled,
}

impl AccountState {
    /// All states.
    pub const ALL: [Self; 2] = [Self::Active, Self::Disabled];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "启用",
            Self::Disabled => "停用",
        }
    }
}

/// An account as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub login: String,
    pub name: String,
    pub state: AccountState,
    /// Whether a password was ever chosen.
    pub has_password: bool,
    /// The password was given by somebody else and must be replaced.
    pub password_is_temporary: bool,
    /// Wrong passwords in a row.
    pub failures: u32,
    pub locked_until: Option<Timestamp>,
    pub last_login_at: Option<Timestamp>,
    pub last_login_from: String,
    pub has_second_factor: bool,
    /// What the single sign-on calls this person.
    pub external_subject: Option<String>,
    pub created: Stamp,
    pub revision: i64,
}

/// An account to be made. It has no password yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    pub id: AccountId,
    /// Any case; kept in lower case.
    pub login: String,
    pub name: String,
    pub created: Stamp,
}

macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "select a.account_id, a.login, a.name, a.state, a.failures, a.locked_until, ",
            "a.last_login_at, a.last_login_from, a.external_subject, a.created_at, a.created_by, ",
            "a.revision, a.password_is_temporary, ",
            "case when a.password_hash is null then 0 else 1 end as has_password, ",
            "case when a.totp_sealed is null then 0 else 1 end as has_second_factor ",
            "from account a ",
            $rest
        )
    };
}

/// Every account, in the order of the login names.
pub async fn list(store: &Store) -> Result<Vec<Account>> {
    store.rows(select_account!("order by a.login"), &[]).await?.iter().map(account_of).collect()
}

/// The account of an id.
pub async fn find(store: &Store, id: &AccountId) -> Result<Option<Account>> {
    let sql = select_account!("where a.account_id = $1");
    store.rows(sql, &[id.0.as_str().into()]).await?.first().map(account_of).transpose()
}

/// The account of a login name, in any case.
pub async fn find_by_login(store: &Store, login: &str) -> Result<Option<Account>> {
    let sql = select_account!("where a.login = $1");
    let values = [normal_login(login).into()];
    store.rows(sql, &values).await?.first().map(account_of).transpose()
}

/// The account that the single sign-on calls so.
pub async fn find_by_subject(store: &Store, subject: &str) -> Result<Option<Account>> {
    let sql = select_account!("where a.external_subject = $1");
    store.rows(sql, &[subject.into()]).await?.first().map(account_of).transpose()
}

/// Whether anybody has chosen a password yet.
pub async fn anybody_can_sign_in(store: &Store) -> Result<bool> {
    let sql = "select account_id from account where password_hash is not null limit 1";
    Ok(!store.rows(sql, &[]).await?.is_empty())
}

/// Adds an account.
pub async fn insert(tx: &mut Tx, account: &NewAccount) -> Result<()> {
    let login = normal_login(&account.login);
    let sql = "insert into account (account_id, login, name, state, password_is_temporary, \
               failures, totp_step, created_at, created_by, revision) \
               values ($1, $2, $3, 'active', 0, 0, 0, $4, $5, 1)";
    let values = [
        account.id.0.as_str().into(),
        login.as_str().into(),
        account.name.as_str().into(),
        instant_text(account.created.at).into(),
        account.created.by.as_str().into(),
    ];
    match tx.execute(sql, &values).await {
        Ok(_) => Ok(()),
        Err(error) if is_taken(&error) => {
            Err(Error::Conflict(format!("登录名“{login}”已被使用，请换一个")))
        }
        Err(error) => Err(error),
    }
}

/// Changes name and state of an account that still stands as it was seen.
pub async fn save(tx: &mut Tx, account: &Account) -> Result<()> {
    let sql = "update account set name = $3, state = $4, external_subject = $5, \
               revision = revision + 1 where account_id = $1 and revision = $2";
    let values = [
        account.id.0.as_str().into(),
        account.revision.into(),
        account.name.as_str().into(),
        account.state.code().into(),
        account.external_subject.as_deref().into(),
    ];
    match tx.execute(sql, &values).await {
        Ok(1) => Ok(()),
        Ok(_) => {
            Err(Error::Conflict("这个账号刚被他人改动，本次没有保存；请刷新后核对".to_owned()))
        }
        Err(error) if is_taken(&error) => {
            Err(Error::Conflict("这个单点登录标识已属于另一个账号，请核对".to_owned()))
        }
        Err(error) => Err(error),
    }
}

/// Counts one more wrong password and tells how many there are in a row now.
pub async fn record_failure(tx: &mut Tx, id: &AccountId) -> Result<u32> {
    let sql = "update account set failures = failures + 1 where account_id = $1";
    tx.execute(sql, &[id.0.as_str().into()]).await?;
    let sql = "select failures from account where account_id = $1";
    let rows = tx.rows(sql, &[id.0.as_str().into()]).await?;
    let row = rows.first().ok_or_else(|| Error::NotFound("这个账号".to_owned()))?;
    row.number("failures")
}

/// Closes an account until an instant.
pub async fn lock(tx: &mut Tx, id: &AccountId, until: Timestamp) -> Result<()> {
    let sql = "update account set locked_until = $2 where account_id = $1";
    tx.execute(sql, &[id.0.as_str().into(), instant_text(until).into()]).await.map(|_| ())
}

/// Opens a closed account and forgets its wrong passwords.
pub async fn unlock(tx: &mut Tx, id: &AccountId) -> Result<()> {
    let sql = "update account set failures = 0, locked_until = null where account_id = $1";
    tx.execute(sql, &[id.0.as_str().into()]).await.map(|_| ())
}

/// Notes a sign-in; wrong passwords before it are forgotten.
pub async fn record_login(tx: &mut Tx, id: &AccountId, at: Timestamp, origin: &str) -> Result<()> {
    unlock(tx, id).await?;
    let sql = "update account set last_login_at = $2, last_login_from = $3 where account_id = $1";
    let values = [id.0.as_str().into(), instant_text(at).into(), origin.into()];
    tx.execute(sql, &values).await.map(|_| ())
}

/// A login name as it is kept.
pub fn normal_login(login: &str) -> String {
    login.trim().to_lowercase()
}

pub(crate) fn account_of(row: &Row) -> Result<Account> {
    Ok(Account {
        id: AccountId(row.text("account_id")?),
        login: row.text("login")?,
        name: row.text("name")?,
        state: row.coded("state", AccountState::from_code)?,
        has_password: row.flag("has_password")?,
        password_is_temporary: row.flag("password_is_temporary")?,
        failures: row.number("failures")?,
        locked_until: row.optional_instant("locked_until")?,
        last_login_at: row.optional_instant("last_login_at")?,
        last_login_from: row.optional_text("last_login_from")?.unwrap_or_default(),
        has_second_factor: row.flag("has_second_factor")?,
        external_subject: row.optional_text("external_subject")?,
        created: Stamp { at: row.instant("created_at")?, by: row.text("created_by")? },
        revision: row.integer("revision")?,
    })
}
