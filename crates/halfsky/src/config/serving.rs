//! How the pages are served: address, encryption, metrics, log.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::Raw;

/// How the pages are served.
#[derive(Debug, Clone)]
pub(crate) struct Serving {
    pub listen: SocketAddr,
    /// Files of certificate and private key.
    pub tls: Option<(PathBuf, PathBuf)>,
    pub metrics: Option<SocketAddr>,
    /// How long requests in progress may take when the program is told to stop.
    pub patience: Duration,
    pub log_format: LogFormat,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

impl Serving {
    /// What stands before the address.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }
}

impl Raw {
    /// Checks what concerns serving. Off the machine itself nothing is plain unless somebody said so.
    pub(super) fn serving(&self) -> anyhow::Result<Serving> {
        let listen: SocketAddr = self
            .text("listen")
            .parse()
            .map_err(|_| self.wrong("listen", "应为“地址:端口”，例如 127.0.0.1:8642"))?;
        let tls = match (self.path("tls_cert"), self.path("tls_key")) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            (Some(_), None) => return Err(self.wrong("tls_key", "写了tls_cert就不能为空")),
            (None, Some(_)) => return Err(self.wrong("tls_cert", "写了tls_key就不能为空")),
        };
        let plain = match self.text("insecure_http") {
            "true" => true,
            "false" => false,
            _ => return Err(self.wrong("insecure_http", "应为true或false")),
        };
        if tls.is_none() && !plain && !listen.ip().is_loopback() {
            return Err(self.wrong(
                "listen",
                "不在本机回环地址上时，密码和数据会明文经过网络。请配置tls_cert和tls_key，或改为127.0.0.1并用反向代理；\
                 确实要用不加密的http时，写insecure_http = true",
            ));
        }
        let metrics = match self.text("metrics_listen") {
            "" => None,
            text => {
                let address = text.parse().map_err(|_| {
                    self.wrong("metrics_listen", "应为“地址:端口”，例如 127.0.0.1:9642，或留空")
                })?;
                Some(address)
            }
        };
        let log_format = match self.text("log_format") {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            _ => return Err(self.wrong("log_format", "应为text或json")),
        };
        let patience = self.number("shutdown_seconds", 600)?;
        let patience = Duration::from_secs(patience.unsigned_abs());
        Ok(Serving { listen, tls, metrics, patience, log_format })
    }
}
