//! The round of yearly reports in progress: texts that the office reads.

use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{LatePolicy, Round, RoundDefaults, RoundSubject};
use halfsky_monitor::submission::{Actor, Circumstances, Step, Submission};
use halfsky_monitor::text_report::{TextKind, TextReport};
use halfsky_store::audit::Entry;
use halfsky_store::plans::Stamp;
use halfsky_store::rounds::{self, RoundId, RoundOrigin};
use halfsky_store::tasks::{self, TaskKey};
use halfsky_store::texts;
use jiff::{Timestamp, ToSpan as _};

use super::county::{County, HEALTH, OFFICE};
use super::figures::LAST;
use crate::clock;

/// The round; it is the last thing of the example that is put in.
pub(super) fn round_id() -> RoundId {
    RoundId(format!("texts-{LAST}"))
}

/// What units have done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Filed,
    Submitted,
    AwaitingReview,
    InProgress,
    NotStarted,
}

const STANDS: [(&str, Stand); 8] = [
    ("县民政局", Stand::Filed),
    ("县教育局", Stand::Submitted),
    ("县人力资源和社会保障局", Stand::Submitted),
    (HEALTH, Stand::AwaitingReview),
    ("县妇联", Stand::InProgress),
    ("县公安局", Stand::NotStarted),
    ("县水利局", Stand::NotStarted),
    ("县残联", Stand::NotStarted),
];

const TARGETS: &str = "承担的主要目标总体按序时推进，部分目标提前完成；年度数据已随统计监测报送。";
const MEASURES: &str = "一是把规划目标列入年度工作要点和乡镇考核；二是会同成员单位开展联合督导；三是面向山区乡镇开展送服务进村活动。";
const PROBLEMS: &str = "城乡之间仍有差距，基层专业人员不足。";
const NEXT: &str = "继续补齐短板，重点推进薄弱乡镇服务能力建设，按季度调度进展。";

/// Opens the round and takes the units as far as they are.
pub(super) async fn go_on(county: &County<'_>, now: Timestamp) -> anyhow::Result<()> {
    let today = clock::day(now);
    let at = |days: i64, hour: i8| clock::instant(today.checked_sub(days.days())?, hour);
    let period = Period::year_of(LAST)?;
    let due = today.checked_add(12.days())?;
    let title = format!("{LAST}年度落实情况和{}年工作安排", LAST + 1);
    let round = Round {
        subject: RoundSubject::Text { kind: TextKind::YearlyReport, year: LAST },
        opens: today.checked_sub(30.days())?,
        late: LatePolicy::MarkLate,
        to_whom: "县妇儿工委办公室".to_owned(),
        ..Round::figures(period, &title, due, &RoundDefaults::default())
    };
    let id = round_id();
    let by = Stamp { at: at(30, 9)?, by: OFFICE.to_owned() };
    let mut tx = county.store.begin(&county.area).await?;
    rounds::open(&mut tx, &id, &round, &RoundOrigin::Office, &by).await?;
    let units: Vec<(UnitId, Stand)> = STANDS
        .iter()
        .map(|(name, stand)| Ok((county.unit(name)?, *stand)))
        .collect::<anyhow::Result<_>>()?;
    let given: Vec<_> = units.iter().map(|(unit, _)| (unit.clone(), None)).collect();
    tasks::add(&mut tx, &id, &given, &by).await?;
    let object = format!("round {}", id.0);
    tx.commit(Entry::new(by.at, &by.by, "round.open", &object).about(&title)).await?;
    for (unit, stand) in units {
        let text = Text { county, round: &round, id: &id, unit };
        text.write(stand, (at(6, 10)?, at(3, 15)?)).await?;
    }
    Ok(())
}

/// The text of one unit.
struct Text<'a> {
    county: &'a County<'a>,
    round: &'a Round,
    id: &'a RoundId,
    unit: UnitId,
}

impl Text<'_> {
    async fn write(
        &self,
        stand: Stand,
        (written, decided): (Timestamp, Timestamp),
    ) -> anyhow::Result<()> {
        let unit = &self.unit;
        let by = |at: Timestamp, name: String| Stamp { at, by: name };
        let reporter = by(written, self.county.reporter(unit));
        let reviewer = by(written, self.county.reviewer(unit));
        let office = by(decided, OFFICE.to_owned());
        let (steps, last): (&[Step], &Stamp) = match stand {
            Stand::NotStarted => return Ok(()),
            Stand::InProgress => (&[Step::Save], &reporter),
            Stand::AwaitingReview => (&[Step::Save, Step::RequestUnitReview], &reporter),
            Stand::Submitted => (&[Step::Save, Step::RequestUnitReview, Step::Submit], &reviewer),
            Stand::Filed => {
                (&[Step::Save, Step::RequestUnitReview, Step::Submit, Step::Accept], &office)
            }
        };
        let mut submission = Submission::new(unit.clone());
        for step in steps {
            submission = self.take(&submission, step, last.at)?;
        }
        let key = TaskKey {
            ref_area: self.county.area.clone(),
            round: self.id.clone(),
            unit: unit.clone(),
        };
        let report = report(stand);
        let mut tx = self.county.store.begin(&self.county.area).await?;
        let (version, _) = texts::save(&mut tx, &key, 0, &report, &reporter).await?;
        if matches!(stand, Stand::Submitted | Stand::Filed) {
            texts::hand_in(&mut tx, &key, version, &reviewer).await?;
        }
        if stand == Stand::Filed {
            let number = format!("云溪妇儿工委办备〔{}〕1号", LAST + 1);
            texts::file(&mut tx, &key, version, &number).await?;
        }
        tasks::save_step(&mut tx, &key, 1, &submission, last).await?;
        let action = match stand {
            Stand::Filed => "text.file",
            Stand::Submitted => "task.submit",
            Stand::AwaitingReview => "task.send",
            Stand::InProgress | Stand::NotStarted => "text.save",
        };
        let about = format!("{} {}", self.round.title, self.county.name(unit));
        let entry = Entry::new(last.at, &last.by, action, &key.object()).about(&about);
        tx.commit(entry).await?;
        Ok(())
    }

    fn take(
        &self,
        submission: &Submission,
        step: &Step,
        at: Timestamp,
    ) -> anyhow::Result<Submission> {
        let unit = self.unit.clone();
        let actor = match step {
            Step::Save | Step::RequestUnitReview => {
                Actor::Reporter { name: self.county.reporter(&unit), unit }
            }
            Step::Submit => Actor::UnitReviewer { name: self.county.reviewer(&unit), unit },
            _ => Actor::Approver { name: OFFICE.to_owned() },
        };
        let circumstances = Circumstances {
            round: self.round,
            today: clock::day(at),
            now: &at.to_string(),
            findings: &[],
            explanations: &[],
        };
        Ok(submission.apply(step, &actor, &circumstances)?.0)
    }
}

fn report(stand: Stand) -> TextReport {
    let words = |code: &str, text: &str| (code.to_owned(), text.to_owned());
    let begun = stand == Stand::InProgress;
    TextReport {
        kind: TextKind::YearlyReport,
        words: vec![
            words("targets", TARGETS),
            words("measures", if begun { "" } else { MEASURES }),
            words("problems", if begun { "" } else { PROBLEMS }),
            words("next_year", if begun { "" } else { NEXT }),
        ],
        attachments: Vec::new(),
    }
}
