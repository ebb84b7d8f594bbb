//! The clock: the only place that asks what time it is.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// Dates are those of Asia/Shanghai, wherever the machine stands.
const CHINA: Offset = Offset::constant(8);

/// The present instant.
#[expect(clippy::disallowed_methods, reason = "the one place where the program reads the clock")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The present day in China.
pub(crate) fn today() -> Date {
    day(now())
}

/// The day of an instant in China.
pub(crate) fn day(at: Timestamp) -> Date {
    CHINA.to_datetime(at).date()
}

/// An hour of a day in China.
pub(crate) fn instant(day: Date, hour: i8) -> anyhow::Result<Timestamp> {
    Ok(CHINA.to_timestamp(day.at(hour, 0, 0, 0))?)
}
