//! `halfsky report check`: measures a document against GB/T 9704.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use halfsky_report::check::check;
use halfsky_report::render::text;
use halfsky_report::table::{Column, Table};

use super::Console;

/// 按GB/T 9704检查docx的版式
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 要检查的文书（docx）
    #[arg(value_name = "FILE.docx")]
    file: PathBuf,
}

/// Lists what deviates; the exit code is 1 when something does.
pub(crate) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let path = arguments.file.display();
    let bytes = std::fs::read(&arguments.file).with_context(|| format!("不能读取 {path}"))?;
    let checked = check(&bytes)?;
    writeln!(
        console.out,
        "{path}：识别为{}，共{}段；依据GB/T 9704-2012检查文件中写明的版式，字体以实际安装为准。",
        checked.form, checked.paragraphs
    )?;
    if checked.deviations.is_empty() {
        writeln!(console.out, "未发现不符合项。")?;
        return Ok(ExitCode::SUCCESS);
    }
    let columns = ["条款", "位置", "现为", "应为"].map(Column::words).to_vec();
    let row = |d: &halfsky_report::check::Deviation| {
        vec![d.clause.to_owned(), d.place.clone(), d.found.clone(), d.wanted.clone()]
    };
    let rows = checked.deviations.iter().map(row).collect();
    let title = format!("不符合项{}处", checked.deviations.len());
    write!(console.out, "{}", text::table(&Table { title, columns, rows }))?;
    Ok(ExitCode::FAILURE)
}
