//! `halfsky audit verify`: every chain and every anchor, recomputed.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use halfsky_store::Store;
use halfsky_store::audit::{self, Anchor, Outcome, Progress, Verification};

use crate::command::{Console, block_on};
use crate::config::Config;

/// 重新计算全部审计链
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 另存他处的锚定（halfsky audit anchor 的输出），一并核对
    #[arg(long, value_name = "FILE")]
    anchor: Option<PathBuf>,
}

/// Verifies; a finding is exit code 1, and the first of each chain is named.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let kept = arguments.anchor.as_ref().map(read_anchor).transpose()?;
    let outcome = block_on(async {
        let store = Store::open(&config.location).await?;
        let outcome = verify(&store, kept.as_ref(), console).await;
        store.close().await;
        outcome
    })?;
    tell(&outcome, console)?;
    Ok(if outcome.is_intact() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read_anchor(path: &PathBuf) -> anyhow::Result<Anchor> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("不能读取锚定文件 {}", path.display()))?;
    Anchor::parse(&text).with_context(|| {
        format!("{} 不是锚定文件；应为 halfsky audit anchor 输出的文字或json", path.display())
    })
}

/// Verifies with progress for whoever watches.
pub(crate) async fn verify(
    store: &Store,
    kept: Option<&Anchor>,
    console: &mut Console<'_>,
) -> anyhow::Result<Outcome> {
    // The callback cannot hold the console, which is not `Send`: it tells through a channel.
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let mut shown = -1;
    let mut progress = move |now: Progress| {
        let percent = now.entries.saturating_mul(100) / now.total.max(1);
        // A console that is gone does not stop the check.
        let _ = tell.send((percent, now));
    };
    let mut verifying = std::pin::pin!(audit::verify_all(store, kept, &mut progress));
    loop {
        tokio::select! {
            outcome = &mut verifying => return Ok(outcome?),
            Some((percent, now)) = told.recv() => {
                if percent > shown {
                    shown = percent;
                    console.progress(&format!("已核验 {} / {} 条", now.entries, now.total))?;
                }
            }
        }
    }
}

/// Says what was found.
pub(crate) fn tell(outcome: &Outcome, console: &mut Console<'_>) -> anyhow::Result<()> {
    for (area, verification) in &outcome.chains {
        match verification {
            Verification::Intact { entries } => {
                writeln!(console.out, "区划 {area}：{entries} 条，完整")?;
            }
            Verification::Broken { finding, .. } => {
                writeln!(console.out, "区划 {area}：不完整，{finding}")?;
            }
        }
    }
    match &outcome.anchor_finding {
        None => writeln!(console.out, "锚定：{} 号，相符", outcome.anchors)?,
        Some(finding) => writeln!(console.out, "锚定：不相符，{finding}")?,
    }
    if outcome.is_intact() {
        writeln!(console.out, "审计记录完整，共 {} 条", outcome.entries())?;
    } else {
        writeln!(
            console.out,
            "审计记录被改动过：请保留现场，不要继续写入；用最近的备份另行恢复一份，与现有数据对照"
        )?;
    }
    Ok(())
}
