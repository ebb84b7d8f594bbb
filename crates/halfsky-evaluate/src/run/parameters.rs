//! Parameters of a plan: what they start with, what is allowed, and what changed.

use std::fmt;

use rust_decimal::Decimal;

use super::record::PlanParameters;
use crate::attainment_rate::NearlyAttained;
use crate::warning::{Level, Parameters};

impl Default for PlanParameters {
    /// What the methods propose.
    fn default() -> Self {
        Self {
            hopeless: 15,
            doubtful: 30,
            expected: 60,
            moved: 15,
            gap: Level::Yellow,
            tolerance: 0,
            nearly_counts: false,
        }
    }
}

/// What is wrong with parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParameterProblem {
    /// The three probabilities do not rise from red to yellow.
    NotRising,
    /// A per cent above a hundred.
    AboveHundred,
    /// A tolerance above five per cent is no 基本达标.
    TooTolerant,
}

impl fmt::Display for ParameterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotRising => "红色、橙色、黄色的概率界限应依次增大",
            Self::AboveHundred => "百分数不能大于100",
            Self::TooTolerant => "基本达标的允许差距不能大于5%",
        })
    }
}

impl PlanParameters {
    /// What a person may not set.
    pub fn problems(&self) -> Vec<ParameterProblem> {
        let mut problems = Vec::new();
        if !(self.hopeless < self.doubtful && self.doubtful < self.expected) {
            problems.push(ParameterProblem::NotRising);
        }
        if self.expected > 100 || self.moved > 100 {
            problems.push(ParameterProblem::AboveHundred);
        }
        if self.tolerance > 50 {
            problems.push(ParameterProblem::TooTolerant);
        }
        problems
    }

    /// The limits of the warning rules.
    pub fn warning(&self) -> Parameters {
        let share = |percent: u8| f64::from(percent) / 100.0;
        Parameters {
            hopeless: share(self.hopeless),
            doubtful: share(self.doubtful),
            expected: share(self.expected),
            moved: share(self.moved),
            gap: self.gap,
        }
    }

    /// The shortfall that still counts as 基本达标, as a share of the target value.
    pub fn tolerated(&self) -> Option<Decimal> {
        (self.tolerance > 0).then(|| Decimal::new(i64::from(self.tolerance), 3))
    }

    /// Whether 基本达标 stands above the line.
    pub const fn nearly(&self) -> NearlyAttained {
        if self.nearly_counts { NearlyAttained::Counts } else { NearlyAttained::Apart }
    }

    /// Every parameter with its words and its value, in the order of the form.
    pub fn told(&self) -> [(&'static str, String); 7] {
        let percent = |value: u8| format!("{value}%");
        let tolerance = match self.tolerance {
            0 => "不设".to_owned(),
            tenths => format!("{}.{}%", tenths / 10, tenths % 10),
        };
        [
            ("红色：达标概率低于", percent(self.hopeless)),
            ("橙色：达标概率低于", percent(self.doubtful)),
            ("黄色：达标概率低于", percent(self.expected)),
            ("概率变动超过即升级（百分点）", self.moved.to_string()),
            ("差距扩大的预警等级", self.gap.label().to_owned()),
            ("基本达标允许差距", tolerance),
            ("基本达标计入达标率", if self.nearly_counts { "是" } else { "否" }.to_owned()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proposed_ones_are_those_of_the_methods() {
        let proposed = PlanParameters::default();
        assert_eq!(proposed.problems(), []);
        assert_eq!(proposed.warning(), Parameters::default());
        assert_eq!(proposed.tolerated(), None);
    }

    #[test]
    fn limits_must_rise() {
        let flat = PlanParameters { doubtful: 15, ..PlanParameters::default() };
        assert_eq!(flat.problems(), [ParameterProblem::NotRising]);
        let wild = PlanParameters { expected: 101, tolerance: 51, ..PlanParameters::default() };
        assert_eq!(
            wild.problems(),
            [ParameterProblem::AboveHundred, ParameterProblem::TooTolerant]
        );
    }

    #[test]
    fn half_a_per_cent_is_told_and_used_exactly() {
        let near = PlanParameters { tolerance: 5, ..PlanParameters::default() };
        assert_eq!(near.tolerated(), Some(Decimal::new(5, 3)));
        assert_eq!(near.told()[5].1, "0.5%");
    }
}
