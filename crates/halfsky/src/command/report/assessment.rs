//! `halfsky report midterm` and `halfsky report final`.

use std::process::ExitCode;

use halfsky_report::draft::assessment::{Stage, assessment};

use super::Console;
use super::material::{Chosen, with_material};
use super::output::{Out, write};
use crate::config::Config;

/// 中期、终期评估报告
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
    stage: Stage,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let document =
        with_material(&arguments.chosen, config, console, |m| Ok(assessment(m, stage)?))?;
    write(&document, &arguments.out.out, config, console)?;
    Ok(ExitCode::SUCCESS)
}
