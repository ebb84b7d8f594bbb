//! The Gender Inequality Index of the Human Development Reports.

/// Inputs of one place and year, in their published units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inputs {
    /// Maternal deaths per 100,000 live births; cut to 10–1000.
    pub maternal_mortality: f64,
    /// Births per 1,000 women of 15–19.
    pub adolescent_births: f64,
    /// Women, then men, each in per cent.
    pub seats: (f64, f64),
    pub secondary_education: (f64, f64),
    pub labour_participation: (f64, f64),
}

/// No seats count as this many per cent, or the index would be undefined.
const NO_SEATS: f64 = 0.01;

/// 0 is equality, 1 the widest inequality; None where an input is not positive.
///
/// Described in `docs/methods/gender-inequality-index.md`.
pub fn gender_inequality_index(inputs: &Inputs) -> Option<f64> {
    let seats = (if inputs.seats.0 == 0.0 { NO_SEATS } else { inputs.seats.0 }, inputs.seats.1);
    let education = inputs.secondary_education;
    let labour = inputs.labour_participation;
    let all = [
        inputs.maternal_mortality,
        inputs.adolescent_births,
        seats.0,
        seats.1,
        education.0,
        education.1,
        labour.0,
        labour.1,
    ];
    if !all.iter().all(|v| *v > 0.0 && v.is_finite()) {
        return None;
    }
    let mortality = inputs.maternal_mortality.clamp(10.0, 1000.0);
    let health = (10.0 / mortality / inputs.adolescent_births).sqrt();
    let power = |seats: f64, education: f64| (seats / 100.0 * education / 100.0).sqrt();
    let (power_f, power_m) = (power(seats.0, education.0), power(seats.1, education.1));
    let (work_f, work_m) = (labour.0 / 100.0, labour.1 / 100.0);
    let women = libm::cbrt(health * power_f * work_f);
    let men = libm::cbrt(power_m * work_m);
    let harmonic = 2.0 / (1.0 / women + 1.0 / men);
    let health_mean = f64::midpoint(health, 1.0);
    let reference =
        libm::cbrt(health_mean * f64::midpoint(power_f, power_m) * f64::midpoint(work_f, work_m));
    Some(1.0 - harmonic / reference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    const CHINA_2022: Inputs = Inputs {
        maternal_mortality: 23.0476,
        adolescent_births: 11.146,
        seats: (24.941, 75.059),
        secondary_education: (79.702, 86.366),
        labour_participation: (53.76, 74.54),
    };

    /// Published: 0.186.
    #[test]
    fn published_value() {
        close(gender_inequality_index(&CHINA_2022).unwrap(), 0.186, 2e-3);
    }

    #[test]
    fn no_seats_are_a_hundredth_of_a_per_cent_and_nothing_else_is_replaced() {
        let none = Inputs { seats: (0.0, 100.0), ..CHINA_2022 };
        let tiny = Inputs { seats: (NO_SEATS, 100.0), ..CHINA_2022 };
        assert_eq!(gender_inequality_index(&none), gender_inequality_index(&tiny));
        assert_eq!(gender_inequality_index(&Inputs { adolescent_births: 0.0, ..CHINA_2022 }), None);
    }
}
