//! Pace: the change achieved per year against the change required per year.

/// Baseline, present value and target with their years.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    pub base_year: i32,
    pub base: f64,
    pub year: i32,
    pub value: f64,
    pub target_year: i32,
    pub target: f64,
}

/// Why a pace is undefined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPace {
    /// The present value is not later than the baseline.
    NoTimePassed,
    /// The target year is not later than the baseline.
    NoTimeGiven,
    /// Baseline and target are equal: no change is required.
    NothingRequired,
    /// Growth rates need positive values.
    NotPositive,
}

/// Actual through required change per year, in equal steps.
///
/// Described in `docs/methods/pace.md`.
pub fn linear_pace(course: &Course) -> Result<f64, NoPace> {
    let (passed, given) = times(course)?;
    let actual = (course.value - course.base) / passed;
    let required = (course.target - course.base) / given;
    Ok(actual / required)
}

/// Actual through required growth rate per year.
///
/// Described in `docs/methods/pace.md`.
pub fn compound_pace(course: &Course) -> Result<f64, NoPace> {
    let (passed, given) = times(course)?;
    if [course.base, course.value, course.target].iter().any(|v| *v <= 0.0) {
        return Err(NoPace::NotPositive);
    }
    Ok(growth(course.base, course.value, passed) / growth(course.base, course.target, given))
}

fn times(course: &Course) -> Result<(f64, f64), NoPace> {
    if course.year <= course.base_year {
        return Err(NoPace::NoTimePassed);
    }
    if course.target_year <= course.base_year {
        return Err(NoPace::NoTimeGiven);
    }
    if course.base.total_cmp(&course.target).is_eq() {
        return Err(NoPace::NothingRequired);
    }
    let since = |year: i32| f64::from(year) - f64::from(course.base_year);
    Ok((since(course.year), since(course.target_year)))
}

/// Compound annual growth rate.
pub(crate) fn growth(from: f64, to: f64, years: f64) -> f64 {
    libm::pow(to / from, 1.0 / years) - 1.0
}

/// Part of the way gone: (present − base) / (target − base); None where no way is to go.
///
/// Described in `docs/methods/pace.md`.
pub fn progress(course: &Course) -> Option<f64> {
    let way = course.target - course.base;
    if way == 0.0 { None } else { Some((course.value - course.base) / way) }
}

/// Part of the time gone: (year − base year) / (target year − base year).
///
/// Described in `docs/methods/pace.md`.
pub fn time_progress(course: &Course) -> Option<f64> {
    let given = f64::from(course.target_year) - f64::from(course.base_year);
    if given <= 0.0 {
        return None;
    }
    Some((f64::from(course.year) - f64::from(course.base_year)) / given)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    const MATERNAL: Course = Course {
        base_year: 2020,
        base: 16.9,
        year: 2024,
        value: 14.3,
        target_year: 2030,
        target: 12.0,
    };

    #[test]
    fn worked_example() {
        close(linear_pace(&MATERNAL).unwrap(), 1.327, 1e-3);
        close(compound_pace(&MATERNAL).unwrap(), 1.215, 1e-3);
        close(progress(&MATERNAL).unwrap(), 2.6 / 4.9, 1e-12);
        close(time_progress(&MATERNAL).unwrap(), 0.4, 1e-15);
    }

    #[test]
    fn undefined_says_why() {
        let same = Course { target: 16.9, ..MATERNAL };
        assert_eq!(linear_pace(&same), Err(NoPace::NothingRequired));
        assert_eq!(progress(&same), None);
        assert_eq!(linear_pace(&Course { year: 2020, ..MATERNAL }), Err(NoPace::NoTimePassed));
        let late = Course { target_year: 2020, ..MATERNAL };
        assert_eq!((linear_pace(&late), time_progress(&late)), (Err(NoPace::NoTimeGiven), None));
        assert_eq!(compound_pace(&Course { base: 0.0, ..MATERNAL }), Err(NoPace::NotPositive));
        assert!(linear_pace(&Course { base: 0.0, ..MATERNAL }).is_ok());
    }
}
