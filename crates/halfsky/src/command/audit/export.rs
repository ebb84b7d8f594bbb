//! `halfsky audit export`: entries as a table for spreadsheets.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use halfsky_plan::ref_area::RefArea;
use halfsky_report::render;
use halfsky_store::Store;
use halfsky_store::audit;
use halfsky_store::audit::search::{self, Filter};
use halfsky_web::audit_table;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::entry;
use crate::command::{Console, block_on};
use crate::config::Config;

/// Hours that China is ahead of UTC.
const CHINA: Offset = Offset::constant(8);

/// 导出审计记录
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 写入的文件，以 .csv 或 .xlsx 结尾
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// 只要这个区划的；公共数据为000000
    #[arg(long, value_name = "CODE")]
    ref_area: Option<RefArea>,
    /// 从这一天起（如2026-01-01）
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// 到这一天为止，含当天
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// 只要这个人或这个账号的
    #[arg(long, value_name = "NAME", default_value = "")]
    actor: String,
    /// 只要这种操作的代码，如 plan.import，或一类操作，如 plan
    #[arg(long, value_name = "CODE", default_value = "")]
    action: String,
    /// 说明、变更、原因或对象中含有这些字
    #[arg(long, value_name = "TEXT", default_value = "")]
    words: String,
}

/// Writes the entries that match, newest first; the export is itself an entry.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let filter = Filter {
        ref_area: arguments.ref_area.clone(),
        from: arguments.from.map(start_of).transpose()?,
        until: arguments.until.map(end_of).transpose()?,
        actor: arguments.actor.clone(),
        action: arguments.action.clone(),
        object: String::new(),
        words: arguments.words.clone(),
    };
    let extension = arguments.out.extension().and_then(|e| e.to_str()).unwrap_or_default();
    if !matches!(extension, "csv" | "xlsx") {
        bail!("文件名应以 .csv 或 .xlsx 结尾：{}", arguments.out.display());
    }
    console.progress("正在读取审计记录")?;
    let entries = block_on(async {
        let store = Store::open(&config.location).await?;
        let entries = search::all(&store, &filter).await?;
        let about = format!("{}条审计记录", entries.len());
        audit::record_read(&store, None, entry("audit.export", "audit").about(&about)).await?;
        store.close().await;
        Ok(entries)
    })?;
    let table = audit_table::table(&entries);
    let bytes = match extension {
        "csv" => render::csv::csv(&table),
        _ => render::xlsx::xlsx(&table)?,
    };
    std::fs::write(&arguments.out, bytes)
        .with_context(|| format!("不能写入 {}", arguments.out.display()))?;
    writeln!(console.out, "已导出 {} 条到 {}", entries.len(), arguments.out.display())?;
    Ok(ExitCode::SUCCESS)
}

fn start_of(day: Date) -> anyhow::Result<Timestamp> {
    CHINA.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).context("日期超出范围")
}

fn end_of(day: Date) -> anyhow::Result<Timestamp> {
    start_of(day.tomorrow().context("日期超出范围")?)
}
