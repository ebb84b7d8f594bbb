//! The finished years of the example: every unit has reported, every report is accepted, an edition is published.

use halfsky_monitor::period::Period;
use halfsky_monitor::round::{Round, RoundDefaults};
use halfsky_monitor::submission::Step;
use halfsky_store::audit::Entry;
use halfsky_store::plans::Stamp;
use halfsky_store::rounds::{self, RoundId, RoundOrigin};
use halfsky_store::tasks;
use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::correction;
use super::county::{County, OFFICE, STATISTICIAN};
use crate::arrival::ACTOR;
use crate::clock;

/// The round of a year's figures.
pub(super) fn round_id(year: i32) -> RoundId {
    RoundId(format!("figures-{year}"))
}

/// The title of the round of a year's figures.
pub(super) fn title(year: i32) -> String {
    format!("{year}年妇女儿童统计监测数据")
}

/// The days of a finished round, all in the year after.
struct Days {
    opens: Date,
    filled_in: Date,
    due: Date,
    accepted: Date,
    published: Date,
}

impl Days {
    fn of(year: i32) -> anyhow::Result<Self> {
        let after = i16::try_from(year + 1)?;
        Ok(Self {
            opens: date(after, 2, 20),
            filled_in: date(after, 3, 10),
            due: date(after, 4, 10),
            accepted: date(after, 4, 18),
            published: date(after, 5, 12),
        })
    }
}

/// Goes through one finished year, all or nothing; `now` is when the example is made.
pub(super) async fn finish(
    county: &mut County<'_>,
    year: i32,
    now: Timestamp,
) -> anyhow::Result<()> {
    let (period, days, id) = (Period::year_of(year)?, Days::of(year)?, round_id(year));
    let round = Round {
        opens: days.opens,
        to_whom: "县统计局".to_owned(),
        ..Round::figures(period, &title(year), days.due, &RoundDefaults::default())
    };
    let stamp = |day: Date, hour: i8, by: &str| -> anyhow::Result<Stamp> {
        Ok(Stamp { at: clock::instant(day, hour)?, by: by.to_owned() })
    };
    let (opened, accepted) =
        (stamp(days.opens, 9, OFFICE)?, stamp(days.accepted, 15, STATISTICIAN)?);
    let published = clock::instant(days.published, 10)?;
    let store = county.store;
    let mut tx = store.begin(&county.area).await?;
    rounds::open(&mut tx, &id, &round, &RoundOrigin::Office, &opened).await?;
    let forms = county.forms(&mut tx, (period, days.opens), &opened).await?;
    let mut reports = Vec::new();
    for unit_form in forms {
        let mut report = county.report(&id, period, unit_form)?;
        if correction::first_reported(year, &mut report)? {
            county.check(&mut report, period);
        }
        reports.push(report);
    }
    let given: Vec<_> =
        reports.iter().map(|report| (report.key.unit.clone(), Some(report.form_key()))).collect();
    tasks::add(&mut tx, &id, &given, &opened).await?;
    for report in &mut reports {
        let unit = report.key.unit.clone();
        let filled_in = stamp(days.filled_in, 11, &county.reporter(&unit))?;
        let submitted = stamp(days.filled_in, 16, &county.reviewer(&unit))?;
        county.take(report, &Step::Save, (&round, filled_in.at))?;
        county.take(report, &Step::RequestUnitReview, (&round, filled_in.at))?;
        county.take(report, &Step::Submit, (&round, submitted.at))?;
        report.fill_in(&mut tx, &filled_in).await?;
        report.hand_in(&mut tx, &round, &submitted).await?;
        let why = format!("接受{}第1次报送", county.name(&unit));
        county.accept(&mut tx, report, (period, &why), &accepted).await?;
        county.take(report, &Step::Accept, (&round, accepted.at))?;
    }
    let figures = county.figures_of(period);
    let notes = format!("{year}年妇女儿童发展规划统计监测数据（示例数据）");
    let edition = county.publish(&mut tx, period, (figures, &notes), published).await?;
    let stamp = Stamp { at: published, by: STATISTICIAN.to_owned() };
    for report in &mut reports {
        let step = Step::Publish { edition: edition.number };
        county.take(report, &step, (&round, published))?;
        tasks::save_step(&mut tx, &report.key, report.revision, &report.submission, &stamp).await?;
    }
    let entry = Entry::new(now, ACTOR, "demo.prepare", &format!("round {}", id.0));
    tx.commit(entry.about(&title(year))).await?;
    if let Some(report) = correction::of_year(year, reports) {
        correction::publish(county, report, (&round, period)).await?;
    }
    Ok(())
}
