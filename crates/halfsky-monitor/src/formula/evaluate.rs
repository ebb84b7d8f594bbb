//! The value of a formula.

use std::fmt;

use rust_decimal::Decimal;

use super::{Expression, Function, Operator, Reference};

/// What a formula comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Exact; rounded only when printed.
    Value(Decimal),
    /// These items have no figure, so neither has the formula.
    Missing(Vec<Reference>),
    Undefined(Undefined),
}

/// Why a formula over known figures has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undefined {
    DividedByZero,
    TooLarge,
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DividedByZero => "分母为0，无法计算",
            Self::TooLarge => "计算结果超出可表示的范围",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => write!(f, "{value}"),
            Self::Undefined(reason) => reason.fmt(f),
            Self::Missing(items) => {
                let names: Vec<&str> = items.iter().map(|r| r.name.as_str()).collect();
                write!(f, "缺{}", names.join("、"))
            }
        }
    }
}

/// Works a formula out; `figure` gives the figure of a reference, or None when it is missing.
pub fn evaluate(
    expression: &Expression,
    figure: &impl Fn(&Reference) -> Option<Decimal>,
) -> Outcome {
    let missing: Vec<Reference> =
        expression.references().into_iter().filter(|r| figure(r).is_none()).cloned().collect();
    if !missing.is_empty() {
        return Outcome::Missing(missing);
    }
    match value(expression, figure) {
        Ok(value) => Outcome::Value(value),
        Err(reason) => Outcome::Undefined(reason),
    }
}

fn value(
    expression: &Expression,
    figure: &impl Fn(&Reference) -> Option<Decimal>,
) -> Result<Decimal, Undefined> {
    match expression {
        Expression::Number(number) => Ok(*number),
        // every reference was seen to have a figure
        Expression::Reference(reference) => Ok(figure(reference).unwrap_or_default()),
        Expression::Negative(inner) => Ok(-value(inner, figure)?),
        Expression::Binary(operator, left, right) => {
            apply(*operator, value(left, figure)?, value(right, figure)?)
        }
        Expression::Call(function, values) => {
            let values =
                values.iter().map(|v| value(v, figure)).collect::<Result<Vec<Decimal>, _>>()?;
            call(*function, &values)
        }
    }
}

fn apply(operator: Operator, left: Decimal, right: Decimal) -> Result<Decimal, Undefined> {
    let found = match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide if right.is_zero() => return Err(Undefined::DividedByZero),
        Operator::Divide => left.checked_div(right),
    };
    found.ok_or(Undefined::TooLarge)
}

fn call(function: Function, values: &[Decimal]) -> Result<Decimal, Undefined> {
    match (function, values) {
        (Function::Difference, [from, taken]) => apply(Operator::Subtract, *from, *taken),
        (Function::Ratio, [part, whole]) => apply(Operator::Divide, *part, *whole),
        (Function::Share, [part, whole]) => {
            let hundred = apply(Operator::Multiply, *part, Decimal::ONE_HUNDRED)?;
            apply(Operator::Divide, hundred, *whole)
        }
        _ => values.iter().try_fold(Decimal::ZERO, |sum, v| apply(Operator::Add, sum, *v)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::parse;

    fn figure(reference: &Reference) -> Option<Decimal> {
        match reference.name.as_str() {
            "死亡数" => Some(Decimal::ONE),
            "活产数" => Some(Decimal::from(2532)),
            "零" => Some(Decimal::ZERO),
            "极大" => Some(Decimal::MAX),
            _ => None,
        }
    }

    fn check(text: &str, expect: &str) {
        assert_eq!(evaluate(&parse(text).unwrap(), &figure).to_string(), expect, "{text}");
    }

    #[test]
    fn values_are_exact() {
        let outcome = evaluate(&parse("死亡数/活产数*100000").unwrap(), &figure);
        let Outcome::Value(rate) = outcome else { panic!("{outcome}") };
        assert_eq!(rate.round_dp(2).to_string(), "39.49");
        check("0.1 + 0.2 - 0.3", "0.0");
        check("占比(死亡数, 4)", "25");
        check("差(1, 合计(1, 1, 1))", "-2");
    }

    #[test]
    fn missing_stays_missing_and_is_named() {
        check("死亡数/孕产妇数*0 + 产妇数", "缺孕产妇数、产妇数");
    }

    #[test]
    fn nothing_is_divided_by_zero() {
        check("死亡数/零", "分母为0，无法计算");
        check("占比(零, 零)", "分母为0，无法计算");
        check("极大*极大", "计算结果超出可表示的范围");
    }
}
