//! The round in progress: units in every state, one late, one sent back, a preliminary edition with one figure that
//! came late.

use anyhow::Context as _;
use halfsky_monitor::data_set::{CellKey, Column};
use halfsky_monitor::edition::as_preliminary;
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{Extension, LatePolicy, Round, RoundDefaults};
use halfsky_monitor::submission::{CellReturn, Step};
use halfsky_monitor::validation::{Explanation, unexplained};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_report::reminder::reminder;
use halfsky_store::audit::Entry;
use halfsky_store::editions::EditionKey;
use halfsky_store::notifications::{self, ByMail, Notification, Recipient};
use halfsky_store::plans::Stamp;
use halfsky_store::rounds::{self, RoundOrigin};
use halfsky_store::submissions::{self, Decision};
use halfsky_store::{Tx, reminders, tasks};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::county::{County, HEALTH, OFFICE, Report, STATISTICIAN};
use super::figures::LAST;
use super::years::{round_id, title};
use crate::clock;

/// How far a unit is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Published,
    /// Handed in after the last day, and published all the same.
    PublishedLate,
    Accepted,
    Submitted,
    /// Handed in after the last day.
    SubmittedLate,
    Returned,
    AwaitingReview,
    InProgress,
    NotStarted,
}

/// The units that are not published yet or came late; all others are published.
const STANDS: [(&str, Stand); 12] = [
    ("县政协办公室", Stand::PublishedLate),
    ("县总工会", Stand::Accepted),
    ("县残联", Stand::Accepted),
    ("县住房和城乡建设局", Stand::Accepted),
    ("县妇联", Stand::Submitted),
    ("县水利局", Stand::Submitted),
    ("县司法局", Stand::Submitted),
    ("县科学技术协会", Stand::SubmittedLate),
    (HEALTH, Stand::Returned),
    ("县文化体育和旅游局", Stand::AwaitingReview),
    ("县农业农村局", Stand::InProgress),
    ("县委网信办", Stand::NotStarted),
];

/// Rows that are filled in by a unit that has only begun.
const BEGUN: usize = 2;

/// The item that was typed with two digits swapped.
const SWAPPED: &str = "W-H05-N";

/// What the unit said about it, and why it came back.
const SAID: &str = "按台账汇总，已核对";
const RETURNED: &str =
    "比上年减少较多，系统管理率与妇幼卫生年报不一致，疑似数字颠倒，请核对原始台账";

/// The round with its days, counted from the day on which the example is made.
struct Course {
    today: Date,
    round: Round,
    period: Period,
}

impl Course {
    fn new(today: Date) -> anyhow::Result<Self> {
        let period = Period::year_of(LAST)?;
        let due = today.checked_sub(5.days())?;
        let round = Round {
            opens: today.checked_sub(40.days())?,
            late: LatePolicy::MarkLate,
            to_whom: "县统计局".to_owned(),
            ..Round::figures(period, &title(LAST), due, &RoundDefaults::default())
        };
        Ok(Self { today, round, period })
    }

    /// An hour so many days ago.
    fn ago(&self, days: i64, hour: i8) -> anyhow::Result<Timestamp> {
        clock::instant(self.today.checked_sub(days.days())?, hour)
    }

    fn stamp(&self, (days, hour): (i64, i8), by: &str) -> anyhow::Result<Stamp> {
        Ok(Stamp { at: self.ago(days, hour)?, by: by.to_owned() })
    }
}

/// Opens the round and takes every unit as far as it is.
pub(super) async fn go_on(county: &mut County<'_>, now: Timestamp) -> anyhow::Result<()> {
    let mut course = Course::new(clock::day(now))?;
    let reports = open(county, &mut course).await?;
    let (mut published, mut rest) = (Vec::new(), Vec::new());
    for mut report in reports {
        let days = match stand(county, &report.key.unit) {
            Stand::Published => (10, 6),
            Stand::PublishedLate => (3, 2),
            stand => {
                rest.push((stand, report));
                continue;
            }
        };
        hand_in(county, &mut report, &course, days.0).await?;
        accept(county, &mut report, &course, days.1).await?;
        published.push(report);
    }
    publish(county, published, &course).await?;
    for (stand, mut report) in rest {
        match stand {
            Stand::Accepted => {
                hand_in(county, &mut report, &course, 8).await?;
                accept(county, &mut report, &course, 1).await?;
            }
            Stand::Submitted => hand_in(county, &mut report, &course, 5).await?,
            Stand::SubmittedLate => hand_in(county, &mut report, &course, 1).await?,
            Stand::Returned => send_back(county, &mut report, &course).await?,
            Stand::AwaitingReview => {
                fill_in(county, &mut report, &course, &[Step::Save, Step::RequestUnitReview])
                    .await?;
            }
            Stand::InProgress => {
                let begun: Vec<IndicatorCode> =
                    report.form.rows().iter().take(BEGUN).map(|row| row.code.clone()).collect();
                report.entries.retain(|code, _| begun.contains(code));
                county.check(&mut report, course.period);
                fill_in(county, &mut report, &course, &[Step::Save]).await?;
            }
            Stand::NotStarted => remind(county, &report, &course).await?,
            Stand::Published | Stand::PublishedLate => {}
        }
    }
    Ok(())
}

fn stand(county: &County<'_>, unit: &UnitId) -> Stand {
    let name = county.name(unit);
    STANDS.iter().find(|(known, _)| *known == name).map_or(Stand::Published, |(_, stand)| *stand)
}

/// Opens the round; units that asked for it get more time.
async fn open(county: &mut County<'_>, course: &mut Course) -> anyhow::Result<Vec<Report>> {
    let id = round_id(LAST);
    let by = course.stamp((40, 9), OFFICE)?;
    let store = county.store;
    let mut tx = store.begin(&county.area).await?;
    rounds::open(&mut tx, &id, &course.round, &RoundOrigin::Office, &by).await?;
    let forms = county.forms(&mut tx, (course.period, course.round.opens), &by).await?;
    let reports: Vec<Report> = forms
        .into_iter()
        .map(|unit_form| county.report(&id, course.period, unit_form))
        .collect::<anyhow::Result<_>>()?;
    let given: Vec<_> =
        reports.iter().map(|report| (report.key.unit.clone(), Some(report.form_key()))).collect();
    tasks::add(&mut tx, &id, &given, &by).await?;
    for report in &reports {
        let words = format!("{}：请按时填报。", county.name(&report.key.unit));
        tell(&mut tx, report, ("opened", &course.round.title), words, by.at).await?;
    }
    let object = format!("round {}", id.0);
    let entry = Entry::new(by.at, &by.by, "round.open", &object).about(&course.round.title);
    tx.commit(entry).await?;
    for (revision, name) in (1..).zip(["县文化体育和旅游局", "县农业农村局"]) {
        let unit = county.unit(name)?;
        let by = course.stamp((6, 15), OFFICE)?;
        let extension = Extension {
            unit,
            until: course.today.checked_add(10.days())?,
            reason: "抽样调查的结果尚在汇总".to_owned(),
            granted_by: by.by.clone(),
            granted_at: by.at.to_string(),
        };
        let mut tx = store.begin(&county.area).await?;
        rounds::extend(&mut tx, &id, revision, &extension).await?;
        let entry = Entry::new(by.at, &by.by, "round.extend", &object);
        let about = format!("{} {name}", course.round.title);
        tx.commit(entry.about(&about).because(&extension.reason)).await?;
        course.round = course.round.clone().extend(extension)?;
    }
    Ok(reports)
}

/// Tells a unit about its report.
async fn tell(
    tx: &mut Tx,
    report: &Report,
    (kind, title): (&str, &str),
    content: String,
    at: Timestamp,
) -> anyhow::Result<()> {
    let key = &report.key;
    let notice = Notification {
        id: format!("{kind}-{}-{}", key.round.0, key.unit.0),
        to: Recipient::Unit(key.unit.clone()),
        kind: kind.to_owned(),
        title: title.to_owned(),
        content,
        link: format!("/reporting/{}/{}/{}", key.ref_area, key.round.0, key.unit.0),
        created_at: at,
        by_mail: ByMail::No,
    };
    notifications::notify(tx, &[notice]).await?;
    Ok(())
}

/// An audit entry about a report.
fn entry(county: &County<'_>, report: &Report, course: &Course, by: &Stamp, action: &str) -> Entry {
    let about = format!("{} {}", county.name(&report.key.unit), course.round.title);
    Entry::new(by.at, &by.by, action, &report.key.object()).about(&about)
}

/// A unit fills in and takes steps that are its own.
async fn fill_in(
    county: &County<'_>,
    report: &mut Report,
    course: &Course,
    steps: &[Step],
) -> anyhow::Result<()> {
    let by = course.stamp((2, 14), &county.reporter(&report.key.unit))?;
    for step in steps {
        county.take(report, step, (&course.round, by.at))?;
    }
    let mut tx = county.store.begin(&county.area).await?;
    report.fill_in(&mut tx, &by).await?;
    report.revision =
        tasks::save_step(&mut tx, &report.key, report.revision, &report.submission, &by).await?;
    let action = if steps.len() > 1 { "task.send" } else { "entry.save" };
    tx.commit(entry(county, report, course, &by, action)).await?;
    Ok(())
}

/// A unit fills in and hands in, so many days ago.
async fn hand_in(
    county: &County<'_>,
    report: &mut Report,
    course: &Course,
    days: i64,
) -> anyhow::Result<()> {
    let unit = report.key.unit.clone();
    let filled_in = course.stamp((days, 10), &county.reporter(&unit))?;
    let by = course.stamp((days, 16), &county.reviewer(&unit))?;
    for (step, at) in
        [(Step::Save, filled_in.at), (Step::RequestUnitReview, filled_in.at), (Step::Submit, by.at)]
    {
        county.take(report, &step, (&course.round, at))?;
    }
    let mut tx = county.store.begin(&county.area).await?;
    report.fill_in(&mut tx, &filled_in).await?;
    report.hand_in(&mut tx, &course.round, &by).await?;
    report.revision =
        tasks::save_step(&mut tx, &report.key, report.revision, &report.submission, &by).await?;
    tx.commit(entry(county, report, course, &by, "task.submit")).await?;
    Ok(())
}

/// The statistician accepts a report, so many days ago.
async fn accept(
    county: &mut County<'_>,
    report: &mut Report,
    course: &Course,
    days: i64,
) -> anyhow::Result<()> {
    let by = course.stamp((days, 15), STATISTICIAN)?;
    county.take(report, &Step::Accept, (&course.round, by.at))?;
    let why = format!("接受{}第1次报送", county.name(&report.key.unit));
    let store = county.store;
    let mut tx = store.begin(&county.area).await?;
    county.accept(&mut tx, report, (course.period, &why), &by).await?;
    report.revision =
        tasks::save_step(&mut tx, &report.key, report.revision, &report.submission, &by).await?;
    tx.commit(entry(county, report, course, &by, "task.accept")).await?;
    Ok(())
}

/// The preliminary edition of what is accepted so far.
async fn publish(
    county: &mut County<'_>,
    reports: Vec<Report>,
    course: &Course,
) -> anyhow::Result<()> {
    let by = course.stamp((2, 17), STATISTICIAN)?;
    let store = county.store;
    let mut tx = store.begin(&county.area).await?;
    let figures = as_preliminary(county.figures_of(course.period));
    let notes = "初步数据（示例数据）：部分单位的数据尚在审核，以正式版为准";
    let edition = county.publish(&mut tx, course.period, (figures, notes), by.at).await?;
    for mut report in reports {
        let step = Step::Publish { edition: edition.number };
        county.take(&mut report, &step, (&course.round, by.at))?;
        tasks::save_step(&mut tx, &report.key, report.revision, &report.submission, &by).await?;
    }
    let object = EditionKey::of(&edition).object();
    let entry = Entry::new(by.at, &by.by, "edition.publish", &object).about(&edition.label());
    tx.commit(entry.because(notes)).await?;
    Ok(())
}

/// A report with two digits swapped comes back with the reason beside the cell.
async fn send_back(
    county: &County<'_>,
    report: &mut Report,
    course: &Course,
) -> anyhow::Result<()> {
    let item = IndicatorCode(SWAPPED.to_owned());
    let figures = &mut report.entries.get_mut(&item).context("示例数据")?.figures;
    // 1857 in all was typed as 1587, and the villages made to fit
    let towns = figures.get(&Column::Urban).context("示例数据")?.decimal();
    let all: halfsky_plan::figure::Figure = "1587".parse().context("示例数据")?;
    let villages = (all.decimal() - towns).to_string().parse().context("示例数据")?;
    figures.insert(Column::Total, all);
    figures.insert(Column::Rural, villages);
    county.check(report, course.period);
    let said: Vec<Explanation> = unexplained(&report.findings, &report.explanations)
        .into_iter()
        .map(|finding| Explanation {
            cell: finding.cell.clone(),
            rule: finding.rule,
            words: SAID.to_owned(),
        })
        .collect();
    report.explanations.extend(said);
    hand_in(county, report, course, 6).await?;

    let by = course.stamp((2, 11), STATISTICIAN)?;
    let cell = CellKey { row: item, column: Column::Total };
    let cells = vec![CellReturn { cell, reason: RETURNED.to_owned() }];
    let step = Step::Return { cells: cells.clone(), reason: String::new() };
    county.take(report, &step, (&course.round, by.at))?;
    let decision = Decision::Returned { cells, reason: String::new() };
    let mut tx = county.store.begin(&county.area).await?;
    let number = report.submission.version;
    submissions::decide(&mut tx, &report.key, number, &decision, &by).await?;
    report.revision =
        tasks::save_step(&mut tx, &report.key, report.revision, &report.submission, &by).await?;
    let heading = format!("报送被退回：{}", course.round.title);
    let words = format!("孕产妇系统管理人数：{RETURNED}");
    tell(&mut tx, report, ("returned", &heading), words.clone(), by.at).await?;
    tx.commit(entry(county, report, course, &by, "task.return").because(&words)).await?;
    Ok(())
}

/// The office reminds a unit that is late.
async fn remind(county: &County<'_>, report: &Report, course: &Course) -> anyhow::Result<()> {
    let by = course.stamp((1, 9), OFFICE)?;
    let unit = &report.key.unit;
    let (name, due) = (county.name(unit), course.round.due_for(unit));
    let window = course.round.window(unit, clock::day(by.at));
    let letter = reminder(&course.round, (name, due), window, "云溪县妇女儿童工作委员会办公室");
    let mut tx = county.store.begin(&county.area).await?;
    reminders::log(&mut tx, &report.key, None, &letter.body, &by).await?;
    tell(&mut tx, report, ("reminder", &letter.title), letter.body.clone(), by.at).await?;
    let object = format!("round {}", report.key.round.0);
    let entry = Entry::new(by.at, &by.by, "round.remind", &object).about(&course.round.title);
    tx.commit(entry.changed("催报单位", "", name)).await?;
    Ok(())
}
