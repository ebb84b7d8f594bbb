//! `halfsky backup create`: one file with everything, made while people work.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use halfsky_store::Store;
use halfsky_store::audit::Entry;
use halfsky_store::backup::runs::Cause;
use halfsky_store::backup::{Keeper, Policy, Protection};

use super::{summary, watched};
use crate::arrival::ACTOR;
use crate::clock;
use crate::command::{Console, block_on};
use crate::config::{Config, secret_text};

/// 备份数据库和全部原文件
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 备份文件放在哪个目录；不写则用配置中的目录
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// 用age公钥（age1开头）加密；不写则按配置
    #[arg(long, value_name = "AGE1…", conflicts_with = "passphrase_file")]
    recipient: Option<String>,
    /// 用文件里的口令（至少12个字）加密；不写则按配置
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Makes a backup. One that somebody asked for removes no older ones.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let policy = Policy {
        dir: arguments.to.clone().unwrap_or_else(|| config.backups.dir.clone()),
        hour: None,
        keep: usize::MAX,
        protection: protection(arguments, config)?,
        key_file: Some(config.secret_file.clone()),
    };
    let encrypted = policy.protection.is_encrypted();
    let made = block_on(async {
        let store = Store::open(&config.location).await?;
        let keeper = Keeper::new(store.clone(), policy, Arc::new(clock::now));
        let by =
            Entry::new(clock::now(), ACTOR, "backup.begin", "backup").from(Entry::COMMAND_LINE);
        let made =
            watched(console, async |progress| Ok(keeper.run(Cause::Manual, by, progress).await?));
        let made = made.await;
        store.close().await;
        made
    })?;
    writeln!(console.out, "备份完成：{}（{} 字节）", made.path.display(), made.size)?;
    writeln!(console.out, "{}", summary(&made.manifest))?;
    if made.key_included {
        writeln!(console.out, "已加密，密钥文件也在其中")?;
    } else if encrypted {
        writeln!(console.out, "已加密；没有密钥文件 {} 可一并备份", config.secret_file.display())?;
    } else {
        writeln!(
            console.out,
            "没有加密，其中不含密钥文件 {}：请另行保管，恢复时需要它",
            config.secret_file.display()
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn protection(arguments: &Arguments, config: &Config) -> anyhow::Result<Protection> {
    match (&arguments.passphrase_file, &arguments.recipient) {
        (Some(path), _) => Ok(Protection::passphrase(&secret_text(path)?)?),
        (None, Some(recipient)) => Ok(Protection::recipient(recipient)?),
        (None, None) => config.backups.protection(),
    }
}
