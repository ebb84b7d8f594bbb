//! `halfsky config`: every key, its value, where the value came from, and what it does.

use std::process::ExitCode;

use halfsky_report::render::text;
use halfsky_report::table::{Column, Table};

use super::Console;
use crate::config::Raw;

/// 查看配置
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 同时说明每一项的用途
    #[arg(long)]
    explain: bool,
}

/// Lists the keys; wrong values are told after the list, so that the list helps to mend them.
pub(crate) fn run(
    arguments: &Arguments,
    raw: &Raw,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    if arguments.explain {
        for (key, value, origin) in raw.shown() {
            writeln!(console.out, "{} = \"{value}\"", key.name)?;
            writeln!(console.out, "    {}", key.explanation)?;
            writeln!(
                console.out,
                "    来自：{origin}；默认：“{}”；环境变量：HALFSKY_{}",
                key.default,
                key.name.to_uppercase()
            )?;
        }
        writeln!(
            console.out,
            "\n先后次序：命令行参数 > 环境变量 > 配置文件（--config FILE） > 默认值。"
        )?;
    } else {
        let rows = raw
            .shown()
            .map(|(key, value, origin)| vec![key.name.to_owned(), value, origin.to_string()])
            .collect();
        let columns = ["配置项", "值", "来自"].map(Column::words).to_vec();
        write!(console.out, "{}", text::table(&Table { title: String::new(), columns, rows }))?;
    }
    raw.resolve()?;
    Ok(ExitCode::SUCCESS)
}
