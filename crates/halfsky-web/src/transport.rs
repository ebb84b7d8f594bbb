//! How connections are accepted: plain or encrypted, and how they end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use tokio::net::TcpListener;

use crate::app::App;

/// Certificate and private key of the server. Cloning is cheap: clones follow a reload.
#[derive(Clone)]
pub struct Tls {
    config: RustlsConfig,
    cert: PathBuf,
    key: PathBuf,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tls({})", self.cert.display())
    }
}

impl Tls {
    /// Reads both files (PEM).
    pub async fn load(cert: &Path, key: &Path) -> anyhow::Result<Self> {
        let (chain, secret) = read(cert, key)?;
        let config = RustlsConfig::from_pem(chain, secret).await;
        let config = config.with_context(|| unusable(cert, key))?;
        Ok(Self { config, cert: cert.to_owned(), key: key.to_owned() })
    }

    /// Reads both files again: new connections use them. When they cannot be used, the old ones stay.
    pub async fn reload(&self) -> anyhow::Result<()> {
        let (chain, secret) = read(&self.cert, &self.key)?;
        let reloaded = self.config.reload_from_pem(chain, secret).await;
        reloaded.with_context(|| unusable(&self.cert, &self.key))
    }
}

fn read(cert: &Path, key: &Path) -> anyhow::Result<(Vec<u8>, Vec<u8>)> {
    let bytes =
        |path: &Path| std::fs::read(path).with_context(|| format!("不能读取 {}", path.display()));
    Ok((bytes(cert)?, bytes(key)?))
}

fn unusable(cert: &Path, key: &Path) -> String {
    format!("证书 {} 与私钥 {} 不能使用，应为PEM格式且是一对", cert.display(), key.display())
}

/// How connections are accepted and how they end.
#[derive(Debug, Clone)]
pub struct Transport {
    /// None for plain HTTP.
    pub tls: Option<Tls>,
    /// How long requests in progress may go on once the server is told to stop.
    pub patience: Duration,
    /// How long somebody may take to send the head of a request: connections are few and worth something.
    pub head: Duration,
}

impl Default for Transport {
    fn default() -> Self {
        let limit = Duration::from_secs(20);
        Self { tls: None, patience: limit, head: limit }
    }
}

/// Serves the pages until `stop` resolves; requests in progress then have a limited time to end.
pub async fn serve(
    listener: TcpListener,
    app: App,
    transport: Transport,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_router(listener, crate::router(app), transport, stop).await
}

/// As [`serve`], for any router.
pub(crate) async fn serve_router(
    listener: TcpListener,
    router: Router,
    transport: Transport,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let handle = Handle::new();
    let waiting = tokio::spawn({
        let handle = handle.clone();
        async move {
            stop.await;
            handle.graceful_shutdown(Some(transport.patience));
        }
    });
    let mut server = Server::<SocketAddr>::from_listener(listener)
        .handle(handle)
        .first_request_timeout(transport.head);
    server.http_builder().http1().header_read_timeout(transport.head);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let ended = match transport.tls {
        None => server.serve(service).await,
        Some(tls) => server.acceptor(RustlsAcceptor::new(tls.config)).serve(service).await,
    };
    waiting.abort();
    ended
}
