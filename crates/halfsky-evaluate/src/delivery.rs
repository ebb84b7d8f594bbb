//! Delivery (报送情况): whether the figure of a year came, the day it was due, and the day it came.

use jiff::civil::Date;

/// What a round asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The last day, extensions included.
    pub due: Date,
    /// The day of the first submission that brought it, where that was late.
    pub came_late: Option<Date>,
}

/// How the figure of a year arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    InTime,
    /// 迟报
    Late {
        due: Date,
        came: Date,
    },
    /// 缺报: the year closed without a figure and without a reason on record. No day where no round asked for it.
    Missing {
        due: Option<Date>,
    },
    /// A reason is on record: nobody is warned.
    Explained,
}

impl Delivery {
    /// The same, knowing what a round asked for: a figure that came late is still late after it was corrected.
    #[must_use]
    pub fn knowing(self, asked: Option<&Deadline>) -> Self {
        match (self, asked) {
            (Self::InTime, Some(&Deadline { due, came_late: Some(came) })) => {
                Self::Late { due, came }
            }
            (Self::Missing { .. }, Some(asked)) => Self::Missing { due: Some(asked.due) },
            _ => self,
        }
    }
}

/// A figure that came late (迟报) or is not there (缺报), as a warning keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undelivered {
    pub year: i32,
    pub due: Option<Date>,
    /// None: it is not there.
    pub came: Option<Date>,
}

impl Undelivered {
    /// Days after the last day, up to the day it came or, where it is not there, up to `today`; None where that is
    /// not after the last day, as after a window that was made longer later.
    pub fn days(&self, today: Date) -> Option<i32> {
        let days = self.due?.until(self.came.unwrap_or(today)).ok()?.get_days();
        (days > 0).then_some(days)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const DUE: Date = date(2026, 4, 10);

    #[test]
    fn what_a_round_asked_for_tells_late_from_missing() {
        let came = date(2026, 4, 13);
        let (late, open) =
            (Deadline { due: DUE, came_late: Some(came) }, Deadline { due: DUE, came_late: None });
        let missing = Delivery::Missing { due: None };
        assert_eq!(Delivery::InTime.knowing(Some(&late)), Delivery::Late { due: DUE, came });
        assert_eq!(Delivery::InTime.knowing(Some(&open)), Delivery::InTime);
        assert_eq!(missing.knowing(Some(&late)), Delivery::Missing { due: Some(DUE) });
        assert_eq!(missing.knowing(None), missing);
        assert_eq!(Delivery::Explained.knowing(Some(&late)), Delivery::Explained);
    }

    #[test]
    fn days_count_to_the_day_it_came_or_to_today() {
        let told = |due, came| Undelivered { year: 2025, due, came }.days(date(2026, 5, 10));
        assert_eq!(told(Some(DUE), Some(date(2026, 4, 13))), Some(3));
        assert_eq!(told(Some(DUE), None), Some(30));
        assert_eq!(told(Some(date(2026, 6, 1)), None), None, "not due yet");
        assert_eq!(told(Some(DUE), Some(date(2026, 4, 1))), None, "the window was made longer");
        assert_eq!(told(None, None), None);
    }
}
