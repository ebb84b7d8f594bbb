//! `halfsky audit prune`: entries whose time is over are removed.

use std::process::ExitCode;

use anyhow::bail;
use halfsky_store::Store;
use halfsky_store::audit::{self, Keep, retention};

use super::entry;
use crate::command::{Console, block_on};
use crate::config::Config;

/// 清除超过保留期限的审计记录
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 保留天数（至少180）；不写则用已设置的保留期限
    #[arg(long, value_name = "DAYS")]
    keep_days: Option<i64>,
}

/// Prunes every chain up to the newest anchor that is old enough.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    block_on(async {
        let store = Store::open(&config.location).await?;
        let days = match (arguments.keep_days, audit::policy(&store).await?.keep) {
            (Some(days), _) | (None, Keep::Days(days)) => days,
            (None, Keep::Forever) => {
                bail!("没有设置保留期限，审计记录永久保留；要清除请加 --keep-days 天数")
            }
        };
        let entry = entry("audit.prune", "").because(&format!("保留期限{days}天"));
        let removed = retention::prune(&store, days, &entry).await?;
        for one in &removed {
            writeln!(
                console.out,
                "区划 {}：清除 {} 条，到第 {} 条为止",
                one.ref_area, one.entries, one.until
            )?;
        }
        if removed.is_empty() {
            writeln!(console.out, "没有可清除的记录：只清除超过 {days} 天、且已有锚定的记录")?;
        }
        store.close().await;
        Ok(ExitCode::SUCCESS)
    })
}
