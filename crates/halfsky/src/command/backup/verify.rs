//! `halfsky backup verify`: every part of a backup is read and compared; nothing is changed.

use std::path::PathBuf;
use std::process::ExitCode;

use halfsky_store::backup;

use super::{Opener, summary};
use crate::command::Console;

/// 完整读一遍备份文件
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 备份文件
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    opener: Opener,
}

/// Verifies; a backup that is not whole is exit code 1.
pub(crate) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let unlock = arguments.opener.unlock()?;
    let shown = arguments.file.display();
    console.progress(&format!("正在核验 {shown}"))?;
    let manifest = backup::verify(&arguments.file, &unlock, &mut |_| ())?;
    writeln!(console.out, "备份完整：{shown}")?;
    writeln!(
        console.out,
        "{}，由 halfsky {} 于 {} 备份",
        summary(&manifest),
        manifest.program,
        manifest.created_at
    )?;
    Ok(ExitCode::SUCCESS)
}
