//! `halfsky migrate`: sets up the database or brings it up to this program.

use std::process::ExitCode;

use halfsky_store::Store;
use halfsky_store::migrate::{self, SchemaStatus};

use super::{Console, block_on};
use crate::config::Config;
use crate::people;

/// 建立或升级数据库结构
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 只查看状态，不改动
    #[arg(long)]
    status: bool,
}

/// Migrates, or with `--status` only tells; an outdated database is exit code 1 then.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let location = &config.location;
    if arguments.status {
        let (text, code) = match block_on(async { Ok(migrate::status(location).await?) })? {
            SchemaStatus::Current { version } => {
                (format!("结构为第{version}版，已是最新"), ExitCode::SUCCESS)
            }
            SchemaStatus::Missing => {
                ("尚未建立，请运行 halfsky migrate".to_owned(), ExitCode::FAILURE)
            }
            SchemaStatus::Behind { found, needed } => (
                format!("结构为第{found}版，程序需要第{needed}版，请运行 halfsky migrate"),
                ExitCode::FAILURE,
            ),
            SchemaStatus::Newer { found, known } => (
                format!("结构为第{found}版，比程序（第{known}版）新，请升级程序"),
                ExitCode::FAILURE,
            ),
        };
        writeln!(console.out, "{location}：{text}")?;
        return Ok(code);
    }
    console.progress(&format!("正在检查 {location}"))?;
    let report = block_on(async {
        let report = migrate::migrate(location).await?;
        let store = Store::open(location).await?;
        people::secret_key(config, &store).await?;
        store.close().await;
        Ok(report)
    })?;
    if let Some(backup) = &report.backup {
        writeln!(console.out, "升级前已备份到 {}", backup.display())?;
    }
    for step in &report.applied {
        writeln!(console.out, "已执行 {step}")?;
    }
    writeln!(
        console.out,
        "{location}：结构为第{}版{}",
        report.to,
        if report.applied.is_empty() { "，无需改动" } else { "" }
    )?;
    Ok(ExitCode::SUCCESS)
}
