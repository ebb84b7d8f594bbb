//! Reports (报告): drafts, the words people wrote in them, the steps they took.

use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;
use jiff::Timestamp;

use crate::editions::EditionKey;
use crate::error::{Error, Result};
use crate::plans::Stamp;
use crate::row::{Row, instant_text, parsed};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

const REPORT: Columns = Columns {
    table: "report",
    names: &[
        "ref_area",
        "report_id",
        "kind",
        "plan_id",
        "plan_version",
        "year",
        "edition_period",
        "edition_number",
        "edition_hash",
        "dated",
        "title",
        "unit",
        "addressee",
        "number",
        "signed_by",
        "contact",
        "due",
        "reader",
        "state",
        "revision",
        "created_at",
        "created_by",
    ],
};

const EDIT: Columns = Columns {
    table: "report_edit",
    names: &[
        "ref_area",
        "report_id",
        "paragraph",
        "content",
        "replaced",
        "changed_at",
        "changed_by",
    ],
};

const STEP: Columns = Columns {
    table: "report_step",
    names: &[
        "ref_area",
        "report_id",
        "sequence",
        "step",
        "state",
        "reason",
        "taken_at",
        "taken_by",
        "run_hash",
        "docx_sha256",
        "pdf_sha256",
        "html_sha256",
        "xlsx_sha256",
    ],
};

/// Which report inside a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportId(pub String);

impl ReportId {
    /// The report's name in audit entries.
    pub fn object(&self) -> String {
        format!("report {}", self.0)
    }
}

/// A report without its words. `kind` and `state` are codes of `halfsky_report::issue`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReport {
    pub id: ReportId,
    pub kind: String,
    pub plan: PlanId,
    pub plan_version: u32,
    pub year: i32,
    pub edition: EditionKey,
    pub edition_hash: String,
    /// 成文日期, an ISO date.
    pub dated: String,
    pub title: String,
    pub asked: Asked,
    /// `internal`, or `public`: only what everybody may see can be published.
    pub reader: String,
    pub state: String,
    /// Grows with every change; a form carries it and hands it back.
    pub revision: i64,
    pub created: Stamp,
}

/// What only a person knows of a report; empty where its kind does not ask for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    pub unit: String,
    /// 主送机关
    pub addressee: String,
    /// 发文字号
    pub number: String,
    /// 签发人
    pub signed_by: String,
    /// 联系人及电话, as it is printed.
    pub contact: String,
    /// 反馈期限, an ISO date.
    pub due: String,
}

/// A paragraph as a person wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEdit {
    pub paragraph: String,
    pub content: String,
    pub replaced: String,
    pub changed: Stamp,
}

/// A step with the files as they were then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStep {
    pub step: String,
    /// The state after it.
    pub state: String,
    pub reason: String,
    pub taken: Stamp,
    pub frozen: Frozen,
}

/// What a step froze: the hashes of the evaluation and of the kept files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frozen {
    /// Empty where nothing was frozen.
    pub run_hash: String,
    pub docx: Option<String>,
    pub pdf: Option<String>,
    pub html: Option<String>,
    /// Its tables; None where it has none.
    pub xlsx: Option<String>,
}

/// Keeps a new draft.
pub async fn insert(tx: &mut Tx, report: &StoredReport) -> Result<()> {
    let area = tx.ref_area().to_owned();
    let row: Vec<Value> = vec![
        area.as_str().into(),
        report.id.0.as_str().into(),
        report.kind.as_str().into(),
        report.plan.0.as_str().into(),
        report.plan_version.into(),
        i64::from(report.year).into(),
        report.edition.period.to_string().into(),
        report.edition.number.into(),
        report.edition_hash.as_str().into(),
        report.dated.as_str().into(),
        report.title.as_str().into(),
        report.asked.unit.as_str().into(),
        report.asked.addressee.as_str().into(),
        report.asked.number.as_str().into(),
        report.asked.signed_by.as_str().into(),
        report.asked.contact.as_str().into(),
        report.asked.due.as_str().into(),
        report.reader.as_str().into(),
        report.state.as_str().into(),
        report.revision.into(),
        instant_text(report.created.at).into(),
        report.created.by.as_str().into(),
    ];
    tx.insert(REPORT, &[row]).await
}

/// The reports of a region: newest year first, newest first within a year.
pub async fn list(store: &Store, ref_area: &RefArea) -> Result<Vec<StoredReport>> {
    let found = of_regions(store, std::slice::from_ref(ref_area)).await?;
    Ok(found.into_iter().map(|(_, report)| report).collect())
}

/// Every report of some regions, each with its region, in one statement: by region, then as [`list`].
pub async fn of_regions(
    store: &Store,
    regions: &[RefArea],
) -> Result<Vec<(RefArea, StoredReport)>> {
    let sql = "select ref_area, report_id, kind, plan_id, plan_version, year, edition_period, \
               edition_number, edition_hash, dated, title, unit, addressee, number, signed_by, contact, \
               due, reader, state, revision, created_at, created_by from report \
               where ref_area in ({list}) \
               order by ref_area, year desc, created_at desc, report_id";
    let list: Vec<Value> = regions.iter().map(|code| code.as_str().into()).collect();
    let rows = store.rows_with_list(sql, &[], &list).await?;
    let one = |row: &Row| Ok((parsed("ref_area", &row.text("ref_area")?)?, report_of(row)?));
    rows.iter().map(one).collect()
}

/// One report.
pub async fn load(store: &Store, ref_area: &RefArea, id: &ReportId) -> Result<StoredReport> {
    let sql = "select report_id, kind, plan_id, plan_version, year, edition_period, \
               edition_number, edition_hash, dated, title, unit, addressee, number, signed_by, contact, \
               due, reader, state, revision, created_at, created_by from report where ref_area = $1 and report_id = $2";
    let rows = store.rows(sql, &[ref_area.as_str().into(), id.0.as_str().into()]).await?;
    match rows.first() {
        Some(row) => report_of(row),
        None => Err(Error::NotFound("这份报告".to_owned())),
    }
}

/// The words people wrote in a report, by paragraph.
pub async fn edits(store: &Store, ref_area: &RefArea, id: &ReportId) -> Result<Vec<StoredEdit>> {
    let sql = "select paragraph, content, replaced, changed_at, changed_by from report_edit \
               where ref_area = $1 and report_id = $2 order by ref_area, report_id, paragraph";
    let rows = store.rows(sql, &[ref_area.as_str().into(), id.0.as_str().into()]).await?;
    rows.iter().map(edit_of).collect()
}

/// The steps of a report, oldest first.
pub async fn steps(store: &Store, ref_area: &RefArea, id: &ReportId) -> Result<Vec<StoredStep>> {
    let sql = "select step, state, reason, taken_at, taken_by, run_hash, docx_sha256, pdf_sha256, \
               html_sha256, xlsx_sha256 from report_step where ref_area = $1 and report_id = $2 \
               order by ref_area, report_id, sequence";
    let rows = store.rows(sql, &[ref_area.as_str().into(), id.0.as_str().into()]).await?;
    rows.iter().map(step_of).collect()
}

/// Keeps a paragraph as a person wrote it; `seen` is the revision they began from. Returns the new revision.
pub async fn save_edit(tx: &mut Tx, id: &ReportId, seen: i64, edit: &StoredEdit) -> Result<i64> {
    let revision = advance(tx, id, seen, "draft").await?;
    remove_edit(tx, id, &edit.paragraph).await?;
    let area = tx.ref_area().to_owned();
    let row: Vec<Value> = vec![
        area.as_str().into(),
        id.0.as_str().into(),
        edit.paragraph.as_str().into(),
        edit.content.as_str().into(),
        edit.replaced.as_str().into(),
        instant_text(edit.changed.at).into(),
        edit.changed.by.as_str().into(),
    ];
    tx.insert(EDIT, &[row]).await?;
    Ok(revision)
}

/// Goes back to the words the program makes. Returns the new revision.
pub async fn drop_edit(tx: &mut Tx, id: &ReportId, seen: i64, paragraph: &str) -> Result<i64> {
    let revision = advance(tx, id, seen, "draft").await?;
    remove_edit(tx, id, paragraph).await?;
    Ok(revision)
}

async fn remove_edit(tx: &mut Tx, id: &ReportId, paragraph: &str) -> Result<()> {
    let sql = "delete from report_edit where ref_area = $1 and report_id = $2 and paragraph = $3";
    let area = tx.ref_area().to_owned();
    let values = [area.as_str().into(), id.0.as_str().into(), paragraph.into()];
    tx.execute(sql, &values).await.map(|_| ())
}

/// A draft rests on another edition from now on. Returns the new revision.
pub async fn renew(
    tx: &mut Tx,
    id: &ReportId,
    seen: i64,
    edition: EditionKey,
    hash: &str,
) -> Result<i64> {
    let revision = advance(tx, id, seen, "draft").await?;
    let sql = "update report set edition_period = $3, edition_number = $4, edition_hash = $5 \
               where ref_area = $1 and report_id = $2";
    let area = tx.ref_area().to_owned();
    let values = [
        area.as_str().into(),
        id.0.as_str().into(),
        edition.period.to_string().into(),
        edition.number.into(),
        hash.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(revision)
}

/// Keeps a step; `seen` is the revision the person looked at, `before` the state it was in.
pub async fn take(
    tx: &mut Tx,
    id: &ReportId,
    seen: i64,
    before: &str,
    step: &StoredStep,
) -> Result<()> {
    advance(tx, id, seen, before).await?;
    let area = tx.ref_area().to_owned();
    let sql = "update report set state = $3 where ref_area = $1 and report_id = $2";
    let values = [area.as_str().into(), id.0.as_str().into(), step.state.as_str().into()];
    tx.execute(sql, &values).await?;
    let sql = "select coalesce(max(sequence), 0) as newest from report_step \
               where ref_area = $1 and report_id = $2";
    let rows = tx.rows(sql, &[area.as_str().into(), id.0.as_str().into()]).await?;
    let newest: i64 = rows.first().map_or(Ok(0), |row| row.integer("newest"))?;
    let row: Vec<Value> = vec![
        area.as_str().into(),
        id.0.as_str().into(),
        (newest + 1).into(),
        step.step.as_str().into(),
        step.state.as_str().into(),
        step.reason.as_str().into(),
        instant_text(step.taken.at).into(),
        step.taken.by.as_str().into(),
        step.frozen.run_hash.as_str().into(),
        step.frozen.docx.as_deref().into(),
        step.frozen.pdf.as_deref().into(),
        step.frozen.html.as_deref().into(),
        step.frozen.xlsx.as_deref().into(),
    ];
    tx.insert(STEP, &[row]).await
}

/// One revision on, when nobody else was faster and the report is still in the state it was looked at in.
async fn advance(tx: &mut Tx, id: &ReportId, seen: i64, state: &str) -> Result<i64> {
    let sql = "update report set revision = revision + 1 \
               where ref_area = $1 and report_id = $2 and revision = $3 and state = $4";
    let area = tx.ref_area().to_owned();
    let values = [area.as_str().into(), id.0.as_str().into(), seen.into(), state.into()];
    match tx.execute(sql, &values).await? {
        0 => Err(Error::Conflict("这份报告刚被别人改动，请刷新后重试".to_owned())),
        _ => Ok(seen + 1),
    }
}

fn report_of(row: &Row) -> Result<StoredReport> {
    Ok(StoredReport {
        id: ReportId(row.text("report_id")?),
        kind: row.text("kind")?,
        plan: PlanId(row.text("plan_id")?),
        plan_version: row.number("plan_version")?,
        year: row.number("year")?,
        edition: EditionKey {
            period: parsed("edition_period", &row.text("edition_period")?)?,
            number: row.number("edition_number")?,
        },
        edition_hash: row.text("edition_hash")?,
        dated: row.text("dated")?,
        title: row.text("title")?,
        asked: Asked {
            unit: row.text("unit")?,
            addressee: row.text("addressee")?,
            number: row.text("number")?,
            signed_by: row.text("signed_by")?,
            contact: row.text("contact")?,
            due: row.text("due")?,
        },
        reader: row.text("reader")?,
        state: row.text("state")?,
        revision: row.integer("revision")?,
        created: stamp_of(row, "created_at", "created_by")?,
    })
}

fn edit_of(row: &Row) -> Result<StoredEdit> {
    Ok(StoredEdit {
        paragraph: row.text("paragraph")?,
        content: row.text("content")?,
        replaced: row.text("replaced")?,
        changed: stamp_of(row, "changed_at", "changed_by")?,
    })
}

fn step_of(row: &Row) -> Result<StoredStep> {
    Ok(StoredStep {
        step: row.text("step")?,
        state: row.text("state")?,
        reason: row.text("reason")?,
        taken: stamp_of(row, "taken_at", "taken_by")?,
        frozen: Frozen {
            run_hash: row.text("run_hash")?,
            docx: row.optional_text("docx_sha256")?,
            pdf: row.optional_text("pdf_sha256")?,
            html: row.optional_text("html_sha256")?,
            xlsx: row.optional_text("xlsx_sha256")?,
        },
    })
}

fn stamp_of(row: &Row, at: &str, by: &str) -> Result<Stamp> {
    let at: Timestamp = row.instant(at)?;
    Ok(Stamp { at, by: row.text(by)? })
}
