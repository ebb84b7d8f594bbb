//! How an account's password is known: its hash, the hashes before it, and the sign-in that went wrong.

use halfsky_monitor::appointment::AccountId;
use halfsky_monitor::password::REMEMBERED;
use jiff::Timestamp;

use super::{AccountState, normal_login};
use crate::error::Result;
use crate::row::instant_text;
use crate::store::Store;
use crate::tx::Tx;

/// What a sign-in is checked against. It has no `Debug`: hashes stay out of messages.
pub struct Credentials {
    pub id: AccountId,
    pub login: String,
    pub name: String,
    pub state: AccountState,
    /// None until a password was chosen.
    pub password_hash: Option<String>,
    pub locked_until: Option<Timestamp>,
    /// The sealed secret of the second factor.
    pub totp_sealed: Option<String>,
    /// The step of the last code that was used: no code counts twice.
    pub totp_step: i64,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({})", self.id)
    }
}

/// A password that was chosen or given, already hashed.
#[derive(Clone)]
pub struct NewPassword {
    pub hash: String,
    pub at: Timestamp,
    /// Given by somebody else: it must be replaced at the next sign-in.
    pub temporary: bool,
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewPassword({})", self.at)
    }
}

/// What a sign-in under a login name is checked against.
pub async fn credentials(store: &Store, login: &str) -> Result<Option<Credentials>> {
    let sql = "select account_id, login, name, state, password_hash, locked_until, totp_sealed, \
               totp_step from account where login = $1";
    let rows = store.rows(sql, &[normal_login(login).into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Credentials {
        id: AccountId(row.text("account_id")?),
        login: row.text("login")?,
        name: row.text("name")?,
        state: row.coded("state", AccountState::from_code)?,
        password_hash: row.optional_text("password_hash")?,
        locked_until: row.optional_instant("locked_until")?,
        totp_sealed: row.optional_text("totp_sealed")?,
        totp_step: row.integer("totp_step")?,
    }))
}

/// The hashes of the passwords an account has and had, newest first, as many as may not be used again.
pub async fn former_passwords(store: &Store, id: &AccountId) -> Result<Vec<String>> {
    let sql = "select password_hash from password_history where account_id = $1 \
               order by account_id, set_at desc limit $2";
    let most = i64::try_from(REMEMBERED).unwrap_or(i64::MAX);
    let rows = store.rows(sql, &[id.0.as_str().into(), most.into()]).await?;
    rows.iter().map(|row| row.text("password_hash")).collect()
}

/// Sets a password; older ones than may be remembered are forgotten, and the account is open again.
pub async fn set_password(tx: &mut Tx, id: &AccountId, new: &NewPassword) -> Result<()> {
    let at = instant_text(new.at);
    let sql = "update account set password_hash = $2, password_at = $3, \
               password_is_temporary = $4, failures = 0, locked_until = null \
               where account_id = $1";
    let values =
        [id.0.as_str().into(), new.hash.as_str().into(), at.as_str().into(), new.temporary.into()];
    tx.execute(sql, &values).await?;
    let sql = "insert into password_history (account_id, set_at, password_hash) \
               values ($1, $2, $3) on conflict (account_id, set_at) \
               do update set password_hash = excluded.password_hash";
    let values = [id.0.as_str().into(), at.as_str().into(), new.hash.as_str().into()];
    tx.execute(sql, &values).await?;
    let sql = "delete from password_history where account_id = $1 and set_at not in \
               (select h.set_at from password_history h where h.account_id = $1 \
               order by h.set_at desc limit $2)";
    let most = i64::try_from(REMEMBERED).unwrap_or(i64::MAX);
    tx.execute(sql, &[id.0.as_str().into(), most.into()]).await.map(|_| ())
}
