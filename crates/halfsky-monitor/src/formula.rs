//! Formula (公式): how an indicator is worked out from reported items, in a small language with Chinese names.
//!
//! `孕产妇死亡数 / 活产数 * 100000`. The language is described for people in `docs/guide/formula.md`.
//! Arithmetic is exact decimal; a missing item stays missing, and the result names it.

mod token;
mod parse;
mod print;
mod evaluate;
mod units;
mod resolve;

use std::ops::Range;

use rust_decimal::Decimal;

use crate::observation::{Residence, Sex};

pub use evaluate::{Outcome, Undefined, evaluate};
pub use parse::parse;
pub use print::{explain, print};
pub use resolve::{Named, ResolveProblem, resolve};
pub use units::{UnitProblem, check_units};

/// A reported item or another indicator, by its name; a part of it when split (`在校生数:女`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    pub name: String,
    pub sex: Sex,
    pub residence: Residence,
}

impl Reference {
    /// The whole of a name.
    pub fn whole(name: &str) -> Self {
        Self { name: name.to_owned(), sex: Sex::Total, residence: Residence::Total }
    }
}

/// The four operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Functions with a Chinese name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// 合计(甲, 乙, …): the sum.
    Sum,
    /// 差(甲, 乙): the first minus the second.
    Difference,
    /// 比(甲, 乙): the first divided by the second.
    Ratio,
    /// 占比(部分, 全体): the part in a hundred of the whole.
    Share,
}

impl Function {
    /// All functions.
    pub const ALL: [Self; 4] = [Self::Sum, Self::Difference, Self::Ratio, Self::Share];

    /// Its name in a formula.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sum => "合计",
            Self::Difference => "差",
            Self::Ratio => "比",
            Self::Share => "占比",
        }
    }

    /// Whether it takes this many values.
    pub const fn takes(self, values: usize) -> bool {
        match self {
            Self::Sum => values >= 1,
            Self::Difference | Self::Ratio | Self::Share => values == 2,
        }
    }
}

/// A formula as a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    Number(Decimal),
    Reference(Reference),
    Negative(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Call(Function, Vec<Expression>),
}

impl Expression {
    /// Every reference, in the order they are written; repeated ones once.
    pub fn references(&self) -> Vec<&Reference> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a Reference>) {
        match self {
            Self::Number(_) => {}
            Self::Reference(reference) => {
                if !found.contains(&reference) {
                    found.push(reference);
                }
            }
            Self::Negative(inner) => inner.collect(found),
            Self::Binary(_, left, right) => {
                left.collect(found);
                right.collect(found);
            }
            Self::Call(_, values) => values.iter().for_each(|value| value.collect(found)),
        }
    }
}

/// A formula that cannot be read: where (bytes of its text), what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}；{hint}")]
pub struct FormulaError {
    pub at: Range<usize>,
    pub message: String,
    pub hint: String,
}

/// The formula of a catalogue card: numerator, denominator, multiplier. Empty when the figure is reported as it is.
pub fn of_card(numerator: &str, denominator: &str, multiplier: Decimal) -> String {
    let reference = |name| Expression::Reference(Reference::whole(name));
    let plain = denominator.is_empty() && multiplier == Decimal::ONE;
    if numerator.is_empty() || plain {
        return String::new();
    }
    let rate = if denominator.is_empty() {
        reference(numerator)
    } else {
        let (part, whole) = (Box::new(reference(numerator)), Box::new(reference(denominator)));
        Expression::Binary(Operator::Divide, part, whole)
    };
    if multiplier == Decimal::ONE {
        return print(&rate);
    }
    let multiplier = Box::new(Expression::Number(multiplier));
    print(&Expression::Binary(Operator::Multiply, Box::new(rate), multiplier))
}
