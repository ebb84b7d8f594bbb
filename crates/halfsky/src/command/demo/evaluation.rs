//! The evaluation of the example: every plan judged, and one case on its way.

use halfsky_evaluate::supervision::{Actor, Case, RectificationPlan, Step, Taken};
use halfsky_evaluate::warning::{Level, Rule};
use halfsky_monitor::organisation::standard_name;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::draft::supervision_letter::{LetterKind, LetterText, Occasion, letter};
use halfsky_report::template::Templates;
use halfsky_store::audit::Entry;
use halfsky_store::plans::Stamp;
use halfsky_store::supervision::{self, CaseHead, CaseId, Letter};
use halfsky_store::warnings::{self, Decided, Decision, StoredWarning};
use halfsky_store::{Store, editions, evaluations, units};
use halfsky_web::evaluating::{Asked, plans_in_force};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::{CITY, COUNTY};
use crate::arrival::ACTOR;
use crate::command::evaluate::keep;
use crate::{clock, entropy};

const OFFICE: &str = "示例 妇儿工委办";
const REPORTER: &str = "示例 填报人";
const CONTACT: &str = "妇儿工委办（示例），000-0000000";
const SIGNATORY: &str = "云溪县妇女儿童工作委员会办公室";

/// Evaluates what is published, and opens one case, where neither was done before.
pub(crate) async fn settle(store: &Store) -> anyhow::Result<()> {
    for area in [CITY, COUNTY] {
        let area: RefArea = area.parse()?;
        let published = editions::list(store, &area).await?;
        let Some(newest) = published.first() else { continue };
        if !evaluations::list(store, &area).await?.is_empty() {
            continue;
        }
        for plan in plans_in_force(store, Some(&area), newest.key.period.year()).await? {
            let asked = Asked { ref_area: area.clone(), plan_id: plan.plan_id, year: None };
            keep(store, &asked).await?;
        }
    }
    open_case(store).await
}

/// The gravest warning of the county that has a unit becomes a case in rectification.
async fn open_case(store: &Store) -> anyhow::Result<()> {
    let area: RefArea = COUNTY.parse()?;
    if !supervision::list(store, &area).await?.is_empty() {
        return Ok(());
    }
    let known = units::list(store, Some(&area)).await?;
    let unit_of = |warning: &StoredWarning| {
        let name = standard_name(warning.lead.first()?);
        let found = known.iter().find(|u| standard_name(&u.unit.name) == name)?;
        Some((found.unit.id.0.clone(), found.unit.name.clone()))
    };
    let mut standing = warnings::standing(store, &area).await?;
    standing.retain(|w| w.key.rule == Rule::OffTrack && w.to >= Some(Level::Orange));
    standing.sort_by_key(|w| std::cmp::Reverse(w.to));
    let grave = standing.iter().find_map(|w| Some((w, unit_of(w)?)));
    let Some((warning, (unit, unit_name))) = grave else { return Ok(()) };
    let now = clock::now();
    let today = clock::today();
    let reason = "多年没有明显进展，按期达标困难".to_owned();
    let stamp = Stamp { at: now, by: OFFICE.to_owned() };
    let head = CaseHead {
        id: CaseId(entropy::new_id(now)?),
        number: 0,
        plan_id: warning.plan_id.clone(),
        target_key: warning.key.target.clone(),
        indicator: warning.indicator.clone(),
        demand: warning.demand.clone(),
        level: warning.to.unwrap_or(Level::Orange),
        warning: Some(warning.number),
        visit: None,
        reason: reason.clone(),
        opened_on: today,
        opened: stamp.clone(),
    };
    let run = evaluations::newest(store, &area, &warning.plan_id).await?;
    let answer_by = today.checked_add(15.days())?;
    let about: Vec<_> =
        run.as_ref().and_then(|s| s.run.keyed(&warning.key.target)).into_iter().collect();
    let occasion = Occasion {
        kind: LetterKind::of(head.level),
        year: run.as_ref().map_or(0, |s| s.run.year),
        about: &about,
        warning: warning.evidence.as_ref().map(|e| (warning.key.rule, e)),
        indicator: &head.indicator,
        reason: &head.reason,
        recipient: &unit_name,
        number: &format!("云妇儿办函〔{}〕1号", today.year()),
        signatory: SIGNATORY,
        dated: today,
        due: answer_by,
        contact: CONTACT,
    };
    let letter = letter(&occasion, &Templates::default())?;
    let mut tx = store.begin(&area).await?;
    let decided = Decided { decision: Decision::Confirmed, reason, stamp };
    warnings::decide(&mut tx, &warning.plan_id, warning.number, &decided).await?;
    supervision::open(&mut tx, &head).await?;
    supervision::send(&mut tx, &head.id, 0, &signed(letter, now)).await?;
    let opener = Actor::Office { person: OFFICE.to_owned() };
    let mut case = Case::open(&opener, &head.reason, today)?;
    for (seen, taken) in steps(&unit, today, answer_by)?.into_iter().enumerate() {
        case = case.apply(taken.clone())?;
        supervision::take(&mut tx, &head.id, seen, (&taken, &[]), now).await?;
    }
    let entry = Entry::new(now, ACTOR, "case.open", &head.id.object()).about(&head.indicator);
    tx.commit(entry.from(Entry::COMMAND_LINE)).await?;
    Ok(())
}

/// A draft as the office signs it.
fn signed(letter: LetterText, now: Timestamp) -> Letter {
    Letter {
        kind: letter.kind,
        document_number: letter.number,
        title: letter.title,
        recipient: letter.recipient,
        paragraphs: letter.paragraphs,
        signatory: letter.signatory,
        dated: letter.dated,
        signed_by: OFFICE.to_owned(),
        sent_at: now,
    }
}

/// Dispatched, acknowledged, planned.
fn steps(unit: &str, today: Date, answer_by: Date) -> anyhow::Result<Vec<Taken>> {
    let office = Actor::Office { person: OFFICE.to_owned() };
    let reporter = Actor::Unit { unit: unit.to_owned(), person: REPORTER.to_owned() };
    let dispatch =
        Step::Dispatch { lead: unit.to_owned(), support: Vec::new(), plan_due: answer_by };
    let plan = RectificationPlan {
        causes: "投入和人手不足，各乡镇推进不平衡".to_owned(),
        measures: "任务分解到乡镇，按月通报进度，县级每季调度".to_owned(),
        person: "分管副局长".to_owned(),
        deadline: today.checked_add(180.days())?,
    };
    let taken = |step, by| Taken { step, by, on: today };
    Ok(vec![
        taken(dispatch, office),
        taken(Step::Acknowledge, reporter.clone()),
        taken(Step::SubmitPlan(plan), reporter),
    ])
}
