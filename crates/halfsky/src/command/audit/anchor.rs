//! `halfsky audit anchor`: the heads of all chains, to be kept where this program cannot reach.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use halfsky_store::Store;
use halfsky_store::audit;

use super::entry;
use crate::command::{Console, block_on};
use crate::config::Config;

/// 记下此刻全部审计链的链尾
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// 写入文件；不写则输出到屏幕
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// 文字，可打印
    Text,
    /// 供程序读取
    Json,
}

/// Takes an anchor and hands it out.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let anchor = block_on(async {
        let store = Store::open(&config.location).await?;
        let anchor = audit::anchor::take(&store, entry("audit.anchor", "")).await?;
        store.close().await;
        Ok(anchor)
    })?;
    let text = match arguments.format {
        Format::Text => anchor.text(),
        Format::Json => anchor.json(),
    };
    match &arguments.out {
        None => write!(console.out, "{text}")?,
        Some(path) => {
            std::fs::write(path, text).with_context(|| format!("不能写入 {}", path.display()))?;
            writeln!(console.out, "第{}号锚定已写入 {}", anchor.number, path.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
