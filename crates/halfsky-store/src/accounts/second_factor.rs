//! The second factor of an account: its sealed secret, the last code that was used, and the codes that
//! replace it when the telephone is lost.

use halfsky_monitor::appointment::AccountId;
use jiff::Timestamp;

use super::Credentials;
use crate::error::Result;
use crate::row::instant_text;
use crate::seal::SecretKey;
use crate::store::Store;
use crate::tx::Tx;
use crate::values::Columns;

const CODES: Columns =
    Columns { table: "recovery_code", names: &["account_id", "code_hash", "used_at"] };

impl Credentials {
    /// The secret of the second factor, in base32; None without one.
    pub fn second_factor(&self, key: &SecretKey) -> Result<Option<String>> {
        let open = |sealed: &String| key.open(sealed, &place(&self.id));
        self.totp_sealed.as_ref().map(open).transpose()
    }
}

/// Gives an account a second factor in place of any it had. `step` is that of the code which proved it: that
/// code does not count again. The nonce is 12 random bytes; of the recovery codes come the hashes.
pub async fn set_second_factor(
    tx: &mut Tx,
    (key, nonce): (&SecretKey, [u8; 12]),
    id: &AccountId,
    (secret, step): (&str, i64),
    code_hashes: &[String],
) -> Result<()> {
    let sealed = key.seal(secret, &place(id), nonce)?;
    let sql = "update account set totp_sealed = $2, totp_step = $3 where account_id = $1";
    tx.execute(sql, &[id.0.as_str().into(), sealed.into(), step.into()]).await?;
    set_recovery_codes(tx, id, code_hashes).await
}

/// Takes the second factor and its recovery codes away.
pub async fn remove_second_factor(tx: &mut Tx, id: &AccountId) -> Result<()> {
    let sql = "update account set totp_sealed = null where account_id = $1";
    tx.execute(sql, &[id.0.as_str().into()]).await?;
    set_recovery_codes(tx, id, &[]).await
}

/// Notes that the code of a step was used; false when it, or a later one, was used before.
pub async fn use_step(tx: &mut Tx, id: &AccountId, step: i64) -> Result<bool> {
    let sql = "update account set totp_step = $2 where account_id = $1 and totp_step < $2";
    Ok(tx.execute(sql, &[id.0.as_str().into(), step.into()]).await? == 1)
}

/// Replaces the recovery codes of an account by those with these hashes.
pub async fn set_recovery_codes(tx: &mut Tx, id: &AccountId, hashes: &[String]) -> Result<()> {
    let sql = "delete from recovery_code where account_id = $1";
    tx.execute(sql, &[id.0.as_str().into()]).await?;
    let rows: Vec<_> = hashes
        .iter()
        .map(|hash| vec![id.0.as_str().into(), hash.as_str().into(), None::<&str>.into()])
        .collect();
    tx.insert(CODES, &rows).await
}

/// The hashes of the recovery codes that were not used yet.
pub async fn recovery_codes(store: &Store, id: &AccountId) -> Result<Vec<String>> {
    let sql = "select code_hash from recovery_code where account_id = $1 and used_at is null \
               order by account_id, code_hash";
    let rows = store.rows(sql, &[id.0.as_str().into()]).await?;
    rows.iter().map(|row| row.text("code_hash")).collect()
}

/// Uses a recovery code up; false when it was used meanwhile.
pub async fn use_recovery_code(
    tx: &mut Tx,
    id: &AccountId,
    hash: &str,
    at: Timestamp,
) -> Result<bool> {
    let sql = "update recovery_code set used_at = $3 \
               where account_id = $1 and code_hash = $2 and used_at is null";
    let values = [id.0.as_str().into(), hash.into(), instant_text(at).into()];
    Ok(tx.execute(sql, &values).await? == 1)
}

fn place(id: &AccountId) -> String {
    format!("account.totp {id}")
}
