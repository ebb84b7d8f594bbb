//! The plan period: the years a plan covers.

use std::fmt;

/// First and last year of a plan, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlanPeriod {
    pub start: i32,
    pub end: i32,
}

impl PlanPeriod {
    /// Number of years covered.
    pub const fn years(self) -> i32 {
        self.end - self.start + 1
    }

    /// Whether `year` lies inside the period.
    pub const fn contains(self, year: i32) -> bool {
        self.start <= year && year <= self.end
    }
}

impl fmt::Display for PlanPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}—{}年", self.start, self.end)
    }
}
