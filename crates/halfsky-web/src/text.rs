//! Dates and sizes as people read them.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// Hours that China is ahead of UTC: dates are those of Asia/Shanghai, wherever the machine stands.
const CHINA: Offset = Offset::constant(8);

/// The instant at which a day begins in China; None beyond the end of time.
pub(crate) fn midnight(day: Date) -> Option<Timestamp> {
    CHINA.to_timestamp(day.to_datetime(Time::midnight())).ok()
}

/// The day in China.
pub(crate) fn date(at: Timestamp) -> Date {
    CHINA.to_datetime(at).date()
}

/// 2026年3月5日
pub(crate) fn day(at: Timestamp) -> String {
    long_date(date(at))
}

/// 2026年3月5日
pub(crate) fn long_date(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// 2026年3月5日 14:07
pub(crate) fn minute(at: Timestamp) -> String {
    let time = CHINA.to_datetime(at);
    format!("{} {:02}:{:02}", day(at), time.hour(), time.minute())
}

/// 2026年3月5日 14:07:09
pub(crate) fn second(at: Timestamp) -> String {
    format!("{}:{:02}", minute(at), CHINA.to_datetime(at).second())
}

/// A file size: 12 KB, 3.4 MB.
pub(crate) fn size(bytes: u64) -> String {
    if bytes < 1024 * 1024 {
        format!("{} KB", bytes.div_ceil(1024))
    } else {
        let tenths = bytes * 10 / (1024 * 1024);
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_china() {
        let at: Timestamp = "2026-03-04T16:07:00Z".parse().unwrap();
        assert_eq!(minute(at), "2026年3月5日 00:07");
    }

    #[test]
    fn sizes() {
        assert_eq!(size(1), "1 KB");
        assert_eq!(size(3 * 1024 * 1024 + 512 * 1024), "3.5 MB");
    }
}
