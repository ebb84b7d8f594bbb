//! `halfsky report yearbook`.

use std::process::ExitCode;

use halfsky_plan::plan::Beneficiary;
use halfsky_report::draft::yearbook_document::yearbook_document;
use halfsky_report::render::xlsx;
use halfsky_report::yearbook::yearbook_by_domain;

use super::Console;
use super::material::{Chosen, published};
use super::output::{Format, Out, save, write};
use crate::command::{block_on, serve};
use crate::config::Config;

/// 妇女儿童统计资料
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    out: Out,
}

/// Makes the workbook or the document.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let offered = [Format::Xlsx, Format::Docx, Format::Pdf, Format::Html];
    let format = Format::of(&arguments.out.out, &offered)?;
    console.progress("正在读取已公布的数据")?;
    let (_, published) =
        block_on(async { published(&serve::open(config).await?, &arguments.chosen).await })?;
    let definitions = published.names().in_year(arguments.chosen.year);
    let book = yearbook_by_domain(&published.region, &published.edition, &definitions);
    if format == Format::Xlsx {
        save(&arguments.out.out, &xlsx::book(&book)?, console)?;
    } else {
        let issuing = published.issuing(Beneficiary::Women);
        let document = yearbook_document(&book, &issuing.monitoring, &issuing.date());
        write(&document, &arguments.out.out, config, console)?;
    }
    Ok(ExitCode::SUCCESS)
}
