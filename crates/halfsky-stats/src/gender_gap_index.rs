//! The Global Gender Gap Index of the World Economic Forum: ratios of women to men, capped and weighted.

/// One ratio: name in data, weight inside its part, cap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    pub name: &'static str,
    pub weight: f64,
    pub cap: f64,
}

const fn ratio(name: &'static str, weight: f64) -> Ratio {
    Ratio { name, weight, cap: 1.0 }
}

/// The four parts with their ratios, in order: economy, education, health, politics.
pub const PARTS: [(&str, &[Ratio]); 4] = [
    (
        "econ",
        &[
            ratio("lfpr", 0.199),
            ratio("wage_equality", 0.310),
            ratio("income", 0.221),
            ratio("legislators", 0.149),
            ratio("professional", 0.121),
        ],
    ),
    (
        "edu",
        &[
            ratio("literacy", 0.191),
            ratio("primary", 0.459),
            ratio("secondary", 0.230),
            ratio("tertiary", 0.121),
        ],
    ),
    (
        "health",
        &[
            Ratio { name: "sex_ratio_birth", weight: 0.693, cap: 0.944 },
            Ratio { name: "hle", weight: 0.307, cap: 1.06 },
        ],
    ),
    (
        "pol",
        &[ratio("parliament", 0.310), ratio("ministers", 0.247), ratio("head_of_state", 0.443)],
    ),
];

/// The four parts and their mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GenderGap {
    pub parts: [f64; 4],
    pub index: f64,
}

/// Index from a look-up of ratios by name; None if one is missing.
///
/// Described in `docs/methods/gender-gap-index.md`.
pub fn gender_gap_index(ratio_of: impl Fn(&str) -> Option<f64>) -> Option<GenderGap> {
    let mut parts = [0.0; 4];
    for (part, (_, ratios)) in parts.iter_mut().zip(PARTS) {
        for ratio in ratios {
            *part += ratio.weight * ratio_of(ratio.name)?.min(ratio.cap);
        }
    }
    Some(GenderGap { parts, index: parts.iter().sum::<f64>() / 4.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    #[test]
    fn parity_everywhere_reaches_the_caps() {
        let gap = gender_gap_index(|_| Some(2.0)).unwrap();
        close(gap.parts[0], 1.0, 1e-12);
        close(gap.parts[2], 0.693 * 0.944 + 0.307 * 1.06, 1e-12);
    }

    #[test]
    fn a_missing_ratio_is_not_guessed() {
        assert_eq!(gender_gap_index(|name| (name != "hle").then_some(0.5)), None);
    }
}
