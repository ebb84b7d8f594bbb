//! Plan (规划): what a document says, in the order it says it.

use crate::figure::Figure;
use crate::note::{Note, Span};
use crate::period::PlanPeriod;
use crate::target::Target;
use crate::unit::Unit;

/// Whom a plan serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Beneficiary {
    Women,
    Children,
}

impl Beneficiary {
    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Women => "women",
            Self::Children => "children",
        }
    }

    /// The beneficiary of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Women, Self::Children].into_iter().find(|b| b.code() == code)
    }

    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Women => "妇女",
            Self::Children => "儿童",
        }
    }
}

/// A plan as read from one document; a document may hold several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub title: String,
    /// Name of the region, as in the title (云溪县).
    pub region: String,
    pub beneficiary: Beneficiary,
    pub period: PlanPeriod,
    pub domains: Vec<Domain>,
    /// 组织实施: clauses on how the plan is carried out.
    pub implementation: Vec<Clause>,
    /// 监测评估: clauses on monitoring and evaluation.
    pub monitoring: Vec<Clause>,
    /// Targets that stand only in an annexed table.
    pub table_targets: Vec<TableTarget>,
    pub assignments: Vec<Assignment>,
    pub calendar: Vec<Duty>,
    /// Past figures told in the preamble: never targets.
    pub baseline: Vec<BaselineFact>,
    pub parent_plans: Vec<ParentPlan>,
    pub notes: Vec<Note>,
    /// The part of the source text this plan was read from.
    pub span: Span,
}

impl Plan {
    /// Every clause with its place, in document order.
    pub fn clauses(&self) -> impl Iterator<Item = (ClausePlace, &Clause)> {
        let domains = self.domains.iter().enumerate().flat_map(|(domain, d)| {
            places(Section::Objective, domain, &d.objectives).chain(places(
                Section::Measure,
                domain,
                &d.measures,
            ))
        });
        domains.chain(places(Section::Implementation, 0, &self.implementation)).chain(places(
            Section::Monitoring,
            0,
            &self.monitoring,
        ))
    }

    /// The clause at a place.
    pub fn clause(&self, place: ClausePlace) -> Option<&Clause> {
        match place.section {
            Section::Objective => self.domains.get(place.domain)?.objectives.get(place.clause),
            Section::Measure => self.domains.get(place.domain)?.measures.get(place.clause),
            Section::Implementation => self.implementation.get(place.clause),
            Section::Monitoring => self.monitoring.get(place.clause),
        }
    }
}

fn places(
    section: Section,
    domain: usize,
    clauses: &[Clause],
) -> impl Iterator<Item = (ClausePlace, &Clause)> {
    clauses.iter().enumerate().map(move |(clause, c)| (ClausePlace { section, domain, clause }, c))
}

/// 发展领域: a domain with its objectives (主要目标) and measures (策略措施).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    pub name: String,
    pub objectives: Vec<Clause>,
    pub measures: Vec<Clause>,
    /// Its heading in the source text.
    pub heading: Span,
}

/// The smallest numbered text unit (条).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Position in its section, from 1; a number the document skips or repeats is told in a note.
    pub number: u32,
    /// Text without its number, line breaks and stray spaces removed.
    pub text: String,
    pub targets: Vec<Target>,
    /// From its number to its end in the source text.
    pub span: Span,
}

/// The four places a clause can stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    Objective,
    Measure,
    Implementation,
    Monitoring,
}

impl Section {
    /// All sections in document order.
    pub const ALL: [Self; 4] =
        [Self::Objective, Self::Measure, Self::Implementation, Self::Monitoring];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Objective => "objective",
            Self::Measure => "measure",
            Self::Implementation => "implementation",
            Self::Monitoring => "monitoring",
        }
    }

    /// The section of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The heading shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Objective => "主要目标",
            Self::Measure => "策略措施",
            Self::Implementation => "组织实施",
            Self::Monitoring => "监测评估",
        }
    }
}

/// Where a clause stands: section, index of the domain (0 outside domains) and index in the section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClausePlace {
    pub section: Section,
    pub domain: usize,
    pub clause: usize,
}

/// What an assignment speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assigned {
    /// A whole clause.
    Clause(ClausePlace),
    /// One target of a clause: its index in `Clause::targets`.
    Target(ClausePlace, usize),
    /// A row of a table that matches no clause: its words.
    Row(String),
}

/// Who is responsible: read from 牵头单位/责任单位 lists and from 任务分工 tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    pub to: Assigned,
    /// 牵头单位
    pub lead: Vec<String>,
    /// 责任单位, 配合单位
    pub support: Vec<String>,
    pub span: Span,
}

/// A target that stands only in an annexed table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableTarget {
    pub target: Target,
    pub lead: Vec<String>,
    pub support: Vec<String>,
}

/// A past figure the plan tells (到2020年…): never a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineFact {
    pub indicator: String,
    pub value: Figure,
    pub unit: Option<Unit>,
    pub year: Option<i32>,
    pub quote: String,
    pub span: Span,
}

/// A plan named as the basis of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentPlan {
    pub title: String,
    pub span: Span,
}

/// When a duty of the plan falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Every year by the end of a month (每年12月底前 = 12, 一季度前 = 3), or by a day of it (每年1月15日前).
    EveryYearBy { month: u8, day: Option<u8> },
    /// At least so many times a year (每年至少一次).
    TimesPerYear { times: u32 },
    /// Within so many months of promulgation (颁布后1个月内).
    AfterPromulgation { months: u32 },
    /// Once, in a year (2025年中期评估).
    InYear { year: i32 },
    /// Every so many years (每5年).
    EveryYears { years: u32 },
    /// Every year, no date given.
    EveryYear,
}

/// A duty with a date, read from 组织实施 and 监测评估.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    pub due: Due,
    /// Who acts; empty when the plan does not say.
    pub who: String,
    /// What is done.
    pub what: String,
    /// To whom it goes.
    pub to_whom: Option<String>,
    pub quote: String,
    pub span: Span,
}
