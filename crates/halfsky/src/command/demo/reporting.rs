//! The reporting of the example: what every unit has reported since 2021, and the rounds in progress.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use halfsky_monitor::definition::{Continuity, Definition};
use halfsky_monitor::reporting::{self, NamedUnit, UnitId};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanVersion;
use halfsky_store::audit::Entry;
use halfsky_store::plans::{Stamp, VersionKey};
use halfsky_store::{Store, definitions, duties, plans, rounds, settings, units};
use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::county::{County, OFFICE};
use super::figures::{FIRST, Figures, LAST};
use super::{COUNTY, current, texts, years};
use crate::arrival::ACTOR;
use crate::clock;
use crate::command::Console;

/// The day on which the duties were given out.
const DUTIES_FROM: Date = date(2021, 1, 1);

/// The indicator that was defined anew: 城镇单位就业人员女性比重.
const REDEFINED: &str = "W-J02";
const REDEFINED_FROM: i32 = 2023;
const REDEFINED_TEXT: &str =
    "报告期末全部城镇单位（含私营单位）女性就业人员数与全部城镇单位就业人员总数之比。";
const REDEFINED_WHY: &str = "2023年起统计范围由城镇非私营单位扩大到全部城镇单位（含私营单位）";

/// Names of departments that the catalogue prints in another way than the county calls them.
const MATCHES: [(&str, &str); 11] = [
    ("卫生健康委", "县卫生健康局"),
    ("疾控局", "县卫生健康局"),
    ("体育局", "县文化体育和旅游局"),
    ("文化和旅游局", "县文化体育和旅游局"),
    ("人大常委会", "县人大常委会办公室"),
    ("政协", "县政协办公室"),
    ("国资委", "县财政局"),
    ("城市管理局", "县住房和城乡建设局"),
    ("党校", "县委党校"),
    ("妇儿工委办公室", "县妇联"),
    ("网信办", "县委网信办"),
];

/// Puts the reporting in where it is not there yet. The rounds in progress are counted from the day of `now`.
pub(super) async fn settle(
    store: &Store,
    now: Timestamp,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let area: RefArea = COUNTY.parse()?;
    let known = rounds::list(store, &area).await?;
    if known.iter().any(|round| round.id == texts::round_id()) {
        return Ok(());
    }
    if !known.is_empty() {
        bail!("示例数据上次没有放完（可能中途中断）；请删除数据目录后重新运行 halfsky demo");
    }
    define_anew(store).await?;
    let mut county = load(store, area, now).await?;
    for year in FIRST..LAST {
        console.progress(&format!("正在放入{year}年的示例数据"))?;
        years::finish(&mut county, year, now).await?;
    }
    console.progress(&format!("正在放入{LAST}年的示例数据（报送中）"))?;
    current::go_on(&mut county, now).await?;
    texts::go_on(&county, now).await
}

/// The second version of a definition, which breaks its series.
async fn define_anew(store: &Store) -> anyhow::Result<()> {
    let code = IndicatorCode(REDEFINED.to_owned());
    let known = definitions::load(store, &code).await?;
    let [first] = known.versions() else { return Ok(()) };
    let mut second = Definition {
        version: 2,
        valid_from: REDEFINED_FROM,
        text: REDEFINED_TEXT.to_owned(),
        continuity: Continuity::Break { reason: REDEFINED_WHY.to_owned() },
        ..first.clone()
    };
    "城镇单位就业人员统计".clone_into(&mut second.source.form);
    let by = Stamp { at: clock::instant(date(2023, 12, 20), 10)?, by: OFFICE.to_owned() };
    let mut tx = store.begin_reference().await?;
    definitions::add_version(&mut tx, &second, &by).await?;
    let object = format!("indicator {REDEFINED}");
    let entry = Entry::new(by.at, &by.by, "indicator.version", &object);
    tx.commit(entry.about(&second.name_zh).because(REDEFINED_WHY)).await?;
    Ok(())
}

/// The county with its duties, which are drawn from its plans and kept.
async fn load(store: &Store, area: RefArea, now: Timestamp) -> anyhow::Result<County<'_>> {
    let plans = in_force(store, &area).await?;
    let names: BTreeMap<UnitId, String> = units::list(store, Some(&area))
        .await?
        .into_iter()
        .map(|stored| (UnitId(stored.unit.id.0), stored.unit.name))
        .collect();
    let definitions = definitions::load_all(store).await?;
    let called = |name: &str, id: &UnitId| NamedUnit { id: id.clone(), name: name.to_owned() };
    let mut known: Vec<NamedUnit> = names.iter().map(|(id, name)| called(name, id)).collect();
    let mut lines = Vec::new();
    for (printed, name) in MATCHES {
        let found = names.iter().find(|(_, known)| *known == name);
        let (id, _) = found.with_context(|| format!("示例中没有单位 {name}"))?;
        known.push(called(printed, id));
        lines.push(format!("{printed}\t{}\n", id.0));
    }
    let year = i32::from(DUTIES_FROM.year());
    let cards: Vec<Definition> =
        definitions.values().filter_map(|versions| versions.of_year(year)).cloned().collect();
    let drawn = reporting::draw(&plans, &cards, &known, DUTIES_FROM);
    let mut tx = store.begin(&area).await?;
    settings::set(&mut tx, &settings::unit_names(&area), &lines.concat()).await?;
    duties::save(&mut tx, &drawn.duties).await?;
    let entry = Entry::new(now, ACTOR, "duty.draw", &format!("duties {area}"));
    tx.commit(entry.about("云溪县填报任务")).await?;
    let targets = plans.iter().flat_map(PlanVersion::active_targets);
    Ok(County {
        store,
        area,
        units: names,
        duties: drawn.duties,
        definitions,
        wanted: targets.filter_map(|t| t.link.as_ref().map(|link| link.code.clone())).collect(),
        figures: Figures::builtin()?,
        forms: BTreeMap::new(),
        in_force: BTreeMap::new(),
        editions: BTreeMap::new(),
    })
}

async fn in_force(store: &Store, area: &RefArea) -> anyhow::Result<Vec<PlanVersion>> {
    let mut found = Vec::new();
    for plan in plans::list(store, Some(area)).await? {
        let Some(number) = plan.in_force else { continue };
        let key = VersionKey { ref_area: plan.ref_area, plan_id: plan.plan_id, number };
        found.push(plans::load(store, &key).await?.version);
    }
    Ok(found)
}
