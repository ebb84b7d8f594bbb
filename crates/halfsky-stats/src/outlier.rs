//! Outliers among the values of one series, for exchange with platforms that use them.

use crate::describe::{mean, median, population_deviation, sample_deviation};

/// Threshold of the modified score.
pub const MODIFIED_THRESHOLD: f64 = 3.5;
/// Makes the median deviation comparable with a standard deviation.
const MODIFIED_FACTOR: f64 = 0.6745;

/// Scores of every value with their bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Outliers {
    pub mean: f64,
    pub population_deviation: f64,
    /// None for a lone value.
    pub sample_deviation: Option<f64>,
    pub median: f64,
    /// Median absolute deviation from the median.
    pub median_deviation: f64,
    /// (y − mean)/population deviation.
    pub scores: Vec<f64>,
    /// 0.6745·(y − median)/MAD.
    pub modified: Vec<f64>,
    pub lower: f64,
    pub upper: f64,
    pub modified_lower: f64,
    pub modified_upper: f64,
    pub flagged: Vec<bool>,
    pub modified_flagged: Vec<bool>,
}

/// Scores the values against a threshold; None of nothing. With ten values or fewer a threshold of 3 never fires.
///
/// Described in `docs/methods/outliers.md`.
pub fn outliers(values: &[f64], threshold: f64) -> Option<Outliers> {
    let (centre, middle) = (mean(values)?, median(values)?);
    let spread = population_deviation(values)?;
    let distances: Vec<f64> = values.iter().map(|v| (v - middle).abs()).collect();
    let mad = median(&distances)?;
    let scores: Vec<f64> =
        values.iter().map(|v| if spread == 0.0 { 0.0 } else { (v - centre) / spread }).collect();
    let modified: Vec<f64> = values
        .iter()
        .map(|v| {
            let distance = v - middle;
            if distance == 0.0 {
                0.0
            } else if mad == 0.0 {
                f64::INFINITY.copysign(distance)
            } else {
                MODIFIED_FACTOR * distance / mad
            }
        })
        .collect();
    let reach = MODIFIED_THRESHOLD * mad / MODIFIED_FACTOR;
    Some(Outliers {
        mean: centre,
        population_deviation: spread,
        sample_deviation: sample_deviation(values),
        median: middle,
        median_deviation: mad,
        lower: centre - threshold * spread,
        upper: centre + threshold * spread,
        modified_lower: middle - reach,
        modified_upper: middle + reach,
        flagged: scores.iter().map(|z| z.abs() > threshold).collect(),
        modified_flagged: modified.iter().map(|z| z.abs() > MODIFIED_THRESHOLD).collect(),
        scores,
        modified,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    #[test]
    fn a_typing_error_hides_from_the_score_and_not_from_the_modified_one() {
        let values = [30.0, 26.1, 24.5, 23.2, 21.7, 20.1, 199.0];
        let found = outliers(&values, 3.0).unwrap();
        close(found.scores[6], 2.4466, 1e-4);
        assert!(!found.flagged[6] && found.modified_flagged[6]);
    }

    #[test]
    fn a_single_odd_value_among_equal_ones_is_infinitely_far() {
        let found = outliers(&[5.0, 5.0, 5.0, 5.0, 50.0], 3.0).unwrap();
        assert_eq!(found.modified[4], f64::INFINITY);
        assert_eq!((found.modified_lower, found.modified_upper), (5.0, 5.0));
    }

    #[test]
    fn a_lone_value_is_no_outlier() {
        let found = outliers(&[7.0], 3.0).unwrap();
        assert_eq!((found.scores[0], found.sample_deviation), (0.0, None));
        assert_eq!(outliers(&[], 3.0), None);
    }
}
