//! `halfsky round hand-down`: gives a round to the regions right below, as the page does.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::bail;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::render::text;
use halfsky_report::table::{Column, Table};
use halfsky_store::audit::Entry;
use halfsky_store::plans::Stamp;
use halfsky_store::rounds::{self, RoundId, StoredRound};
use halfsky_store::{Store, regions};
use halfsky_web::handing_down::{Hand, HandingDown, Share, UnitShare};
use serde_json::json;

use crate::arrival::ACTOR;
use crate::command::{Console, block_on, serve};
use crate::config::Config;
use crate::{clock, entropy};

/// Rounds named where the one asked for is not there.
const NAMED: usize = 20;

/// 把一轮报送下达给下一级地区，各地单位得到任务和通知
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 下达的地区（区划代码）
    #[arg(long, value_name = "CODE")]
    region: RefArea,
    /// 轮次的编号：轮次页面地址的最后一段
    #[arg(long, value_name = "ID")]
    round: String,
    /// 只下达给这个下级地区（区划代码），可以写多次；不写则下达给所有还没有这一轮的下级
    #[arg(long, value_name = "CODE")]
    to: Vec<RefArea>,
    /// 只列出各地会得到什么，不下达
    #[arg(long)]
    dry_run: bool,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// 供程序使用
    Json,
    /// 供人阅读
    Table,
}

/// What came of it in one region.
struct Line {
    share: Share,
    outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    WouldGive,
    Given,
    Holds,
    NoUnits,
}

impl Outcome {
    const fn code(self) -> &'static str {
        match self {
            Self::WouldGive => "would_give",
            Self::Given => "given",
            Self::Holds => "holds",
            Self::NoUnits => "no_units",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::WouldGive => "将下达",
            Self::Given => "已下达",
            Self::Holds => "已有本轮",
            Self::NoUnits => "没有承担填报任务的单位，请当地先按规划生成填报任务",
        }
    }
}

/// Gives the round, or shows what would be given.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    block_on(async {
        let store = serve::open(config).await?;
        let outcome = hand_down(&store, arguments, console).await;
        store.close().await;
        outcome
    })
}

async fn hand_down(
    store: &Store,
    arguments: &Arguments,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let Some(above) = regions::find(store, &arguments.region).await? else {
        bail!("没有区划 {}；请先登记地区", arguments.region);
    };
    let stored = round(store, arguments).await?;
    let handing = HandingDown::load(store, (&above.code, &above.name), &stored).await?;
    let named: BTreeSet<RefArea> = arguments.to.iter().cloned().collect();
    check(&handing, &above.name, &named)?;
    let waiting = handing.waiting(&named);
    console.progress(&format!("正在处理{}个地区", waiting.len()))?;
    let (shares, done) = if arguments.dry_run {
        (handing.preview(waiting).await?, Outcome::WouldGive)
    } else {
        let stamp = Stamp { at: clock::now(), by: ACTOR.to_owned() };
        let entry = |action: &str, object: &str| {
            Entry::new(stamp.at, ACTOR, action, object).from(Entry::COMMAND_LINE)
        };
        let hand = Hand { stamp: &stamp, entry: &entry, new_id: &entropy::unguessable };
        (handing.give(waiting, hand).await?, Outcome::Given)
    };
    let holding = handing
        .lower
        .iter()
        .filter(|lower| lower.holds && (named.is_empty() || named.contains(&lower.region.code)));
    let holding = holding.map(|lower| Line {
        share: Share { region: lower.region.clone(), units: Vec::new() },
        outcome: Outcome::Holds,
    });
    let shares = shares.into_iter().map(|share| Line {
        outcome: if share.units.is_empty() { Outcome::NoUnits } else { done },
        share,
    });
    let mut lines: Vec<Line> = shares.chain(holding).collect();
    lines.sort_by(|a, b| a.share.region.code.cmp(&b.share.region.code));
    print(&lines, &stored.round.title, arguments.format, console)?;
    Ok(ExitCode::SUCCESS)
}

/// The round asked for; where it is not there the message tells which are.
async fn round(store: &Store, arguments: &Arguments) -> anyhow::Result<StoredRound> {
    let area = &arguments.region;
    match rounds::load(store, area, &RoundId(arguments.round.clone())).await {
        Err(halfsky_store::Error::NotFound(_)) => {}
        other => return Ok(other?),
    }
    let known = rounds::list(store, area).await?;
    if known.is_empty() {
        bail!("区划 {area} 还没有报送轮次；请先在“报送轮次”中新建");
    }
    let newest = known.iter().rev().take(NAMED);
    let lines: Vec<String> = newest.map(|r| format!("{} {}", r.id.0, r.round.title)).collect();
    bail!(
        "区划 {area} 没有编号为 {} 的轮次。最近的轮次有：\n{}",
        arguments.round,
        lines.join("\n")
    );
}

/// Refuses what cannot be given to anybody.
fn check(handing: &HandingDown<'_>, above: &str, named: &BTreeSet<RefArea>) -> anyhow::Result<()> {
    if handing.lower.is_empty() {
        bail!("{above}没有登记下级地区，不能下达");
    }
    let lower: BTreeSet<&RefArea> = handing.lower.iter().map(|l| &l.region.code).collect();
    let strange: Vec<&str> =
        named.iter().filter(|code| !lower.contains(code)).map(RefArea::as_str).collect();
    if !strange.is_empty() {
        bail!("区划 {} 不是{above}的下一级地区，没有下达给任何地区", strange.join("、"));
    }
    Ok(())
}

fn print(
    lines: &[Line],
    title: &str,
    format: Format,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    if format == Format::Json {
        let all: Vec<_> = lines.iter().map(json_of).collect();
        writeln!(console.out, "{}", serde_json::to_string_pretty(&all)?)?;
    } else {
        writeln!(console.out, "{}", text::table(&table(lines, title)))?;
    }
    Ok(())
}

fn json_of(line: &Line) -> serde_json::Value {
    let unit = |unit: &UnitShare| json!({"unit": unit.id, "name": unit.name, "rows": unit.rows});
    json!({
        "region": line.share.region.code.as_str(),
        "name": line.share.region.name,
        "outcome": line.outcome.code(),
        "units": line.share.units.iter().map(unit).collect::<Vec<_>>(),
    })
}

fn table(lines: &[Line], title: &str) -> Table {
    let row = |line: &Line| {
        let Share { region, units } = &line.share;
        let rows: usize = units.iter().map(|unit| unit.rows).sum();
        vec![
            region.code.to_string(),
            region.name.clone(),
            line.outcome.label().to_owned(),
            units.len().to_string(),
            rows.to_string(),
        ]
    };
    Table {
        title: format!("下达“{title}”"),
        columns: vec![
            Column::words("代码"),
            Column::words("地区"),
            Column::words("结果"),
            Column::numbers("单位数"),
            Column::numbers("报表行数"),
        ],
        rows: lines.iter().map(row).collect(),
    }
}
