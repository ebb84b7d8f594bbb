//! Supervision cases (督办件): opened once, moved by steps, with their letters and files.
//!
//! Only steps are kept; where a case stands follows from them by the state machine of `halfsky_evaluate`.

use std::collections::BTreeMap;

use halfsky_evaluate::supervision::{Actor, Case, RectificationPlan, Step, Taken};
use halfsky_evaluate::warning::Level;
use halfsky_monitor::text_report::Attachment;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::{Error, Result, is_taken};
use crate::judgements::{attachment_of, file_rows};
use crate::plans::Stamp;
use crate::row::{Row, instant_text, parsed, strange};
use crate::store::{Snapshot, Store};
use crate::tx::Tx;
use crate::values::{Columns, Value};

const CASE: Columns = Columns {
    table: "supervision_case",
    names: &[
        "ref_area",
        "case_id",
        "year",
        "number",
        "plan_id",
        "target_key",
        "indicator",
        "demand",
        "level",
        "warning_number",
        "visit_id",
        "reason",
        "opened_on",
        "opened_at",
        "opened_by",
    ],
};

const STEP: Columns = Columns {
    table: "supervision_step",
    names: &[
        "ref_area",
        "case_id",
        "sequence",
        "kind",
        "unit_id",
        "person",
        "taken_on",
        "lead_unit",
        "due",
        "content",
        "causes",
        "who",
        "reason",
        "passed",
        "recorded_at",
    ],
};

const SUPPORT: Columns = Columns {
    table: "supervision_support",
    names: &["ref_area", "case_id", "sequence", "position", "unit_id"],
};

const FILE: Columns = Columns {
    table: "supervision_file",
    names: &["ref_area", "case_id", "sequence", "position", "name", "sha256", "size"],
};

const LETTER: Columns = Columns {
    table: "supervision_letter",
    names: &[
        "ref_area",
        "case_id",
        "position",
        "kind",
        "document_number",
        "title",
        "recipient",
        "paragraphs",
        "signatory",
        "dated",
        "signed_by",
        "sent_at",
    ],
};

/// Identifier of a case inside its region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(pub String);

impl CaseId {
    /// The case's name in audit entries.
    pub fn object(&self) -> String {
        format!("case {}", self.0)
    }
}

/// What a case is about, as it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseHead {
    pub id: CaseId,
    /// 编号, from 1 within the year it was opened in; given by the store.
    pub number: u32,
    pub plan_id: PlanId,
    pub target_key: String,
    pub indicator: String,
    pub demand: String,
    pub level: Level,
    /// The warning that led to it.
    pub warning: Option<u32>,
    /// The inspection visit that led to it.
    pub visit: Option<String>,
    /// 立项理由.
    pub reason: String,
    pub opened_on: Date,
    pub opened: Stamp,
}

impl CaseHead {
    /// The number people use: 督办〔2026〕3号.
    pub fn label(&self) -> String {
        format!("督办〔{}〕{}号", self.opened_on.year(), self.number)
    }
}

/// A letter as it was signed and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// 提示函, 预警函 or 督办函.
    pub kind: String,
    /// 发文字号; may be empty.
    pub document_number: String,
    pub title: String,
    pub recipient: String,
    pub paragraphs: Vec<String>,
    pub signatory: String,
    pub dated: Date,
    pub signed_by: String,
    pub sent_at: Timestamp,
}

/// A case with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCase {
    pub head: CaseHead,
    pub case: Case,
    /// The files of each step, in the order of the steps.
    pub files: Vec<Vec<Attachment>>,
    /// Oldest first.
    pub letters: Vec<Letter>,
}

/// Opens a case and gives it the next number of its year.
pub async fn open(tx: &mut Tx, head: &CaseHead) -> Result<u32> {
    let area = tx.ref_area().to_owned();
    let year = i64::from(head.opened_on.year());
    let sql = "select coalesce(max(number), 0) as newest from supervision_case \
               where ref_area = $1 and year = $2";
    let rows = tx.rows(sql, &[area.as_str().into(), year.into()]).await?;
    let newest: u32 = rows.first().map_or(Ok(0), |row| row.number("newest"))?;
    let number = newest + 1;
    let row: Vec<Value> = vec![
        area.into(),
        head.id.0.as_str().into(),
        year.into(),
        number.into(),
        head.plan_id.0.as_str().into(),
        head.target_key.as_str().into(),
        head.indicator.as_str().into(),
        head.demand.as_str().into(),
        head.level.code().into(),
        head.warning.into(),
        head.visit.as_deref().into(),
        head.reason.as_str().into(),
        head.opened_on.into(),
        instant_text(head.opened.at).into(),
        head.opened.by.as_str().into(),
    ];
    tx.insert(CASE, &[row]).await.map_err(|error| {
        if is_taken(&error) {
            Error::Conflict("这件督办刚被别人立项，请刷新".to_owned())
        } else {
            error
        }
    })?;
    Ok(number)
}

/// Keeps the step after those seen.
pub async fn take(
    tx: &mut Tx,
    id: &CaseId,
    seen: usize,
    (taken, files): (&Taken, &[Attachment]),
    recorded_at: Timestamp,
) -> Result<()> {
    let start: Vec<Value> =
        vec![tx.ref_area().into(), id.0.as_str().into(), Value::count(seen + 1)?];
    let mut row = start.clone();
    row.extend(step_values(taken));
    row.push(instant_text(recorded_at).into());
    tx.insert(STEP, &[row]).await.map_err(|error| {
        if is_taken(&error) {
            Error::Conflict("这件督办刚被别人办理了一步，请刷新后核对".to_owned())
        } else {
            error
        }
    })?;
    if let Step::Dispatch { support, .. } = &taken.step {
        let mut rows = Vec::new();
        for (position, unit) in support.iter().enumerate() {
            let mut row = start.clone();
            row.extend([Value::count(position)?, unit.as_str().into()]);
            rows.push(row);
        }
        tx.insert(SUPPORT, &rows).await?;
    }
    tx.insert(FILE, &file_rows(&start, files)?).await
}

/// Keeps a letter that was signed, after those seen.
pub async fn send(tx: &mut Tx, id: &CaseId, seen: usize, letter: &Letter) -> Result<()> {
    let row: Vec<Value> = vec![
        tx.ref_area().into(),
        id.0.as_str().into(),
        Value::count(seen + 1)?,
        letter.kind.as_str().into(),
        letter.document_number.as_str().into(),
        letter.title.as_str().into(),
        letter.recipient.as_str().into(),
        letter.paragraphs.join("\n").into(),
        letter.signatory.as_str().into(),
        letter.dated.into(),
        letter.signed_by.as_str().into(),
        instant_text(letter.sent_at).into(),
    ];
    tx.insert(LETTER, &[row]).await.map_err(|error| {
        if is_taken(&error) {
            Error::Conflict("这件督办刚被别人发了函，请刷新后核对".to_owned())
        } else {
            error
        }
    })
}

macro_rules! of_region {
    ($columns:literal, $table:literal, $order:literal) => {
        concat!(
            "select case_id, ",
            $columns,
            " from ",
            $table,
            " where ref_area = $1 and ($2 is null or case_id = $2) order by ",
            $order
        )
    };
}

const CASES: &str = of_region!(
    "number, plan_id, target_key, indicator, demand, level, warning_number, visit_id, reason, \
     opened_on, opened_at, opened_by",
    "supervision_case",
    "opened_on desc, year desc, number desc"
);
const STEPS: &str = of_region!(
    "sequence, kind, unit_id, person, taken_on, lead_unit, due, content, causes, who, reason, passed",
    "supervision_step",
    "case_id, sequence"
);
const SUPPORTS: &str =
    of_region!("sequence, unit_id", "supervision_support", "case_id, sequence, position");
const FILES: &str =
    of_region!("sequence, name, sha256, size", "supervision_file", "case_id, sequence, position");
const LETTERS: &str = of_region!(
    "kind, document_number, title, recipient, paragraphs, signatory, dated, signed_by, sent_at",
    "supervision_letter",
    "case_id, position"
);

/// Every case of a region, newest first.
pub async fn list(store: &Store, ref_area: &RefArea) -> Result<Vec<StoredCase>> {
    let mut snapshot = store.snapshot().await?;
    let found = read(&mut snapshot, ref_area, None).await;
    snapshot.end().await?;
    found
}

/// One case.
pub async fn load(store: &Store, ref_area: &RefArea, id: &CaseId) -> Result<StoredCase> {
    let mut snapshot = store.snapshot().await?;
    let found = read(&mut snapshot, ref_area, Some(id)).await;
    snapshot.end().await?;
    let lost = || Error::NotFound(format!("督办件 {}", id.0));
    found?.into_iter().next().ok_or_else(lost)
}

async fn read(
    snapshot: &mut Snapshot,
    ref_area: &RefArea,
    id: Option<&CaseId>,
) -> Result<Vec<StoredCase>> {
    let values = [ref_area.as_str().into(), id.map(|id| id.0.as_str()).into()];
    let cases = snapshot.rows(CASES, &values).await?;
    let steps = snapshot.rows(STEPS, &values).await?;
    let supports = snapshot.rows(SUPPORTS, &values).await?;
    let files = snapshot.rows(FILES, &values).await?;
    let letters = snapshot.rows(LETTERS, &values).await?;
    let mut support: BTreeMap<(String, i64), Vec<String>> = BTreeMap::new();
    for row in &supports {
        let key = (row.text("case_id")?, row.integer("sequence")?);
        support.entry(key).or_default().push(row.text("unit_id")?);
    }
    let mut attached: BTreeMap<(String, i64), Vec<Attachment>> = BTreeMap::new();
    for row in &files {
        let key = (row.text("case_id")?, row.integer("sequence")?);
        attached.entry(key).or_default().push(attachment_of(row)?);
    }
    let mut taken: BTreeMap<String, Vec<(Taken, Vec<Attachment>)>> = BTreeMap::new();
    for row in &steps {
        let key = (row.text("case_id")?, row.integer("sequence")?);
        let step = taken_of(row, support.remove(&key).unwrap_or_default())?;
        let files = attached.remove(&key).unwrap_or_default();
        taken.entry(key.0).or_default().push((step, files));
    }
    let mut sent: BTreeMap<String, Vec<Letter>> = BTreeMap::new();
    for row in &letters {
        sent.entry(row.text("case_id")?).or_default().push(letter_of(row)?);
    }
    cases
        .iter()
        .map(|row| {
            let head = head_of(row)?;
            let steps = taken.remove(&head.id.0).unwrap_or_default();
            let letters = sent.remove(&head.id.0).unwrap_or_default();
            stored(head, steps, letters)
        })
        .collect()
}

fn stored(
    head: CaseHead,
    steps: Vec<(Taken, Vec<Attachment>)>,
    letters: Vec<Letter>,
) -> Result<StoredCase> {
    let refused = |refusal| Error::Damaged(format!("{}：{refusal}", head.label()));
    let opener = Actor::Office { person: head.opened.by.clone() };
    let mut case = Case::open(&opener, &head.reason, head.opened_on).map_err(refused)?;
    let mut files = Vec::with_capacity(steps.len());
    for (taken, attached) in steps {
        case = case.apply(taken).map_err(refused)?;
        files.push(attached);
    }
    Ok(StoredCase { head, case, files, letters })
}

/// Everything a step keeps between its sequence and the instant it was recorded.
fn step_values(taken: &Taken) -> Vec<Value> {
    let (unit, person) = match &taken.by {
        Actor::Office { person } => (None, person.as_str()),
        Actor::Unit { unit, person } => (Some(unit.as_str()), person.as_str()),
        Actor::Program => (None, ""),
    };
    let mut kept = Kept { kind: taken.step.code(), ..Kept::default() };
    match &taken.step {
        Step::Dispatch { lead, plan_due, .. } => {
            (kept.lead, kept.due) = (Some(lead.as_str()), Some(*plan_due));
        }
        Step::Acknowledge => {}
        Step::SubmitPlan(plan) => {
            (kept.content, kept.causes) = (&plan.measures, &plan.causes);
            (kept.who, kept.due) = (&plan.person, Some(plan.deadline));
        }
        Step::ReturnPlan { reason } | Step::Close { reason } => kept.reason = reason,
        Step::Report { text } => kept.content = text,
        Step::AskForRecheck { evidence } => kept.content = evidence,
        Step::Recheck { passed, reason } => {
            (kept.passed, kept.reason) = (Some(i64::from(*passed)), reason);
        }
        Step::Escalate { to, reason } => (kept.who, kept.reason) = (to, reason),
        Step::Remark { leader, text } => (kept.who, kept.content) = (leader, text),
    }
    vec![
        kept.kind.into(),
        unit.into(),
        person.into(),
        taken.on.into(),
        kept.lead.into(),
        kept.due.into(),
        kept.content.into(),
        kept.causes.into(),
        kept.who.into(),
        kept.reason.into(),
        kept.passed.into(),
    ]
}

#[derive(Default)]
struct Kept<'a> {
    kind: &'static str,
    lead: Option<&'a str>,
    due: Option<Date>,
    content: &'a str,
    causes: &'a str,
    who: &'a str,
    reason: &'a str,
    passed: Option<i64>,
}

fn taken_of(row: &Row, support: Vec<String>) -> Result<Taken> {
    let person = row.text("person")?;
    let by = match row.optional_text("unit_id")? {
        Some(unit) => Actor::Unit { unit, person },
        None => Actor::Office { person },
    };
    let kind = row.text("kind")?;
    let content = || row.text("content");
    let reason = || row.text("reason");
    let due = || row.optional_day("due")?.ok_or_else(|| strange("due", ""));
    let step = match kind.as_str() {
        "dispatch" => Step::Dispatch {
            lead: row.optional_text("lead_unit")?.unwrap_or_default(),
            support,
            plan_due: due()?,
        },
        "acknowledge" => Step::Acknowledge,
        "submit_plan" => Step::SubmitPlan(RectificationPlan {
            causes: row.text("causes")?,
            measures: content()?,
            person: row.text("who")?,
            deadline: due()?,
        }),
        "return_plan" => Step::ReturnPlan { reason: reason()? },
        "report" => Step::Report { text: content()? },
        "ask_for_recheck" => Step::AskForRecheck { evidence: content()? },
        "recheck" => {
            let passed = row.optional_integer("passed")? == Some(1);
            Step::Recheck { passed, reason: reason()? }
        }
        "close" => Step::Close { reason: reason()? },
        "escalate" => Step::Escalate { to: row.text("who")?, reason: reason()? },
        "remark" => Step::Remark { leader: row.text("who")?, text: content()? },
        other => return Err(strange("kind", other)),
    };
    Ok(Taken { step, by, on: row.day("taken_on")? })
}

fn head_of(row: &Row) -> Result<CaseHead> {
    Ok(CaseHead {
        id: CaseId(row.text("case_id")?),
        number: row.number("number")?,
        plan_id: PlanId(row.text("plan_id")?),
        target_key: row.text("target_key")?,
        indicator: row.text("indicator")?,
        demand: row.text("demand")?,
        level: row.coded("level", Level::from_code)?,
        warning: row.optional_number("warning_number")?,
        visit: row.optional_text("visit_id")?,
        reason: row.text("reason")?,
        opened_on: row.day("opened_on")?,
        opened: Stamp { at: row.instant("opened_at")?, by: row.text("opened_by")? },
    })
}

fn letter_of(row: &Row) -> Result<Letter> {
    Ok(Letter {
        kind: row.text("kind")?,
        document_number: row.text("document_number")?,
        title: row.text("title")?,
        recipient: row.text("recipient")?,
        paragraphs: row.text("paragraphs")?.lines().map(str::to_owned).collect(),
        signatory: row.text("signatory")?,
        dated: row.day("dated")?,
        signed_by: row.text("signed_by")?,
        sent_at: parsed("sent_at", &row.text("sent_at")?)?,
    })
}
