//! Submission (报送): one unit's report in one round, and the way it goes.
//!
//! 未开始 → 填报中 → 待本单位审核 → 已报送 → (退回 → …) → 已接受 → 已发布. No path skips a step;
//! every step gives a [`Transition`] for the audit chain.

use jiff::civil::Date;

use crate::data_set::CellKey;
use crate::reporting::UnitId;
use crate::round::Round;
use crate::validation::{Explanation, Finding, Severity, unexplained};
use halfsky_plan::coded;

coded! {
    /// Where a submission stands.
    SubmissionState {
        NotStarted "not_started" "未开始",
        InProgress "in_progress" "填报中",
        /// Waiting for the head of the reporting unit.
        AwaitingUnitReview "awaiting_unit_review" "待本单位审核",
        Submitted "submitted" "已报送",
        Returned "returned" "退回",
        Accepted "accepted" "已接受",
        Published "published" "已发布",
    }
}

impl SubmissionState {
    /// Whether the unit has something to do: only then it is reminded.
    pub const fn waits_for_unit(self) -> bool {
        matches!(
            self,
            Self::NotStarted | Self::InProgress | Self::AwaitingUnitReview | Self::Returned
        )
    }
}

/// Who acts. The web crate has already checked that the person may act at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Fills in for a unit.
    Reporter { name: String, unit: UnitId },
    /// Checks for a unit before it submits.
    UnitReviewer { name: String, unit: UnitId },
    /// The statistician (figures) or the office (texts).
    Approver { name: String },
}

impl Actor {
    /// The name that stands in the record.
    pub fn name(&self) -> &str {
        match self {
            Self::Reporter { name, .. }
            | Self::UnitReviewer { name, .. }
            | Self::Approver { name } => name,
        }
    }
}

/// Why a cell came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellReturn {
    pub cell: CellKey,
    pub reason: String,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Something was filled in.
    Save,
    /// To the head of the unit.
    RequestUnitReview,
    /// Back from the head of the unit.
    SendBack {
        reason: String,
    },
    /// To the statistician or the office. Explained warnings are forced (强制报送).
    Submit,
    /// Back to the unit, with a reason for each cell or one for the whole.
    Return {
        cells: Vec<CellReturn>,
        reason: String,
    },
    Accept,
    /// Into an edition.
    Publish {
        edition: u32,
    },
    /// An accepted or published report is opened again for a correction.
    Reopen {
        reason: String,
    },
}

impl Step {
    /// The code of the step in the audit chain.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Save => "save",
            Self::RequestUnitReview => "request_unit_review",
            Self::SendBack { .. } => "send_back",
            Self::Submit => "submit",
            Self::Return { .. } => "return",
            Self::Accept => "accept",
            Self::Publish { .. } => "publish",
            Self::Reopen { .. } => "reopen",
        }
    }
}

/// What a step is judged by: the round, the day, the checks of what is filled in.
#[derive(Debug, Clone)]
pub struct Circumstances<'a> {
    pub round: &'a Round,
    pub today: Date,
    /// ISO 8601 instant for the record.
    pub now: &'a str,
    pub findings: &'a [Finding],
    pub explanations: &'a [Explanation],
}

/// One step taken, for the audit chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// Code of the step.
    pub step: &'static str,
    pub from: SubmissionState,
    pub to: SubmissionState,
    pub by: String,
    pub at: String,
    /// The reason given, or the warnings that were forced.
    pub why: String,
}

/// Why a step is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("当前状态为“{}”，不能进行此操作", .0.label())]
    WrongState(SubmissionState),
    #[error("只有本填报单位的人员可以进行此操作")]
    NotResponsible,
    #[error("须由本单位审核人确认后报送")]
    NotUnitReviewer,
    #[error("只有审核人员可以进行此操作")]
    NotApprover,
    #[error("报送窗口将于{0}开放")]
    NotOpenYet(Date),
    #[error("报送已于{0}截止；如需补报，请向妇儿工委办公室申请延期")]
    WindowClosed(Date),
    #[error("还有{0}处错误，请改正后报送")]
    Errors(usize),
    #[error("还有{0}处提示未说明，请核实并写明情况后报送")]
    Unexplained(usize),
    #[error("请写明退回原因：可逐格填写，也可写总的原因")]
    NoReason,
}

/// A unit's report in a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    pub unit: UnitId,
    pub state: SubmissionState,
    /// How often it was submitted.
    pub version: u32,
    /// Day of the first submission, for timeliness.
    pub first_submitted: Option<Date>,
    /// What came back last; empty once submitted again.
    pub returned: Vec<CellReturn>,
    /// Number of the last edition it went into.
    pub edition: Option<u32>,
    /// Whether somebody else may correct it although the window is over: it was returned or opened again.
    pub correcting: bool,
}

impl Submission {
    /// A report not begun.
    pub const fn new(unit: UnitId) -> Self {
        Self {
            unit,
            state: SubmissionState::NotStarted,
            version: 0,
            first_submitted: None,
            returned: Vec::new(),
            edition: None,
            correcting: false,
        }
    }

    /// Takes a step, or says why not. The submission given stays as it was.
    pub fn apply(
        &self,
        step: &Step,
        actor: &Actor,
        circumstances: &Circumstances<'_>,
    ) -> Result<(Self, Transition), Refusal> {
        let to = self.target(step)?;
        self.permit(step, actor, circumstances)?;
        let mut next = Self { state: to, ..self.clone() };
        let why = next.record(step, circumstances);
        let transition = Transition {
            step: step.code(),
            from: self.state,
            to,
            by: actor.name().to_owned(),
            at: circumstances.now.to_owned(),
            why,
        };
        Ok((next, transition))
    }

    /// The only table of the machine: from where a step may be taken, and where it leads.
    fn target(&self, step: &Step) -> Result<SubmissionState, Refusal> {
        use SubmissionState as S;
        Ok(match (step, self.state) {
            (Step::Save, S::NotStarted | S::InProgress | S::Returned)
            | (Step::SendBack { .. }, S::AwaitingUnitReview) => S::InProgress,
            (Step::RequestUnitReview, S::InProgress) => S::AwaitingUnitReview,
            (Step::Submit, S::AwaitingUnitReview) => S::Submitted,
            (Step::Return { .. }, S::Submitted)
            | (Step::Reopen { .. }, S::Accepted | S::Published) => S::Returned,
            (Step::Accept, S::Submitted) => S::Accepted,
            (Step::Publish { .. }, S::Accepted) => S::Published,
            _ => return Err(Refusal::WrongState(self.state)),
        })
    }

    fn permit(
        &self,
        step: &Step,
        actor: &Actor,
        circumstances: &Circumstances<'_>,
    ) -> Result<(), Refusal> {
        match step {
            Step::Save => {
                self.belongs_to(actor)?;
                self.in_window(circumstances)
            }
            Step::RequestUnitReview => {
                self.belongs_to(actor)?;
                self.in_window(circumstances)?;
                ready(circumstances)
            }
            Step::SendBack { reason } => {
                self.reviewed_by(actor)?;
                given(reason)
            }
            Step::Submit => {
                self.reviewed_by(actor)?;
                self.in_window(circumstances)?;
                ready(circumstances)
            }
            Step::Return { cells, reason } => {
                approves(actor)?;
                let told = cells.iter().all(|c| !c.reason.trim().is_empty());
                match (cells.is_empty(), told) {
                    (true, _) => given(reason),
                    (false, true) => Ok(()),
                    (false, false) => Err(Refusal::NoReason),
                }
            }
            Step::Accept | Step::Publish { .. } => approves(actor),
            Step::Reopen { reason } => {
                approves(actor)?;
                given(reason)
            }
        }
    }

    fn belongs_to(&self, actor: &Actor) -> Result<(), Refusal> {
        match actor {
            Actor::Reporter { unit, .. } | Actor::UnitReviewer { unit, .. }
                if *unit == self.unit =>
            {
                Ok(())
            }
            _ => Err(Refusal::NotResponsible),
        }
    }

    fn reviewed_by(&self, actor: &Actor) -> Result<(), Refusal> {
        self.belongs_to(actor)?;
        match actor {
            Actor::UnitReviewer { .. } => Ok(()),
            _ => Err(Refusal::NotUnitReviewer),
        }
    }

    /// A report that came back may be corrected although the window is over.
    fn in_window(&self, circumstances: &Circumstances<'_>) -> Result<(), Refusal> {
        let (round, today) = (circumstances.round, circumstances.today);
        if self.correcting || round.takes(&self.unit, today) {
            Ok(())
        } else if today < round.opens {
            Err(Refusal::NotOpenYet(round.opens))
        } else {
            Err(Refusal::WindowClosed(round.due_for(&self.unit)))
        }
    }

    fn record(&mut self, step: &Step, circumstances: &Circumstances<'_>) -> String {
        match step {
            Step::Save | Step::RequestUnitReview => String::new(),
            Step::Accept => {
                self.correcting = false;
                String::new()
            }
            Step::SendBack { reason } => reason.clone(),
            Step::Submit => {
                self.version = self.version.saturating_add(1);
                self.first_submitted.get_or_insert(circumstances.today);
                self.returned.clear();
                forced(circumstances)
            }
            Step::Return { cells, reason } => {
                self.correcting = true;
                self.returned.clone_from(cells);
                let cells = cells
                    .iter()
                    .map(|c| format!("{}{}：{}", c.cell.row, c.cell.column.label(), c.reason));
                let all = std::iter::once(reason.clone()).filter(|r| !r.is_empty()).chain(cells);
                all.collect::<Vec<_>>().join("；")
            }
            Step::Publish { edition } => {
                self.edition = Some(*edition);
                format!("第{edition}版")
            }
            Step::Reopen { reason } => {
                self.correcting = true;
                reason.clone()
            }
        }
    }
}

const fn approves(actor: &Actor) -> Result<(), Refusal> {
    if matches!(actor, Actor::Approver { .. }) { Ok(()) } else { Err(Refusal::NotApprover) }
}

fn given(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() { Err(Refusal::NoReason) } else { Ok(()) }
}

/// Errors block; warnings must have been explained.
fn ready(circumstances: &Circumstances<'_>) -> Result<(), Refusal> {
    let errors = circumstances.findings.iter().filter(|f| f.severity == Severity::Error).count();
    if errors > 0 {
        return Err(Refusal::Errors(errors));
    }
    let open = unexplained(circumstances.findings, circumstances.explanations).len();
    if open > 0 { Err(Refusal::Unexplained(open)) } else { Ok(()) }
}

fn forced(circumstances: &Circumstances<'_>) -> String {
    let warnings =
        circumstances.findings.iter().filter(|f| f.severity == Severity::Warning).count();
    if warnings == 0 {
        String::new()
    } else {
        format!("强制报送：{warnings}处提示已说明")
    }
}

#[cfg(test)]
mod tests;
