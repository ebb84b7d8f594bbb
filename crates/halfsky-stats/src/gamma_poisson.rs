//! Shrinkage of a small area's rate to its parent region (gamma–Poisson), and what it says of the years ahead.

use crate::small_number::Count;
use crate::special::{gamma_cdf, negative_binomial_cdf};

/// What is known of the small area and its parent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrinkage<'a> {
    pub counts: &'a [Count],
    /// Rate of the parent region per multiplier.
    pub parent_rate: f64,
    /// How many events the parent's rate is worth (2 unless said otherwise).
    pub strength: f64,
    pub multiplier: f64,
}

/// The future year and what it is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Future {
    /// Target rate per multiplier, an upper bound.
    pub target: f64,
    /// Exposure expected of the future year.
    pub exposure: f64,
    /// Logarithmic change of the rate per year.
    pub yearly_change: f64,
    pub years_ahead: f64,
}

/// The shrunk rate and its chances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrunk {
    /// Rate per multiplier.
    pub rate: f64,
    /// The most events a year may have and still satisfy the target.
    pub events_allowed: u64,
    /// P(the published rate of the future year ≤ target).
    pub published: f64,
    /// P(the true rate ≤ target).
    pub true_rate: f64,
}

/// Shrinks and looks ahead; None where a rate, exposure or strength is not positive.
///
/// Described in `docs/methods/gamma-poisson.md`.
pub fn shrink(known: &Shrinkage<'_>, future: &Future) -> Option<Shrunk> {
    let positive = [known.parent_rate, known.strength, known.multiplier, future.exposure];
    if !positive.iter().all(|v| *v > 0.0 && v.is_finite()) || !(future.target >= 0.0) {
        return None;
    }
    let shape = known.strength + known.counts.iter().map(|c| c.events as f64).sum::<f64>();
    let rate = known.strength / (known.parent_rate / known.multiplier)
        + known.counts.iter().map(|c| c.exposure).sum::<f64>();
    let growth = libm::exp(future.yearly_change * future.years_ahead);
    let allowed = (future.target * future.exposure / known.multiplier + 1e-9).floor();
    if !(rate > 0.0) || allowed > 1e15 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1e15, whole")]
    let events_allowed = allowed as u64;
    Some(Shrunk {
        rate: shape / rate * known.multiplier,
        events_allowed,
        published: negative_binomial_cdf(
            events_allowed,
            shape,
            rate / (rate + future.exposure * growth),
        ),
        true_rate: gamma_cdf(shape, future.target / known.multiplier / growth * rate),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    /// One death in 2,532 births, parent 14.3, target 12.
    #[test]
    fn worked_example() {
        let counts = [Count { events: 1, exposure: 2532.0 }];
        let known =
            Shrinkage { counts: &counts, parent_rate: 14.3, strength: 2.0, multiplier: 1e5 };
        let future =
            Future { target: 12.0, exposure: 2532.0, yearly_change: 0.0, years_ahead: 0.0 };
        let shrunk = shrink(&known, &future).unwrap();
        close(shrunk.rate, 18.16, 1e-3);
        assert_eq!(shrunk.events_allowed, 0);
        close(shrunk.published, 0.652, 1e-3);
        close(shrunk.true_rate, 0.3185, 1e-4);
    }

    #[test]
    fn without_counts_the_parent_speaks() {
        let known = Shrinkage { counts: &[], parent_rate: 14.3, strength: 2.0, multiplier: 1e5 };
        let future = Future { target: 12.0, exposure: 1e4, yearly_change: 0.0, years_ahead: 1.0 };
        close(shrink(&known, &future).unwrap().rate, 14.3, 1e-12);
        assert_eq!(shrink(&Shrinkage { parent_rate: 0.0, ..known }, &future), None);
    }
}
