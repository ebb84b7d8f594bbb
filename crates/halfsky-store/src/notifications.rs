//! Notifications (站内消息), and which of them also leave by e-mail.

mod mail;

use halfsky_monitor::reporting::UnitId;
use halfsky_plan::ref_area::RefArea;
use jiff::Timestamp;

use crate::error::Result;
use crate::row::{Row, instant_text, strange};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

pub use mail::{
    Delivery, DeliveryKey, anything_to_send, claim_delivery, delivered, not_delivered, spread,
    waiting_for_mail,
};

/// Kind of the job that sends e-mails.
pub const MAIL_JOB: &str = "mail";

const NOTIFICATION: Columns = Columns {
    table: "notification",
    names: &[
        "ref_area",
        "notification_id",
        "recipient",
        "kind",
        "title",
        "content",
        "link",
        "created_at",
        "mail",
    ],
};

/// To whom something is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recipient {
    /// One account, by its id.
    Account(String),
    /// Everybody of a unit.
    Unit(UnitId),
    /// Everybody with a role in the region, by its code.
    Role(String),
}

impl Recipient {
    fn text(&self) -> String {
        match self {
            Self::Account(id) => format!("account:{id}"),
            Self::Unit(unit) => format!("unit:{}", unit.0),
            Self::Role(code) => format!("role:{code}"),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        match kind {
            "account" => Some(Self::Account(rest.to_owned())),
            "unit" => Some(Self::Unit(UnitId(rest.to_owned()))),
            "role" => Some(Self::Role(rest.to_owned())),
            _ => None,
        }
    }
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub id: String,
    pub to: Recipient,
    /// What it is about, as a code: `reminder`, `returned`, `submitted`, `accepted`, `published`, `job`.
    pub kind: String,
    pub title: String,
    pub content: String,
    /// Path of the page it leads to.
    pub link: String,
    pub created_at: Timestamp,
    /// Whether it also leaves by e-mail.
    pub by_mail: ByMail,
}

/// Whether a notification also leaves by e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByMail {
    Yes,
    No,
}

/// A notification in an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxLine {
    pub notification: Notification,
    /// When this account read it.
    pub read_at: Option<Timestamp>,
}

/// Whose inbox: an account, with the units and roles it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub account: String,
    pub units: Vec<UnitId>,
    pub roles: Vec<String>,
}

impl Reader {
    fn recipients(&self) -> Vec<Value> {
        let account = std::iter::once(Recipient::Account(self.account.clone()));
        let units = self.units.iter().cloned().map(Recipient::Unit);
        let roles = self.roles.iter().cloned().map(Recipient::Role);
        account.chain(units).chain(roles).map(|to| to.text().into()).collect()
    }
}

/// Tells something.
pub async fn notify(tx: &mut Tx, notifications: &[Notification]) -> Result<()> {
    let area = tx.ref_area().to_owned();
    let rows: Vec<Vec<Value>> = notifications
        .iter()
        .map(|n| {
            vec![
                area.as_str().into(),
                n.id.as_str().into(),
                n.to.text().into(),
                n.kind.as_str().into(),
                n.title.as_str().into(),
                n.content.as_str().into(),
                n.link.as_str().into(),
                instant_text(n.created_at).into(),
                match n.by_mail {
                    ByMail::Yes => "waiting",
                    ByMail::No => "none",
                }
                .into(),
            ]
        })
        .collect();
    tx.insert(NOTIFICATION, &rows).await
}

/// The newest notifications of an inbox.
pub async fn inbox(
    store: &Store,
    ref_area: &RefArea,
    reader: &Reader,
    most: u32,
) -> Result<Vec<InboxLine>> {
    let sql = "select n.notification_id, n.recipient, n.kind, n.title, n.content, n.link, \
               n.created_at, n.mail, r.read_at from notification n \
               left join notification_read r on r.ref_area = n.ref_area \
               and r.notification_id = n.notification_id and r.account_id = $2 \
               where n.ref_area = $1 and n.recipient in ({list}) \
               order by n.created_at desc, n.notification_id desc limit $3";
    let values = [ref_area.as_str().into(), reader.account.as_str().into(), most.into()];
    let rows = store.rows_with_list(sql, &values, &reader.recipients()).await?;
    rows.iter()
        .map(|row| {
            let read_at = row.optional_instant("read_at")?;
            Ok(InboxLine { notification: notification_of(row)?, read_at })
        })
        .collect()
}

/// How many notifications of an inbox nobody has read with this account.
pub async fn unread(store: &Store, ref_area: &RefArea, reader: &Reader) -> Result<u64> {
    let sql = "select count(*) as unread from notification n \
               where n.ref_area = $1 and n.recipient in ({list}) and not exists \
               (select 1 from notification_read r where r.ref_area = n.ref_area \
               and r.notification_id = n.notification_id and r.account_id = $2)";
    let values = [ref_area.as_str().into(), reader.account.as_str().into()];
    let rows = store.rows_with_list(sql, &values, &reader.recipients()).await?;
    rows.first().map_or(Ok(0), |row| row.number("unread"))
}

/// Marks notifications of an inbox as read; those of other inboxes stay as they are.
pub async fn mark_read(
    store: &Store,
    ref_area: &RefArea,
    reader: &Reader,
    until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let sql = "insert into notification_read (ref_area, notification_id, account_id, read_at) \
               select n.ref_area, n.notification_id, $2, $4 from notification n \
               where n.ref_area = $1 and n.created_at <= $3 and n.recipient in ({list}) \
               on conflict do nothing";
    let values = [
        ref_area.as_str().into(),
        reader.account.as_str().into(),
        instant_text(until).into(),
        instant_text(now).into(),
    ];
    store.note_with_list(sql, &values, &reader.recipients()).await
}

fn notification_of(row: &Row) -> Result<Notification> {
    let to = row.text("recipient")?;
    let mail = row.text("mail")?;
    Ok(Notification {
        id: row.text("notification_id")?,
        to: Recipient::read(&to).ok_or_else(|| strange("recipient", &to))?,
        kind: row.text("kind")?,
        title: row.text("title")?,
        content: row.text("content")?,
        link: row.text("link")?,
        created_at: row.instant("created_at")?,
        by_mail: if mail == "none" { ByMail::No } else { ByMail::Yes },
    })
}
