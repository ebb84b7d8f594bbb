//! Versions of a plan: what was read, what people corrected, what they confirmed.
//!
//! A version starts as a draft made from a parsed plan. Nothing is active before a person confirmed it.

use crate::indicator::IndicatorCode;
use crate::plan::{ClausePlace, Plan};
use crate::ref_area::RefArea;
use crate::target::Target;

/// Identifier of a plan (all versions of one plan share it).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanId(pub String);

/// State of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionStatus {
    /// Imported, being checked.
    Draft,
    /// Confirmed by a person: the version in force.
    Confirmed,
    /// A later version was confirmed.
    Superseded,
    /// Given up before it was confirmed.
    Discarded,
}

impl VersionStatus {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Confirmed, Self::Superseded, Self::Discarded];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Confirmed => "confirmed",
            Self::Superseded => "superseded",
            Self::Discarded => "discarded",
        }
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "待核对",
            Self::Confirmed => "已生效",
            Self::Superseded => "已被新版替代",
            Self::Discarded => "已作废",
        }
    }
}

/// The file a version was read from; its bytes are kept under their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    pub name: String,
    /// Lower-case hexadecimal SHA-256 of the bytes.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
    /// `txt`, `md`, `html`, `docx` or `pdf`.
    pub format: String,
}

/// What a person has decided about a target of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Review {
    /// Not looked at yet, and nothing speaks against it.
    Unchecked,
    /// The reading is in doubt: a person must look.
    Pending,
    /// A person confirmed it.
    Confirmed,
    /// A person left it out.
    LeftOut,
}

impl Review {
    /// All decisions.
    pub const ALL: [Self; 4] = [Self::Unchecked, Self::Pending, Self::Confirmed, Self::LeftOut];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unchecked => "unchecked",
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::LeftOut => "left_out",
        }
    }

    /// The decision of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unchecked => "未核对",
            Self::Pending => "待确认",
            Self::Confirmed => "已确认",
            Self::LeftOut => "不列入",
        }
    }
}

/// A target's link to the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorLink {
    pub code: IndicatorCode,
    /// 0 to 100: how well the wording fits; 100 when a person chose it.
    pub score: u8,
}

/// A target of a version, with what people decided about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewedTarget {
    /// From 1, in document order; stable within a version.
    pub number: u32,
    /// The clause it was read from; None for a target of an annexed table.
    pub place: Option<ClausePlace>,
    pub target: Target,
    pub link: Option<IndicatorLink>,
    /// 牵头单位
    pub lead: Vec<String>,
    /// 责任单位, 配合单位
    pub support: Vec<String>,
    pub review: Review,
    /// Why a person must look, in plain Chinese; empty when nothing is in doubt.
    pub doubt: String,
}

/// One change a person made to a target of a draft; kept so that it can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// From 1, in the order they were made.
    pub sequence: u32,
    pub before: ReviewedTarget,
    pub after: ReviewedTarget,
}

/// One version of a plan.
///
/// The targets that count are `targets`: the clauses of `plan` keep the targets as they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanVersion {
    pub ref_area: RefArea,
    pub plan_id: PlanId,
    /// From 1.
    pub number: u32,
    pub status: VersionStatus,
    pub source: SourceFile,
    /// The text read from the source file; all spans point into it.
    pub text: String,
    pub plan: Plan,
    pub targets: Vec<ReviewedTarget>,
    /// Corrections not undone, oldest first.
    pub corrections: Vec<Correction>,
    /// Example data (示例数据), shown on every page.
    pub example: bool,
}

mod check;
mod draft;

pub use check::{FieldProblem, TargetField};
pub use draft::DraftHeader;

/// Why a step on a version is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("本版{}，不能再修改；请另行导入新版", .0.label())]
    NotADraft(VersionStatus),
    #[error("没有第{0}号目标，可能已被他人改动，请刷新后再试")]
    NoSuchTarget(u32),
    #[error("有{}处填写不正确", .0.len())]
    Invalid(Vec<FieldProblem>),
    #[error("还有{pending}处待确认、{unchecked}处未核对，全部确认后才能生效")]
    StillOpen { pending: usize, unchecked: usize },
    #[error("没有可撤销的修改")]
    NothingToUndo,
    #[error("没有一个目标被确认，不能生效；请至少确认一个目标")]
    Empty,
}

/// How many targets stand in each state of review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReviewCount {
    pub unchecked: usize,
    pub pending: usize,
    pub confirmed: usize,
    pub left_out: usize,
}

impl PlanVersion {
    /// The target of a number.
    pub fn target(&self, number: u32) -> Option<&ReviewedTarget> {
        self.targets.iter().find(|t| t.number == number)
    }

    /// The targets that count: every one a person has not left out.
    pub fn active_targets(&self) -> impl Iterator<Item = &ReviewedTarget> {
        self.targets.iter().filter(|t| t.review != Review::LeftOut)
    }

    /// How far the review has come.
    pub fn review_count(&self) -> ReviewCount {
        let mut count = ReviewCount::default();
        for target in &self.targets {
            match target.review {
                Review::Unchecked => count.unchecked += 1,
                Review::Pending => count.pending += 1,
                Review::Confirmed => count.confirmed += 1,
                Review::LeftOut => count.left_out += 1,
            }
        }
        count
    }

    /// Replaces one target of a draft by what a person entered, and remembers what stood there.
    ///
    /// Number, place, quote and span stay as read: they are the evidence.
    pub fn correct(&mut self, mut after: ReviewedTarget) -> Result<Correction, Refusal> {
        self.draft_only()?;
        let at = self
            .targets
            .iter()
            .position(|t| t.number == after.number)
            .ok_or(Refusal::NoSuchTarget(after.number))?;
        let before = self.targets[at].clone();
        after.place = before.place;
        after.target.quote.clone_from(&before.target.quote);
        after.target.span = before.target.span;
        let problems = if after.review == Review::LeftOut {
            Vec::new()
        } else {
            check::problems(&after, self.plan.period)
        };
        if !problems.is_empty() {
            return Err(Refusal::Invalid(problems));
        }
        if after.review == Review::Confirmed {
            after.doubt.clear();
        }
        let sequence = self.corrections.last().map_or(1, |c| c.sequence + 1);
        let correction = Correction { sequence, before, after: after.clone() };
        self.targets[at] = after;
        self.corrections.push(correction.clone());
        Ok(correction)
    }

    /// Confirms every target nobody doubts; returns the corrections made.
    pub fn confirm_unchecked(&mut self) -> Result<Vec<Correction>, Refusal> {
        self.draft_only()?;
        let open: Vec<ReviewedTarget> =
            self.targets.iter().filter(|t| t.review == Review::Unchecked).cloned().collect();
        open.into_iter()
            .map(|target| self.correct(ReviewedTarget { review: Review::Confirmed, ..target }))
            .collect()
    }

    /// Takes the last correction back and returns it.
    pub fn undo(&mut self) -> Result<Correction, Refusal> {
        self.draft_only()?;
        let correction = self.corrections.pop().ok_or(Refusal::NothingToUndo)?;
        if let Some(target) = self.targets.iter_mut().find(|t| t.number == correction.before.number)
        {
            *target = correction.before.clone();
        }
        Ok(correction)
    }

    /// Puts the version into force, when a person has decided about every target.
    pub fn confirm(&mut self) -> Result<(), Refusal> {
        self.draft_only()?;
        let count = self.review_count();
        if count.pending + count.unchecked > 0 {
            return Err(Refusal::StillOpen { pending: count.pending, unchecked: count.unchecked });
        }
        if count.confirmed == 0 {
            return Err(Refusal::Empty);
        }
        self.status = VersionStatus::Confirmed;
        Ok(())
    }

    /// Gives a draft up.
    pub fn discard(&mut self) -> Result<(), Refusal> {
        self.draft_only()?;
        self.status = VersionStatus::Discarded;
        Ok(())
    }

    fn draft_only(&self) -> Result<(), Refusal> {
        if self.status == VersionStatus::Draft {
            Ok(())
        } else {
            Err(Refusal::NotADraft(self.status))
        }
    }
}

#[cfg(test)]
mod tests;
