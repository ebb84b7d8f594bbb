//! How long an account stays closed after wrong passwords: nothing at first, then longer and longer.

use jiff::{SignedDuration, Timestamp};

/// Wrong passwords in a row that have no consequence yet.
pub const FREE: u32 = 4;

/// The longest an account stays closed: who guesses gains nothing, who forgot can wait or ask.
pub const LONGEST: SignedDuration = SignedDuration::from_mins(60);

/// How long an account stays closed after this many wrong passwords in a row: one minute after the fifth,
/// then twice as long each time, up to [`LONGEST`].
pub fn delay(failures: u32) -> SignedDuration {
    let Some(doublings) = failures.checked_sub(FREE + 1) else { return SignedDuration::ZERO };
    if doublings >= 6 {
        return LONGEST;
    }
    SignedDuration::from_mins(1_i64 << doublings).min(LONGEST)
}

/// Until when an account stays closed after a wrong password at `now`; None while it stays open.
pub fn locked_until(failures: u32, now: Timestamp) -> Option<Timestamp> {
    let delay = delay(failures);
    (delay > SignedDuration::ZERO).then(|| now.saturating_add(delay).unwrap_or(Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn grows_from_nothing_to_an_hour() {
        let minutes: Vec<i64> = (0..13).map(|n| delay(n).as_mins()).collect();
        assert_eq!(minutes, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
    }

    proptest! {
        #[test]
        fn never_shrinks_and_never_overflows(failures in 0..u32::MAX, second in 0_i64..4_000_000_000) {
            let now = Timestamp::from_second(second).unwrap();
            prop_assert!(delay(failures) <= delay(failures + 1));
            prop_assert!(delay(failures) <= LONGEST);
            prop_assert!(locked_until(failures, now).is_none_or(|until| until > now));
        }
    }
}
