//! Progress as Eurostat classifies it: growth achieved against growth required.

use crate::pace::growth;
use crate::volatility::Direction;

/// Two values of an indicator and what is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question {
    pub from: (i32, f64),
    pub to: (i32, f64),
    pub direction: Direction,
    /// Year and value.
    pub target: Option<(i32, f64)>,
}

/// The class of progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    TargetMet,
    Significant,
    Moderate,
    Insufficient,
    MovementAway,
    NoChange,
    ModerateAway,
    SignificantAway,
    NotCalculable,
}

impl Progress {
    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TargetMet => "target_met",
            Self::Significant => "significant_progress",
            Self::Moderate => "moderate_progress",
            Self::Insufficient => "insufficient_progress",
            Self::MovementAway => "movement_away",
            Self::NoChange => "no_change",
            Self::ModerateAway => "moderate_movement_away",
            Self::SignificantAway => "significant_movement_away",
            Self::NotCalculable => "not_calculable",
        }
    }
}

/// Growth, ratio and class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// Compound growth per year.
    pub growth: Option<f64>,
    /// Through the growth required.
    pub ratio: Option<f64>,
    pub progress: Progress,
}

/// Classifies a movement.
///
/// Described in `docs/methods/eurostat.md`.
pub fn eurostat_progress(question: &Question) -> Measure {
    let ((t0, y0), (t1, y1)) = (question.from, question.to);
    let none = Measure { growth: None, ratio: None, progress: Progress::NotCalculable };
    if t1 <= t0 || y0 <= 0.0 || y1 <= 0.0 {
        return none;
    }
    let years = |to: i32| f64::from(to) - f64::from(t0);
    let actual = growth(y0, y1, years(t1));
    let Some((by, target)) = question.target else {
        let progress = free_class(question.direction.sign() * actual);
        return Measure { growth: Some(actual), ratio: None, progress };
    };
    let met = match question.direction {
        Direction::Up => y1 >= target,
        Direction::Down => y1 <= target,
    };
    let wanted = question.direction.sign() * (target - y0) > 0.0;
    if by <= t0 || target <= 0.0 || !wanted {
        let progress = if met { Progress::TargetMet } else { Progress::NotCalculable };
        return Measure { growth: Some(actual), ratio: None, progress };
    }
    let ratio = actual / growth(y0, target, years(by));
    let progress = if met {
        Progress::TargetMet
    } else if ratio >= 0.95 {
        Progress::Significant
    } else if ratio >= 0.60 {
        Progress::Moderate
    } else if ratio >= 0.0 {
        Progress::Insufficient
    } else {
        Progress::MovementAway
    };
    Measure { growth: Some(actual), ratio: Some(ratio), progress }
}

/// Classes of a movement without a target: one per cent a year divides them.
fn free_class(x: f64) -> Progress {
    if x >= 0.01 {
        Progress::Significant
    } else if x > 0.0 {
        Progress::Moderate
    } else if x == 0.0 {
        Progress::NoChange
    } else if x > -0.01 {
        Progress::ModerateAway
    } else {
        Progress::SignificantAway
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    const HALF_WAY: Question = Question {
        from: (2015, 50.0),
        to: (2020, 60.0),
        direction: Direction::Up,
        target: Some((2030, 80.0)),
    };

    #[test]
    fn ahead_of_the_required_growth() {
        let measure = eurostat_progress(&HALF_WAY);
        close(measure.ratio.unwrap(), 1.166_751_810_428_183_8, 1e-12);
        assert_eq!(measure.progress, Progress::Significant);
    }

    #[test]
    fn a_target_on_the_wrong_side_is_only_met_or_nothing() {
        let met = eurostat_progress(&Question { target: Some((2030, 40.0)), ..HALF_WAY });
        assert_eq!((met.progress, met.ratio), (Progress::TargetMet, None));
        let lost = Question { to: (2020, 45.0), target: Some((2030, 48.0)), ..HALF_WAY };
        assert_eq!(eurostat_progress(&lost).progress, Progress::NotCalculable);
        let back = Question { to: (2015, 45.0), ..HALF_WAY };
        assert_eq!(eurostat_progress(&back).growth, None);
    }

    #[test]
    fn without_a_target_one_per_cent_divides() {
        let free =
            |to| eurostat_progress(&Question { to: (2020, to), target: None, ..HALF_WAY }).progress;
        assert_eq!(free(60.0), Progress::Significant);
        assert_eq!(free(50.5), Progress::Moderate);
        assert_eq!(free(50.0), Progress::NoChange);
        assert_eq!(free(49.5), Progress::ModerateAway);
        assert_eq!(free(40.0), Progress::SignificantAway);
    }
}
