//! 邮件: what is told in the inbox also leaves by e-mail, to those who left an address.
//!
//! First a notification is spread over the people it reaches, then each e-mail is sent by one process and tried
//! again when the server does not take it. Addresses never enter a log or a message.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use halfsky_monitor::appointment::{AccountId, Appointment, valid_on};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::accounts::{self, AccountState};
use halfsky_store::jobs::End;
use halfsky_store::notifications::{
    self, Delivery, MAIL_JOB, Notification, Recipient, anything_to_send,
};
use halfsky_store::seal::SecretKey;
use halfsky_store::{Store, appointments};
use jiff::{SignedDuration, Timestamp};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::Runner;
use crate::clock;
use crate::config::{Encryption, Mail};

/// Notifications that are spread in one go.
const AT_ONCE: u32 = 200;

/// How long the server may take for one e-mail.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long an e-mail being sent is left alone by the other processes.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// Minutes until an e-mail is tried again, by the number of times it was tried; then it is given up.
const AGAIN: [i64; 5] = [1, 5, 30, 120, 720];

/// Where the e-mails of the installation go out.
#[derive(Debug, Clone, Copy)]
struct Post<'a> {
    store: &'a Store,
    key: &'a SecretKey,
    mail: &'a Mail,
    /// How people reach the pages.
    address: &'a str,
}

/// Puts the sending in line when there is something to send, once a minute at most.
pub(super) async fn schedule(runner: &Runner, now: Timestamp) -> anyhow::Result<()> {
    if runner.config.mail.is_none() || !anything_to_send(&runner.store, now).await? {
        return Ok(());
    }
    let minute = now.strftime("%Y-%m-%dT%H:%M").to_string();
    runner.add(MAIL_JOB, minute, "", now).await
}

/// Spreads and sends everything that waits.
pub(super) async fn work(runner: &Runner) -> anyhow::Result<End> {
    let Some(mail) = &runner.config.mail else {
        return Ok(End::Done("没有配置邮件服务器".to_owned()));
    };
    let post = Post { store: &runner.store, key: &runner.key, mail, address: &runner.address };
    let (sent, failed) = post.send_all(clock::now).await?;
    Ok(End::Done(match failed {
        0 => format!("发出{sent}封"),
        failed => format!("发出{sent}封，{failed}封没有发出"),
    }))
}

impl Post<'_> {
    /// Sends what waits; tells how many e-mails were taken and how many were not.
    async fn send_all(&self, now: impl Fn() -> Timestamp) -> anyhow::Result<(usize, usize)> {
        self.spread(now()).await?;
        let transport = transport(self.mail)?;
        let (mut sent, mut failed) = (0, 0);
        loop {
            let at = now();
            let until = at.checked_add(LEASE)?;
            let claimed = notifications::claim_delivery(self.store, at, until).await?;
            let Some(delivery) = claimed else { return Ok((sent, failed)) };
            match self.deliver(&transport, &delivery, at).await {
                Ok(()) => {
                    notifications::delivered(self.store, &delivery.key, now()).await?;
                    sent += 1;
                }
                Err(trouble) => {
                    let again = trouble.again(delivery.attempts, now());
                    let key = &delivery.key;
                    notifications::not_delivered(self.store, key, trouble.words(), again).await?;
                    tracing::warn!(
                        notification = key.notification,
                        attempts = delivery.attempts,
                        given_up = again.is_none(),
                        trouble = trouble.words(),
                        "an e-mail was not sent"
                    );
                    failed += 1;
                }
            }
        }
    }

    /// Spreads notifications over the people who left an address.
    async fn spread(&self, now: Timestamp) -> anyhow::Result<()> {
        let mut by_area: BTreeMap<RefArea, Vec<Notification>> = BTreeMap::new();
        for (area, told) in notifications::waiting_for_mail(self.store, AT_ONCE).await? {
            by_area.entry(area).or_default().push(told);
        }
        for (area, waiting) in by_area {
            let held = appointments::list(self.store, Some(&area)).await?;
            let held = valid_on(&held, clock::day(now));
            let mut reached = Vec::new();
            for told in &waiting {
                reached.push(self.with_address(recipients(&told.to, &held)).await?);
            }
            let mut tx = self.store.begin(&area).await?;
            let mut letters = 0;
            for (told, accounts) in waiting.iter().zip(&reached) {
                if notifications::spread(&mut tx, &told.id, accounts, now).await? {
                    letters += accounts.len();
                }
            }
            let words = format!("{}条消息，{letters}封邮件", waiting.len());
            tx.commit(Runner::entry("mail.spread", "mail").about(&words)).await?;
        }
        Ok(())
    }

    /// Those of the accounts that are in use and have an address.
    async fn with_address(&self, ids: Vec<AccountId>) -> anyhow::Result<Vec<String>> {
        let mut found = Vec::new();
        for id in ids {
            let account = accounts::find(self.store, &id).await?;
            if account.is_some_and(|account| account.state == AccountState::Active)
                && !accounts::contact(self.store, self.key, &id).await?.email.is_empty()
            {
                found.push(id.0);
            }
        }
        Ok(found)
    }

    async fn deliver(
        &self,
        transport: &AsyncSmtpTransport<Tokio1Executor>,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let id = AccountId(delivery.key.account.clone());
        let account = accounts::find(self.store, &id).await.map_err(|_| Trouble::Store)?;
        let contact =
            accounts::contact(self.store, self.key, &id).await.map_err(|_| Trouble::Store)?;
        let name = account.map_or_else(String::new, |account| account.name);
        let told = &delivery.notification;
        let message = self.message(told, (&name, &contact.email), &id, now)?;
        match transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(Trouble::Refused),
            Err(_) => Err(Trouble::Server),
        }
    }

    /// The e-mail of a notification to a person.
    fn message(
        &self,
        told: &Notification,
        (name, email): (&str, &str),
        account: &AccountId,
        now: Timestamp,
    ) -> Result<Message, Trouble> {
        let address: Address = email.parse().map_err(|_| Trouble::Address)?;
        let from: Address = self.mail.from.parse().map_err(|_| Trouble::Sender)?;
        let id = format!("<{}.{}@{}>", told.id, account.0, from.domain());
        let body = format!(
            "{}\n\n登录办理：{}{}\n\n本邮件由系统自动发出，请勿直接回复。\n",
            told.content, self.address, told.link
        );
        Message::builder()
            .from(Mailbox::new(Some("半边天".to_owned()), from))
            .to(Mailbox::new(Some(name.to_owned()).filter(|n| !n.is_empty()), address))
            .subject(told.title.as_str())
            .date(SystemTime::from(now))
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(|_| Trouble::Address)
    }
}

/// Who is reached by a notification in a region, each once.
fn recipients(to: &Recipient, held: &[Appointment]) -> Vec<AccountId> {
    let reached = |appointment: &&Appointment| match to {
        Recipient::Account(id) => appointment.account.0 == *id,
        Recipient::Unit(unit) => appointment.unit.as_ref().is_some_and(|own| own.0 == unit.0),
        Recipient::Role(code) => appointment.role.code() == code,
    };
    let mut ids: Vec<AccountId> =
        held.iter().filter(reached).map(|appointment| appointment.account.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Why an e-mail was not sent. The words hold no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Address,
    Sender,
    Store,
    Server,
    Refused,
}

impl Trouble {
    const fn words(self) -> &'static str {
        match self {
            Self::Address => "收件邮箱不正确",
            Self::Sender => "配置项smtp_from不是正确的邮箱",
            Self::Store => "数据库没有读出收件人",
            Self::Server => "邮件服务器没有应答或暂时不收",
            Self::Refused => "邮件服务器拒收",
        }
    }

    /// When to try again; None gives up.
    fn again(self, attempts: u32, now: Timestamp) -> Option<Timestamp> {
        if matches!(self, Self::Address | Self::Refused) {
            return None;
        }
        let at = usize::try_from(attempts.saturating_sub(1)).ok()?;
        let wait = SignedDuration::from_mins(*AGAIN.get(at)?);
        now.checked_add(wait).ok()
    }
}

/// The way to the mail server.
fn transport(mail: &Mail) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    type Smtp = AsyncSmtpTransport<Tokio1Executor>;
    let builder = match mail.encryption {
        Encryption::Tls => Smtp::relay(&mail.host)?,
        Encryption::StartTls => Smtp::starttls_relay(&mail.host)?,
        Encryption::None => Smtp::builder_dangerous(&mail.host),
    };
    let builder = builder.port(mail.port).timeout(Some(PATIENCE));
    let credentials = mail.credentials.clone();
    Ok(match credentials {
        Some((user, password)) => builder.credentials(Credentials::new(user, password)).build(),
        None => builder.build(),
    })
}

#[cfg(test)]
mod tests;
