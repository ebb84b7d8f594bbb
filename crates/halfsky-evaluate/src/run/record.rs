//! The record of a run: what is stored, hashed and read back. The one wire format of this crate.
//!
//! Flat and in a fixed order; figures are the text that was printed; a number that is not finite is left out.

use std::fmt;

use jiff::civil::Date;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::{Serialize, Serializer};

use crate::attainment::Fact;
use crate::class::Class;
use crate::delivery::Undelivered;
use crate::outlook::PriorOrigin;
use crate::pace::PaceGap;
use crate::qualitative::Progress;
use crate::small_number::{FewEvents, WINDOW};
use crate::status::{NoProbability, Status};
use crate::trend::TrendFact;
use crate::warning::{Level, Rule};
use crate::working::NotWorking;

macro_rules! by_code {
    ($($coded:ty),+ $(,)?) => {
        $(
            impl Serialize for $coded {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.code())
                }
            }

            impl<'de> Deserialize<'de> for $coded {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let code = String::deserialize(deserializer)?;
                    Self::from_code(&code)
                        .ok_or_else(|| D::Error::custom(format!("“{code}”不是已知的代码")))
                }
            }
        )+
    };
}

by_code!(
    Class,
    Fact,
    Level,
    NoProbability,
    NotWorking,
    PaceGap,
    PriorOrigin,
    Progress,
    Rule,
    Status,
    TrendFact,
);

/// A number as it was written, to the last bit: the reader of JSON alone may be off by one.
fn exact<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let written = serde_json::Number::deserialize(deserializer)?;
    written.to_string().parse().map_err(D::Error::custom)
}

/// The same where a number may be left out.
fn exact_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let written = Option::<serde_json::Number>::deserialize(deserializer)?;
    written.map(|n| n.to_string().parse().map_err(D::Error::custom)).transpose()
}

/// An evaluation with everything it rests on. Equal inputs give equal bytes.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct Run {
    /// Version of the methods.
    pub method: String,
    pub ref_area: String,
    pub plan: String,
    /// Version of the plan.
    pub version: u32,
    /// Figures up to this year were looked at.
    pub year: i32,
    /// The years the plan covers.
    pub start: i32,
    pub end: i32,
    /// The edition each year was taken from, oldest year first.
    pub editions: Vec<UsedEdition>,
    pub parameters: PlanParameters,
    /// In the order of the plan.
    pub targets: Vec<TargetResult>,
    pub rates: Vec<RateResult>,
    pub composite: CompositeResult,
    pub gender: Vec<GenderResult>,
    #[serde(default)]
    pub gender_indices: Vec<GenderIndexResult>,
}

/// The edition a year was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct UsedEdition {
    pub period: String,
    pub number: u32,
    pub hash: String,
}

/// 预警与评估参数 of a plan: whole per cents and switches that a person set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct PlanParameters {
    /// Red below this probability, in per cent.
    pub hopeless: u8,
    /// Orange below this one.
    pub doubtful: u8,
    /// Yellow below this one.
    pub expected: u8,
    /// A probability that moved this many points raises a level at once.
    pub moved: u8,
    /// Level of a gap that widens.
    pub gap: Level,
    /// 基本达标: shortfall in tenths of a per cent of the target value; 0 is off.
    pub tolerance: u16,
    /// Whether 基本达标 stands above the line.
    pub nearly_counts: bool,
}

/// A printed figure with its year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Printed {
    pub year: i32,
    pub value: String,
}

/// What a figure is held against; both for a band.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, serde::Deserialize)]
pub struct Bounds {
    pub low: Option<String>,
    pub high: Option<String>,
}

/// One target with its three lines.
#[expect(clippy::struct_excessive_bools, reason = "they are the words of a kept record")]
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct TargetResult {
    /// Number in the version of the plan.
    pub number: u32,
    /// What stays the same from version to version.
    pub key: String,
    pub indicator: String,
    /// Code in the catalogue.
    pub code: Option<String>,
    /// 发展领域, or the section outside of them.
    pub domain: String,
    /// What is demanded, as people read it.
    pub demand: String,
    /// Printed after a figure of the working series.
    pub unit: String,
    pub by: i32,
    /// 力争: counted apart.
    pub soft: bool,
    pub lead: Vec<String>,
    pub support: Vec<String>,
    /// Counts in the 达标率.
    pub quantified: bool,
    /// The working series is that of the indicator itself, which other regions publish too.
    #[serde(default)]
    pub own_series: bool,
    pub class: Class,
    pub cause: Cause,
    pub fact: Option<Fact>,
    pub base: Option<Printed>,
    pub latest: Option<Printed>,
    /// The working series, every published year.
    pub figures: Vec<Printed>,
    /// First years of new definitions.
    pub breaks: Vec<i32>,
    pub goal: Option<Bounds>,
    pub scale: String,
    pub pace: Option<PaceResult>,
    pub pace_gap: Option<PaceGap>,
    pub outlook: Option<OutlookResult>,
    pub volatility: Option<VolatilityResult>,
    pub few_events: Option<FewEventsResult>,
    /// Years in which a duty to keep was broken.
    pub broken: Vec<i32>,
    /// Pace and outlook are two classes apart: for a person to weigh.
    pub conflict: bool,
    /// 功效系数得分 and 实现程度, 0–100.
    #[serde(deserialize_with = "exact_option")]
    pub score: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub realisation: Option<f64>,
    /// How it stood at the end of each year of the plan.
    pub years: Vec<YearClass>,
    pub judged: Option<PeopleJudgement>,
    pub findings: Vec<FindingResult>,
}

/// What the class rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    NoValue,
    TargetYearMet,
    TargetYearMissed,
    TargetYearMissing,
    MetNow {
        #[serde(deserialize_with = "exact")]
        probability: f64,
    },
    MetNowWithout {
        why: NoProbability,
    },
    LoneValue,
    NotMetWithout {
        why: NoProbability,
    },
    NotMet {
        #[serde(deserialize_with = "exact")]
        probability: f64,
    },
    NotComparable,
    Trend {
        fact: TrendFact,
        #[serde(deserialize_with = "exact_option")]
        improving: Option<f64>,
    },
    /// 上升趋势减缓: None below three comparable figures.
    Slowing {
        slows: Option<bool>,
    },
    People,
    Not {
        why: NotWorking,
    },
}

/// 序时进度.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct PaceResult {
    #[serde(deserialize_with = "exact")]
    pub ratio: f64,
    #[serde(deserialize_with = "exact_option")]
    pub progress: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub time_progress: Option<f64>,
}

/// The statistical line. A limit that is left out is too wide to print, or withheld.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct OutlookResult {
    #[serde(deserialize_with = "exact_option")]
    pub probability: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub median: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub low80: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub high80: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub low95: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub high95: Option<f64>,
    /// Whether an interval may be drawn at all.
    pub drawn: bool,
    /// Years after the last figure with their medians and 80 % limits, to draw the band.
    pub path: Vec<PathPoint>,
    /// Probability that the figures move the wanted way.
    #[serde(deserialize_with = "exact_option")]
    pub improving: Option<f64>,
    /// On the working scale.
    #[serde(deserialize_with = "exact")]
    pub drift: f64,
    #[serde(deserialize_with = "exact")]
    pub swing: f64,
    #[serde(deserialize_with = "exact_option")]
    pub needed: Option<f64>,
    #[serde(deserialize_with = "exact")]
    pub df: f64,
    pub prior: PriorResult,
    /// Comparable figures it rests on.
    pub values: u32,
}

/// The forecast of one year.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct PathPoint {
    pub year: i32,
    #[serde(deserialize_with = "exact_option")]
    pub median: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub low80: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub high80: Option<f64>,
}

/// The prior that was used.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct PriorResult {
    #[serde(deserialize_with = "exact")]
    pub variance: f64,
    #[serde(deserialize_with = "exact")]
    pub df: f64,
    pub origin: PriorOrigin,
}

/// 波动.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct VolatilityResult {
    pub volatile: bool,
    #[serde(deserialize_with = "exact")]
    pub sd: f64,
    #[serde(deserialize_with = "exact_option")]
    pub wrong: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub p_f: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub signal: Option<f64>,
}

/// 小数量: what pooled cases prove.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct FewEventsResult {
    pub events: u64,
    /// Years that were pooled.
    pub window: u32,
    #[serde(deserialize_with = "exact")]
    pub rate: f64,
    #[serde(deserialize_with = "exact")]
    pub lower: f64,
    #[serde(deserialize_with = "exact")]
    pub upper: f64,
    /// What one more case adds to the rate of the last year.
    #[serde(deserialize_with = "exact")]
    pub one_event: f64,
    /// `below`, `above` or `undetermined`.
    pub evidence: String,
    /// Too few cases to judge by a single year.
    pub guards: bool,
    pub alarming: bool,
}

impl FewEventsResult {
    /// What was judged, as a run keeps it.
    pub fn of(few: &FewEvents) -> Self {
        let judged = &few.judged;
        Self {
            events: judged.pooled.events,
            window: u32::try_from(WINDOW).unwrap_or(u32::MAX),
            rate: judged.pooled.rate,
            lower: judged.pooled.limits.lower,
            upper: judged.pooled.limits.upper,
            one_event: judged.one_event,
            evidence: judged.evidence.code().to_owned(),
            guards: few.guards(),
            alarming: few.alarming,
        }
    }
}

/// The class at the end of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct YearClass {
    pub year: i32,
    pub class: Class,
    /// The figure of that year.
    pub value: Option<String>,
}

/// 定性目标认定: what a person said, with the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct PeopleJudgement {
    pub progress: Progress,
    pub year: i32,
    pub reason: String,
    pub by: String,
    /// ISO 8601 instant.
    pub at: String,
    /// Names of the files kept as evidence.
    pub evidence: Vec<String>,
}

/// What a warning rule found.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct FindingResult {
    pub rule: Rule,
    pub level: Level,
    pub evidence: EvidenceResult,
}

/// The figures a warning rests on.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct EvidenceResult {
    pub status: Status,
    #[serde(deserialize_with = "exact_option")]
    pub probability: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub pace: Option<f64>,
    pub figures: Vec<Printed>,
    pub events: Option<u64>,
    pub prior: Option<PriorResult>,
    /// Left out where nothing came late or is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undelivered: Option<UndeliveredResult>,
    pub method: String,
}

/// A figure that came late or is not there; days as ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct UndeliveredResult {
    pub year: i32,
    pub due: Option<String>,
    /// None: it is not there.
    pub came: Option<String>,
}

impl From<Undelivered> for UndeliveredResult {
    fn from(told: Undelivered) -> Self {
        let text = |day: Date| day.to_string();
        Self { year: told.year, due: told.due.map(text), came: told.came.map(text) }
    }
}

impl UndeliveredResult {
    /// The same with its days; None where one of them is no day.
    pub fn read(&self) -> Option<Undelivered> {
        let day = |text: &Option<String>| text.as_deref().map(str::parse).transpose().ok();
        Some(Undelivered { year: self.year, due: day(&self.due)?, came: day(&self.came)? })
    }
}

/// 达标率 of a group by one rule, with its lists of target numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct RateResult {
    /// `plan`, `domain`, `unit` or `soft`.
    pub by: String,
    /// Name of the group; empty for the plan.
    pub group: String,
    /// `monitorable` or `all`.
    pub counting: String,
    pub numerator: Vec<u32>,
    pub denominator: Vec<u32>,
    /// 基本达标, wherever they are counted.
    pub nearly: Vec<u32>,
    pub no_data: Vec<u32>,
    pub not_comparable: Vec<u32>,
    /// Per cent with one decimal; None where nothing stands below the line.
    pub percent: Option<String>,
}

/// 综合得分.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct CompositeResult {
    /// Domains in the order of their names; None where too few targets have a score.
    pub domains: Vec<DomainScore>,
    #[serde(deserialize_with = "exact_option")]
    pub arithmetic: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub geometric: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub imbalance: Option<f64>,
}

/// The score of a domain.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct DomainScore {
    pub domain: String,
    #[serde(deserialize_with = "exact_option")]
    pub score: Option<f64>,
    /// Targets with a score, of how many.
    pub scored: u32,
    pub targets: u32,
}

/// 性别差距 of one indicator.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct GenderResult {
    pub code: String,
    pub name: String,
    pub unit: String,
    pub year: i32,
    pub women: String,
    pub men: String,
    /// Women less men.
    pub gap: String,
    #[serde(deserialize_with = "exact_option")]
    pub parity_index: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub adjusted_index: Option<f64>,
    /// 女性偏低, 基本均等 or 男性偏低.
    pub balance: Option<String>,
    #[serde(deserialize_with = "exact_option")]
    pub women_per_100_men: Option<f64>,
    #[serde(deserialize_with = "exact_option")]
    pub men_per_100_women: Option<f64>,
    /// Change of the distance since the base year; below zero is narrowing.
    pub widening: Option<String>,
}

/// GII or GDI of the region, or what keeps it from being computed.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct GenderIndexResult {
    /// `gii` or `gdi`.
    pub index: String,
    /// The latest year all inputs are known of.
    pub year: Option<i32>,
    #[serde(deserialize_with = "exact_option")]
    pub value: Option<f64>,
    pub inputs: Vec<GenderInputResult>,
}

/// One input of an index, as printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct GenderInputResult {
    /// The indicator it is taken from.
    pub name: String,
    /// Its code; None where there is no such indicator.
    pub code: Option<String>,
    /// The year of the figures: that of the index, else the latest one there is.
    pub year: Option<i32>,
    pub women: Option<String>,
    /// None for what is told of women or of all alone.
    pub men: Option<String>,
    pub gap: Option<InputGap>,
}

/// Why an input cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputGap {
    /// No indicator of that name.
    Unknown,
    /// The indicator has no published figures.
    NoFigures,
    /// Not told for women and men apart.
    NotBySex,
}

/// A stored text that is no record of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotARun(pub String);

impl fmt::Display for NotARun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "评估记录不能识别：{}", self.0)
    }
}

impl std::error::Error for NotARun {}

impl Run {
    /// The canonical text: the same run is the same bytes on every machine.
    pub fn to_text(&self) -> String {
        // every map key is a text and every number finite, so that nothing can fail
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the canonical text.
    pub fn from_text(text: &str) -> Result<Self, NotARun> {
        serde_json::from_str(text).map_err(|error| NotARun(error.to_string()))
    }
}

impl EvidenceResult {
    /// The text a warning keeps.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads that text.
    pub fn from_text(text: &str) -> Result<Self, NotARun> {
        serde_json::from_str(text).map_err(|error| NotARun(error.to_string()))
    }
}
