//! `halfsky plan`: what can be done with the text of a plan.

mod import;
mod parse;

use std::process::ExitCode;

use clap::Subcommand;

use super::Console;
use crate::config::Config;

/// 读取、导入规划文本
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 识别规划文本并输出结果，不保存
    Parse(parse::Arguments),
    /// 识别规划文本并保存为待核对的新版本
    Import(import::Arguments),
}

/// Runs a command; the configuration is read only by those that need it.
pub(crate) fn run(
    arguments: Arguments,
    config: impl FnOnce() -> anyhow::Result<Config>,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::Parse(a) => parse::run(&a, console),
        Command::Import(a) => import::run(&a, &config()?, console),
    }
}
