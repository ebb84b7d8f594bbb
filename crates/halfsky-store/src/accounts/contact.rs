//! How to reach a person: personal data, sealed in the database.

use halfsky_monitor::appointment::AccountId;

use crate::error::{Error, Result};
use crate::seal::SecretKey;
use crate::store::Store;
use crate::tx::Tx;

/// Phone and e-mail of a person; empty where they are not known.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contact {
    pub phone: String,
    pub email: String,
}

/// Personal data stay out of messages and logs.
impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// How to reach a person.
pub async fn contact(store: &Store, key: &SecretKey, id: &AccountId) -> Result<Contact> {
    let sql = "select phone_sealed, email_sealed from account where account_id = $1";
    let rows = store.rows(sql, &[id.0.as_str().into()]).await?;
    let row = rows.first().ok_or_else(|| Error::NotFound("这个账号".to_owned()))?;
    let open = |column: &str, place: String| -> Result<String> {
        match row.optional_text(column)? {
            Some(sealed) => key.open(&sealed, &place),
            None => Ok(String::new()),
        }
    };
    Ok(Contact {
        phone: open("phone_sealed", phone_place(id))?,
        email: open("email_sealed", email_place(id))?,
    })
}

/// Keeps how to reach a person. Each of the two nonces is 12 random bytes of its own.
pub async fn set_contact(
    tx: &mut Tx,
    (key, nonces): (&SecretKey, [[u8; 12]; 2]),
    id: &AccountId,
    contact: &Contact,
) -> Result<()> {
    let seal = |text: &str, place: String, nonce: [u8; 12]| {
        (!text.is_empty()).then(|| key.seal(text, &place, nonce)).transpose()
    };
    let phone = seal(&contact.phone, phone_place(id), nonces[0])?;
    let email = seal(&contact.email, email_place(id), nonces[1])?;
    let sql = "update account set phone_sealed = $2, email_sealed = $3, \
               revision = revision + 1 where account_id = $1";
    tx.execute(sql, &[id.0.as_str().into(), phone.into(), email.into()]).await.map(|_| ())
}

fn phone_place(id: &AccountId) -> String {
    format!("account.phone {id}")
}

fn email_place(id: &AccountId) -> String {
    format!("account.email {id}")
}
