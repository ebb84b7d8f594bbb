//! One root finder for all quantiles.

/// Steps that are enough from any start: Newton doubles the digits, bisection is the fallback.
const STEPS: usize = 200;

/// Finds u with `ln F(u) = goal`, where `f` returns `ln F(u)` and its derivative.
///
/// F is a distribution function or a tail of it, in a variable (logarithm, logit) that makes `ln F` concave and
/// nearly straight, so Newton's method converges from any start; a bracket keeps a wild step inside.
pub(super) fn solve(start: f64, goal: f64, f: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut low, mut high) = (-1e4, 1e4);
    let mut at = start.clamp(low, high);
    for _ in 0..STEPS {
        let (value, slope) = f(at);
        let miss = value - goal;
        if miss == 0.0 {
            break;
        }
        if (miss > 0.0) == (slope > 0.0) {
            high = at;
        } else {
            low = at;
        }
        let step = miss / slope;
        let mut next = at - step.clamp(-8.0, 8.0);
        if !(low..=high).contains(&next) || !step.is_finite() {
            next = f64::midpoint(low, high);
        }
        let moved = (next - at).abs();
        at = next;
        // the next step would be about the square of this one
        if moved <= 1e-9 {
            break;
        }
    }
    at
}
