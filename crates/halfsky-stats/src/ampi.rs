//! The adjusted Mazziotta–Pareto index: a mean of normalised figures, less a penalty for imbalance.

use crate::describe::{mean, population_deviation};

/// One figure with the goalposts of its indicator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    pub value: f64,
    /// The reference that is set to 100.
    pub reference: f64,
    pub lowest: f64,
    pub highest: f64,
}

/// The index with what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Ampi {
    /// 70–130 around the reference.
    pub normalised: Vec<f64>,
    pub mean: f64,
    pub deviation: f64,
    pub index: f64,
}

/// Index with negative penalty; None of nothing, or where goalposts coincide or the mean is 0.
///
/// Described in `docs/methods/ampi.md`.
pub fn adjusted_mazziotta_pareto(items: &[Item]) -> Option<Ampi> {
    let normalised = items
        .iter()
        .map(|item| {
            let half = (item.highest - item.lowest) / 2.0;
            let low = item.reference - half;
            (half != 0.0).then(|| 60.0 * (item.value - low) / (2.0 * half) + 70.0)
        })
        .collect::<Option<Vec<f64>>>()?;
    let centre = mean(&normalised).filter(|m| *m != 0.0)?;
    let deviation = population_deviation(&normalised)?;
    let index = centre - deviation * deviation / centre;
    Some(Ampi { normalised, mean: centre, deviation, index })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    #[test]
    fn the_reference_is_a_hundred_and_imbalance_costs() {
        let item = |value| Item { value, reference: 50.0, lowest: 20.0, highest: 80.0 };
        let even = adjusted_mazziotta_pareto(&[item(50.0), item(50.0)]).unwrap();
        close(even.index, 100.0, 1e-14);
        let uneven = adjusted_mazziotta_pareto(&[item(20.0), item(80.0)]).unwrap();
        close(uneven.index, 100.0 - 9.0, 1e-13);
    }

    #[test]
    fn goalposts_must_differ() {
        let flat = Item { value: 1.0, reference: 1.0, lowest: 2.0, highest: 2.0 };
        assert_eq!(adjusted_mazziotta_pareto(&[flat]), None);
        assert_eq!(adjusted_mazziotta_pareto(&[]), None);
    }
}
