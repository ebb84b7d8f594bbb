//! `halfsky demo`: the built-in example, 云溪县, complete and ready to look at.

mod correction;
mod county;
mod current;
mod evaluation;
mod figures;
mod people;
mod reporting;
mod reports;
mod texts;
mod years;

use std::process::ExitCode;

use anyhow::Context as _;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::plans::Stamp;
use halfsky_store::{Location, Store, migrate, plans, settings};
use halfsky_web::Portal;

use super::{Console, block_on, serve, start_log};
use crate::arrival::{ACTOR, Place, ReadFile, confirm_example, keep_draft};
use crate::clock;
use crate::config::Raw;

/// Where the example goes when nobody says otherwise.
pub(crate) const DIR: &str = "./halfsky-demo";

/// The invented county and the invented city above it. 99 is no province of GB/T 2260.
const COUNTY: &str = "990101";
const CITY: &str = "990100";

/// One text of the example, and whether it is in force or waits to be checked.
struct Example {
    ref_area: &'static str,
    name: &'static str,
    text: &'static str,
}

const IN_FORCE: [Example; 3] = [
    Example {
        ref_area: CITY,
        name: "云江市妇女发展规划.txt",
        text: include_str!("../../demo/yunjiang-women.txt"),
    },
    Example {
        ref_area: COUNTY,
        name: "云溪县妇女发展规划.txt",
        text: include_str!("../../demo/yunxi-women.txt"),
    },
    Example {
        ref_area: COUNTY,
        name: "云溪县儿童发展规划.txt",
        text: include_str!("../../demo/yunxi-children.txt"),
    },
];

/// What the mid-term revision of the women's plan changes: lines of “before TAB after”.
const REVISION: &str = include_str!("../../demo/yunxi-women.revision.tsv");

/// 建立并打开内置示例
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 监听地址
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// 只准备数据，不启动网页服务
    #[arg(long)]
    no_serve: bool,
}

impl Arguments {
    pub(crate) fn flags(&self) -> Vec<(&'static str, Option<String>)> {
        vec![("listen", self.listen.clone())]
    }
}

/// Prepares the example where it is not there yet, and serves it.
pub(crate) fn run(
    arguments: &Arguments,
    raw: &Raw,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let mut config = raw.resolve()?;
    // invented figures may be read by everybody who reaches the example
    config.web.portal = Portal::Open;
    start_log(&config)?;
    block_on(async {
        migrate::migrate(&config.location).await?;
        let store = serve::open(&config).await?;
        prepare(&store, &config.location, console).await?;
        people::settle(&store).await?;
        reporting::settle(&store, clock::now(), console).await?;
        evaluation::settle(&store).await?;
        let key = crate::people::secret_key(&config, &store).await?;
        reports::settle(&store, &key).await?;
        writeln!(console.out, "示例数据：{}", config.location)?;
        writeln!(console.out, "演示账号：\n{}", people::table())?;
        if arguments.no_serve {
            store.close().await;
            return Ok(ExitCode::SUCCESS);
        }
        serve::serve(config, store, console).await
    })
}

async fn prepare(
    store: &Store,
    location: &Location,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let known = plans::list(store, None).await?;
    if known.iter().any(|k| !k.example) {
        anyhow::bail!("{location} 里已有正式数据，不能放入示例；请用 --dir 另选一个目录");
    }
    if !known.is_empty() {
        writeln!(console.out, "已有示例数据，直接使用")?;
        return Ok(());
    }
    for example in &IN_FORCE {
        console.progress(&format!("正在导入示例 {}", example.name))?;
        for version in keep(store, example.ref_area, example.name, example.text.to_owned()).await? {
            let stamp = Stamp { at: clock::now(), by: ACTOR.to_owned() };
            confirm_example(store, version, &stamp).await?;
        }
    }
    console.progress("正在导入示例 云溪县妇女发展规划（中期修订稿）")?;
    keep(store, COUNTY, "云溪县妇女发展规划（中期修订稿）.txt", revised()?).await?;
    let mut tx = store.begin_reference().await?;
    settings::set(&mut tx, settings::EXAMPLE_DATA, "云溪县").await?;
    tx.commit(halfsky_store::audit::Entry::new(clock::now(), ACTOR, "demo.prepare", "demo"))
        .await?;
    Ok(())
}

async fn keep(
    store: &Store,
    ref_area: &str,
    name: &str,
    text: String,
) -> anyhow::Result<Vec<halfsky_plan::version::PlanVersion>> {
    let place = Place { ref_area: ref_area.parse::<RefArea>()?, example: true };
    let mut file = ReadFile::understand(name.to_owned(), text.into_bytes())?;
    let mut kept = Vec::new();
    for plan in std::mem::take(&mut file.parsed.plans) {
        kept.push(keep_draft(store, &file, plan, &place).await?);
    }
    Ok(kept)
}

fn revised() -> anyhow::Result<String> {
    let mut text = IN_FORCE[1].text.to_owned();
    for line in REVISION.lines() {
        let (before, after) = line.split_once('\t').context("示例修订稿的一行没有制表符")?;
        text = text.replace(before, after);
    }
    Ok(text)
}
