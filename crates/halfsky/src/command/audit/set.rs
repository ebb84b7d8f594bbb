//! `halfsky audit set`: hash and retention of the audit chain.

use std::process::ExitCode;

use anyhow::Context as _;
use halfsky_store::Store;
use halfsky_store::audit::{self, HashRule, Keep};

use super::entry;
use crate::command::{Console, block_on};
use crate::config::Config;

/// 设置校验算法和保留期限；不带参数则只查看
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 今后的记录用哪种校验算法；已有记录不变，仍可核验
    #[arg(long, value_enum)]
    hash: Option<Hash>,
    /// 审计记录保留天数（至少180）；“forever”为永久保留
    #[arg(long, value_name = "DAYS")]
    keep_days: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Hash {
    Sha256,
    Sm3,
}

impl Hash {
    const fn rule(self) -> HashRule {
        match self {
            Self::Sha256 => HashRule::Sha256,
            Self::Sm3 => HashRule::Sm3,
        }
    }
}

/// Changes what was named, and tells what holds now.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let keep = arguments.keep_days.as_deref().map(|days| {
        Keep::parse(days)
            .with_context(|| format!("保留天数“{days}”不正确：应为不少于180的整数，或 forever"))
    });
    let keep = keep.transpose()?;
    let policy = block_on(async {
        let store = Store::open(&config.location).await?;
        let mut policy = audit::policy(&store).await?;
        policy.hash = arguments.hash.map_or(policy.hash, Hash::rule);
        policy.keep = keep.unwrap_or(policy.keep);
        audit::set_policy(&store, policy, entry("audit.set", "setting audit")).await?;
        store.close().await;
        Ok(policy)
    })?;
    let (hash, keep) = (policy.hash.label(), policy.keep.label());
    writeln!(console.out, "校验算法：{hash}；保留期限：{keep}")?;
    Ok(ExitCode::SUCCESS)
}
