//! The Gender Development Index of the Human Development Reports, and the human development index it divides.

/// Inputs for one sex, in their published units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inputs {
    /// Years.
    pub life_expectancy: f64,
    /// Expected years of schooling.
    pub expected_schooling: f64,
    /// Mean years of schooling.
    pub mean_schooling: f64,
    /// Estimated income per head, PPP $.
    pub income: f64,
}

/// Which goalposts of life expectancy hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    Female,
    Male,
}

/// Human development index of one sex, 0–1; None where an input is not a positive number or life is below its goalpost.
///
/// Described in `docs/methods/gender-development-index.md`.
pub fn human_development_index(inputs: &Inputs, sex: Sex) -> Option<f64> {
    let schooling = [inputs.expected_schooling, inputs.mean_schooling];
    if !(inputs.income > 0.0) || !schooling.iter().all(|v| *v >= 0.0 && v.is_finite()) {
        return None;
    }
    let shortest = match sex {
        Sex::Female => 22.5,
        Sex::Male => 17.5,
    };
    let life = ((inputs.life_expectancy - shortest) / 65.0).min(1.0);
    if !(life >= 0.0) {
        return None;
    }
    let education = f64::midpoint(
        (inputs.expected_schooling / 18.0).min(1.0),
        (inputs.mean_schooling / 15.0).min(1.0),
    );
    let income = inputs.income.clamp(100.0, 75_000.0);
    let wealth = libm::log(income / 100.0) / libm::log(750.0);
    Some(libm::cbrt(life * education * wealth))
}

/// Index of women through index of men; None where one is missing or men's is 0.
///
/// Described in `docs/methods/gender-development-index.md`.
pub fn gender_development_index(women: &Inputs, men: &Inputs) -> Option<f64> {
    let below = human_development_index(men, Sex::Male).filter(|hdi| *hdi > 0.0)?;
    Some(human_development_index(women, Sex::Female)? / below)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    const WOMEN: Inputs = Inputs {
        life_expectancy: 61.529,
        expected_schooling: 6.068_416_214,
        mean_schooling: 0.526_234_55,
        income: 1_033.807_013,
    };
    const MEN: Inputs = Inputs {
        life_expectancy: 58.172,
        expected_schooling: 11.076_793_67,
        mean_schooling: 2.843_289_771,
        income: 2_629.006_826,
    };

    /// Afghanistan 2008 as the Human Development Report prints it.
    #[test]
    fn published_values() {
        close(human_development_index(&WOMEN, Sex::Female).unwrap(), 0.340_360_843, 1e-8);
        close(human_development_index(&MEN, Sex::Male).unwrap(), 0.499_147_946, 1e-8);
        close(gender_development_index(&WOMEN, &MEN).unwrap(), 0.682, 1e-3);
    }

    #[test]
    fn nothing_is_imputed() {
        assert_eq!(human_development_index(&Inputs { income: 0.0, ..MEN }, Sex::Male), None);
        let short = Inputs { life_expectancy: 10.0, ..MEN };
        assert_eq!(gender_development_index(&WOMEN, &short), None);
        let rich = Inputs { income: 1e6, expected_schooling: 30.0, ..MEN };
        assert!(human_development_index(&rich, Sex::Male).unwrap() <= 1.0);
    }
}
