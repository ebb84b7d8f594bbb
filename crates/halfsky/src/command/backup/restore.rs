//! `halfsky backup restore`: a backup is put back, and its audit chains are verified.

use std::path::PathBuf;
use std::process::ExitCode;

use halfsky_store::Store;
use halfsky_store::audit::Entry;
use halfsky_store::backup::{self, Restored};
use halfsky_store::seal::key_file;

use super::{Opener, summary, watched};
use crate::arrival::ACTOR;
use crate::clock;
use crate::command::{Console, audit, block_on};
use crate::config::Config;

/// 把备份恢复到空目录或空数据库
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 备份文件
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    opener: Opener,
    /// 数据目录中已有数据时，先把它移到旁边的 replaced-… 目录再恢复（只用于内置数据库，须先停止服务）
    #[arg(long)]
    replace: bool,
}

/// Restores; audit chains that are not whole are exit code 1.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let unlock = arguments.opener.unlock()?;
    let entry = Entry::new(clock::now(), ACTOR, "backup.restore", "backup");
    let entry = entry.from(Entry::COMMAND_LINE);
    let (file, to) = (&arguments.file, &config.location);
    block_on(async {
        let restored = watched(console, async |progress| {
            if arguments.replace {
                return Ok(backup::replace(file, &unlock, to, entry, progress).await?);
            }
            Ok((backup::restore(file, &unlock, to, entry, progress).await?, None))
        });
        let (restored, aside) = restored.await?;
        writeln!(console.out, "已恢复到 {to}：{}", summary(&restored.manifest))?;
        if let Some(aside) = aside {
            writeln!(console.out, "原来的数据在 {}，核对无误后可以删除", aside.display())?;
        }
        key(&restored, config, console).await?;
        audit::verify::tell(&restored.audit, console)?;
        Ok(if restored.audit.is_intact() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

/// Puts the key file in its place, when the backup has one and none is there, and says how it stands.
async fn key(
    restored: &Restored,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let path = &config.secret_file;
    if let Some(key) = &restored.key
        && backup::put_key(path, key)?
    {
        writeln!(console.out, "密钥文件已放到 {}", path.display())?;
    }
    let store = Store::open(&config.location).await?;
    let examined = key_file::examine(&store, path).await;
    store.close().await;
    if let Err(error) = examined {
        writeln!(console.out, "注意：{error}")?;
    }
    Ok(())
}
