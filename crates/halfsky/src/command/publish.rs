//! `halfsky publish`: the public portal as files, for any web server.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use halfsky_plan::ref_area::RefArea;
use halfsky_report::draft::Prepared;
use halfsky_report::portal::{Place, Portal, PublishedReport};
use halfsky_web::publishing;

use super::report::material::{Chosen, Whose, prepare, region};
use super::{Console, block_on, serve};
use crate::config::Config;

/// 生成公开门户的静态网页
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 输出目录；不存在时新建，已有内容的目录不写入
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// 监测年度，如2025
    #[arg(long, value_name = "YEAR")]
    year: i32,
    /// 地区代码；只有一个地区公布了数据时可以不写
    #[arg(long, value_name = "CODE")]
    region: Option<RefArea>,
}

/// Writes the site.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    empty(&arguments.out)?;
    console.progress("正在读取已公布的数据")?;
    let (prepared, reports) = material(arguments, config)?;
    let materials: Vec<_> = prepared.iter().map(Prepared::material).collect();
    let region = materials.first().map_or("", |material| material.region);
    let portal = Portal { region, plans: &materials, reports: &reports, place: Place::Files };
    console.progress("正在生成网页")?;
    let paths = portal.paths();
    for path in &paths {
        let Some(page) = portal.page(path) else { continue };
        let file = arguments.out.join(path);
        let told = || format!("不能写入 {}", file.display());
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).with_context(told)?;
        }
        std::fs::write(&file, &page.bytes).with_context(told)?;
    }
    writeln!(
        console.out,
        "已生成{}个文件，首页为 {}",
        paths.len(),
        arguments.out.join("index.html").display()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Old pages beside new ones would still be found by readers.
fn empty(out: &Path) -> anyhow::Result<()> {
    let mut entries = match std::fs::read_dir(out) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).context(format!("不能读取 {}", out.display())),
    };
    if entries.next().is_some() {
        bail!("目录 {} 已有内容，请另选目录或先清空", out.display());
    }
    Ok(())
}

/// The women's plan and the children's plan, as far as both are in force, and the reports that were published.
fn material(
    arguments: &Arguments,
    config: &Config,
) -> anyhow::Result<(Vec<Prepared>, Vec<PublishedReport>)> {
    let chosen = |plan| Chosen {
        year: arguments.year,
        region: arguments.region.clone(),
        plan,
        date: None,
        public: true,
    };
    block_on(async {
        let store = serve::open(config).await?;
        let mut prepared = Vec::new();
        for plan in [Whose::Women, Whose::Children] {
            prepared.extend(prepare(&store, &chosen(plan)).await?);
        }
        if prepared.is_empty() {
            bail!("没有覆盖{}年、已生效的规划，请先在“规划”中导入并确认", arguments.year);
        }
        let area = region(&store, arguments.region.as_ref()).await?;
        let listed = publishing::listed(&store, &area).await?;
        Ok((prepared, publishing::with_files(&store, &area, listed).await?))
    })
}
