//! `halfsky data`: figures in and out as long tables.

mod export;
mod import;

use std::process::ExitCode;

use clap::Subcommand;

use super::Console;
use crate::config::Config;

/// 导入历史数据、导出已发布的数据
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 导入以前年份的数据（长表：csv、tsv、xlsx、ods）
    Import(import::Arguments),
    /// 导出已发布的数据（csv、xlsx、json）
    Export(export::Arguments),
}

/// Runs a command.
pub(crate) fn run(
    arguments: Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::Import(a) => import::run(&a, config, console),
        Command::Export(a) => export::run(&a, config, console),
    }
}
