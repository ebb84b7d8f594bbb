//! Current status and anticipated progress as UN ESCAP measures them.

use crate::volatility::Direction;

/// A gap up to this many per cent is as good as met.
const MAINTAIN: f64 = 10.0;

/// What a series is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question {
    pub base_year: i32,
    pub target: f64,
    pub target_year: i32,
    /// None for a target of parity, from which either side is away.
    pub direction: Option<Direction>,
}

/// What has to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    Maintain,
    Accelerate,
    Reverse,
    Insufficient,
    Undefined,
}

impl Outlook {
    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Maintain => "maintain",
            Self::Accelerate => "accelerate",
            Self::Reverse => "reverse",
            Self::Insufficient => "insufficient",
            Self::Undefined => "undefined_target_equals_base",
        }
    }
}

/// Status now, value predicted, and the gap left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// 0 at the base, 10 at the target and never more.
    pub status: Option<f64>,
    pub predicted: Option<f64>,
    /// Per cent of the way.
    pub gap: Option<f64>,
    pub outlook: Outlook,
}

/// Measures values in ascending years, one of them of the base year; None without a value of the base year.
///
/// Described in `docs/methods/escap.md`.
pub fn escap_measure(values: &[(i32, f64)], question: &Question) -> Option<Measure> {
    let base = values.iter().find(|(year, _)| *year == question.base_year)?.1;
    let now = values.last()?.1;
    let way = (question.target - base).abs();
    if way == 0.0 {
        let outlook = Outlook::Undefined;
        return Some(Measure { status: None, predicted: None, gap: None, outlook });
    }
    let short = |value: f64| (question.target - value).abs();
    let status = match question.direction {
        Some(direction) => (10.0 * direction.sign() * (now - base) / way).min(10.0),
        None => 10.0 - 10.0 * short(now) / way,
    };
    let Some(predicted) = weighted_line(values, question.target_year) else {
        let outlook = Outlook::Insufficient;
        return Some(Measure { status: Some(status), predicted: None, gap: None, outlook });
    };
    let met = |value: f64| match question.direction {
        Some(direction) => direction.sign() * (value - question.target) >= 0.0,
        None => false,
    };
    let gap = if met(now) || met(predicted) { 0.0 } else { 100.0 * short(predicted) / way };
    let worse = match question.direction {
        Some(direction) => direction.sign() * (predicted - base) < 0.0,
        None => short(predicted) > way,
    };
    let outlook = if gap <= MAINTAIN {
        Outlook::Maintain
    } else if worse {
        Outlook::Reverse
    } else {
        Outlook::Accelerate
    };
    Some(Measure { status: Some(status), predicted: Some(predicted), gap: Some(gap), outlook })
}

/// The line through the values, later ones weighing more, read at a year; None below two values.
fn weighted_line(values: &[(i32, f64)], year: i32) -> Option<f64> {
    let first = values.first()?.0;
    if values.len() < 2 {
        return None;
    }
    let weight = |t: i32| f64::from(t) - f64::from(first) + 1.0;
    let whole: f64 = values.iter().map(|(t, _)| weight(*t)).sum();
    let mean_t = values.iter().map(|(t, _)| weight(*t) * f64::from(*t)).sum::<f64>() / whole;
    let mean_y = values.iter().map(|(t, y)| weight(*t) * y).sum::<f64>() / whole;
    let (mut products, mut squares) = (0.0, 0.0);
    for (t, y) in values {
        let dt = f64::from(*t) - mean_t;
        products += weight(*t) * dt * (y - mean_y);
        squares += weight(*t) * dt * dt;
    }
    Some(mean_y + products / squares * (f64::from(year) - mean_t))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    const TO_80: Question = Question {
        base_year: 2015,
        target: 80.0,
        target_year: 2030,
        direction: Some(Direction::Up),
    };

    #[test]
    fn a_straight_line_is_continued() {
        let measure = escap_measure(&[(2015, 50.0), (2020, 60.0)], &TO_80).unwrap();
        close(measure.predicted.unwrap(), 80.0, 1e-12);
        close(measure.status.unwrap(), 10.0 / 3.0, 1e-14);
        assert_eq!(measure.outlook, Outlook::Maintain);
    }

    #[test]
    fn falling_must_be_reversed_and_slow_accelerated() {
        let falling = escap_measure(&[(2015, 50.0), (2018, 45.0), (2020, 40.0)], &TO_80).unwrap();
        assert_eq!(falling.outlook, Outlook::Reverse);
        let slow = escap_measure(&[(2015, 50.0), (2020, 52.0)], &TO_80).unwrap();
        assert_eq!(slow.outlook, Outlook::Accelerate);
    }

    #[test]
    fn too_little_to_anticipate() {
        let one = escap_measure(&[(2015, 50.0)], &TO_80).unwrap();
        assert_eq!((one.status, one.outlook), (Some(0.0), Outlook::Insufficient));
        assert_eq!(escap_measure(&[(2016, 50.0)], &TO_80), None);
        let there = Question { target: 50.0, ..TO_80 };
        assert_eq!(escap_measure(&[(2015, 50.0)], &there).unwrap().outlook, Outlook::Undefined);
    }
}
