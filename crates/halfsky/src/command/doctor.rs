//! `halfsky doctor`: looks at an installation and says what to do.

use std::process::ExitCode;

use halfsky_report::render::text;
use halfsky_report::table::{Column, Table};
use halfsky_store::health::Extent;

use super::{Console, block_on};
use crate::clock;
use crate::config::Config;
use crate::doctor::{Examination, Finding, State, examine};

/// How many kept files are read when nobody asks for all of them.
const SAMPLE: usize = 200;

/// 检查数据目录和数据库
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 读取并核对全部原文件，不只抽查
    #[arg(long)]
    all_files: bool,
}

/// Looks; something to be done now is exit code 1.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    console.progress(&format!("正在检查 {}", config.location))?;
    let extent = if arguments.all_files { Extent::All } else { Extent::Sample(SAMPLE) };
    let about = Examination { config, now: clock::now(), extent };
    let findings = block_on(async { Ok(examine(&about).await) })?;
    let wrong = findings.iter().filter(|f| f.state == State::Wrong).count();
    let remarks = findings.iter().filter(|f| f.state == State::Remark).count();
    let row = |f: &Finding| vec![f.subject.to_owned(), f.state.label().to_owned(), f.found.clone()];
    let table = Table {
        title: format!("检查 {}", config.location),
        columns: ["检查项", "结果", "情况"].map(Column::words).to_vec(),
        rows: findings.iter().map(row).collect(),
    };
    write!(console.out, "{}", text::table(&table))?;
    // The table shortens what is long; what is to be done is told in full.
    for finding in findings.iter().filter(|f| matches!(f.state, State::Wrong | State::Remark)) {
        let Finding { subject, state, found, advice } = finding;
        writeln!(console.out, "{subject}（{}）：{found}。怎么办：{advice}", state.label())?;
    }
    if wrong == 0 {
        writeln!(console.out, "没有发现问题，提醒 {remarks} 项")?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(console.out, "有问题 {wrong} 项，提醒 {remarks} 项")?;
    Ok(ExitCode::FAILURE)
}
