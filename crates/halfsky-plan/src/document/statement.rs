//! Statement: a figure, its predicate and its name become a target.
//!
//! Owns comparator, kind, unit and value; doubts about them become notes.

use rust_decimal::Decimal;

use super::clause::Reader;
use super::plausible::fitting_unit;
use super::polarity::less_is_better;
use super::predicate::{Marks, Movement, Predicate};
use super::quantity::Quantity;
use crate::comparator::Comparator;
use crate::figure::Figure;
use crate::note::{Severity, Span};
use crate::target::{Target, TargetKind};
use crate::unit::Unit;

/// A figure with everything that decides its target.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    pub(super) figure: Quantity<'a>,
    pub(super) predicate: Predicate,
    pub(super) name: String,
    pub(super) scope: Option<String>,
    pub(super) by: i32,
    /// From the first word of the subject to the last word read.
    pub(super) range: Span,
}

/// Adds the target a statement makes.
pub(super) fn state(reader: &mut Reader<'_>, mut statement: Statement<'_>) {
    if statement.predicate.movement.is_some() && statement.predicate.base_year.is_none() {
        statement.predicate.base_year = reader.base_at(statement.figure.span.start);
    }
    let kind = kind_of(&statement);
    let unit = unit_of(reader, &statement);
    let (comparator, value) = match kind {
        TargetKind::AnnualChange | TargetKind::ChangeFromBase => change_value(&statement),
        _ => level_value(&statement),
    };
    if kind == TargetKind::ChangeFromBase && statement.predicate.base_year.is_none() {
        let message = format!("“{}”没有写明变化从哪一年算起。", statement.range.of(reader.text));
        reader.note(statement.range, Severity::Warning, message, "请补填基期年份。");
    }
    if statement.figure.fraction
        && unit == Some(Unit::Percent)
        && statement.figure.value.decimal().scale() == 2
    {
        let message = format!(
            "“{}”按百分数记为{}%。",
            statement.figure.span.of(reader.text),
            statement.figure.value
        );
        reader.note(
            statement.figure.span,
            Severity::Info,
            message,
            "除不尽的分数取两位小数，请确认。",
        );
    }
    if unit == Some(Unit::Ratio) {
        let message = format!("“{}”记为比值{value}。", statement.figure.span.of(reader.text));
        reader.note(
            statement.figure.span,
            Severity::Info,
            message,
            "男女比例按女比男计，其他比例按前项比后项计，请确认。",
        );
    }
    let unit = fitting_unit(reader, &statement, unit);
    reader.reading.targets.push(Target {
        quote: statement.range.of(reader.text).to_owned(),
        span: statement.range,
        indicator: statement.name,
        comparator: Some(comparator),
        value: Some(value),
        unit,
        by: statement.by,
        base_year: statement.predicate.base_year,
        kind,
        direction: None,
        reference: None,
        scope: statement.scope,
        baseline: None,
        binding: None,
        soft: statement.predicate.marks.has(Marks::SOFT)
            || opens_soft(reader.text, statement.range),
        keep: statement.predicate.marks.has(Marks::KEEP),
    });
}

/// 力争 may stand in front of the subject as well.
fn opens_soft(text: &str, range: Span) -> bool {
    ["力争", "争取", "力求"].iter().any(|word| range.of(text).starts_with(word))
}

fn kind_of(statement: &Statement<'_>) -> TargetKind {
    let counted =
        matches!(statement.figure.unit, Some(Unit::Count | Unit::Person | Unit::Count10k));
    let predicate = &statement.predicate;
    if predicate.movement.is_none() || (counted && predicate.base_year.is_none()) {
        TargetKind::Level
    } else if predicate.marks.has(Marks::ANNUAL) {
        TargetKind::AnnualChange
    } else {
        TargetKind::ChangeFromBase
    }
}

/// A change carries its sign: 每年降低0.5 is at most -0.5.
fn change_value(statement: &Statement<'_>) -> (Comparator, Figure) {
    let value = statement.figure.value;
    match statement.predicate.movement {
        Some(Movement::Fall) => (Comparator::AtMost, Figure::new(-value.decimal())),
        _ => (Comparator::AtLeast, value),
    }
}

/// The words behind the figure decide before those in front, and those before the nature of the indicator.
fn level_value(statement: &Statement<'_>) -> (Comparator, Figure) {
    let by_nature = || {
        if less_is_better(&statement.name) { Comparator::AtMost } else { Comparator::AtLeast }
    };
    let comparator = statement.figure.bound.or(statement.predicate.bound).unwrap_or_else(by_nature);
    if statement.figure.unit == Some(Unit::Ratio) {
        return (comparator, ratio_value(statement));
    }
    let value = match (comparator, statement.figure.upper) {
        (Comparator::AtMost, Some(upper)) => upper,
        _ => statement.figure.value,
    };
    (comparator, value)
}

/// 男女厕位比例2:3 is 1.5 places for women to one for men; any other ratio is read from left to right.
fn ratio_value(statement: &Statement<'_>) -> Figure {
    let left = statement.figure.value.decimal();
    let right = statement.figure.upper.map_or(Decimal::ONE, Figure::decimal);
    let (over, under) =
        if statement.name.contains("男女") { (right, left) } else { (left, right) };
    let ratio = over.checked_div(under).unwrap_or(over);
    let rounded = Figure::new(ratio).rounded(4).decimal().normalize();
    Figure::new(rounded)
}

fn unit_of(reader: &mut Reader<'_>, statement: &Statement<'_>) -> Option<Unit> {
    let unit = statement.figure.unit?;
    let name = statement.name.as_str();
    let words = Span::new(statement.range.start, statement.figure.span.start).of(reader.text);
    let says = |list: &[&str]| list.iter().any(|word| words.contains(word) || name.contains(word));
    Some(match unit {
        Unit::Count | Unit::Person => count_unit(reader, statement, words),
        Unit::Age if name.contains("寿命") => Unit::Years,
        Unit::Hour | Unit::Minute => {
            let rhythm = if says(&["每天", "每日", "日均", "一天"]) {
                Some(Unit::HourPerDay)
            } else if says(&["每周", "周均"]) {
                Some(Unit::HourPerWeek)
            } else {
                reader.carry.rhythm
            };
            reader.carry.rhythm = rhythm;
            match (unit, rhythm) {
                (Unit::Hour, Some(rhythm)) => rhythm,
                (Unit::Minute, Some(Unit::HourPerDay)) => Unit::MinutePerDay,
                _ => unit,
            }
        }
        Unit::SquareMetre if says(&["人均", "每人", "生均"]) => Unit::SquareMetrePerPerson,
        _ => unit,
    })
}

/// A count may stand per thousand people, per ten thousand, or per year.
fn count_unit(reader: &mut Reader<'_>, statement: &Statement<'_>, words: &str) -> Unit {
    let name = statement.name.as_str();
    let says = |list: &[&str]| list.iter().any(|word| words.contains(word) || name.contains(word));
    let fractional = statement.figure.value.decimal()
        != Decimal::from(statement.figure.value.decimal().trunc().mantissa())
        && statement.figure.value.decimal().fract() != Decimal::ZERO;
    let base = reader.carry.base.clone();
    let based = |list: &[&str]| fractional && list.iter().any(|word| base.contains(word));
    if says(PER_THOUSAND) || based(PER_THOUSAND) {
        Unit::CountPer1000
    } else if says(PER_TEN_THOUSAND) || based(PER_TEN_THOUSAND) {
        Unit::CountPer10k
    } else if says(PER_HUNDRED_THOUSAND) || based(PER_HUNDRED_THOUSAND) {
        Unit::CountPer100k
    } else if statement.predicate.marks.has(Marks::ANNUAL) || says(&["每年", "年均", "每学年"])
    {
        Unit::CountPerYear
    } else {
        statement.figure.unit.unwrap_or(Unit::Count)
    }
}

pub(super) const PER_THOUSAND: &[&str] = &["每千", "千人口", "每1000", "每一千"];
pub(super) const PER_TEN_THOUSAND: &[&str] = &["每万", "万人口", "每一万"];
pub(super) const PER_HUNDRED_THOUSAND: &[&str] = &["每10万", "每十万"];
