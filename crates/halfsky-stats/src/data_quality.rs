//! Metrics of data quality: completeness, timeliness, consistency over time and between related figures.

/// Below this share completeness and timeliness are questioned.
pub const SHARE_FLOOR: f64 = 0.75;
/// Beyond this relative difference consistency is questioned.
pub const DIFFERENCE: f64 = 0.33;

/// A ratio and whether it is questioned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metric {
    pub value: f64,
    pub questioned: bool,
}

/// A share of a whole that should be complete; None where the whole is nothing.
///
/// Completeness is received/expected, timeliness on time/received. Described in `docs/methods/data-quality.md`.
pub fn share_metric(part: f64, whole: f64) -> Option<Metric> {
    if !(whole > 0.0) {
        return None;
    }
    let value = part / whole;
    Some(Metric { value, questioned: value < SHARE_FLOOR })
}

/// The last value through the mean of the three before it; None without all three or with no positive sum.
///
/// Described in `docs/methods/data-quality.md`.
pub fn consistency_over_time(values: &[f64]) -> Option<Metric> {
    let [before @ .., last] = values else { return None };
    let three = &before[before.len().checked_sub(3)?..];
    let sum: f64 = three.iter().sum();
    if sum > 0.0 { Some(difference(last / (sum / 3.0))) } else { None }
}

/// A ratio of two figures through the ratio of a peer; None where a denominator is nothing.
///
/// Described in `docs/methods/data-quality.md`.
pub fn related_ratio(numerator: f64, denominator: f64, peer: f64) -> Option<Metric> {
    if denominator == 0.0 || peer == 0.0 {
        return None;
    }
    let ratio = numerator / denominator;
    Some(Metric { value: ratio, questioned: difference(ratio / peer).questioned })
}

fn difference(value: f64) -> Metric {
    Metric { value, questioned: (value - 1.0).abs() > DIFFERENCE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    #[test]
    fn shares_below_three_quarters_are_questioned() {
        assert_eq!(share_metric(15.0, 20.0), Some(Metric { value: 0.75, questioned: false }));
        assert!(share_metric(14.0, 20.0).unwrap().questioned);
        assert_eq!(share_metric(0.0, 0.0), None);
    }

    #[test]
    fn a_jump_against_three_years_is_questioned() {
        let typed = consistency_over_time(&[23.2, 21.7, 20.1, 29.9]).unwrap();
        close(typed.value, 1.38, 1e-2);
        assert!(typed.questioned);
        assert!(!consistency_over_time(&[1.0, 23.2, 21.7, 20.1, 19.9]).unwrap().questioned);
        assert_eq!(consistency_over_time(&[1.0, 2.0, 3.0]), None);
        assert_eq!(consistency_over_time(&[0.0, 0.0, 0.0, 3.0]), None);
    }

    #[test]
    fn related_figures_keep_their_ratio() {
        assert!(related_ratio(24.3, 47.2, 1.0).unwrap().questioned);
        assert!(!related_ratio(40.0, 47.2, 1.0).unwrap().questioned);
        assert_eq!(related_ratio(1.0, 0.0, 1.0), None);
    }
}
