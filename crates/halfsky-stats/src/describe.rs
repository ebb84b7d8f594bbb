//! Description: mean, median, deviation.

/// The mean; None of nothing.
///
/// Described in `docs/methods/description.md`.
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() { None } else { Some(values.iter().sum::<f64>() / values.len() as f64) }
}

/// The middle value, or the mean of the two middle ones; None of nothing.
///
/// Described in `docs/methods/description.md`.
pub fn median(values: &[f64]) -> Option<f64> {
    let sorted = sorted(values);
    let n = sorted.len();
    if n == 0 {
        None
    } else if n % 2 == 1 {
        Some(sorted[n / 2])
    } else {
        Some(f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]))
    }
}

/// Lower quartile, median and upper quartile: linear between the values beside the place p·(n − 1); None of nothing.
///
/// Described in `docs/methods/description.md`.
pub fn quartiles(values: &[f64]) -> Option<[f64; 3]> {
    let sorted = sorted(values);
    let last = sorted.len().checked_sub(1)?;
    Some([1, 2, 3].map(|quarter| {
        let (below, rest) = (last * quarter / 4, last * quarter % 4);
        let next = sorted.get(below + 1).copied().unwrap_or(sorted[below]);
        sorted[below] + (next - sorted[below]) * (rest as f64 / 4.0)
    }))
}

/// Square root of the mean squared deviation, divided by n (population); None of nothing.
///
/// Described in `docs/methods/description.md`.
pub fn population_deviation(values: &[f64]) -> Option<f64> {
    let centre = mean(values)?;
    Some((squares(values, centre) / values.len() as f64).sqrt())
}

/// The same divided by n − 1 (sample); None below two values.
///
/// Described in `docs/methods/description.md`.
pub fn sample_deviation(values: &[f64]) -> Option<f64> {
    let centre = mean(values)?;
    let rest = values.len() - 1;
    if rest == 0 { None } else { Some((squares(values, centre) / rest as f64).sqrt()) }
}

fn squares(values: &[f64], centre: f64) -> f64 {
    values.iter().map(|v| (v - centre) * (v - centre)).sum()
}

/// The values in ascending order.
pub(crate) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    /// Certified by NIST (`StRD`, univariate): `NumAcc1`.
    #[test]
    fn certified_description() {
        let num_acc_1 = [10_000_001.0, 10_000_003.0, 10_000_002.0];
        assert_eq!(mean(&num_acc_1), Some(10_000_002.0));
        assert_eq!(sample_deviation(&num_acc_1), Some(1.0));
    }

    /// Certified by NIST (`StRD`, univariate): `NumAcc2`, 1001 values, certified mean 1.2 and deviation 0.1.
    #[test]
    fn certified_description_of_many_values() {
        let mut values = vec![1.2];
        for _ in 0..500 {
            values.extend([1.1, 1.3]);
        }
        close(mean(&values).unwrap(), 1.2, 1e-14);
        close(sample_deviation(&values).unwrap(), 0.1, 1e-13);
    }

    /// `numpy.quantile` (linear) and R's `quantile` (type 7) of the same values.
    #[test]
    fn quartiles_lie_between_the_values() {
        let near = |found: [f64; 3], expected: [f64; 3]| {
            found.iter().zip(expected).for_each(|(a, b)| close(*a, b, 1e-15));
        };
        near(quartiles(&[7.0, 1.0, 3.0, 5.0]).unwrap(), [2.5, 4.0, 5.5]);
        near(quartiles(&[1.0, 2.0, 4.0, 8.0, 16.0, 32.0]).unwrap(), [2.5, 6.0, 14.0]);
        near(quartiles(&[3.5]).unwrap(), [3.5; 3]);
        assert_eq!(quartiles(&[]), None);
    }

    #[test]
    fn middle_of_odd_even_and_none() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!((median(&[]), mean(&[]), population_deviation(&[])), (None, None, None));
        assert_eq!(sample_deviation(&[1.0]), None);
    }
}
