//! What a report rests on, from the store: the plan in force and the published editions.

use anyhow::{Context as _, bail};
use halfsky_monitor::period::Period;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanVersion;
use halfsky_report::draft::{Material, Prepared, Published, View};
use halfsky_store::plans::VersionKey;
use halfsky_store::{Store, editions, evaluations, plans};
use halfsky_web::publishing;
use jiff::civil::Date;

use super::Console;
use crate::clock;
use crate::command::{block_on, serve};
use crate::config::Config;

/// Which plan, which year.
#[derive(Debug, clap::Args)]
pub(crate) struct Chosen {
    /// 监测年度，如2025
    #[arg(long, value_name = "YEAR")]
    pub(crate) year: i32,
    /// 地区代码；只有一个地区公布了数据时可以不写
    #[arg(long, value_name = "CODE")]
    pub(crate) region: Option<RefArea>,
    /// 哪个规划
    #[arg(long, value_enum, default_value_t = Whose::Women)]
    pub(crate) plan: Whose,
    /// 成文日期，如2026-07-01；不写则为今天
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Date>,
    /// 按对外公布口径：小样本数据不显示
    #[arg(long)]
    pub(crate) public: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Whose {
    /// 妇女发展规划
    Women,
    /// 儿童发展规划
    Children,
}

impl Whose {
    const fn beneficiary(self) -> Beneficiary {
        match self {
            Self::Women => Beneficiary::Women,
            Self::Children => Beneficiary::Children,
        }
    }
}

/// The region that was chosen, or the only one that published anything.
pub(crate) async fn region(store: &Store, chosen: Option<&RefArea>) -> anyhow::Result<RefArea> {
    if let Some(region) = chosen {
        return Ok(region.clone());
    }
    let known = editions::regions(store).await?;
    match known.as_slice() {
        [one] => Ok(one.clone()),
        [] => bail!("还没有地区公布数据，请先在“审核”中发布数据版本"),
        several => {
            let codes: Vec<String> = several.iter().map(ToString::to_string).collect();
            bail!("有多个地区公布了数据，请用 --region 指定其中一个：{}", codes.join("、"))
        }
    }
}

/// Loads what is published, as the choice wants to see it.
pub(crate) async fn published(
    store: &Store,
    chosen: &Chosen,
) -> anyhow::Result<(RefArea, Published)> {
    let ref_area = region(store, chosen.region.as_ref()).await?;
    let period = Period::year_of(chosen.year)?;
    let missing =
        || format!("{ref_area}还没有公布{}年的数据，请先在“审核”中发布数据版本", chosen.year);
    let edition = editions::newest(store, &ref_area, period).await?.with_context(missing)?;
    let on = chosen.date.unwrap_or_else(clock::today);
    let published = publishing::published(store, &ref_area, edition, on).await?;
    let view = if chosen.public { View::Public } else { View::Internal };
    Ok((ref_area, published.seen_by(view)))
}

/// The confirmed version of the plan that covers the year; None where there is none.
async fn plan_in_force(
    store: &Store,
    ref_area: &RefArea,
    chosen: &Chosen,
) -> anyhow::Result<Option<PlanVersion>> {
    let known = plans::list(store, Some(ref_area)).await?;
    // a year after the end still belongs to the plan whose last figures it publishes
    let best = known
        .iter()
        .filter(|p| p.beneficiary == chosen.plan.beneficiary())
        .filter(|p| (p.period.start..=p.period.end + 1).contains(&chosen.year))
        .filter_map(|p| Some((p, p.in_force?)))
        .max_by_key(|(p, _)| (p.period.contains(chosen.year), p.period.start));
    let Some((summary, number)) = best else { return Ok(None) };
    let key = VersionKey { ref_area: ref_area.clone(), plan_id: summary.plan_id.clone(), number };
    Ok(Some(plans::load(store, &key).await?.version))
}

/// Loads and evaluates; None where no plan is in force.
pub(crate) async fn prepare(store: &Store, chosen: &Chosen) -> anyhow::Result<Option<Prepared>> {
    let (ref_area, published) = published(store, chosen).await?;
    let Some(version) = plan_in_force(store, &ref_area, chosen).await? else { return Ok(None) };
    let kept = evaluations::newest(store, &ref_area, &version.plan_id).await?;
    Ok(Some(Prepared::new(published, version, kept.map(|kept| kept.run))))
}

/// Makes a document of everything a year's report rests on.
pub(super) fn with_material<T>(
    chosen: &Chosen,
    config: &Config,
    console: &mut Console<'_>,
    make: impl FnOnce(&Material<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    console.progress("正在读取规划和已公布的数据，并评估")?;
    let prepared = block_on(async { prepare(&serve::open(config).await?, chosen).await })?;
    match prepared {
        Some(prepared) => make(&prepared.material()),
        None => bail!(
            "没有覆盖{}年、已生效的{}发展规划，请先在“规划”中导入并确认",
            chosen.year,
            chosen.plan.beneficiary().label()
        ),
    }
}
