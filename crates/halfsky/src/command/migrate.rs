//! `halfsky migrate`: sets up the database or brings it up to this program.

use std::process::ExitCode;

use halfsky_store::distribute::{self, Distribution};
use halfsky_store::migrate::{self, SchemaStatus};
use halfsky_store::{Location, Store};

use super::{Console, block_on};
use crate::config::Config;
use crate::people;

/// 建立或升级数据库结构
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 只查看状态，不改动
    #[arg(long)]
    status: bool,
    /// 在Citus集群上按地区分布各表；其他数据库上不做任何改动
    #[arg(long, conflicts_with = "status")]
    distribute: bool,
    /// 与--distribute同用：只打印要执行的语句
    #[arg(long, requires = "distribute")]
    dry_run: bool,
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
    if arguments.dry_run {
        let found = block_on(async { Ok(distribute::look(location).await?) })?;
        return told(&found, location, console).map(|()| ExitCode::SUCCESS);
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
    if arguments.distribute {
        console.progress("正在分布各表")?;
        let done = block_on(async { Ok(distribute::distribute(location).await?) })?;
        summary(&done, location, console)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The statements, ready for psql.
fn told(
    found: &Distribution,
    location: &Location,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    if let Distribution::NoCitus { statements } | Distribution::Citus { statements, .. } = found {
        for statement in statements {
            writeln!(console.out, "{statement};")?;
        }
    }
    match found {
        Distribution::Citus { .. } => Ok(()),
        other => summary(other, location, console),
    }
}

fn summary(
    done: &Distribution,
    location: &Location,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let text = match done {
        Distribution::Embedded => "内置数据库在一台机器上，不需要分布，没有改动".to_owned(),
        Distribution::NoCitus { .. } => {
            "这个PostgreSQL没有安装Citus，不需要分布，没有改动".to_owned()
        }
        Distribution::Citus { statements, spread } if statements.is_empty() => {
            format!("{spread}张表都已分布，无需改动")
        }
        Distribution::Citus { spread, .. } => {
            let (all, regional) = distribute::counts();
            format!("已分布{}张表（全部{all}张，其中{regional}张按地区分布）", all - spread)
        }
    };
    // the remark goes beside the statements, not among them
    writeln!(console.err, "{location}：{text}")?;
    Ok(())
}
