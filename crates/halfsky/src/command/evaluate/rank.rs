//! `halfsky evaluate rank`: the composite scores of the regions below one region, side by side. Nothing is evaluated.

use std::collections::BTreeSet;
use std::process::ExitCode;

use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::ranking;
use halfsky_report::render::{csv, text};
use halfsky_store::Store;
use halfsky_store::regions::{self, Region, RegionLevel, RegionTree};
use halfsky_web::ranking::compare;

use super::Format;
use crate::command::Console;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// 上级地区的区划代码，比较它的下级
    #[arg(long, value_name = "CODE")]
    below: RefArea,
    /// 下级有几级时比较哪一级：city、county、town或village；不写则为最近的一级
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<RegionLevel>,
    /// 比较哪种规划：women或children
    #[arg(long, value_name = "KIND", value_parser = beneficiary, default_value = "women")]
    of: Beneficiary,
    /// 评估年度；不写则为各地评估过的最近年度
    #[arg(long, value_name = "YEAR")]
    year: Option<i32>,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

fn level(code: &str) -> Result<RegionLevel, String> {
    RegionLevel::from_code(code).ok_or_else(|| "应为city、county、town或village".to_owned())
}

fn beneficiary(code: &str) -> Result<Beneficiary, String> {
    Beneficiary::from_code(code).ok_or_else(|| "应为women或children".to_owned())
}

/// Prints the comparison, the best first; regions without a rank stand last.
pub(super) async fn run(
    store: &Store,
    arguments: &Arguments,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let all = regions::list(store).await?;
    let upper = all.iter().find(|region| region.code == arguments.below);
    let upper = upper
        .ok_or_else(|| anyhow::anyhow!("没有登记区划{}；请在管理 → 区划中登记", arguments.below))?;
    let regions = below(&all, arguments);
    if regions.is_empty() {
        anyhow::bail!("{}没有登记下级地区，或下级没有这一级", upper.name);
    }
    let found = compare(store, &regions, (arguments.of, arguments.year)).await?;
    let Some(found) = found else {
        anyhow::bail!("{}的下级地区还没有评估过；请先运行 halfsky evaluate", upper.name);
    };
    let mut compared = found.ranking;
    compared.rows.sort_by_key(|row| row.rank.map_or(usize::MAX, |rank| rank.rank));
    if compared.ranked() < 2 {
        writeln!(
            console.err,
            "{}年有名次的地区有{}个，无从比较",
            compared.year,
            compared.ranked()
        )?;
    }
    if arguments.format == Format::Json {
        writeln!(console.out, "{}", serde_json::to_string_pretty(&ranking::json(&compared))?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let kind = arguments.of.label();
    let title = format!("{}各地{kind}{}年综合得分", upper.name, compared.year);
    let table = ranking::table(&title, &compared.domains, &compared.rows);
    match arguments.format {
        Format::Csv => console.out.write_all(&csv::csv(&table))?,
        _ => writeln!(console.out, "{}", text::table(&table))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The regions of one level below the region asked for.
fn below(all: &[Region], arguments: &Arguments) -> Vec<(RefArea, String)> {
    let codes: BTreeSet<RefArea> =
        RegionTree::of(all).below(&arguments.below).into_iter().collect();
    let mut regions: Vec<&Region> = all.iter().filter(|r| codes.contains(&r.code)).collect();
    let nearest = regions.iter().map(|region| region.level).min();
    let level = arguments.level.or(nearest);
    regions.retain(|region| Some(region.level) == level);
    regions.iter().map(|region| (region.code.clone(), region.name.clone())).collect()
}
