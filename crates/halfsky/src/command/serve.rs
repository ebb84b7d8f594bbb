//! `halfsky serve`: the pages, until the program is told to stop.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use halfsky_monitor::{card, item};
use halfsky_store::migrate::{self, SchemaStatus};
use halfsky_store::plans::Stamp;
use halfsky_store::{Store, definitions, indicators};
use halfsky_web::measure::{self, Measurements};
use halfsky_web::{App, Outside, Settings, Tls, Transport, Typesetting};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{Console, block_on, start_log};
use crate::arrival::ACTOR;
use crate::config::Config;
use crate::job::Runner;
use crate::{clock, entropy, fonts, people};

/// 启动网页服务
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 监听地址；本机以外的地址须同时给出 --tls-cert 和 --tls-key
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// TLS证书文件（PEM，含中间证书）
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<String>,
    /// TLS私钥文件（PEM）
    #[arg(long, value_name = "FILE")]
    tls_key: Option<String>,
    /// 允许在本机以外的地址上用不加密的http
    #[arg(long)]
    insecure_http: bool,
    /// 运行指标（Prometheus）的监听地址
    #[arg(long, value_name = "ADDRESS:PORT")]
    metrics_listen: Option<String>,
}

impl Arguments {
    pub(crate) fn flags(&self) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("listen", self.listen.clone()),
            ("tls_cert", self.tls_cert.clone()),
            ("tls_key", self.tls_key.clone()),
            ("insecure_http", self.insecure_http.then(|| "true".to_owned())),
            ("metrics_listen", self.metrics_listen.clone()),
        ]
    }
}

/// Opens the store and serves it.
pub(crate) fn run(config: Config, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    start_log(&config)?;
    block_on(async {
        let store = open(&config).await?;
        serve(config, store, console).await
    })
}

/// Opens the store; an empty directory for the embedded database is set up first.
pub(crate) async fn open(config: &Config) -> anyhow::Result<Store> {
    if config.location.is_empty_directory()? {
        migrate::migrate(&config.location).await?;
    } else if migrate::status(&config.location).await? == SchemaStatus::Missing {
        bail!("{} 尚未建立数据库，请先运行 halfsky migrate", config.location);
    }
    let store = Store::open(&config.location).await?;
    let catalogue = halfsky_plan::indicator::Catalogue::builtin();
    let cards = card::definitions(&catalogue)?;
    let items: Vec<_> = item::items(&cards).into_values().collect();
    let stamp = Stamp { at: clock::now(), by: ACTOR.to_owned() };
    let mut tx = store.begin_reference().await?;
    let indicators = indicators::seed(&mut tx, catalogue.indicators()).await?;
    if indicators + definitions::seed(&mut tx, &cards, &items, &stamp).await? > 0 {
        let entry =
            halfsky_store::audit::Entry::new(clock::now(), ACTOR, "indicator.seed", "catalogue");
        tx.commit(entry).await?;
    } else {
        tx.rollback().await?;
    }
    Ok(store)
}

/// Serves until Ctrl-C or a termination signal, then lets requests in progress end.
pub(crate) async fn serve(
    config: Config,
    store: Store,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    // a source of randomness that fails once is gone for good: better refused now than in a request
    entropy::new_id(clock::now())?;
    let config = Arc::new(config);
    let tls = match &config.serving.tls {
        Some((cert, key)) => Some(Tls::load(cert, key).await?),
        None => None,
    };
    let listener = bind(config.serving.listen).await?;
    let address: SocketAddr = listener.local_addr()?;
    let outside = Outside {
        clock: Arc::new(clock::now),
        new_id: Arc::new(entropy::unguessable),
        random: Arc::new(entropy::fill_or_stop),
    };
    let key = people::secret_key(&config, &store).await?;
    let location = config.location.clone();
    let web = Settings {
        backups: Some(config.backups.policy()?),
        typesetting: Typesetting::new(Arc::new(move || fonts::find(&location))),
        ..config.web.clone()
    };
    let public = config.public_address(address);
    let runner = Runner::new(store.clone(), Arc::clone(&config), key.clone(), public)?;
    let app = App::new(store.clone(), outside, key, web);
    for (role, link) in people::first_invitations(&store, &config.public_address(address)).await? {
        writeln!(
            console.out,
            "{}的一次性邀请链接（24小时内有效，请分别交给三个人）：{link}",
            role.label()
        )?;
    }
    let (tell, stopping) = watch::channel(false);
    tokio::spawn(async move {
        stop().await;
        // everybody who listens is told; whoever is gone has stopped already
        let _ = tell.send(true);
    });
    if let Some(at) = config.serving.metrics {
        let listener = bind(at).await?;
        writeln!(console.out, "运行指标：http://{}/metrics", listener.local_addr()?)?;
        let measurements = Measurements::begin()?;
        let stopped = stopped(stopping.clone());
        tokio::spawn(measure::serve(listener, app.clone(), measurements, stopped));
    }
    if let Some(tls) = tls.clone() {
        tokio::spawn(renew(tls));
    }
    let jobs = tokio::spawn(runner.run(stopping.clone()));
    let scheme = config.serving.scheme();
    writeln!(console.out, "半边天已启动：{scheme}://{address}/（按 Ctrl-C 停止）")?;
    console.out.flush()?;
    let transport = Transport { tls, patience: config.serving.patience, ..Transport::default() };
    let served = halfsky_web::serve(listener, app, transport, stopped(stopping)).await;
    served.context("网页服务意外停止")?;
    jobs.await.context("后台任务意外停止")?;
    store.close().await;
    writeln!(console.err, "已停止")?;
    Ok(ExitCode::SUCCESS)
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("不能监听 {address}：可能已被占用，请换一个端口"))
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    // a sender that is gone has stopped, too
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Reads certificate and key again whenever the program is told to (SIGHUP).
#[cfg(unix)]
async fn renew(tls: Tls) {
    let Ok(mut told) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())
    else {
        return;
    };
    while told.recv().await.is_some() {
        match tls.reload().await {
            Ok(()) => tracing::info!("certificate and key were read again"),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the old certificate stays in use");
            }
        }
    }
}

#[cfg(not(unix))]
async fn renew(_tls: Tls) {}

async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            }
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
