//! Small numbers: what a handful of events can say about a rate, in one year and pooled over several.

use crate::rate_interval::{Limits, exact_count_limits};

/// Fewer events are not shown.
pub const SUPPRESS_BELOW: u64 = 3;
/// From here on a rate is reliable.
pub const RELIABLE_FROM: u64 = 20;

/// How far a count can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reliability {
    Suppress,
    Unreliable,
    Ok,
}

impl Reliability {
    /// The class of a count of events.
    pub const fn of(events: u64) -> Self {
        if events < SUPPRESS_BELOW {
            Self::Suppress
        } else if events < RELIABLE_FROM {
            Self::Unreliable
        } else {
            Self::Ok
        }
    }

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Suppress => "suppress",
            Self::Unreliable => "unreliable",
            Self::Ok => "ok",
        }
    }
}

/// Where the pooled limits lie against a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    Below,
    Above,
    Undetermined,
}

impl Evidence {
    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Below => "below_target",
            Self::Above => "above_target",
            Self::Undetermined => "undetermined",
        }
    }
}

/// Events of a year among those exposed to them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Count {
    pub events: u64,
    pub exposure: f64,
}

/// A count with its rate and exact 95 % limits, per multiplier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    pub events: u64,
    pub rate: f64,
    pub limits: Limits,
    pub reliability: Reliability,
}

/// The last year, the pooled window, and what they prove.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SmallNumber {
    pub last: Rate,
    pub pooled: Rate,
    /// What one more event would add to the rate of the last year.
    pub one_event: f64,
    pub evidence: Evidence,
}

/// Judges the last `window` counts against a target rate; None without exposure.
///
/// Described in `docs/methods/small-numbers.md`.
pub fn small_number(
    counts: &[Count],
    window: usize,
    multiplier: f64,
    target: f64,
) -> Option<SmallNumber> {
    let last = counts.last()?;
    let window = &counts[counts.len().saturating_sub(window)..];
    let pooled = Count {
        events: window.iter().try_fold(0u64, |sum, c| sum.checked_add(c.events))?,
        exposure: window.iter().map(|c| c.exposure).sum(),
    };
    let (last_rate, pooled) = (rate(*last, multiplier)?, rate(pooled, multiplier)?);
    let evidence = if pooled.limits.upper <= target {
        Evidence::Below
    } else if pooled.limits.lower > target {
        Evidence::Above
    } else {
        Evidence::Undetermined
    };
    Some(SmallNumber { last: last_rate, pooled, one_event: multiplier / last.exposure, evidence })
}

fn rate(count: Count, multiplier: f64) -> Option<Rate> {
    if !(count.exposure > 0.0 && count.exposure.is_finite()) {
        return None;
    }
    let unit = multiplier / count.exposure;
    Some(Rate {
        events: count.events,
        rate: count.events as f64 * unit,
        limits: exact_count_limits(count.events, 0.95).scaled(unit),
        reliability: Reliability::of(count.events),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    /// One maternal death among 2,532 births after two years without.
    #[test]
    fn one_death_proves_nothing() {
        let counts = [(0, 2610.0), (0, 2571.0), (1, 2532.0)]
            .map(|(events, exposure)| Count { events, exposure });
        let judged = small_number(&counts, 3, 1e5, 12.0).unwrap();
        close(judged.last.rate, 39.49, 1e-3);
        close(judged.pooled.rate, 12.97, 1e-3);
        close(judged.pooled.limits.upper, 72.2, 1e-3);
        close(judged.one_event, 39.49, 1e-3);
        assert_eq!(judged.evidence, Evidence::Undetermined);
        assert_eq!(judged.last.reliability, Reliability::Suppress);
    }

    #[test]
    fn many_events_decide() {
        let many = [Count { events: 25, exposure: 20_000.0 }];
        assert_eq!(small_number(&many, 3, 1e5, 12.0).unwrap().evidence, Evidence::Above);
        assert_eq!(small_number(&many, 3, 1e5, 900.0).unwrap().evidence, Evidence::Below);
        assert_eq!(Reliability::of(20), Reliability::Ok);
    }

    #[test]
    fn no_exposure_is_no_rate() {
        assert_eq!(small_number(&[Count { events: 0, exposure: 0.0 }], 3, 1e5, 12.0), None);
        assert_eq!(small_number(&[], 3, 1e5, 12.0), None);
    }
}
