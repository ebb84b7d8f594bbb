//! `halfsky backup`: everything in one file, checked, and put back.

mod create;
mod restore;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use halfsky_store::backup::{Manifest, Unlock};

use super::Console;
use crate::config::{Config, secret_text};

/// 备份、核验备份、从备份恢复
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 备份数据库和全部原文件，不必停止服务
    Create(create::Arguments),
    /// 完整读一遍备份文件，核对每一部分，不改动任何数据
    Verify(verify::Arguments),
    /// 把备份恢复到空目录或空数据库，并核验审计记录
    Restore(restore::Arguments),
}

/// Runs a command; only those that need the configuration resolve it.
pub(crate) fn run(
    arguments: Arguments,
    config: impl FnOnce() -> anyhow::Result<Config>,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::Create(a) => create::run(&a, &config()?, console),
        Command::Verify(a) => verify::run(&a, console),
        Command::Restore(a) => restore::run(&a, &config()?, console),
    }
}

/// What opens an encrypted backup.
#[derive(Debug, clap::Args)]
struct Opener {
    /// 打开加密备份的私钥文件（由 age-keygen 生成）
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_file")]
    identity: Option<PathBuf>,
    /// 打开加密备份的口令文件
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Opener {
    fn unlock(&self) -> anyhow::Result<Unlock> {
        match (&self.identity, &self.passphrase_file) {
            (Some(path), _) => Ok(Unlock::identity(&secret_text(path)?)),
            (None, Some(path)) => Ok(Unlock::passphrase(&secret_text(path)?)),
            (None, None) => Ok(Unlock::Nothing),
        }
    }
}

/// What a backup holds, in one line.
fn summary(manifest: &Manifest) -> String {
    format!(
        "数据结构第{}版，{}张表 {} 行，{} 个原文件，审计链 {} 条",
        manifest.schema_version,
        manifest.tables.len(),
        manifest.rows(),
        manifest.files,
        manifest.audit_heads.len()
    )
}

/// Lets work tell what it is doing, and shows it to whoever watches.
///
/// The console is not `Send`, so the work tells through a channel.
async fn watched<T>(
    console: &mut Console<'_>,
    work: impl AsyncFnOnce(&mut (dyn FnMut(&str) + Send)) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel::<String>();
    let mut progress = move |what: &str| {
        // a console that is gone does not stop the work
        let _ = tell.send(what.to_owned());
    };
    let mut working = std::pin::pin!(work(&mut progress));
    loop {
        tokio::select! {
            done = &mut working => return done,
            Some(what) = told.recv() => console.progress(&what)?,
        }
    }
}
