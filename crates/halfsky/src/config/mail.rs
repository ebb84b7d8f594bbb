//! The mail server that takes our e-mails.

use std::fmt;

use super::Raw;

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// From the first byte.
    Tls,
    /// The connection starts plain; nothing is sent before it is encrypted.
    StartTls,
    /// Not at all: only to this machine.
    None,
}

/// A mail server, and who we are there.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    /// Name and password; None where the server asks for none.
    pub credentials: Option<(String, String)>,
    /// The address that stands in the e-mails.
    pub from: String,
}

/// The password stays out of logs.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mail({}:{})", self.host, self.port)
    }
}

impl Raw {
    /// Checks what concerns e-mail; None where no server is named.
    pub(super) fn mail(&self) -> anyhow::Result<Option<Mail>> {
        let host = self.text("smtp_host").to_owned();
        if host.is_empty() {
            return Ok(None);
        }
        let encryption = match self.text("smtp_encryption") {
            "tls" => Encryption::Tls,
            "starttls" => Encryption::StartTls,
            "none" => Encryption::None,
            _ => return Err(self.wrong("smtp_encryption", "应为tls、starttls或none")),
        };
        let local = matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
        if encryption == Encryption::None && !local {
            return Err(self.wrong("smtp_encryption", "不在本机的邮件服务器必须加密"));
        }
        let from = self.text("smtp_from").to_owned();
        if !from.contains('@') {
            return Err(self.wrong("smtp_from", "应为发件邮箱，如 halfsky@example.cn"));
        }
        let (user, password) = (self.text("smtp_user"), self.text("smtp_password"));
        if user.is_empty() != password.is_empty() {
            return Err(self.wrong("smtp_password", "用户名和密码应都写，或都不写"));
        }
        let port = self.number("smtp_port", i64::from(u16::MAX))?;
        Ok(Some(Mail {
            host,
            port: u16::try_from(port).unwrap_or(587),
            encryption,
            credentials: (!user.is_empty()).then(|| (user.to_owned(), password.to_owned())),
            from,
        }))
    }
}
