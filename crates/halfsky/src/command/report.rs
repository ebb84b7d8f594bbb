//! `halfsky report`: documents from a published edition and an evaluation; measuring a document.

mod check;
mod letter;
pub(super) mod material;
mod official;
mod output;
mod plain;
mod unit;
mod yearbook;

use std::process::ExitCode;

use clap::Subcommand;

use super::Console;
use crate::config::Config;

/// 生成报告、公函和统计资料，检查文书格式
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 年度统计监测报告（docx、pdf、html，xlsx为其中的表）
    Annual(plain::Arguments),
    /// 领导一页纸（docx、pdf、html，xlsx为其中的表）
    Brief(plain::Arguments),
    /// 妇女儿童统计资料（xlsx、docx、pdf、html）
    Yearbook(yearbook::Arguments),
    /// 部门年度落实情况报告和下一年工作安排（docx、pdf、html，xlsx为其中的表）
    Unit(unit::Arguments),
    /// 中期评估报告（docx、pdf、html，xlsx为其中的表）
    Midterm(plain::Arguments),
    /// 终期评估报告（docx、pdf、html，xlsx为其中的表）
    Final(plain::Arguments),
    /// 催报函、提示函、预警函、督办函（docx、pdf、html，xlsx为其中的表）
    Letter(letter::Arguments),
    /// 报告、请示、通报、会议纪要（docx、pdf、html，xlsx为其中的表）
    Official(official::Arguments),
    /// 按GB/T 9704检查docx的版式；有不符合时退出码为1
    Check(check::Arguments),
}

/// Runs a command; the configuration is read only by those that need it.
pub(crate) fn run(
    arguments: Arguments,
    config: impl FnOnce() -> anyhow::Result<Config>,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    use halfsky_report::issue::ReportKind;
    match arguments.command {
        Command::Annual(a) => plain::run(&a, ReportKind::Annual, &config()?, console),
        Command::Brief(a) => plain::run(&a, ReportKind::Brief, &config()?, console),
        Command::Yearbook(a) => yearbook::run(&a, &config()?, console),
        Command::Unit(a) => unit::run(&a, &config()?, console),
        Command::Midterm(a) => plain::run(&a, ReportKind::Midterm, &config()?, console),
        Command::Final(a) => plain::run(&a, ReportKind::Final, &config()?, console),
        Command::Letter(a) => letter::run(&a, &config()?, console),
        Command::Official(a) => official::run(&a, &config()?, console),
        Command::Check(a) => check::run(&a, console),
    }
}
