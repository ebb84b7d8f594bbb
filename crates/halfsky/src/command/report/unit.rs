//! `halfsky report unit`: the yearly report of one unit, or of all that have something to do.

use std::process::ExitCode;

use halfsky_report::draft::unit_report::unit_report;

use super::Console;
use super::material::{Chosen, with_material};
use super::output::{Out, write};
use crate::config::Config;

/// 部门年度落实情况报告和下一年工作安排
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    chosen: Chosen,
    /// 单位名称，与规划分工中的写法一致
    #[arg(long, value_name = "NAME")]
    unit: String,
    #[command(flatten)]
    out: Out,
}

/// Makes the document.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let unit = arguments.unit.as_str();
    let document =
        with_material(&arguments.chosen, config, console, |m| Ok(unit_report(m, unit)?))?;
    write(&document, &arguments.out.out, config, console)?;
    Ok(ExitCode::SUCCESS)
}
