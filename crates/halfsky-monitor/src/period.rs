//! Period (报告期): the days a figure speaks of.
//!
//! A year is not enough: the returns of maternal and child health run from 1 October to 30 September.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};

use halfsky_plan::coded;

coded! {
    /// How long a period is and where it begins.
    PeriodKind {
        /// 1 January to 31 December.
        Year "year" "日历年度",
        /// 1 October of the year before to 30 September; labelled by the year it ends in.
        HealthYear "health_year" "妇幼健康统计年度",
        HalfYear "half_year" "半年",
        Quarter "quarter" "季度",
        Month "month" "月",
    }
}

impl PeriodKind {
    /// Number of periods of this kind in a year.
    pub const fn per_year(self) -> u8 {
        match self {
            Self::Year | Self::HealthYear => 1,
            Self::HalfYear => 2,
            Self::Quarter => 4,
            Self::Month => 12,
        }
    }
}

/// One period. Ordered by year, then kind, then part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    year: i16,
    kind: PeriodKind,
    part: u8,
}

/// The text or the numbers name no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}”不是报告期：应写作2025、2025-A1（妇幼健康统计年度）、2025-S1（上半年）、2025-Q1（季度）或2025-03（月）"
)]
pub struct NotAPeriod(pub String);

/// Years a period may have.
const YEARS: std::ops::RangeInclusive<i16> = 1949..=2199;

impl Period {
    /// The calendar year.
    pub fn year_of(year: i32) -> Result<Self, NotAPeriod> {
        Self::new(PeriodKind::Year, year, 1)
    }

    /// A part of a year, from 1; whole years have one part.
    pub fn new(kind: PeriodKind, year: i32, part: u8) -> Result<Self, NotAPeriod> {
        let known = i16::try_from(year).ok().filter(|y| YEARS.contains(y));
        match known {
            Some(year) if (1..=kind.per_year()).contains(&part) => Ok(Self { year, kind, part }),
            _ => Err(NotAPeriod(format!("{year} {} {part}", kind.code()))),
        }
    }

    /// Whether it is a year, of the calendar or of maternal and child health, and no part of one.
    pub const fn is_whole_year(self) -> bool {
        matches!(self.kind, PeriodKind::Year | PeriodKind::HealthYear)
    }

    /// The year it is labelled by.
    pub const fn year(self) -> i32 {
        self.year as i32
    }

    /// Its kind.
    pub const fn kind(self) -> PeriodKind {
        self.kind
    }

    /// Its place in the year, from 1.
    pub const fn part(self) -> u8 {
        self.part
    }

    /// The first day.
    pub fn start(self) -> Date {
        match self.kind {
            PeriodKind::HealthYear => date(self.year - 1, 10, 1),
            kind => date(self.year, self.first_month(kind), 1),
        }
    }

    /// The last day.
    pub fn end(self) -> Date {
        match self.kind {
            PeriodKind::HealthYear => date(self.year, 9, 30),
            kind => {
                let months = 12 / kind.per_year();
                let last = self.first_month(kind).unsigned_abs() + months - 1;
                date(self.year, last.cast_signed(), 1).last_of_month()
            }
        }
    }

    fn first_month(self, kind: PeriodKind) -> i8 {
        ((self.part - 1) * (12 / kind.per_year()) + 1).cast_signed()
    }

    /// The same period so many years later (or earlier, when negative).
    pub fn years_later(self, years: i32) -> Option<Self> {
        Self::new(self.kind, self.year() + years, self.part).ok()
    }

    /// The name for people: `2025年`, `2025年上半年`, `2025年（2024年10月1日—2025年9月30日）`.
    pub fn label(self) -> String {
        let year = self.year;
        match self.kind {
            PeriodKind::Year => format!("{year}年"),
            PeriodKind::HealthYear => {
                format!("{year}年（{}年10月1日—{year}年9月30日）", year - 1)
            }
            PeriodKind::HalfYear if self.part == 1 => format!("{year}年上半年"),
            PeriodKind::HalfYear => format!("{year}年下半年"),
            PeriodKind::Quarter => {
                let words = ["一", "二", "三", "四"];
                format!("{year}年{}季度", words[usize::from(self.part - 1)])
            }
            PeriodKind::Month => format!("{year}年{}月", self.part),
        }
    }
}

/// The code of SDMX `TIME_PERIOD`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, part) = (self.year, self.part);
        match self.kind {
            PeriodKind::Year => write!(f, "{year}"),
            PeriodKind::HealthYear => write!(f, "{year}-A1"),
            PeriodKind::HalfYear => write!(f, "{year}-S{part}"),
            PeriodKind::Quarter => write!(f, "{year}-Q{part}"),
            PeriodKind::Month => write!(f, "{year}-{part:02}"),
        }
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let refuse = || NotAPeriod(text.to_owned());
        let (year, rest) = match text.split_once('-') {
            Some((year, rest)) => (year, Some(rest)),
            None => (text, None),
        };
        let digits = |t: &str, len: usize| t.len() == len && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) {
            return Err(refuse());
        }
        let year: i32 = year.parse().map_err(|_| refuse())?;
        let Some(rest) = rest else {
            return Self::new(PeriodKind::Year, year, 1).map_err(|_| refuse());
        };
        let (kind, part) = match rest.as_bytes().first() {
            Some(b'A') => (PeriodKind::HealthYear, &rest[1..]),
            Some(b'S') => (PeriodKind::HalfYear, &rest[1..]),
            Some(b'Q') => (PeriodKind::Quarter, &rest[1..]),
            _ => (PeriodKind::Month, rest),
        };
        if !digits(part, if kind == PeriodKind::Month { 2 } else { 1 }) {
            return Err(refuse());
        }
        let part: u8 = part.parse().map_err(|_| refuse())?;
        Self::new(kind, year, part).map_err(|_| refuse())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, start: Date, end: Date) {
        let period: Period = code.parse().unwrap();
        assert_eq!((period.start(), period.end()), (start, end), "{code}");
        assert_eq!(period.to_string(), code);
    }

    #[test]
    fn periods_have_a_first_and_a_last_day() {
        check("2025", date(2025, 1, 1), date(2025, 12, 31));
        check("2025-A1", date(2024, 10, 1), date(2025, 9, 30));
        check("2025-S2", date(2025, 7, 1), date(2025, 12, 31));
        check("2025-Q1", date(2025, 1, 1), date(2025, 3, 31));
        check("2024-02", date(2024, 2, 1), date(2024, 2, 29));
    }

    #[test]
    fn other_texts_are_no_periods() {
        for text in
            ["", "25", "2025-", "2025-Q5", "2025-13", "2025-3", "9999", "２０２５", "2025-é"]
        {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_health_year_tells_its_days() {
        let period: Period = "2025-A1".parse().unwrap();
        assert_eq!(period.label(), "2025年（2024年10月1日—2025年9月30日）");
        assert_eq!(period.years_later(-1).unwrap().to_string(), "2024-A1");
    }
}
