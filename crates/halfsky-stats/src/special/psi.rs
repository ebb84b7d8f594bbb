//! Derivatives of ln Γ.

/// Below this the recurrence is used, above it the asymptotic series.
const FAR: f64 = 12.0;

/// ψ(x) = d ln Γ(x)/dx for x > 0; NaN otherwise.
///
/// Described in `docs/methods/special-functions.md`.
pub fn digamma(x: f64) -> f64 {
    let Some((x, lifted)) = lift(x, |x| -1.0 / x) else { return f64::NAN };
    let y = 1.0 / (x * x);
    let tail =
        [691.0 / 32_760.0, -1.0 / 132.0, 1.0 / 240.0, -1.0 / 252.0, 1.0 / 120.0, -1.0 / 12.0];
    lifted + libm::log(x) - 0.5 / x + horner(&tail, y) * y
}

/// ψ′(x) for x > 0; NaN otherwise.
///
/// Described in `docs/methods/special-functions.md`.
pub fn trigamma(x: f64) -> f64 {
    let Some((x, lifted)) = lift(x, |x| 1.0 / (x * x)) else { return f64::NAN };
    let y = 1.0 / (x * x);
    let tail = [-691.0 / 2730.0, 5.0 / 66.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 1.0 / 6.0];
    lifted + 1.0 / x + 0.5 * y + horner(&tail, y) * y / x
}

/// ψ″(x) for x > 0; NaN otherwise.
///
/// Described in `docs/methods/special-functions.md`.
pub fn tetragamma(x: f64) -> f64 {
    let Some((x, lifted)) = lift(x, |x| -2.0 / (x * x * x)) else { return f64::NAN };
    let y = 1.0 / (x * x);
    let tail = [691.0 / 210.0, -5.0 / 6.0, 3.0 / 10.0, -1.0 / 6.0, 1.0 / 6.0, -1.0 / 2.0];
    lifted - y - y / x + horner(&tail, y) * y * y
}

/// Adds the terms of the recurrence until x is far enough out for the series.
fn lift(mut x: f64, term: impl Fn(f64) -> f64) -> Option<(f64, f64)> {
    if !(x > 0.0) {
        return None;
    }
    let mut sum = 0.0;
    while x < FAR {
        sum += term(x);
        x += 1.0;
    }
    Some((x, sum))
}

fn horner(coefficients: &[f64], y: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * y + c)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    /// ψ(1) = −γ, ψ′(1) = π²/6, ψ″(1) = −2ζ(3), and the known values at ½.
    #[test]
    fn known_values() {
        close(digamma(1.0), -0.577_215_664_901_532_9, 1e-14);
        close(trigamma(1.0), 1.644_934_066_848_226_4, 1e-14);
        close(tetragamma(1.0), -2.404_113_806_319_188_6, 1e-14);
        close(digamma(0.5), -1.963_510_026_021_423_5, 1e-14);
        close(trigamma(0.5), 4.934_802_200_544_679, 1e-14);
        close(tetragamma(0.5), -16.828_796_644_234_32, 1e-14);
    }

    #[test]
    fn each_is_the_slope_of_the_one_before() {
        for x in [0.3, 1.0942, 5.0, 11.9, 12.1, 80.0] {
            let h = 1e-5 * x;
            close((digamma(x + h) - digamma(x - h)) / (2.0 * h), trigamma(x), 1e-8);
            close((trigamma(x + h) - trigamma(x - h)) / (2.0 * h), tetragamma(x), 1e-8);
        }
    }

    #[test]
    fn nothing_below_zero() {
        assert!(digamma(0.0).is_nan() && trigamma(-1.0).is_nan() && tetragamma(f64::NAN).is_nan());
    }
}
