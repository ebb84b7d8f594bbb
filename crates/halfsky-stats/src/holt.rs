//! Holt's damped linear smoothing: describes a line; its intervals are not to be trusted and not computed.

/// Smoothing constants and initial states.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Weight of the new value in the level.
    pub alpha: f64,
    /// Weight of the new step in the trend.
    pub beta: f64,
    /// Damping of the trend; 1 for none.
    pub phi: f64,
    pub level: f64,
    pub trend: f64,
}

/// The smoothed series.
#[derive(Debug, Clone, PartialEq)]
pub struct Smoothed {
    /// One-step-ahead values.
    pub fitted: Vec<f64>,
    /// Sum of squared one-step-ahead errors.
    pub squared_error: f64,
    pub level: f64,
    pub trend: f64,
    phi: f64,
}

/// Runs the recursion over the values.
///
/// Described in `docs/methods/holt.md`.
pub fn smooth(values: &[f64], parameters: &Parameters) -> Smoothed {
    let Parameters { alpha, beta, phi, mut level, mut trend } = *parameters;
    let (mut fitted, mut squared_error) = (Vec::with_capacity(values.len()), 0.0);
    for value in values {
        let ahead = level + phi * trend;
        fitted.push(ahead);
        squared_error += (value - ahead) * (value - ahead);
        let next = alpha * value + (1.0 - alpha) * ahead;
        trend = beta * (next - level) + (1.0 - beta) * phi * trend;
        level = next;
    }
    Smoothed { fitted, squared_error, level, trend, phi }
}

impl Smoothed {
    /// The line 1 to `horizon` steps ahead.
    pub fn ahead(&self, horizon: usize) -> Vec<f64> {
        let (mut damp, mut sum) = (1.0, 0.0);
        (0..horizon)
            .map(|_| {
                damp *= self.phi;
                sum += damp;
                self.level + sum * self.trend
            })
            .collect()
    }
}

/// Which constants are free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// Level alone.
    Simple,
    /// Level and trend.
    Linear,
    /// Level and damped trend.
    Damped,
}

/// Constants with the least squared error, found by repeated narrowing of a grid; None below four values.
///
/// Initial states are solved exactly for each set of constants, for the errors are linear in them.
/// Described in `docs/methods/holt.md`.
pub fn fit(values: &[f64], model: Model) -> Option<(Parameters, Smoothed)> {
    if values.len() < 4 {
        return None;
    }
    let mut best = (f64::INFINITY, [0.5, 0.1, 0.98]);
    let mut width = [0.5, 0.5, 0.1];
    let mut centre = [0.5, 0.5, 0.9];
    for _ in 0..24 {
        for a in grid(centre[0], width[0], (0.0, 1.0)) {
            for b in grid(centre[1], width[1], (0.0, 1.0)) {
                for p in grid(centre[2], width[2], (0.8, 0.995)) {
                    let tried = with_states(values, model, [a, b, p]);
                    let error = smooth(values, &tried).squared_error;
                    if error < best.0 {
                        best = (error, [a, b, p]);
                    }
                    if model != Model::Damped {
                        break;
                    }
                }
                if model == Model::Simple {
                    break;
                }
            }
        }
        centre = best.1;
        width = width.map(|w| w * 0.6);
    }
    let parameters = with_states(values, model, best.1);
    Some((parameters, smooth(values, &parameters)))
}

fn grid(centre: f64, width: f64, (low, high): (f64, f64)) -> impl Iterator<Item = f64> {
    (-4..=4).map(move |i| (centre + width * f64::from(i) / 4.0).clamp(low, high))
}

/// The constants with the initial states that leave the least squared error.
fn with_states(values: &[f64], model: Model, [alpha, beta, phi]: [f64; 3]) -> Parameters {
    let make = |level: f64, trend: f64| Parameters {
        alpha,
        beta: if model == Model::Simple { 0.0 } else { beta },
        phi: if model == Model::Damped { phi } else { 1.0 },
        level,
        trend,
    };
    let errors = |level: f64, trend: f64| -> Vec<f64> {
        let run = smooth(values, &make(level, trend));
        values.iter().zip(run.fitted).map(|(v, f)| v - f).collect()
    };
    let zero = errors(0.0, 0.0);
    let column = |level, trend| -> Vec<f64> {
        zero.iter().zip(errors(level, trend)).map(|(z, e)| z - e).collect()
    };
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(x, y)| x * y).sum() };
    let (l, t) = (column(1.0, 0.0), column(0.0, 1.0));
    let (ll, lt, tt) = (dot(&l, &l), dot(&l, &t), dot(&t, &t));
    let (lz, tz) = (dot(&l, &zero), dot(&t, &zero));
    let determinant = ll * tt - lt * lt;
    if model == Model::Simple || determinant.abs() <= 1e-12 * ll * tt {
        return make(if ll == 0.0 { values[0] } else { lz / ll }, 0.0);
    }
    make((lz * tt - tz * lt) / determinant, (tz * ll - lz * lt) / determinant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    #[test]
    fn a_straight_line_is_continued_and_damping_bends_it() {
        let values: Vec<f64> = (1..=6).map(f64::from).collect();
        let start = Parameters { alpha: 0.5, beta: 0.3, phi: 1.0, level: 0.0, trend: 1.0 };
        let straight = smooth(&values, &start);
        assert_eq!(straight.squared_error, 0.0);
        assert_eq!(straight.ahead(3), [7.0, 8.0, 9.0]);
        let damped = smooth(&values, &Parameters { phi: 0.9, ..start });
        assert!(damped.ahead(3)[2] < 9.0);
    }

    #[test]
    fn fitting_finds_a_line() {
        let values: Vec<f64> = (0..12).map(|i| 3.0 + 2.0 * f64::from(i)).collect();
        let (_, run) = fit(&values, Model::Linear).unwrap();
        close(run.ahead(1)[0], 27.0, 1e-6);
        assert_eq!(fit(&values[..3], Model::Linear), None);
    }
}
