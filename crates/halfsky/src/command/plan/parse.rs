//! `halfsky plan parse`: what is understood of plan documents, as JSON or as tables.

use std::path::PathBuf;
use std::process::ExitCode;

use halfsky_plan::note::{LineIndex, Note};
use halfsky_report::plan_tables;
use halfsky_report::render::{json, text};

use crate::arrival::ReadFile;
use crate::command::Console;

/// 识别规划文本并输出结果，不保存
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 规划文件（txt、md、html、docx、有文字层的pdf）；“-”为标准输入
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// 供程序使用
    Json,
    /// 供人阅读
    Table,
}

/// Reads every file; one that cannot be read does not keep the others from being told.
pub(crate) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let (mut read, mut failed) = (Vec::new(), 0);
    for (at, path) in arguments.files.iter().enumerate() {
        console.progress(&format!(
            "正在识别 {}（{}/{}）",
            path.display(),
            at + 1,
            arguments.files.len()
        ))?;
        match ReadFile::open(path) {
            Ok(file) => read.push(file),
            Err(error) => {
                failed += 1;
                writeln!(console.err, "出错：{}：{error:#}", path.display())?;
            }
        }
    }
    match arguments.format {
        Format::Json => {
            let files: Vec<_> =
                read.iter().map(|f| (f.name.as_str(), &f.parsed, f.source.text.as_str())).collect();
            serde_json::to_writer_pretty(&mut *console.out, &json::files(&files))?;
            writeln!(console.out)?;
        }
        Format::Table => {
            for file in &read {
                print_tables(file, console)?;
            }
        }
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_tables(file: &ReadFile, console: &mut Console<'_>) -> anyhow::Result<()> {
    let lines = LineIndex::new(&file.source.text);
    for plan in &file.parsed.plans {
        writeln!(console.out, "{}", text::table(&plan_tables::structure(plan)))?;
        writeln!(console.out, "{}", text::table(&plan_tables::parsed_targets(plan)))?;
        print_notes(&plan.notes, &lines, console)?;
    }
    print_notes(&file.parsed.notes, &lines, console)
}

fn print_notes(notes: &[Note], lines: &LineIndex, console: &mut Console<'_>) -> anyhow::Result<()> {
    for note in notes {
        writeln!(
            console.out,
            "第{}行：{} {}",
            lines.line(note.span.start),
            note.message,
            note.hint
        )?;
    }
    Ok(())
}
