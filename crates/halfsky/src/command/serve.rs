//! `halfsky serve`: the pages, until the program is told to stop.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use halfsky_store::migrate::{self, SchemaStatus};
use halfsky_store::{Store, indicators};
use halfsky_web::{App, Outside};
use tokio::net::TcpListener;

use super::{Console, block_on, start_log};
use crate::arrival::ACTOR;
use crate::config::Config;
use crate::{clock, entropy, people};

/// 启动网页服务
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 监听地址（本版只允许本机回环地址）
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
}

impl Arguments {
    pub(crate) fn flags(&self) -> Vec<(&'static str, Option<String>)> {
        vec![("listen", self.listen.clone())]
    }
}

/// Opens the store and serves it.
pub(crate) fn run(config: &Config, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    start_log(config)?;
    block_on(async {
        let store = open(config).await?;
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
    let mut tx = store.begin_reference().await?;
    if indicators::seed(&mut tx, catalogue.indicators()).await? > 0 {
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
    config: &Config,
    store: Store,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    // a source of randomness that fails once is gone for good: better refused now than in a request
    entropy::new_id(clock::now())?;
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("不能监听 {}：可能已被占用，请用 --listen 换一个端口", config.listen)
    })?;
    let address: SocketAddr = listener.local_addr()?;
    let outside = Outside {
        clock: Arc::new(clock::now),
        new_id: Arc::new(entropy::unguessable),
        random: Arc::new(entropy::fill_or_stop),
    };
    let key = people::secret_key(config, &store).await?;
    let app = App::new(store.clone(), outside, key, config.web.clone());
    for (role, link) in people::first_invitations(&store, &config.public_address(address)).await? {
        writeln!(
            console.out,
            "{}的一次性邀请链接（24小时内有效，请分别交给三个人）：{link}",
            role.label()
        )?;
    }
    writeln!(console.out, "半边天已启动：http://{address}/（按 Ctrl-C 停止）")?;
    console.out.flush()?;
    halfsky_web::serve(listener, app, stop()).await.context("网页服务意外停止")?;
    store.close().await;
    writeln!(console.err, "已停止")?;
    Ok(ExitCode::SUCCESS)
}

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
