//! One submission before the statistician: findings first, then what moved, then the decision and the record.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::comparison::{compare, last_year};
use halfsky_monitor::submission::SubmissionState;
use halfsky_store::audit::SealedEntry;
use halfsky_store::audit::wording::action_words;
use halfsky_store::entries;
use halfsky_store::observations::{self, Years};
use halfsky_store::submissions::{self, Decision, HandedIn, Scan, SubmissionHead};

use super::lines::{self, FoundLine, Line};
use super::{Case, CasePath, history, key_of, nothing, url};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::form::Form;
use crate::list::Params;
use crate::pages::{Answer, download, page, refused};
use crate::parts::due::Due;
use crate::parts::tab::Tab;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

/// Reasons offered where one is typed.
const REASONS: [&str; 5] = [
    "合计与分项不符",
    "与上级或主管部门数据不一致",
    "口径有误",
    "缺数原因不清",
    "数值疑似填错，请核实",
];

#[derive(Template)]
#[template(path = "review/submission.html")]
struct SubmissionPage {
    shell: Shell,
    base: String,
    form: Form,
    state: SubmissionState,
    head: SubmissionHead,
    due: Due,
    seen: i64,
    /// It can be decided about: the newest submission, which nobody has decided about.
    open: bool,
    may_reopen: bool,
    versions: Vec<Tab>,
    returned: Vec<String>,
    /// Findings are kept for the newest submission alone.
    newest: bool,
    found: Vec<FoundLine>,
    views: Vec<Tab>,
    lines: Vec<Line>,
    changed: usize,
    /// Number of the submission it is held against.
    compared_with: Option<u32>,
    steps: Vec<StepLine>,
    scans: Vec<ScanLine>,
    exports: (String, String),
}

struct StepLine {
    at: String,
    deed: &'static str,
    by: String,
    reason: String,
}

struct ScanLine {
    name: String,
    url: String,
    note: String,
}

/// `GET /review/{ref_area}/{round}/{unit}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    path: CasePath,
    params: Params,
) -> Answer {
    let case = Case::at(&app, &path).await?;
    let seen = Seen::load(&app, &case, &params).await?;
    if let Some(format) = export::Format::asked(&params) {
        let all = seen.lines(&case);
        let shown: Vec<&Line> = all.iter().filter(|l| seen.shows(l)).collect();
        return export::answer(&lines::table(&format!("审核表_{}", case.unit), &shown), format);
    }
    page(&seen.page(&visit, &case, Form::default()))
}

/// Draws the page again with a form that was refused.
pub(super) async fn draw_refused(visit: &Visit, app: &App, case: &Case, form: Form) -> Answer {
    let params = Params::read(&url(case.key()), "show=all");
    let seen = Seen::load(app, case, &params).await?;
    refused(&seen.page(visit, case, form))
}

/// What the page shows beside the case itself.
struct Seen {
    params: Params,
    heads: Vec<SubmissionHead>,
    head: SubmissionHead,
    handed_in: HandedIn,
    before: Option<HandedIn>,
    findings: Vec<halfsky_monitor::validation::Finding>,
    past: Vec<halfsky_monitor::observation::Observation>,
    decision: Option<Decision>,
    steps: Vec<SealedEntry>,
    scans: Vec<Scan>,
    /// Show every cell.
    all: bool,
}

impl Seen {
    async fn load(app: &App, case: &Case, params: &Params) -> Result<Self, WebError> {
        let (store, key) = (&app.store, case.key());
        let heads = submissions::list(store, key).await?;
        let Some(newest) = heads.last().map(|head| head.number) else {
            return Err(WebError::NotFound(format!(
                "{}还没有报送。请在审核列表查看已报送的单位。",
                case.unit
            )));
        };
        let number = match params.value("version") {
            "" => newest,
            number => number.parse().map_err(|_| nothing())?,
        };
        let (head, handed_in) = submissions::load(store, key, number).await?;
        let before = match number {
            1 => None,
            number => Some(submissions::load(store, key, number - 1).await?.1),
        };
        // after it came back, the checks are those of what is being corrected
        let stands = !matches!(
            case.task.submission.state,
            SubmissionState::InProgress | SubmissionState::AwaitingUnitReview
        );
        let findings = if number == newest && stands {
            entries::findings(store, key).await?
        } else {
            Vec::new()
        };
        let year = case.period.year() - 1;
        let years = Years { from: year, to: year };
        Ok(Self {
            params: params.clone(),
            head,
            handed_in,
            before,
            findings,
            past: observations::of_years(store, &key.ref_area, years).await?,
            decision: submissions::decisions(store, key).await?.remove(&number).map(|d| d.0),
            steps: history(app, key).await?,
            scans: submissions::scans(store, key, number).await?,
            all: params.value("show") == "all",
            heads,
        })
    }

    fn lines(&self, case: &Case) -> Vec<Line> {
        let last = last_year(&case.form, &self.past, case.period);
        let before = self.before.as_ref().map(|b| &b.entries);
        let rows = compare(&case.form, &self.handed_in.entries, before, &last);
        let words = &self.handed_in.explanations;
        lines::lines(&rows, &self.findings, words, before)
    }

    fn shows(&self, line: &Line) -> bool {
        self.all || line.matters
    }

    fn page(&self, visit: &Visit, case: &Case, form: Form) -> SubmissionPage {
        let submission = &case.task.submission;
        let base = url(case.key());
        let lines = self.lines(case);
        let newest = self.head.number == submission.version;
        let open = newest && submission.state == SubmissionState::Submitted;
        let attention = lines.iter().filter(|l| l.matters).count();
        let view = |label: &str, show: &str, count: usize, current: bool| {
            let url = self.params.with(&[("show", show)]);
            Tab::new(label, url).counting(count).chosen_if(|| current)
        };
        let title = format!("审核：{} {}", case.unit, case.round.round.title);
        SubmissionPage {
            shell: Shell::new(visit, Stage::Approval, title).under("审核", "/review"),
            state: submission.state,
            due: Due::on(case.round.round.due_for(&case.key().unit), visit.frame.today),
            seen: case.task.revision,
            open,
            may_reopen: matches!(
                submission.state,
                SubmissionState::Accepted | SubmissionState::Published
            ),
            versions: self.versions(&base),
            returned: self.returned(case),
            newest,
            found: lines::found(&case.form, &self.findings, &self.handed_in.explanations),
            views: vec![
                view("只看变化、提示和缺数", "", attention, !self.all),
                view("全部", "all", lines.len(), self.all),
            ],
            changed: lines.iter().filter(|l| l.differs).count(),
            lines: lines.into_iter().filter(|l| self.shows(l)).collect(),
            compared_with: self.before.as_ref().map(|before| before.number),
            steps: self.steps.iter().rev().filter_map(step_line).collect(),
            scans: self.scan_lines(&base),
            exports: (
                self.params.with(&[("export", "xlsx")]),
                self.params.with(&[("export", "csv")]),
            ),
            head: self.head.clone(),
            base,
            form,
        }
    }

    fn versions(&self, base: &str) -> Vec<Tab> {
        let tab = |head: &SubmissionHead| {
            let url = format!("{base}?version={}", head.number);
            Tab::new(format!("第{}次报送", head.number), url)
                .chosen_if(|| head.number == self.head.number)
        };
        self.heads.iter().map(tab).collect()
    }

    /// Why this submission came back.
    fn returned(&self, case: &Case) -> Vec<String> {
        let Some(Decision::Returned { cells, reason }) = &self.decision else { return Vec::new() };
        let cells = cells
            .iter()
            .map(|c| format!("{}：{}", lines::cell_name(&case.form, &c.cell), c.reason));
        std::iter::once(reason.clone()).filter(|r| !r.is_empty()).chain(cells).collect()
    }

    fn scan_lines(&self, base: &str) -> Vec<ScanLine> {
        let line = |(at, scan): (usize, &Scan)| ScanLine {
            name: scan.name.clone(),
            url: format!("{base}/scans/{}/{at}", self.head.number),
            note: format!("{}，{}", text::size(scan.size), text::minute(scan.added.at)),
        };
        self.scans.iter().enumerate().map(line).collect()
    }
}

/// A step of the history; saving cell by cell is no step.
fn step_line(entry: &SealedEntry) -> Option<StepLine> {
    let at: jiff::Timestamp = entry.at.parse().ok()?;
    Some(StepLine {
        at: text::minute(at),
        deed: action_words(&entry.action)?,
        by: match entry.unit.as_str() {
            "" => entry.actor.clone(),
            unit => format!("{}（{unit}）", entry.actor),
        },
        reason: entry.reason.clone(),
    })
}

/// `GET …/scans/{number}/{position}`
pub(crate) async fn scan(
    State(app): State<App>,
    Path((area, round, unit, number, position)): Path<(String, String, String, String, String)>,
) -> Answer {
    let key = key_of(&area, &round, &unit)?;
    let number = number.parse().map_err(|_| nothing())?;
    let scans = submissions::scans(&app.store, &key, number).await?;
    let position: usize = position.parse().map_err(|_| nothing())?;
    let scan = scans.get(position).ok_or_else(nothing)?;
    let bytes = app.store.files().read(&scan.sha256)?;
    Ok(download(&scan.name, "application/octet-stream", bytes))
}
