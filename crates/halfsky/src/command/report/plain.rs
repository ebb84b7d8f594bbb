//! `halfsky report annual`, `brief`, `midterm` and `final`: documents that ask a person for nothing.

use std::process::ExitCode;

use halfsky_report::draft::{Details, draft};
use halfsky_report::issue::ReportKind;

use super::Console;
use super::material::{Chosen, with_material};
use super::output::{Out, write};
use crate::config::Config;

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
    kind: ReportKind,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let details = Details::default();
    let document =
        with_material(&arguments.chosen, config, console, |m| Ok(draft(m, kind, &details)?))?;
    write(&document, &arguments.out.out, config, console)?;
    Ok(ExitCode::SUCCESS)
}
