//! Units of a formula: only like is added to like, and the result must come out in the declared unit.
//!
//! A power of ten in a product converts the unit (deaths ÷ births × 100000 is read in 1/10万);
//! any other number merely counts.

use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use super::{Expression, Function, Operator, Reference};

/// A unit problem of a formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitProblem {
    #[error("“{left}”和“{right}”的计量单位不同，不能相加减；请改用同一单位的数据项")]
    DifferentUnits { left: String, right: String },
    #[error("计算结果不是以“{declared}”计量的量；请核对公式和计量单位")]
    OtherQuantity { declared: String },
    #[error("乘数与计量单位“{declared}”不符：结果应再乘以{factor}")]
    WrongMultiplier { declared: String, factor: String },
}

/// Bases of all units: things (people included), money, time, length.
const BASES: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Quantity {
    powers: [i8; BASES],
    /// A figure times this is in base units.
    scale: Decimal,
    /// A bare number fits every unit it is added to.
    bare: bool,
}

const NUMBER: Quantity = Quantity { powers: [0; BASES], scale: Decimal::ONE, bare: true };

/// Checks a formula against the unit its result is printed in. `unit` gives the unit of a reference.
pub fn check_units(
    expression: &Expression,
    declared: Unit,
    unit: &impl Fn(&Reference) -> Option<Unit>,
) -> Result<(), UnitProblem> {
    let Some(found) = quantity(expression, unit)? else { return Ok(()) };
    let wanted = of_unit(declared);
    let label = || declared.label().to_owned();
    if found.bare && found.powers == [0; BASES] {
        return Ok(());
    }
    if found.powers != wanted.powers {
        return Err(UnitProblem::OtherQuantity { declared: label() });
    }
    if found.scale == wanted.scale {
        return Ok(());
    }
    let factor = found
        .scale
        .checked_div(wanted.scale)
        .map_or_else(String::new, |f| f.normalize().to_string());
    Err(UnitProblem::WrongMultiplier { declared: label(), factor })
}

/// None when an unknown or overflowing part makes a statement impossible.
fn quantity(
    expression: &Expression,
    unit: &impl Fn(&Reference) -> Option<Unit>,
) -> Result<Option<Quantity>, UnitProblem> {
    Ok(match expression {
        Expression::Number(_) => Some(NUMBER),
        Expression::Reference(reference) => unit(reference).map(of_unit),
        Expression::Negative(inner) => quantity(inner, unit)?,
        Expression::Binary(Operator::Add | Operator::Subtract, left, right) => {
            added(&[left, right], unit)?
        }
        Expression::Binary(operator, left, right) => {
            let parts = (part(left, unit)?, part(right, unit)?);
            let (Some(left), Some(right)) = parts else { return Ok(None) };
            combined(left, right, if *operator == Operator::Multiply { 1 } else { -1 })
        }
        Expression::Call(Function::Sum | Function::Difference, values) => {
            added(&values.iter().collect::<Vec<_>>(), unit)?
        }
        Expression::Call(function, values) => {
            let [left, right] = &values[..] else { return Ok(None) };
            let parts = (part(left, unit)?, part(right, unit)?);
            let (Some(left), Some(right)) = parts else { return Ok(None) };
            let ratio = combined(left, right, -1);
            let hundredth = Decimal::new(1, 2);
            if *function == Function::Share {
                ratio.and_then(|q| Some(Quantity { scale: q.scale.checked_mul(hundredth)?, ..q }))
            } else {
                ratio
            }
        }
    })
}

/// A factor of a product: a power of ten converts units.
fn part(
    expression: &Expression,
    unit: &impl Fn(&Reference) -> Option<Unit>,
) -> Result<Option<Quantity>, UnitProblem> {
    if let Expression::Number(number) = expression
        && power_of_ten(*number)
    {
        return Ok(Decimal::ONE.checked_div(*number).map(|scale| Quantity { scale, ..NUMBER }));
    }
    quantity(expression, unit)
}

fn power_of_ten(number: Decimal) -> bool {
    number > Decimal::ZERO && {
        let digits = number.normalize().mantissa().to_string();
        digits.strip_prefix('1').is_some_and(|zeros| zeros.bytes().all(|b| b == b'0'))
    }
}

fn combined(left: Quantity, right: Quantity, sign: i8) -> Option<Quantity> {
    let mut powers = left.powers;
    for (power, other) in powers.iter_mut().zip(right.powers) {
        *power = power.checked_add(other.checked_mul(sign)?)?;
    }
    let scale = if sign > 0 {
        left.scale.checked_mul(right.scale)?
    } else {
        left.scale.checked_div(right.scale)?
    };
    Some(Quantity { powers, scale, bare: left.bare && right.bare })
}

fn added(
    values: &[&Expression],
    unit: &impl Fn(&Reference) -> Option<Unit>,
) -> Result<Option<Quantity>, UnitProblem> {
    let mut first: Option<(Quantity, &Expression)> = None;
    let mut known = true;
    for &value in values {
        let Some(next) = quantity(value, unit)? else {
            known = false;
            continue;
        };
        match first {
            Some((quantity, _)) if next.bare || quantity == next => {}
            Some((quantity, _)) if quantity.bare => first = Some((next, value)),
            Some((_, left)) => {
                return Err(UnitProblem::DifferentUnits {
                    left: super::print(left),
                    right: super::print(value),
                });
            }
            None => first = Some((next, value)),
        }
    }
    Ok(first.filter(|_| known).map(|(quantity, _)| quantity))
}

/// Minutes of a day.
const DAY: i64 = 1440;

/// People and things count alike: a ratio of the two is read both ways in the catalogue.
fn of_unit(unit: Unit) -> Quantity {
    let [thing, money, time, length] = [0, 1, 2, 3];
    let quantity = |bases: &[(usize, i8)], scale: Decimal| {
        let mut powers = [0; BASES];
        for (base, power) in bases {
            powers[*base] += power;
        }
        Quantity { powers, scale, bare: false }
    };
    let one = Decimal::ONE;
    let per = |zeros: u32| Decimal::new(1, zeros);
    let minutes = |count: i64| Decimal::from(count);
    match unit {
        Unit::Percent | Unit::PercentagePoint => quantity(&[], per(2)),
        Unit::Permille | Unit::CountPer1000 => quantity(&[], per(3)),
        Unit::CountPer10k => quantity(&[], per(4)),
        Unit::Per100k | Unit::CountPer100k => quantity(&[], per(5)),
        Unit::Ratio | Unit::YesNo | Unit::Rank | Unit::WaterClass => quantity(&[], one),
        Unit::Count | Unit::Person | Unit::CountPerYear => quantity(&[(thing, 1)], one),
        Unit::Count10k => quantity(&[(thing, 1)], Decimal::from(10_000)),
        Unit::Yuan => quantity(&[(money, 1)], one),
        Unit::TenThousandYuan => quantity(&[(money, 1)], Decimal::from(10_000)),
        Unit::Years | Unit::Age => quantity(&[(time, 1)], minutes(365 * DAY)),
        Unit::Month => quantity(&[(time, 1)], minutes(30 * DAY)),
        Unit::Week => quantity(&[(time, 1)], minutes(7 * DAY)),
        Unit::Day => quantity(&[(time, 1)], minutes(DAY)),
        // the day, week or year of “per day” is part of the unit, not a time to divide by
        Unit::Hour | Unit::HourPerDay | Unit::HourPerWeek => quantity(&[(time, 1)], minutes(60)),
        Unit::Minute | Unit::MinutePerDay => quantity(&[(time, 1)], one),
        Unit::Kilometre => quantity(&[(length, 1)], Decimal::from(1000)),
        Unit::SquareMetre => quantity(&[(length, 2)], one),
        Unit::SquareMetrePerPerson => quantity(&[(length, 2), (thing, -1)], one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::parse;

    fn unit(reference: &Reference) -> Option<Unit> {
        match reference.name.as_str() {
            "死亡数" | "活产数" | "女生" => Some(Unit::Person),
            "参保万人" => Some(Unit::Count10k),
            "收入" => Some(Unit::Yuan),
            "覆盖率" => Some(Unit::Percent),
            _ => None,
        }
    }

    fn check(text: &str, declared: Unit, expect: &str) {
        let found = check_units(&parse(text).unwrap(), declared, &unit);
        assert_eq!(found.map_or_else(|e| e.to_string(), |()| String::new()), expect, "{text}");
    }

    #[test]
    fn a_rate_comes_out_in_its_unit() {
        check("死亡数/活产数*100000", Unit::Per100k, "");
        check("占比(女生, 活产数)", Unit::Percent, "");
        check("女生 * 0.0001", Unit::Count10k, "");
        check("(死亡数 + 女生) / 2", Unit::Person, "");
        check("死亡数/未知*100", Unit::Per100k, "");
    }

    #[test]
    fn a_wrong_multiplier_is_named() {
        check("死亡数/活产数*1000", Unit::Per100k, "乘数与计量单位“/10万”不符：结果应再乘以100");
        check("参保万人/活产数*100", Unit::Percent, "乘数与计量单位“%”不符：结果应再乘以10000");
    }

    #[test]
    fn only_like_is_added_to_like() {
        check(
            "死亡数 + 收入",
            Unit::Person,
            "“死亡数”和“收入”的计量单位不同，不能相加减；请改用同一单位的数据项",
        );
        check("覆盖率 - 1", Unit::Percent, "");
        check("收入/活产数", Unit::Percent, "计算结果不是以“%”计量的量；请核对公式和计量单位");
    }
}
