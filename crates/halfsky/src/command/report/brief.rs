//! `halfsky report brief`.

use std::process::ExitCode;

use halfsky_report::draft::brief::brief;

use super::Console;
use super::material::{Chosen, with_material};
use super::output::{Out, write};
use crate::config::Config;

/// 领导一页纸
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
    let document = with_material(&arguments.chosen, config, console, |m| Ok(brief(m)?))?;
    write(&document, &arguments.out.out, config, console)?;
    Ok(ExitCode::SUCCESS)
}
