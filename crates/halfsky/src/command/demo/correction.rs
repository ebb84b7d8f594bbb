//! A figure of the example that was published wrong, and the edition that puts it right.

use anyhow::Context as _;
use halfsky_monitor::data_set::Column;
use halfsky_monitor::period::Period;
use halfsky_monitor::round::Round;
use halfsky_monitor::submission::Step;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_store::audit::Entry;
use halfsky_store::plans::Stamp;
use halfsky_store::tasks;
use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::county::{County, Report, STATISTICIAN};
use crate::clock;

/// The year, the item of 随迁子女在公办学校就读比例, and what was reported first.
const YEAR: i32 = 2023;
const ITEM: &str = "C-E10-N";
const FIRST: &str = "3410";

const REASON: &str = "公办学校就读的随迁子女数有113人在两所学校重复统计，请更正";
const NOTES: &str = "更正“公办学校（含政府购买学位）就读的随迁子女数”：原报3410人，其中113人在两所学校重复统计，\
                     更正为3297人；随迁子女在公办学校就读比例由95.8%更正为92.6%。";

const ASKED: Date = date(2024, 9, 3);
const CORRECTED: Date = date(2024, 9, 6);
const PUBLISHED: Date = date(2024, 9, 20);

/// Puts in what was reported first; tells whether this is the report.
pub(super) fn first_reported(year: i32, report: &mut Report) -> anyhow::Result<bool> {
    let item = IndicatorCode(ITEM.to_owned());
    let Some(entry) = report.entries.get_mut(&item).filter(|_| year == YEAR) else {
        return Ok(false);
    };
    entry.figures.insert(Column::Total, FIRST.parse().context("示例数据")?);
    Ok(true)
}

/// The report that is corrected, among those of a year.
pub(super) fn of_year(year: i32, reports: Vec<Report>) -> Option<Report> {
    let item = IndicatorCode(ITEM.to_owned());
    let found = |report: &Report| year == YEAR && report.entries.contains_key(&item);
    reports.into_iter().find(found)
}

/// The report is opened again, corrected, accepted, and the next edition published.
pub(super) async fn publish(
    county: &mut County<'_>,
    mut report: Report,
    (round, period): (&Round, Period),
) -> anyhow::Result<()> {
    let unit = report.key.unit.clone();
    let (asked, corrected) = (clock::instant(ASKED, 9)?, clock::instant(CORRECTED, 15)?);
    let published = clock::instant(PUBLISHED, 10)?;
    let stamp = |at: Timestamp, by: &str| Stamp { at, by: by.to_owned() };
    let store = county.store;
    let subject = format!("{} {}", county.name(&unit), round.title);
    let object = report.key.object();
    let entry =
        |by: &Stamp, action: &str| Entry::new(by.at, &by.by, action, &object).about(&subject);

    let mut tx = store.begin(&county.area).await?;
    let revision = tasks::load(store, &report.key).await?.revision;
    county.take(&mut report, &Step::Reopen { reason: REASON.to_owned() }, (round, asked))?;
    let by = stamp(asked, STATISTICIAN);
    let revision =
        tasks::save_step(&mut tx, &report.key, revision, &report.submission, &by).await?;
    tx.commit(entry(&by, "task.reopen").because(REASON)).await?;

    report.entries = county.figures.entries(&report.form, YEAR, &unit)?;
    county.check(&mut report, period);
    for step in [Step::Save, Step::RequestUnitReview, Step::Submit] {
        county.take(&mut report, &step, (round, corrected))?;
    }
    let mut tx = store.begin(&county.area).await?;
    report.fill_in(&mut tx, &stamp(corrected, &county.reporter(&unit))).await?;
    let by = stamp(corrected, &county.reviewer(&unit));
    report.hand_in(&mut tx, round, &by).await?;
    let revision =
        tasks::save_step(&mut tx, &report.key, revision, &report.submission, &by).await?;
    tx.commit(entry(&by, "task.submit")).await?;

    let mut tx = store.begin(&county.area).await?;
    let by = stamp(published, STATISTICIAN);
    let why = format!("接受{}第2次报送；更正原因：{REASON}", county.name(&unit));
    county.accept(&mut tx, &report, (period, &why), &by).await?;
    county.take(&mut report, &Step::Accept, (round, published))?;
    let figures = county.figures_of(period);
    let edition = county.publish(&mut tx, period, (figures, NOTES), published).await?;
    let step = Step::Publish { edition: edition.number };
    county.take(&mut report, &step, (round, published))?;
    tasks::save_step(&mut tx, &report.key, revision, &report.submission, &by).await?;
    let object = halfsky_store::editions::EditionKey::of(&edition).object();
    let entry = Entry::new(by.at, &by.by, "edition.publish", &object);
    tx.commit(entry.about(&edition.label()).because(NOTES)).await?;
    Ok(())
}
