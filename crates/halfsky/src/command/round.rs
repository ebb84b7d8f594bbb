//! `halfsky round`: what can be done with rounds without a page.

mod hand_down;

use std::process::ExitCode;

use clap::Subcommand;

use super::Console;
use crate::config::Config;

/// 向下级下达报送轮次
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 把一轮报送下达给下一级地区，各地单位得到任务和通知
    HandDown(hand_down::Arguments),
}

/// Runs a command.
pub(crate) fn run(
    arguments: Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::HandDown(a) => hand_down::run(&a, config, console),
    }
}
