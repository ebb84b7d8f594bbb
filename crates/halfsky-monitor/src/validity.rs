//! Dated existence: units, organs, appointments and names of regions hold from a day and, perhaps, until one.

use std::fmt;

use jiff::civil::Date;

/// The days on which something holds: the first one, and the last one when there is one. Both count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Validity {
    pub from: Date,
    /// The last day; None while no end is known.
    pub until: Option<Date>,
}

/// The last day lies before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("结束日期早于开始日期，请核对")]
pub struct EndsBeforeItBegins;

impl Validity {
    /// From a day on, without an end.
    pub const fn from(day: Date) -> Self {
        Self { from: day, until: None }
    }

    /// From one day to another, both included.
    pub fn between(from: Date, until: Option<Date>) -> Result<Self, EndsBeforeItBegins> {
        match until {
            Some(last) if last < from => Err(EndsBeforeItBegins),
            until => Ok(Self { from, until }),
        }
    }

    /// Whether it holds on a day.
    pub fn holds_on(self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|last| day <= last)
    }

    /// Whether there is a day on which both hold.
    pub fn overlaps(self, other: Self) -> bool {
        let begins_before_end = |a: Self, b: Self| b.until.is_none_or(|last| a.from <= last);
        begins_before_end(self, other) && begins_before_end(other, self)
    }

    /// The same, ended on a day; an earlier end stays. None when it would end before it begins.
    pub fn ended(self, last: Date) -> Option<Self> {
        let until = self.until.map_or(last, |known| known.min(last));
        Self::between(self.from, Some(until)).ok()
    }
}

/// 2026年3月5日起, or 2026年3月5日至2027年3月4日
impl fmt::Display for Validity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_day(f, self.from)?;
        match self.until {
            None => f.write_str("起"),
            Some(last) => {
                f.write_str("至")?;
                write_day(f, last)
            }
        }
    }
}

fn write_day(f: &mut fmt::Formatter<'_>, day: Date) -> fmt::Result {
    write!(f, "{}年{}月{}日", day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_ends_count() {
        let march = Validity::between(date(2026, 3, 1), Some(date(2026, 3, 31))).unwrap();
        assert!(march.holds_on(date(2026, 3, 1)) && march.holds_on(date(2026, 3, 31)));
        assert!(!march.holds_on(date(2026, 2, 28)) && !march.holds_on(date(2026, 4, 1)));
        assert!(Validity::between(date(2026, 3, 2), Some(date(2026, 3, 1))).is_err());
        assert!(Validity::from(date(2026, 3, 1)).ended(date(2026, 2, 1)).is_none());
    }

    #[test]
    fn is_read_aloud() {
        let day = date(2026, 3, 5);
        assert_eq!(Validity::from(day).to_string(), "2026年3月5日起");
        let month = Validity::between(day, Some(date(2026, 4, 4))).unwrap();
        assert_eq!(month.to_string(), "2026年3月5日至2026年4月4日");
    }

    fn day(number: i16) -> Date {
        date(2000 + number / 300, i8::try_from(1 + number % 300 / 28).unwrap(), 1)
    }

    proptest! {
        #[test]
        fn overlapping_means_a_common_day(a in 0_i16..900, b in 0_i16..900, c in 0_i16..900, d in 0_i16..900) {
            let (first, second) = (
                Validity { from: day(a.min(b)), until: Some(day(a.max(b))) },
                Validity { from: day(c.min(d)), until: Some(day(c.max(d))) },
            );
            let common = (0..900).map(day).any(|d| first.holds_on(d) && second.holds_on(d));
            prop_assert_eq!(first.overlaps(second), common);
            prop_assert_eq!(first.overlaps(second), second.overlaps(first));
        }
    }
}
