//! Average annual rate of reduction (AARR): regression, end points, continuous, and what is required.

/// Rates per year; positive is a fall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReductionRates {
    /// 1 − exp(slope of ln y on t).
    pub regression: f64,
    /// 1 − (last/first)^(1/years).
    pub endpoint: f64,
    /// −ln(1 − endpoint).
    pub continuous: f64,
}

/// Rates of values in any order of years; several values of an end year are averaged.
/// None below two distinct years or with a value that is not positive.
///
/// Described in `docs/methods/reduction-rate.md`.
pub fn reduction_rates(values: &[(i32, f64)]) -> Option<ReductionRates> {
    if values.iter().any(|(_, y)| !(*y > 0.0)) {
        return None;
    }
    let (first, last) = ends(values)?;
    let n = values.len() as f64;
    let mean_t = values.iter().map(|(t, _)| f64::from(*t)).sum::<f64>() / n;
    let mean_y = values.iter().map(|(_, y)| libm::log(*y)).sum::<f64>() / n;
    let (mut products, mut squares) = (0.0, 0.0);
    for (t, y) in values {
        let dt = f64::from(*t) - mean_t;
        products += dt * (libm::log(*y) - mean_y);
        squares += dt * dt;
    }
    let endpoint = required_reduction(first, last)?;
    Some(ReductionRates {
        regression: 1.0 - libm::exp(products / squares),
        endpoint,
        continuous: -libm::log1p(-endpoint),
    })
}

/// First and last year with the mean of their values; None below two distinct years.
///
/// Described in `docs/methods/reduction-rate.md`.
pub fn ends(values: &[(i32, f64)]) -> Option<((i32, f64), (i32, f64))> {
    let first = values.iter().map(|(t, _)| *t).min()?;
    let last = values.iter().map(|(t, _)| *t).max().filter(|last| *last > first)?;
    let mean_of = |year: i32| {
        let of: Vec<f64> = values.iter().filter(|(t, _)| *t == year).map(|(_, y)| *y).collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    Some(((first, mean_of(first)), (last, mean_of(last))))
}

/// Rate that leads from one value to another; None where no year lies between or a value is not positive.
///
/// Described in `docs/methods/reduction-rate.md`.
pub fn required_reduction(from: (i32, f64), to: (i32, f64)) -> Option<f64> {
    if to.0 <= from.0 || !(from.1 > 0.0 && to.1 > 0.0) {
        return None;
    }
    Some(-crate::pace::growth(from.1, to.1, f64::from(to.0) - f64::from(from.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    /// Maternal deaths of China, 30.0 (2010) → 14.3 (2024): 5.15 % a year.
    #[test]
    fn worked_example() {
        let rates = reduction_rates(&[(2010, 30.0), (2024, 14.3)]).unwrap();
        close(rates.endpoint, 0.0515, 1e-3);
        close(rates.regression, rates.endpoint, 1e-12);
    }

    #[test]
    fn one_year_has_no_rate() {
        assert_eq!(reduction_rates(&[(2020, 1.0), (2020, 2.0)]), None);
        assert_eq!(reduction_rates(&[(2020, 1.0), (2021, 0.0)]), None);
        assert_eq!(reduction_rates(&[]), None);
    }
}
