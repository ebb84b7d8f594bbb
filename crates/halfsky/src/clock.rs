//! The clock: the only place that asks what time it is.

use jiff::Timestamp;

/// The present instant.
#[expect(clippy::disallowed_methods, reason = "the one place where the program reads the clock")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
