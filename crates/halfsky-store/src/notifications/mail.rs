//! E-mail: a notification is spread over the accounts it reaches, and each is sent by one process.

use halfsky_plan::ref_area::RefArea;
use jiff::Timestamp;

use super::{Notification, notification_of};
use crate::error::Result;
use crate::row::{Row, instant_text, parsed};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Taken, Value};

const DELIVERY: Columns = Columns {
    table: "mail_delivery",
    names: &["ref_area", "notification_id", "account_id", "state", "attempts", "due_at", "message"],
};

/// One e-mail to one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryKey {
    pub ref_area: RefArea,
    pub notification: String,
    pub account: String,
}

impl DeliveryKey {
    fn values(&self) -> Vec<Value> {
        vec![
            self.ref_area.as_str().into(),
            self.notification.as_str().into(),
            self.account.as_str().into(),
        ]
    }
}

/// An e-mail this process is to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub key: DeliveryKey,
    pub notification: Notification,
    /// How often it was tried, this time included.
    pub attempts: u32,
}

/// Notifications whose accounts are not known yet, oldest regions and ids first.
pub async fn waiting_for_mail(store: &Store, most: u32) -> Result<Vec<(RefArea, Notification)>> {
    let sql = "select ref_area, notification_id, recipient, kind, title, content, link, \
               created_at, mail from notification where mail = 'waiting' \
               order by ref_area, notification_id limit $1";
    let rows = store.rows(sql, &[most.into()]).await?;
    rows.iter()
        .map(|row| Ok((parsed("ref_area", &row.text("ref_area")?)?, notification_of(row)?)))
        .collect()
}

/// Whether there is any e-mail to prepare or to send: a look that does not wait for those who write.
pub async fn anything_to_send(store: &Store, now: Timestamp) -> Result<bool> {
    let sql = "select 1 as found from notification where mail = 'waiting' \
               union all select 1 as found from mail_delivery \
               where state in ('waiting', 'sending') and due_at <= $1 limit 1";
    Ok(!store.rows(sql, &[instant_text(now).into()]).await?.is_empty())
}

/// Spreads a notification over the accounts it reaches. Where another process was faster, nothing happens.
pub async fn spread(
    tx: &mut Tx,
    notification: &str,
    accounts: &[String],
    now: Timestamp,
) -> Result<bool> {
    let area = tx.ref_area().to_owned();
    let sql = "update notification set mail = 'spread' \
               where ref_area = $1 and notification_id = $2 and mail = 'waiting'";
    if tx.execute(sql, &[area.as_str().into(), notification.into()]).await? == 0 {
        return Ok(false);
    }
    let rows: Vec<Vec<Value>> = accounts
        .iter()
        .map(|account| {
            vec![
                area.as_str().into(),
                notification.into(),
                account.as_str().into(),
                "waiting".into(),
                0_i64.into(),
                instant_text(now).into(),
                "".into(),
            ]
        })
        .collect();
    tx.put(DELIVERY, Taken::Keep, &rows).await?;
    Ok(true)
}

/// Takes the next e-mail that is due; nobody else sends it until `until`.
pub async fn claim_delivery(
    store: &Store,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Delivery>> {
    // Inside and outside for the same reason as in `jobs::claim`.
    let sql = "update mail_delivery set state = 'sending', due_at = $1, attempts = attempts + 1 \
               where (ref_area, notification_id, account_id) = \
               (select ref_area, notification_id, account_id from mail_delivery \
               where state in ('waiting', 'sending') and due_at <= $2 \
               order by due_at, ref_area, notification_id, account_id limit 1) \
               and state in ('waiting', 'sending') and due_at <= $2 \
               returning ref_area, notification_id, account_id, attempts";
    let values = [instant_text(until).into(), instant_text(now).into()];
    let rows = store.noted(sql, &values).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let key = key_of(row)?;
    let sql = "select notification_id, recipient, kind, title, content, link, created_at, mail \
               from notification where ref_area = $1 and notification_id = $2";
    let values = [key.ref_area.as_str().into(), key.notification.as_str().into()];
    let told = store.rows(sql, &values).await?;
    let Some(told) = told.first() else { return Ok(None) };
    let attempts = row.number("attempts")?;
    Ok(Some(Delivery { key, notification: notification_of(told)?, attempts }))
}

/// The mail server took it.
pub async fn delivered(store: &Store, key: &DeliveryKey, at: Timestamp) -> Result<()> {
    let sql = "update mail_delivery set state = 'sent', sent_at = $4, message = '' \
               where ref_area = $1 and notification_id = $2 and account_id = $3";
    let mut values = key.values();
    values.push(instant_text(at).into());
    store.note(sql, &values).await.map(|_| ())
}

/// The mail server did not take it: to be tried again, or given up. The message holds no address.
pub async fn not_delivered(
    store: &Store,
    key: &DeliveryKey,
    message: &str,
    again: Option<Timestamp>,
) -> Result<()> {
    let sql = "update mail_delivery set state = $4, message = $5, due_at = coalesce($6, due_at) \
               where ref_area = $1 and notification_id = $2 and account_id = $3";
    let mut values = key.values();
    let state = if again.is_some() { "waiting" } else { "failed" };
    values.extend([state.into(), message.into(), again.map(instant_text).into()]);
    store.note(sql, &values).await.map(|_| ())
}

fn key_of(row: &Row) -> Result<DeliveryKey> {
    Ok(DeliveryKey {
        ref_area: parsed("ref_area", &row.text("ref_area")?)?,
        notification: row.text("notification_id")?,
        account: row.text("account_id")?,
    })
}
