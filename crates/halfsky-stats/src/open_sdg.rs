//! Progress measure of the Open SDG platform (as Statistics Canada publishes it).

use crate::pace::growth;
use crate::volatility::Direction;

/// Stands for a base or target of zero, which has no growth rate.
const ZERO: f64 = 0.001;
/// Shape of the easing near a limit.
const EASING: f64 = 4.44;

/// What is asked of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question {
    pub base_year: i32,
    pub target_year: i32,
    pub direction: Direction,
    pub target: Option<f64>,
    /// A natural end of the scale; without a target progress is eased towards it.
    pub limit: Option<f64>,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            base_year: 2015,
            target_year: 2030,
            direction: Direction::Down,
            target: None,
            limit: None,
        }
    }
}

/// The class of progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    TargetAchieved,
    Substantial,
    Moderate,
    Limited,
    Deterioration,
    NotAvailable,
}

impl Progress {
    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TargetAchieved => "target_achieved",
            Self::Substantial => "substantial_progress",
            Self::Moderate => "moderate_progress",
            Self::Limited => "limited_progress",
            Self::Deterioration => "deterioration",
            Self::NotAvailable => "not_available",
        }
    }
}

/// The measure with what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    pub base: Option<(i32, f64)>,
    pub current: Option<(i32, f64)>,
    pub target: Option<f64>,
    /// −1 where the base is negative.
    pub sign: Option<f64>,
    pub value: Option<f64>,
    /// Easing towards the limit, where it applies.
    pub coefficient: Option<f64>,
    pub progress: Progress,
    /// −5 to 5.
    pub score: Option<f64>,
}

/// No value stands in the base year or later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoBase;

/// Measures the values of ascending years.
///
/// Described in `docs/methods/open-sdg.md`.
pub fn open_sdg_progress(values: &[(i32, f64)], question: &Question) -> Result<Measure, NoBase> {
    let target = question.target.map(|t| if t == 0.0 { ZERO } else { t });
    let nothing = Measure {
        base: None,
        current: None,
        target,
        sign: None,
        value: None,
        coefficient: None,
        progress: Progress::NotAvailable,
        score: None,
    };
    let Some(&current) = values.last() else { return Ok(nothing) };
    let base = values.iter().find(|(year, _)| *year >= question.base_year).ok_or(NoBase)?;
    let base = (base.0, if base.1 == 0.0 { ZERO } else { base.1 });
    let sign = if base.1 < 0.0 { -1.0 } else { 1.0 };
    let known = Measure { base: Some(base), current: Some(current), sign: Some(sign), ..nothing };
    let years = f64::from(current.0) - f64::from(base.0);
    if years < 1.0 || base.1 * current.1 < 0.0 {
        return Ok(known);
    }
    let actual = sign * question.direction.sign() * growth(base.1, current.1, years);
    Ok(match target {
        Some(target) => with_target(known, question, target, (base, current.1, actual)),
        None => without_target(known, question, base.1, actual),
    })
}

fn with_target(
    known: Measure,
    question: &Question,
    target: f64,
    (base, current, actual): ((i32, f64), f64, f64),
) -> Measure {
    let ahead = f64::from(question.target_year) - f64::from(base.0);
    let required = growth(base.1, target, ahead).abs();
    let value = (required > 0.0 && required.is_finite()).then(|| actual / required);
    let met = match question.direction {
        Direction::Up => current >= target,
        Direction::Down => current <= target,
    };
    if met {
        return Measure { value, progress: Progress::TargetAchieved, score: Some(5.0), ..known };
    }
    let Some(x) = value else { return known };
    let score =
        if x >= 0.6 { (7.1429 * x - 4.2857).min(5.0) } else { (4.1667 * x - 2.5).max(-5.0) };
    let progress = class(x, (0.95, 0.6, 0.0));
    Measure { value, progress, score: Some(score), ..known }
}

fn without_target(known: Measure, question: &Question, base: f64, x: f64) -> Measure {
    let eased = question.limit.map(|limit| easing(base.abs(), limit.abs()));
    let c = eased.unwrap_or(1.0);
    let (high, medium) = (0.015 * c, 0.005 * c);
    let score = if x < 0.0 {
        (125.0 * x - 2.5).max(-5.0)
    } else if c == 0.0 {
        5.0
    } else if x >= high {
        (500.0 * x / c - 5.0).min(5.0)
    } else if x >= medium {
        250.0 * x / c - 1.25
    } else {
        500.0 * x / c - 2.5
    };
    let progress = class(x, (high, medium, 0.0));
    Measure { value: Some(x), coefficient: eased, progress, score: Some(score), ..known }
}

/// 1 far from the limit, 0 at it.
fn easing(base: f64, limit: f64) -> f64 {
    if base >= 2.0 * limit {
        1.0
    } else if base <= limit {
        1.0 - libm::pow(base / limit, EASING)
    } else {
        1.0 - libm::pow((2.0 * limit - base) / limit, EASING)
    }
}

fn class(x: f64, (high, medium, low): (f64, f64, f64)) -> Progress {
    if x >= high {
        Progress::Substantial
    } else if x >= medium {
        Progress::Moderate
    } else if x >= low {
        Progress::Limited
    } else {
        Progress::Deterioration
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    /// A published row: 14.5 (2015) → 10.4 (2023), target 7.25 in 2030.
    #[test]
    fn published_row() {
        let question = Question { target: Some(7.25), ..Question::default() };
        let measure = open_sdg_progress(&[(2015, 14.5), (2023, 10.4)], &question).unwrap();
        close(measure.value.unwrap(), 0.901_089_954_697_620_8, 1e-12);
        close(measure.score.unwrap(), 2.150_695_437_409_635_4, 1e-12);
        assert_eq!(measure.progress, Progress::Moderate);
    }

    #[test]
    fn nothing_to_measure_is_not_available() {
        let question = Question::default();
        let none = open_sdg_progress(&[], &question).unwrap();
        assert_eq!((none.progress, none.base), (Progress::NotAvailable, None));
        assert_eq!(open_sdg_progress(&[(2010, 1.0)], &question), Err(NoBase));
        let flip = open_sdg_progress(&[(2015, -2.0), (2020, 3.0)], &question).unwrap();
        assert_eq!((flip.progress, flip.value), (Progress::NotAvailable, None));
    }
}
