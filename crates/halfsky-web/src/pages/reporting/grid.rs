//! The entry grid: one row for each item, with last year's value, target and definition at hand; what the checks say
//! stands beside each cell.

mod view;

pub(crate) use view::{field_label, kind};

use std::sync::Arc;

use askama::Template;
use halfsky_monitor::data_set::{CellKey, Column, Entries};
use halfsky_monitor::formula::Outcome;
use halfsky_monitor::submission::SubmissionState;
use halfsky_monitor::validation::{Explanation, Finding, Severity, unexplained};
use halfsky_store::entries::{self, CellConflict, Draft, FieldKey};
use halfsky_store::submissions::{self, Decision};

use self::view::{CellView, RowView, rows};
use super::basis::{self, Basis};
use super::effect::{self, Effects};
use super::history;
use super::task::Work;
use crate::app::App;
use crate::error::WebError;
use crate::list::{Pager, Params};
use crate::pages::{Answer, page};
use crate::parts::due::Due;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

/// The words of the steps, as the page shows them.
pub(crate) const STEPS: [&str; 5] = ["领取", "填报", "本单位审核", "报送盖章", "统计部门审核"];

/// What somebody typed that is not kept as it stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    /// Words of cells that are no figure, and what is wrong with them.
    pub(crate) unreadable: Vec<(FieldKey, String, String)>,
    /// Changes somebody else was faster with.
    pub(crate) conflicts: Vec<CellConflict>,
}

impl Typed {
    /// Whether everything is kept.
    pub(crate) const fn is_nothing(&self) -> bool {
        self.unreadable.is_empty() && self.conflicts.is_empty()
    }
}

/// A form as it is filled in, and what the checks say about it.
#[derive(Debug, Clone)]
pub(crate) struct Filled {
    pub(crate) draft: Draft,
    pub(crate) entries: Entries,
    pub(crate) findings: Vec<Finding>,
    pub(crate) explanations: Vec<Explanation>,
}

impl Filled {
    /// Reads and checks it.
    pub(crate) async fn load(app: &App, work: &Work, basis: &Arc<Basis>) -> Result<Self, WebError> {
        let draft = entries::load(&app.store, work.key()).await?;
        let explanations = entries::explanations(&app.store, work.key()).await?;
        let (entries, _) = draft.entries();
        let findings = basis.check(&entries).await?;
        Ok(Self { draft, entries, findings, explanations })
    }

    /// How many findings of a severity there are.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }

    /// How many warnings nobody has explained.
    pub(crate) fn unexplained(&self) -> usize {
        unexplained(&self.findings, &self.explanations).len()
    }
}

#[derive(Template)]
#[template(path = "reporting/grid.html")]
struct GridPage {
    shell: Shell,
    url: String,
    unit: String,
    head: String,
    period: String,
    /// What the figures of the year before stand under.
    last_year: &'static str,
    state: &'static str,
    /// Number of the step that is being done, from 1.
    step: usize,
    due: Due,
    open: bool,
    closed_because: String,
    /// Who sends it on: the reporter to the reviewer, the reviewer onwards.
    answers: bool,
    returned: Option<Returned>,
    /// Somebody else changed something not long ago.
    company: String,
    counts: Counts,
    listed: Vec<Listed>,
    rows: Vec<RowView>,
    columns: Vec<&'static str>,
    pager: Pager,
    reasons: Vec<(&'static str, &'static str)>,
    submissions: u32,
    conflicts: usize,
    /// What the figures would do to the targets.
    effects: Effects,
}

/// What came back.
struct Returned {
    title: String,
    reason: String,
    cells: Vec<(String, String)>,
}

/// How far the form is.
struct Counts {
    asked: usize,
    filled: usize,
    missing: usize,
    errors: usize,
    warnings: usize,
    unexplained: usize,
}

/// One finding with a link to its cell.
struct Listed {
    kind: &'static str,
    word: &'static str,
    message: String,
    explained: bool,
    target: String,
}

/// Shows the grid as it is kept.
pub(crate) async fn show(app: &App, visit: &Visit, work: &Work, params: &Params) -> Answer {
    let basis = Basis::load(app, work).await?;
    let filled = Filled::load(app, work, &basis).await?;
    draw(app, visit, work, (&basis, &filled), (params, &Typed::default())).await
}

/// Shows the grid with what was just typed.
pub(crate) async fn draw(
    app: &App,
    visit: &Visit,
    work: &Work,
    (basis, filled): (&Basis, &Filled),
    (params, typed): (&Params, &Typed),
) -> Answer {
    let targets = basis::targets(app, &work.key().ref_area).await?;
    let returned = returned(app, work, basis).await?;
    // what is not handed in yet is the unit's own business
    let effects = if work.rights.fills || work.rights.reviews {
        effect::effects(app, work, basis, filled).await?
    } else {
        Effects::default()
    };
    let open = work.is_open(visit);
    let all = rows(basis, filled, typed, (&targets, &returned_cells(work), open));
    let (shown, pager) = params.page(all);
    let columns = Column::ALL.iter().map(|c| c.label()).collect();
    let reasons = halfsky_monitor::observation::MissingReason::ALL
        .iter()
        .skip(1)
        .map(|reason| (reason.code(), reason.label()))
        .collect();
    page(&GridPage {
        shell: work.shell(visit, None),
        url: work.url(),
        unit: work.unit.clone(),
        head: head(basis),
        period: basis.period.label(),
        last_year: basis.last_year_words(),
        state: work.state().label(),
        step: step(work.state()),
        due: work.due(visit),
        open,
        closed_because: work.closed_because(visit),
        answers: work.rights.reviews && work.state() == SubmissionState::AwaitingUnitReview,
        returned,
        company: company(app, visit, filled),
        counts: counts(basis, filled),
        listed: listed(filled),
        rows: shown,
        columns,
        pager,
        reasons,
        submissions: work.task.submission.version,
        conflicts: typed.conflicts.len(),
        effects,
    })
}

/// What the form is called by law.
fn head(basis: &Basis) -> String {
    use halfsky_monitor::data_set::FormHeader;
    match basis.form.header() {
        FormHeader::Worksheet => format!("内部工作表　{}", basis.form.name()),
        FormHeader::Statistical { number, issuer, approval_number, valid_until, .. } => format!(
            "{}　表号：{number}　制定机关：{issuer}　文号：{approval_number}　有效期至：{valid_until}",
            basis.form.name()
        ),
    }
}

/// Where on the way a state stands, from 1.
pub(crate) const fn step(state: SubmissionState) -> usize {
    use SubmissionState as S;
    match state {
        S::NotStarted => 1,
        S::InProgress | S::Returned => 2,
        S::AwaitingUnitReview => 3,
        S::Submitted => 5,
        S::Accepted | S::Published => 6,
    }
}

fn returned_cells(work: &Work) -> Vec<(CellKey, String)> {
    let cells = &work.task.submission.returned;
    cells.iter().map(|c| (c.cell.clone(), c.reason.clone())).collect()
}

/// Why the report came back: from the statistician, or from the reviewer of the unit.
async fn returned(app: &App, work: &Work, basis: &Basis) -> Result<Option<Returned>, WebError> {
    use SubmissionState as S;
    if !matches!(work.state(), S::InProgress | S::Returned) {
        return Ok(None);
    }
    let decisions = submissions::decisions(&app.store, work.key()).await?;
    let cells = work.task.submission.returned.iter().map(|r| {
        let row = basis.form.row(&r.cell.row).map_or_else(String::new, |row| row.name.clone());
        (format!("{row}{}", r.cell.column.label()), r.reason.clone())
    });
    if let Some((Decision::Returned { reason, .. }, stamp)) =
        decisions.get(&work.task.submission.version)
    {
        let title = format!("退回原因（{}，{}）", stamp.by, text::day(stamp.at));
        return Ok(Some(Returned { title, reason: reason.clone(), cells: cells.collect() }));
    }
    let sent_back = history::sent_back(app, work).await?;
    Ok(sent_back.map(|(title, reason)| Returned { title, reason, cells: Vec::new() }))
}

/// Minutes for which a change by somebody else is told.
const COMPANY_MINUTES: i64 = 30;

fn company(app: &App, visit: &Visit, filled: &Filled) -> String {
    let own = visit.actor();
    let latest = filled.draft.cells.values().filter(|c| c.changed.by != own).map(|c| &c.changed);
    let Some(latest) = latest.max_by_key(|stamp| stamp.at) else { return String::new() };
    if app.now().duration_since(latest.at).as_mins() > COMPANY_MINUTES {
        return String::new();
    }
    format!("{}也在填报本表，最近一次修改：{}", latest.by, text::minute(latest.at))
}

fn counts(basis: &Basis, filled: &Filled) -> Counts {
    use halfsky_monitor::data_set::RowKind;
    let asked = basis.form.rows().iter().filter(|row| row.kind == RowKind::Reported);
    let mut counts = Counts {
        asked: 0,
        filled: 0,
        missing: 0,
        errors: filled.count(Severity::Error),
        warnings: filled.count(Severity::Warning),
        unexplained: filled.unexplained(),
    };
    for row in asked {
        counts.asked += 1;
        let Some(entry) = filled.entries.get(&row.code) else { continue };
        let whole = row.columns.iter().all(|column| entry.figures.contains_key(column));
        counts.filled += usize::from(whole);
        counts.missing += usize::from(!whole && entry.missing.is_some());
    }
    counts
}

/// Cells nobody has filled in yet are counted, not listed: the list is for what is wrong.
fn listed(filled: &Filled) -> Vec<Listed> {
    use halfsky_monitor::validation::Rule;
    let open = unexplained(&filled.findings, &filled.explanations);
    let wrong = filled.findings.iter().filter(|f| {
        let empty = f.rule == Rule::Presence;
        let begun = filled.entries.get(&f.cell.row).is_some_and(|e| !e.figures.is_empty());
        !empty || begun
    });
    wrong
        .map(|finding| Listed {
            kind: view::kind(finding.severity),
            word: finding.severity.label(),
            message: finding.message.clone(),
            explained: finding.severity == Severity::Warning && !open.contains(&finding),
            target: view::cell_id(&finding.cell),
        })
        .collect()
}

/// The figure of a computed cell as it is printed; “…” with the reason when there is none.
pub(crate) fn computed(outcome: Option<&Outcome>, decimals: u32) -> (String, String) {
    match outcome {
        Some(Outcome::Value(value)) => {
            let figure = halfsky_plan::figure::Figure::new(*value).rounded(decimals);
            (figure.to_string(), String::new())
        }
        Some(other) => ("…".to_owned(), other.to_string()),
        None => ("…".to_owned(), String::new()),
    }
}
