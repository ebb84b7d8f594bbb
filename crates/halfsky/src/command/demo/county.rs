//! The county as its rounds see it: who reports what on which form, and what is in force and published so far.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};
use halfsky_monitor::data_set::{DataSet, Entries};
use halfsky_monitor::definition::{Definition, Definitions, Level};
use halfsky_monitor::edition::{self, Edition, EditionDraft};
use halfsky_monitor::observation::{Observation, ObservationKey};
use halfsky_monitor::observe::{Occasion, observe, recordable};
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::{ReportingDuty, UnitId};
use halfsky_monitor::round::{Round, Window};
use halfsky_monitor::submission::{Actor, Circumstances, Step, Submission};
use halfsky_monitor::unit_form::{self, Ingredients};
use halfsky_monitor::validation::{
    Explanation, Filled, Finding, Severity, past_values, unexplained, validate,
};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::data_sets::{self, DataSetKey};
use halfsky_store::entries::{self, CellChange, contents};
use halfsky_store::plans::Stamp;
use halfsky_store::rounds::RoundId;
use halfsky_store::submissions::{self, HandedIn};
use halfsky_store::tasks::TaskKey;
use halfsky_store::{Store, Tx, editions};
use halfsky_web::acceptance::{self, Acceptance};
use jiff::Timestamp;
use jiff::civil::Date;

use super::figures::Figures;
use crate::clock;

/// Who accepts and publishes figures in the example.
pub(super) const STATISTICIAN: &str = "示例 统计员（statistics）";
/// Who leads the committee's office.
pub(super) const OFFICE: &str = "示例 妇儿工委办（office）";
/// Whose reporter and reviewer have accounts.
pub(super) const HEALTH: &str = "县卫生健康局";

/// The county with everything that rounds are made from.
pub(super) struct County<'a> {
    pub(super) store: &'a Store,
    pub(super) area: RefArea,
    pub(super) units: BTreeMap<UnitId, String>,
    pub(super) duties: Vec<ReportingDuty>,
    pub(super) definitions: BTreeMap<IndicatorCode, Definitions>,
    pub(super) wanted: BTreeSet<IndicatorCode>,
    pub(super) figures: Figures,
    /// The newest version of each form, by its code.
    pub(super) forms: BTreeMap<String, DataSet>,
    /// The figures in force with the unit that reported each.
    pub(super) in_force: BTreeMap<ObservationKey, (UnitId, Observation)>,
    /// The newest edition of each year.
    pub(super) editions: BTreeMap<Period, Edition>,
}

/// One unit's report in a round, as far as it is.
pub(super) struct Report {
    pub(super) key: TaskKey,
    pub(super) form: DataSet,
    pub(super) entries: Entries,
    pub(super) findings: Vec<Finding>,
    pub(super) explanations: Vec<Explanation>,
    pub(super) submission: Submission,
    /// The revision of its task in the store.
    pub(super) revision: i64,
}

impl County<'_> {
    /// The unit of a name.
    pub(super) fn unit(&self, name: &str) -> anyhow::Result<UnitId> {
        let found = self.units.iter().find(|(_, known)| *known == name);
        found.map(|(id, _)| id.clone()).with_context(|| format!("示例中没有单位 {name}"))
    }

    /// The name of a unit.
    pub(super) fn name(&self, unit: &UnitId) -> &str {
        self.units.get(unit).map_or("", String::as_str)
    }

    /// The forms of a round, by unit; one that asks the same as before keeps its version, another is kept.
    pub(super) async fn forms(
        &mut self,
        tx: &mut Tx,
        (period, opens): (Period, Date),
        stamp: &Stamp,
    ) -> anyhow::Result<Vec<(UnitId, DataSet)>> {
        let cards: Vec<Definition> = self
            .definitions
            .values()
            .filter_map(|versions| versions.of_year(period.year()))
            .cloned()
            .collect();
        let made = unit_form::unit_forms(&Ingredients {
            duties: &self.duties,
            definitions: &cards,
            wanted: &self.wanted,
            units: &self.units,
            day: opens,
            kind: period.kind(),
            level: Level::County,
        });
        if let Some((unit, problem)) = made.problems.first() {
            bail!("示例单位 {}：{problem}", self.name(unit));
        }
        let mut forms = Vec::new();
        for unit_form::UnitForm { unit, form, .. } in made.forms {
            let known = self.forms.get(form.code());
            let form = match known {
                Some(known) if form.asks_the_same(known) => known.clone(),
                known => {
                    let form = form.numbered(known.map_or(1, |known| known.version() + 1));
                    data_sets::insert(tx, &form, stamp).await?;
                    form
                }
            };
            self.forms.insert(form.code().to_owned(), form.clone());
            forms.push((unit, form));
        }
        Ok(forms)
    }

    /// What a unit reports for a year, checked as the product checks it.
    pub(super) fn report(
        &self,
        round: &RoundId,
        period: Period,
        (unit, form): (UnitId, DataSet),
    ) -> anyhow::Result<Report> {
        let entries = self.figures.entries(&form, period.year(), &unit)?;
        let mut report = Report {
            key: TaskKey { ref_area: self.area.clone(), round: round.clone(), unit: unit.clone() },
            explanations: self.figures.explanations(&form, period.year()),
            submission: Submission::new(unit),
            findings: Vec::new(),
            revision: 1,
            form,
            entries,
        };
        self.check(&mut report, period);
        Ok(report)
    }

    /// Checks a report anew.
    pub(super) fn check(&self, report: &mut Report, period: Period) {
        let published = self.editions.values().flat_map(|edition| &edition.figures);
        let past = past_values(published, &report.form, &self.definitions, period);
        report.findings = validate(&Filled {
            data_set: &report.form,
            entries: &report.entries,
            period,
            past: &past,
            other_forms: &[],
            published: &[],
        });
    }

    /// Accepts a report: the decision, its figures, the register of what is missing.
    pub(super) async fn accept(
        &mut self,
        tx: &mut Tx,
        report: &Report,
        (period, why): (Period, &str),
        stamp: &Stamp,
    ) -> anyhow::Result<()> {
        let unit = &report.key.unit;
        let handed_in = report.handed_in();
        let others = self
            .in_force
            .iter()
            .filter(|(_, (owner, o))| owner != unit && o.value.figure().is_some())
            .map(|(key, _)| key.clone())
            .collect();
        let indicators = self.definitions.keys().cloned().collect();
        let acceptance = Acceptance {
            key: &report.key,
            form: &report.form,
            period,
            handed_in: &handed_in,
            why,
            others: &others,
            indicators: &indicators,
            units: &self.units,
        };
        acceptance::keep(tx, &acceptance, stamp).await?;
        let occasion = Occasion { ref_area: &self.area, period, unit };
        let observed = observe(&report.form, &report.entries, &report.explanations, &occasion);
        for observation in recordable(observed, &others) {
            let key = observation.key.clone();
            self.in_force.insert(key, (unit.clone(), observation));
        }
        Ok(())
    }

    /// Publishes figures as the next edition of a period.
    pub(super) async fn publish(
        &mut self,
        tx: &mut Tx,
        period: Period,
        (figures, notes): (Vec<Observation>, &str),
        at: Timestamp,
    ) -> anyhow::Result<Edition> {
        let draft = EditionDraft {
            ref_area: self.area.clone(),
            period,
            notes: notes.to_owned(),
            published_by: STATISTICIAN.to_owned(),
            published_at: at.to_string(),
            figures,
        };
        let edition = edition::publish(draft, self.editions.get(&period))?;
        editions::insert(tx, &edition).await?;
        self.editions.insert(period, edition.clone());
        Ok(edition)
    }

    /// The figures in force that belong to a period.
    pub(super) fn figures_of(&self, period: Period) -> Vec<Observation> {
        let all = self.in_force.values().map(|(_, observation)| observation);
        all.filter(|o| edition::belongs(o.key.period, period)).cloned().collect()
    }

    /// Whoever fills in for a unit.
    pub(super) fn reporter(&self, unit: &UnitId) -> String {
        match self.name(unit) {
            HEALTH => "示例 填报人（reporter）".to_owned(),
            name => format!("示例 填报人（{name}）"),
        }
    }

    /// Whoever answers for a unit.
    pub(super) fn reviewer(&self, unit: &UnitId) -> String {
        match self.name(unit) {
            HEALTH => "示例 审核人（reviewer）".to_owned(),
            name => format!("示例 审核人（{name}）"),
        }
    }

    /// Takes a step of a submission as the rules allow it.
    pub(super) fn take(
        &self,
        report: &mut Report,
        step: &Step,
        (round, at): (&Round, Timestamp),
    ) -> anyhow::Result<()> {
        let unit = report.key.unit.clone();
        let actor = match step {
            Step::Save | Step::RequestUnitReview => {
                Actor::Reporter { name: self.reporter(&unit), unit: unit.clone() }
            }
            Step::SendBack { .. } | Step::Submit => {
                Actor::UnitReviewer { name: self.reviewer(&unit), unit: unit.clone() }
            }
            _ => Actor::Approver { name: STATISTICIAN.to_owned() },
        };
        let circumstances = Circumstances {
            round,
            today: clock::day(at),
            now: &at.to_string(),
            findings: &report.findings,
            explanations: &report.explanations,
        };
        let taken = report.submission.apply(step, &actor, &circumstances);
        let (next, _) = taken.with_context(|| {
            let open = report.findings.iter().filter(|f| f.severity == Severity::Error);
            let open = open.chain(unexplained(&report.findings, &report.explanations));
            let open: Vec<&str> = open.map(|f| f.message.as_str()).collect();
            format!("示例单位 {}：{}", self.name(&unit), open.join("；"))
        })?;
        report.submission = next;
        Ok(())
    }
}

impl Report {
    /// The form as tasks name it.
    pub(super) fn form_key(&self) -> DataSetKey {
        DataSetKey::of(&self.form)
    }

    /// What is handed in.
    pub(super) fn handed_in(&self) -> HandedIn {
        HandedIn {
            number: self.submission.version,
            entries: self.entries.clone(),
            explanations: self.explanations.clone(),
            forced: self.findings.iter().any(|f| f.severity == Severity::Warning),
            late: false,
        }
    }

    /// Keeps what was filled in, with what the checks found and the words on it.
    pub(super) async fn fill_in(&self, tx: &mut Tx, stamp: &Stamp) -> anyhow::Result<()> {
        let draft = entries::load_in(tx, &self.key).await?;
        let cells = self.entries.iter().flat_map(|(row, entry)| {
            contents(entry).into_iter().map(move |(field, content)| (row.clone(), field, content))
        });
        let changes: Vec<CellChange> = cells
            .map(|(row, field, content)| CellChange {
                seen: draft.revision(&row, field),
                row,
                field,
                content,
            })
            .collect();
        entries::save(tx, &self.key, &changes, stamp).await?;
        entries::explain(tx, &self.key, &self.explanations, stamp).await?;
        entries::save_findings(tx, &self.key, &self.findings).await?;
        Ok(())
    }

    /// Keeps what is handed in, marked as late where its last day is over.
    pub(super) async fn hand_in(
        &self,
        tx: &mut Tx,
        round: &Round,
        stamp: &Stamp,
    ) -> anyhow::Result<()> {
        let late = matches!(round.window(&self.key.unit, clock::day(stamp.at)), Window::Over(_));
        let handed_in = HandedIn { late, ..self.handed_in() };
        submissions::insert(tx, &self.key, &handed_in, stamp).await?;
        Ok(())
    }
}
