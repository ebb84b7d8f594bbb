//! `halfsky outlook`: judges any series of one's own against targets of one's own; stores nothing.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use halfsky_evaluate::own_series::{Problem, judge_tables};
use halfsky_plan::source::LARGEST_FILE;
use halfsky_report::outlook_tables;
use halfsky_report::render::json::outlook;
use halfsky_report::render::text;

use crate::command::Console;

/// More mistakes than this are counted and not listed.
const LISTED: usize = 20;

/// 研判自有数据：给序列和目标，得出预测、概率和判定，不保存
#[derive(Debug, clap::Args)]
#[command(after_help = "\
数据表的列：series,year,value
目标表的列：series,operator,target,upper,by,base_year,scale,decimals,prior_s0sq,prior_d0
  operator  >=、<=或band（band须写upper）
  scale     logit（0到100的百分比）、log（率、收入等正数）或identity（差距、预期寿命）
  upper、base_year、decimals、prior_s0sq、prior_d0可以为空")]
pub(crate) struct Arguments {
    /// 数据表（csv）
    #[arg(value_name = "SERIES.csv")]
    series: PathBuf,
    /// 目标表（csv）
    #[arg(long, value_name = "TARGETS.csv")]
    targets: PathBuf,
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

/// Judges, or tells every mistake of both tables and judges nothing.
pub(crate) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let (series, targets) = (read(&arguments.series)?, read(&arguments.targets)?);
    let judged = match judge_tables(&series, &targets) {
        Ok(judged) => judged,
        Err(problems) => return refuse(&problems, console),
    };
    match arguments.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *console.out, &outlook::own_series(&judged))?;
            writeln!(console.out)?;
        }
        Format::Table => {
            write!(console.out, "{}", text::table(&outlook_tables::own_series(&judged)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn refuse(problems: &[Problem], console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    for problem in problems.iter().take(LISTED) {
        writeln!(console.err, "出错：{problem}")?;
    }
    if problems.len() > LISTED {
        writeln!(console.err, "另有{}处错误", problems.len() - LISTED)?;
    }
    writeln!(console.err, "没有输出结果，请改正后重试。")?;
    Ok(ExitCode::FAILURE)
}

/// The bytes of a file, or of standard input for `-`; one byte too many lets the reader say what is too large.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let limit = u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes).context("不能读取标准输入")?;
    } else {
        let file = std::fs::File::open(path)
            .with_context(|| format!("不能打开文件 {}", path.display()))?;
        file.take(limit)
            .read_to_end(&mut bytes)
            .with_context(|| format!("不能读取文件 {}", path.display()))?;
    }
    Ok(bytes)
}
