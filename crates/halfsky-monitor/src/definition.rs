//! Definition card (指标解释): what a figure means, in numbered versions.
//!
//! A figure keeps the version it was reported under. A change of definition (口径) is a break in the series,
//! unless a factor is given that leads from the old figures to the new ones.

mod changes;

pub use changes::{FieldChange, changes};

use halfsky_plan::indicator::{Indicator, IndicatorCode};
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use crate::observation::SourceVariant;
use crate::period::PeriodKind;
use halfsky_plan::coded;

coded! {
    /// Which way is better.
    Direction {
        Increase "increase" "越高越好",
        Decrease "decrease" "越低越好",
        Balance "balance" "均衡为好",
        None "none" "无方向",
    }
}

coded! {
    /// Levels of regions, lowest first.
    Level {
        Township "township" "乡级",
        County "county" "县级",
        City "city" "市级",
        Province "province" "省级",
        Nation "nation" "国家级",
    }
}

coded! {
    /// Whether an indicator is told for women and men.
    SexSplit {
        Split "split" "分性别",
        FemaleOnly "female_only" "仅女性",
        None "none" "不分性别",
    }
}

coded! {
    /// 报告期规则: what the figures of a year speak of.
    PeriodRule {
        CalendarYear "calendar_year" "日历年度",
        HealthYear "health_year" "上年10月1日至本年9月30日",
        HalfYear "half_year" "半年",
        Quarter "quarter" "季度",
        Month "month" "月",
        /// Only in years of an election.
        Term "term" "届次（换届年份有数）",
        /// Only in years of a census or survey.
        Census "census" "普查或专项调查年份有数",
    }
}

impl PeriodRule {
    /// The kind of period its figures carry.
    pub const fn kind(self) -> PeriodKind {
        match self {
            Self::CalendarYear | Self::Term | Self::Census => PeriodKind::Year,
            Self::HealthYear => PeriodKind::HealthYear,
            Self::HalfYear => PeriodKind::HalfYear,
            Self::Quarter => PeriodKind::Quarter,
            Self::Month => PeriodKind::Month,
        }
    }

    /// Whether every year must have a figure.
    pub const fn every_year(self) -> bool {
        !matches!(self, Self::Term | Self::Census)
    }
}

/// How a version stands to the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Continuity {
    /// The first version, or a change of words alone.
    Comparable,
    /// Figures on the two sides are 不可比.
    Break { reason: String },
    /// Older figures times the factor are comparable with the new ones.
    Bridge { factor: Decimal, reason: String },
}

/// Values that can be right, and values that are likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plausible {
    /// Below or above, a value is an error.
    pub possible: Bounds,
    /// Below or above, a value needs an explanation.
    pub likely: Bounds,
}

/// Bounds, both included; None is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bounds {
    pub low: Option<Decimal>,
    pub high: Option<Decimal>,
}

impl Bounds {
    /// Whether a value lies inside.
    pub fn contain(self, value: Decimal) -> bool {
        self.low.is_none_or(|low| low <= value) && self.high.is_none_or(|high| value <= high)
    }
}

/// 小样本规则: under how many events a figure is hidden from the public, or called unreliable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmallNumberRule {
    pub hide_below: u32,
    pub unreliable_below: u32,
}

impl Default for SmallNumberRule {
    fn default() -> Self {
        Self { hide_below: 3, unreliable_below: 20 }
    }
}

/// How a figure is worked out and how it is split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calculation {
    pub numerator: String,
    pub denominator: String,
    pub multiplier: Decimal,
    /// In the language of `docs/guide/formula.md`; empty when the figure is reported as it is.
    pub formula: String,
    /// A share of a whole cannot pass 100 %; a gross rate (毛入学率) can.
    pub gross: bool,
}

/// Where the figures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub departments: Vec<String>,
    /// 调查制度或表号.
    pub form: String,
    pub variant: SourceVariant,
    /// Responsible person at the unit: their post, or their name where the office keeps one.
    pub responsible: String,
}

/// Dimensions a figure is told by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splits {
    pub sex: SexSplit,
    pub residence: bool,
    /// Codes of age groups.
    pub ages: Vec<String>,
    /// Codes of the open group dimension.
    pub groups: Vec<String>,
}

/// One version of the definition card of an indicator or of a reported item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    pub code: IndicatorCode,
    /// From 1.
    pub version: u32,
    /// First year it holds for; the last is the year before the next version.
    pub valid_from: i32,
    pub name_zh: String,
    pub name_en: String,
    pub domain: String,
    pub unit: Unit,
    /// Decimals to print.
    pub decimals: u32,
    pub direction: Direction,
    /// The definition in words.
    pub text: String,
    pub calculation: Calculation,
    pub splits: Splits,
    pub source: Source,
    pub period_rule: PeriodRule,
    /// The lowest level that can have a true value.
    pub valid_level: Level,
    pub plausible: Plausible,
    pub small_numbers: SmallNumberRule,
    pub continuity: Continuity,
    pub replaces: Option<IndicatorCode>,
    pub replaced_by: Option<IndicatorCode>,
}

/// A card of the catalogue cannot become a definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("指标{code}的{field}“{text}”无法识别，请在指标目录中改正")]
pub struct CardProblem {
    pub code: IndicatorCode,
    pub field: &'static str,
    pub text: String,
}

impl Definition {
    /// The first version, made from a card of the catalogue.
    pub fn from_catalogue(card: &Indicator, valid_from: i32) -> Result<Self, CardProblem> {
        let problem = |field, text: &str| CardProblem {
            code: card.code.clone(),
            field,
            text: text.to_owned(),
        };
        let unit = Unit::from_code(&card.unit).ok_or_else(|| problem("计量单位", &card.unit))?;
        let direction = Direction::from_code(&card.direction)
            .ok_or_else(|| problem("方向", &card.direction))?;
        let sex = SexSplit::from_code(&card.sex).ok_or_else(|| problem("分性别", &card.sex))?;
        let multiplier: Decimal =
            card.multiplier.parse().map_err(|_| problem("乘数", &card.multiplier))?;
        let (valid_level, variant) = match card.county_value.as_str() {
            "yes" => (Level::County, SourceVariant::FullCount),
            "sample" => (Level::County, SourceVariant::Survey),
            "no" => (Level::Province, SourceVariant::Modelled),
            other => return Err(problem("县级有无数据", other)),
        };
        let calculation = Calculation {
            numerator: card.numerator.clone(),
            denominator: card.denominator.clone(),
            multiplier,
            formula: crate::formula::of_card(&card.numerator, &card.denominator, multiplier),
            gross: card.name_zh.contains('毛'),
        };
        let plausible = plausible(unit, &calculation);
        let source = Source {
            departments: card.source_departments.clone(),
            form: String::new(),
            variant,
            responsible: String::new(),
        };
        Ok(Self {
            code: card.code.clone(),
            version: 1,
            valid_from,
            name_zh: card.name_zh.clone(),
            name_en: card.name_en.clone(),
            domain: card.domain.clone(),
            unit,
            decimals: decimals(unit),
            direction,
            text: String::new(),
            calculation,
            splits: Splits { sex, residence: false, ages: Vec::new(), groups: Vec::new() },
            source,
            period_rule: PeriodRule::CalendarYear,
            valid_level,
            plausible,
            small_numbers: SmallNumberRule::default(),
            continuity: Continuity::Comparable,
            replaces: None,
            replaced_by: None,
        })
    }

    /// Whether a region of this level can have a true value.
    pub fn valid_at(&self, level: Level) -> bool {
        level >= self.valid_level
    }
}

/// Decimals that reports usually print in a unit.
const fn decimals(unit: Unit) -> u32 {
    match unit {
        Unit::Percent
        | Unit::Permille
        | Unit::PercentagePoint
        | Unit::Years
        | Unit::HourPerDay
        | Unit::HourPerWeek
        | Unit::SquareMetre
        | Unit::SquareMetrePerPerson => 1,
        Unit::Per100k
        | Unit::CountPer1000
        | Unit::CountPer10k
        | Unit::CountPer100k
        | Unit::Ratio
        | Unit::Count10k
        | Unit::TenThousandYuan => 2,
        _ => 0,
    }
}

fn plausible(unit: Unit, calculation: &Calculation) -> Plausible {
    let gross = calculation.gross;
    let high = match unit {
        Unit::Percent if gross => Some(Decimal::from(120)),
        Unit::Percent | Unit::Years | Unit::Age => Some(Decimal::ONE_HUNDRED),
        Unit::Permille => Some(Decimal::ONE_THOUSAND),
        Unit::Per100k => Some(Decimal::from(100_000)),
        Unit::HourPerDay => Some(Decimal::from(24)),
        Unit::YesNo => Some(Decimal::ONE),
        _ => None,
    };
    let signed = matches!(unit, Unit::PercentagePoint);
    let low = if signed { None } else { Some(Decimal::ZERO) };
    let bounds = Bounds { low, high };
    if matches!(unit, Unit::Percent) && gross {
        // a gross rate above 120 % is unusual, not impossible
        Plausible { possible: Bounds { low, high: None }, likely: bounds }
    } else {
        Plausible { possible: bounds, likely: Bounds::default() }
    }
}

/// Whether two years of one indicator can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparability {
    Comparable,
    /// Figures of the earlier year must be multiplied by this first.
    Bridged(Decimal),
    /// 口径不可比, with the reason told by the version that broke.
    NotComparable(String),
    /// No version holds for one of the years.
    Undefined,
}

/// All versions of one card, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definitions(Vec<Definition>);

/// Versions that do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionProblem {
    #[error("指标解释至少要有一个版本")]
    Empty,
    #[error("第{0}版的编号、代码或启用年份与前一版不衔接：编号应加1，代码不变，启用年份应更晚")]
    OutOfOrder(u32),
    #[error("第{0}版的换算系数必须大于0")]
    BadFactor(u32),
}

impl Definitions {
    /// Versions in order; numbers go up by one, years rise, the code stays.
    pub fn new(versions: Vec<Definition>) -> Result<Self, VersionProblem> {
        if versions.is_empty() {
            return Err(VersionProblem::Empty);
        }
        for pair in versions.windows(2) {
            let fits = pair[1].version == pair[0].version + 1
                && pair[1].code == pair[0].code
                && pair[1].valid_from > pair[0].valid_from;
            if !fits {
                return Err(VersionProblem::OutOfOrder(pair[1].version));
            }
        }
        for version in &versions {
            if let Continuity::Bridge { factor, .. } = version.continuity
                && factor <= Decimal::ZERO
            {
                return Err(VersionProblem::BadFactor(version.version));
            }
        }
        Ok(Self(versions))
    }

    /// All versions, oldest first.
    pub fn versions(&self) -> &[Definition] {
        &self.0
    }

    /// The version that holds for a year.
    pub fn of_year(&self, year: i32) -> Option<&Definition> {
        self.0.iter().rev().find(|d| d.valid_from <= year)
    }

    /// Last year a version holds for; None while it is in force.
    pub fn valid_until(&self, version: u32) -> Option<i32> {
        self.0
            .iter()
            .find(|d| d.version == version.checked_add(1).unwrap_or(0))
            .map(|d| d.valid_from - 1)
    }

    /// Whether figures reported under two versions (the earlier first) can be compared.
    pub fn between(&self, earlier: u32, later: u32) -> Comparability {
        let known = |version| self.0.iter().any(|d| d.version == version);
        if !known(earlier) || !known(later) {
            return Comparability::Undefined;
        }
        let mut factor = Decimal::ONE;
        for step in self.0.iter().filter(|d| earlier < d.version && d.version <= later) {
            match &step.continuity {
                Continuity::Comparable => {}
                Continuity::Break { reason } => {
                    return Comparability::NotComparable(reason.clone());
                }
                Continuity::Bridge { factor: next, reason } => match factor.checked_mul(*next) {
                    Some(product) => factor = product,
                    None => return Comparability::NotComparable(reason.clone()),
                },
            }
        }
        if factor == Decimal::ONE {
            Comparability::Comparable
        } else {
            Comparability::Bridged(factor)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_plan::indicator::Catalogue;

    fn card(code: &str) -> Definition {
        let catalogue = Catalogue::builtin();
        let card = catalogue.find(&IndicatorCode(code.to_owned())).unwrap();
        Definition::from_catalogue(card, 2021).unwrap()
    }

    fn versions(later: Continuity) -> Definitions {
        let first = card("W-H02");
        let second =
            Definition { version: 2, valid_from: 2024, continuity: later, ..first.clone() };
        Definitions::new(vec![first, second]).unwrap()
    }

    #[test]
    fn every_card_of_the_catalogue_becomes_a_definition() {
        for indicator in Catalogue::builtin().indicators() {
            let definition = Definition::from_catalogue(indicator, 2021);
            assert!(definition.is_ok(), "{definition:?}");
        }
    }

    #[test]
    fn a_card_tells_unit_level_and_formula() {
        let card = card("W-H02");
        assert_eq!((card.unit, card.decimals), (Unit::Per100k, 2));
        assert_eq!(card.calculation.formula, "孕产妇死亡数 / 活产数 * 100000");
        assert!(card.valid_at(Level::County) && !card.valid_at(Level::Township));
    }

    #[test]
    fn the_version_of_a_year_is_found() {
        let versions = versions(Continuity::Comparable);
        assert_eq!(versions.of_year(2023).unwrap().version, 1);
        assert_eq!(versions.of_year(2024).unwrap().version, 2);
        assert_eq!(versions.of_year(2020), None);
        assert_eq!((versions.valid_until(1), versions.valid_until(2)), (Some(2023), None));
    }

    #[test]
    fn a_change_of_definition_is_a_break_unless_a_bridge_is_given() {
        let broken = versions(Continuity::Break { reason: "统计范围扩大".to_owned() });
        assert_eq!(broken.between(1, 2), Comparability::NotComparable("统计范围扩大".to_owned()));
        assert_eq!(broken.between(2, 2), Comparability::Comparable);
        let factor = "1.05".parse().unwrap();
        let bridged =
            versions(Continuity::Bridge { factor, reason: "按新范围换算".to_owned() });
        assert_eq!(bridged.between(1, 2), Comparability::Bridged(factor));
        assert_eq!(bridged.between(1, 3), Comparability::Undefined);
    }

    #[test]
    fn versions_must_follow_one_another() {
        let first = card("W-H02");
        let same_year = Definition { version: 2, ..first.clone() };
        assert_eq!(
            Definitions::new(vec![first.clone(), same_year]),
            Err(VersionProblem::OutOfOrder(2))
        );
        let continuity =
            Continuity::Bridge { factor: Decimal::ZERO, reason: "系数未定".to_owned() };
        let no_factor = Definition { version: 2, valid_from: 2024, continuity, ..first.clone() };
        assert_eq!(Definitions::new(vec![first, no_factor]), Err(VersionProblem::BadFactor(2)));
        assert_eq!(Definitions::new(Vec::new()), Err(VersionProblem::Empty));
    }

    #[test]
    fn a_gross_rate_may_pass_one_hundred() {
        let gross = card("C-E01");
        assert!(gross.plausible.possible.contain(Decimal::from(110)));
        assert!(!gross.plausible.likely.contain(Decimal::from(130)));
        assert!(!card("W-H05").plausible.possible.contain(Decimal::from(101)));
    }
}
