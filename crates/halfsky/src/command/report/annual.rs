//! `halfsky report annual`.

use std::process::ExitCode;

use halfsky_report::draft::annual::annual;

use super::Console;
use super::material::{Chosen, with_material};
use super::output::{Out, write};
use crate::config::Config;

/// 年度统计监测报告
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    out: Out,
}

/// Makes the document.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let document = with_material(&arguments.chosen, config, console, |m| Ok(annual(m)?))?;
    write(&document, &arguments.out.out, config, console)?;
    Ok(ExitCode::SUCCESS)
}
