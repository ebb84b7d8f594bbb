//! `halfsky plan import`: a plan file becomes drafts that people check in the pages.

use std::path::PathBuf;
use std::process::ExitCode;

use halfsky_plan::plan::Plan;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanVersion;
use halfsky_store::files::FileHash;
use halfsky_store::{Store, plans, regions};

use crate::arrival::{Place, ReadFile, keep_draft};
use crate::command::{Console, block_on, serve};
use crate::config::Config;

/// 识别规划文本并保存为待核对的新版本
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 规划文件（txt、md、html、docx、有文字层的pdf）；“-”为标准输入
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// 区划代码（6到12位数字）；不写则按规划中的地区名称查找，查不到时给一个临时代码
    #[arg(long, value_name = "CODE")]
    ref_area: Option<RefArea>,
    /// 同一文件已导入过时仍再导入一次
    #[arg(long)]
    again: bool,
}

/// Imports every plan of the file; a file that holds none is a failure.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    console.progress(&format!("正在识别 {}", arguments.file.display()))?;
    let mut file = ReadFile::open(&arguments.file)?;
    let found = std::mem::take(&mut file.parsed.plans);
    if found.is_empty() {
        for note in &file.parsed.notes {
            writeln!(console.err, "{} {}", note.message, note.hint)?;
        }
        anyhow::bail!("{} 中没有找到规划，什么都没有保存", file.name);
    }
    block_on(async {
        let store = serve::open(config).await?;
        for plan in found {
            let ref_area = match &arguments.ref_area {
                Some(code) => code.clone(),
                None => region_of(&store, &plan.region, console).await?,
            };
            if !arguments.again {
                refuse_repeated(&store, &file, &plan, &ref_area).await?;
            }
            console.progress(&format!("正在保存《{}》", plan.title))?;
            let version =
                keep_draft(&store, &file, plan, &Place { ref_area, example: false }).await?;
            tell(&version, console)?;
        }
        writeln!(console.out, "还没有生效：请运行 halfsky serve，在“规划”页核对后确认。")?;
        store.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// The first code tried for a region whose code nobody has given; 99 is no province of GB/T 2260.
const PROVISIONAL: u32 = 999_001;

/// The code of a region by its name, or a provisional one that is free.
async fn region_of(
    store: &Store,
    name: &str,
    console: &mut Console<'_>,
) -> anyhow::Result<RefArea> {
    let known = regions::list(store).await?;
    if let Some(region) = known.iter().find(|r| r.name == name) {
        return Ok(region.code.clone());
    }
    let free = (PROVISIONAL..1_000_000)
        .map(|code| code.to_string())
        .find(|code| known.iter().all(|r| r.code.as_str() != code));
    let code = free.ok_or_else(|| {
        anyhow::anyhow!("临时区划代码已用完，请用 --ref-area 指定“{name}”的区划代码")
    })?;
    writeln!(
        console.out,
        "没有给出“{name}”的区划代码，暂用 {code}；正式使用请加 --ref-area 区划代码 重新导入。"
    )?;
    Ok(code.parse()?)
}

async fn refuse_repeated(
    store: &Store,
    file: &ReadFile,
    plan: &Plan,
    ref_area: &RefArea,
) -> anyhow::Result<()> {
    let hash = FileHash::of(&file.bytes);
    let known = plans::list(store, Some(ref_area)).await?;
    let same = known
        .iter()
        .find(|k| k.source_sha256 == hash.as_str() && k.beneficiary == plan.beneficiary);
    if let Some(same) = same {
        anyhow::bail!(
            "该文件已导入过：《{}》第{}版（{}）。确要再导入一次，请加 --again",
            same.title,
            same.number,
            same.status.label()
        );
    }
    Ok(())
}

fn tell(version: &PlanVersion, console: &mut Console<'_>) -> anyhow::Result<()> {
    let count = version.review_count();
    writeln!(
        console.out,
        "《{}》第{}版：{}个领域，{}个目标，其中{}个待确认；提示{}条",
        version.plan.title,
        version.number,
        version.plan.domains.len(),
        version.targets.len(),
        count.pending,
        version.plan.notes.len()
    )?;
    Ok(())
}
