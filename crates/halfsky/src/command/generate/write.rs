//! Writing: the plans of a region, then everything else of it in one transaction.

use std::collections::BTreeMap;
use std::sync::Arc;

use halfsky_monitor::edition::{self, EditionDraft};
use halfsky_monitor::imagined::{Country, Delivery, LAST_YEAR};
use halfsky_monitor::missing;
use halfsky_monitor::observation::{Observation, Value};
use halfsky_monitor::organ::{Organ, OrganKind};
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::{Basis, ReportingDuty, ReportingRole, UnitId};
use halfsky_monitor::round::{LatePolicy, Round, RoundDefaults};
use halfsky_monitor::submission::{Submission, SubmissionState};
use halfsky_monitor::unit::{self, ResponsibleUnit, UnitKind};
use halfsky_monitor::validity::Validity;
use halfsky_plan::document;
use halfsky_plan::indicator::Indicator;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::version::{PlanId, SourceFile, VersionStatus};
use halfsky_store::audit::Entry;
use halfsky_store::data_sets::{self, DataSetKey};
use halfsky_store::entries::{self, CellChange, contents};
use halfsky_store::files::FileHash;
use halfsky_store::observations::{self, FromSubmission, NewValue};
use halfsky_store::plans::{self, Stamp};
use halfsky_store::rounds::{self, RoundId, RoundOrigin};
use halfsky_store::submissions::{self, Decision, HandedIn};
use halfsky_store::tasks::{self, TaskKey};
use halfsky_store::{Store, Tx, duties, editions, indicators, missing_items, organs, units};
use halfsky_web::arrival::{Arrival, keep_draft};
use jiff::civil::{Date, date};

use super::ACTOR;
use super::make::{Made, Report};
use crate::arrival::confirm_example;
use crate::clock;

/// The first day of units, organs and duties.
const BEGIN: Date = date(2021, 1, 1);

/// Writes regions.
pub(super) struct Writer<'a> {
    store: &'a Store,
    country: &'a Country,
    catalogue: Vec<Indicator>,
}

impl<'a> Writer<'a> {
    pub(super) async fn new(store: &'a Store, country: &'a Country) -> anyhow::Result<Self> {
        let catalogue = indicators::load_catalogue(store).await?;
        Ok(Self { store, country, catalogue })
    }

    /// Writes a region; gives how many figures were written.
    pub(super) async fn write(&self, made: &Made) -> anyhow::Result<usize> {
        for beneficiary in [Beneficiary::Women, Beneficiary::Children] {
            self.plan(made, beneficiary).await?;
        }
        let stamp = stamp(BEGIN)?;
        let mut tx = self.store.begin_bulk(&made.place.code).await?;
        self.settle(&mut tx, made).await?;
        let round = RoundId(format!("figures-{LAST_YEAR}"));
        open_round(&mut tx, &round, made).await?;
        let figures = publish(&mut tx, &round, made).await?;
        self.register_missing(&mut tx, made).await?;
        let object = format!("region {}", made.place.code);
        let entry = Entry::new(stamp.at, ACTOR, "generate.region", &object);
        tx.commit(entry.about(&made.place.name)).await?;
        Ok(figures)
    }

    /// The plan in force of a region, written, read and confirmed; one that is there already stays.
    async fn plan(&self, made: &Made, beneficiary: Beneficiary) -> anyhow::Result<()> {
        let area = &made.place.code;
        let known = plans::list(self.store, Some(area)).await?;
        let known = known.into_iter().find(|plan| plan.beneficiary == beneficiary);
        let stamp = stamp(date(2021, 12, 10))?;
        if let Some(plan) = known {
            if plan.status == VersionStatus::Draft {
                let (ref_area, plan_id) = (plan.ref_area, plan.plan_id);
                let key = plans::VersionKey { ref_area, plan_id, number: plan.number };
                let version = plans::load(self.store, &key).await?.version;
                confirm_example(self.store, version, &stamp).await?;
            }
            return Ok(());
        }
        let Some(text) = self.country.plan_text(&made.place, beneficiary) else { return Ok(()) };
        let bytes = Arc::new(text.clone().into_bytes());
        let plan = document::parse(&text).plans.into_iter().next();
        let Some(plan) = plan else { return Ok(()) };
        let arrival = Arrival {
            ref_area: area.clone(),
            source: SourceFile {
                name: format!("{}.txt", plan.title),
                sha256: FileHash::of(&bytes).as_str().to_owned(),
                size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
                format: "txt".to_owned(),
            },
            bytes,
            text: &text,
            catalogue: &self.catalogue,
            example: true,
        };
        let id = PlanId(format!("{}-{area}", beneficiary.code()));
        let entry = Entry::new(stamp.at, ACTOR, "plan.import", "");
        let version = keep_draft(self.store, &arrival, plan, (&stamp, entry), id).await?;
        confirm_example(self.store, version, &stamp).await
    }

    /// Units, organs and duties.
    async fn settle(&self, tx: &mut Tx, made: &Made) -> anyhow::Result<()> {
        let place = &made.place;
        for report in &made.reports {
            let unit = ResponsibleUnit {
                id: unit::UnitId(report.unit.0.clone()),
                ref_area: place.code.clone(),
                kind: UnitKind::guess(&report.name),
                name: report.name.clone(),
                short_name: String::new(),
                parent: None,
                validity: Validity::from(BEGIN),
            };
            units::insert(tx, &unit).await?;
        }
        let office = format!("{}妇女儿童工作委员会办公室", place.name);
        for (kind, printed_name) in [
            (OrganKind::Coordination, format!("{}妇女儿童工作委员会", place.name)),
            (OrganKind::Office, office.clone()),
            (OrganKind::MonitoringLead, format!("{}统计局", place.name)),
            (OrganKind::EvaluationLead, office),
        ] {
            let organ = Organ {
                ref_area: place.code.clone(),
                kind,
                beneficiary: None,
                printed_name,
                unit: None,
                validity: Validity::from(BEGIN),
            };
            organs::insert(tx, &organ).await?;
        }
        let mut given = Vec::new();
        for department in self.country.departments() {
            given.extend(department.indicators.into_iter().map(|indicator| ReportingDuty {
                indicator,
                unit: department.unit.clone(),
                role: ReportingRole::Lead,
                basis: Basis::Source,
                from: BEGIN,
                until: None,
            }));
        }
        duties::save(tx, &given).await?;
        Ok(())
    }

    /// What has no figure, with its reason, as accepting the reports would enter it.
    async fn register_missing(&self, tx: &mut Tx, made: &Made) -> anyhow::Result<()> {
        let names: BTreeMap<&str, &str> =
            made.reports.iter().map(|r| (r.unit.0.as_str(), r.name.as_str())).collect();
        let mut standing: Vec<Observation> = Vec::new();
        for definition in self.country.definitions() {
            for (_, figures) in &made.years {
                let own = figures.iter().map(|(_, figure)| figure);
                standing.extend(own.filter(|f| f.key.indicator == definition.code).cloned());
            }
        }
        for figure in &mut standing {
            if let Value::Missing(missing) = &mut figure.value
                && let Some(name) = names.get(missing.owner.as_str())
            {
                (*name).clone_into(&mut missing.owner);
            }
        }
        let changed = missing::follow(&[], &standing);
        missing_items::keep(tx, &[], &changed, &stamp(accepted_on(LAST_YEAR)?)?).await?;
        Ok(())
    }
}

/// Who did it, and when: never the present, so that the same parameters give the same bytes.
fn stamp(day: Date) -> anyhow::Result<Stamp> {
    Ok(Stamp { at: clock::instant(day, 10)?, by: ACTOR.to_owned() })
}

fn after(year: i32, month: i8, day: i8) -> anyhow::Result<Date> {
    Ok(date(i16::try_from(year + 1)?, month, day))
}

fn accepted_on(year: i32) -> anyhow::Result<Date> {
    after(year, 4, 24)
}

/// The round of the last year with the reports that arrived.
async fn open_round(tx: &mut Tx, id: &RoundId, made: &Made) -> anyhow::Result<()> {
    let period = Period::year_of(LAST_YEAR)?;
    let title = format!("{LAST_YEAR}年妇女儿童统计监测数据");
    let due = after(LAST_YEAR, 4, 10)?;
    let round = Round {
        opens: after(LAST_YEAR, 2, 20)?,
        late: LatePolicy::MarkLate,
        to_whom: "统计局".to_owned(),
        ..Round::figures(period, &title, due, &RoundDefaults::default())
    };
    let opened = stamp(round.opens)?;
    rounds::open(tx, id, &round, &RoundOrigin::Office, &opened).await?;
    let mut given = Vec::new();
    for report in &made.reports {
        data_sets::insert(tx, &report.form, &opened).await?;
        given.push((report.unit.clone(), Some(DataSetKey::of(&report.form))));
    }
    tasks::add(tx, id, &given, &opened).await?;
    for report in &made.reports {
        hand_in(tx, (id, made), report).await?;
    }
    Ok(())
}

async fn hand_in(
    tx: &mut Tx,
    (round, made): (&RoundId, &Made),
    report: &Report,
) -> anyhow::Result<()> {
    let key = TaskKey {
        ref_area: made.place.code.clone(),
        round: round.clone(),
        unit: report.unit.clone(),
    };
    let late = report.delivery == Delivery::Late;
    let day = if late { after(LAST_YEAR, 4, 17)? } else { after(LAST_YEAR, 3, 25)? };
    let handed = stamp(day)?;
    let mut submission = Submission::new(report.unit.clone());
    match report.delivery {
        Delivery::NotStarted => return Ok(()),
        Delivery::InProgress => submission.state = SubmissionState::InProgress,
        Delivery::OnTime | Delivery::Late => {
            fill_in(tx, &key, report, &handed).await?;
            let handed_in = HandedIn {
                number: 1,
                entries: report.entries.clone(),
                explanations: Vec::new(),
                forced: false,
                late,
            };
            submissions::insert(tx, &key, &handed_in, &handed).await?;
            let accepted = stamp(accepted_on(LAST_YEAR)?)?;
            submissions::decide(tx, &key, 1, &Decision::Accepted, &accepted).await?;
            submission = Submission {
                state: SubmissionState::Published,
                version: 1,
                first_submitted: Some(day),
                edition: Some(1),
                ..submission
            };
        }
    }
    tasks::save_step(tx, &key, 1, &submission, &handed).await?;
    Ok(())
}

async fn fill_in(tx: &mut Tx, key: &TaskKey, report: &Report, stamp: &Stamp) -> anyhow::Result<()> {
    let cells = report.entries.iter().flat_map(|(row, entry)| {
        contents(entry).into_iter().map(move |(field, content)| (row.clone(), field, content))
    });
    let changes: Vec<CellChange> =
        cells.map(|(row, field, content)| CellChange { seen: 0, row, field, content }).collect();
    entries::save(tx, key, &changes, stamp).await?;
    Ok(())
}

/// Records the figures of every year and publishes an edition of each; gives how many figures there are.
async fn publish(tx: &mut Tx, round: &RoundId, made: &Made) -> anyhow::Result<usize> {
    let mut written = 0;
    for (period, figures) in &made.years {
        if figures.is_empty() {
            continue;
        }
        let year = period.year();
        let accepted = stamp(accepted_on(year)?)?;
        let from =
            |unit: &UnitId| FromSubmission { round: round.clone(), unit: unit.clone(), number: 1 };
        let values: Vec<NewValue> = figures
            .iter()
            .map(|(unit, observation)| NewValue {
                observation: observation.clone(),
                why: "".into(),
                from: (year == LAST_YEAR).then(|| from(unit)),
            })
            .collect();
        written += observations::record(tx, &values, &accepted).await?.added;
        let draft = EditionDraft {
            ref_area: made.place.code.clone(),
            period: *period,
            notes: format!("{year}年妇女儿童发展规划统计监测数据（虚拟数据）"),
            published_by: ACTOR.to_owned(),
            published_at: stamp(after(year, 5, 12)?)?.at.to_string(),
            figures: figures.iter().map(|(_, observation)| observation.clone()).collect(),
        };
        editions::insert(tx, &edition::publish(draft, None)?).await?;
    }
    Ok(written)
}
