//! `halfsky audit`: the audit chain is checked, anchored, handed out and shortened.

mod anchor;
mod export;
mod prune;
mod set;
pub(crate) mod verify;

use std::process::ExitCode;

use clap::Subcommand;
use halfsky_store::audit::Entry;

use super::Console;
use crate::arrival::ACTOR;
use crate::clock;
use crate::config::Config;

/// 核验、锚定、导出审计记录
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 重新计算全部审计链并与锚定核对；发现改动时退出码为1
    Verify(verify::Arguments),
    /// 记下此刻全部审计链的链尾，输出后可打印或另存他处
    Anchor(anchor::Arguments),
    /// 导出审计记录（csv或xlsx）
    Export(export::Arguments),
    /// 清除超过保留期限的审计记录（至少保留180天）
    Prune(prune::Arguments),
    /// 设置校验算法和保留期限
    Set(set::Arguments),
}

/// Runs a command.
pub(crate) fn run(
    arguments: Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::Verify(a) => verify::run(&a, config, console),
        Command::Anchor(a) => anchor::run(&a, config, console),
        Command::Export(a) => export::run(&a, config, console),
        Command::Prune(a) => prune::run(&a, config, console),
        Command::Set(a) => set::run(&a, config, console),
    }
}

/// The entry about what a command does.
fn entry(action: &str, object: &str) -> Entry {
    Entry::new(clock::now(), ACTOR, action, object).from(Entry::COMMAND_LINE)
}
