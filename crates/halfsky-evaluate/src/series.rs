//! Series (序列): the published figures of one indicator in one place, with the years its definition changed.

use halfsky_plan::figure::Figure;

/// A published figure of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// The year a reporting period is labelled with.
    pub year: i32,
    pub value: Figure,
}

/// Figures in strictly increasing years; a missing year is absent and never a zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    observations: Vec<Observation>,
    /// 口径断点: the first year of each new definition, ascending.
    breaks: Vec<i32>,
}

/// A year stands twice in a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DuplicateYear(pub i32);

impl Series {
    /// Puts observations and breaks in order of time.
    pub fn new(
        mut observations: Vec<Observation>,
        mut breaks: Vec<i32>,
    ) -> Result<Self, DuplicateYear> {
        observations.sort_by_key(|o| o.year);
        if let Some(pair) = observations.windows(2).find(|pair| pair[0].year == pair[1].year) {
            return Err(DuplicateYear(pair[0].year));
        }
        breaks.sort_unstable();
        breaks.dedup();
        Ok(Self { observations, breaks })
    }

    /// All observations, breaks or not.
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// 口径断点: the first year of each new definition, ascending.
    pub fn breaks(&self) -> &[i32] {
        &self.breaks
    }

    /// The observation of a year.
    pub fn at(&self, year: i32) -> Option<Observation> {
        let at = self.observations.binary_search_by_key(&year, |o| o.year).ok()?;
        self.observations.get(at).copied()
    }

    /// The latest observation up to a year.
    pub fn latest(&self, until: i32) -> Option<Observation> {
        let end = self.observations.partition_point(|o| o.year <= until);
        self.observations[..end].last().copied()
    }

    /// The observations up to a year that are comparable with the last of them: a break is never crossed.
    pub fn comparable(&self, until: i32) -> &[Observation] {
        let end = self.observations.partition_point(|o| o.year <= until);
        let Some(last) = self.observations[..end].last() else { return &[] };
        let since = self.breaks.iter().rev().find(|b| **b <= last.year).copied();
        let start = since.map_or(0, |year| self.observations.partition_point(|o| o.year < year));
        &self.observations[start..end]
    }

    /// Whether two years stand on the same side of every break.
    pub fn are_comparable(&self, one: i32, other: i32) -> bool {
        let (from, to) = (one.min(other), one.max(other));
        !self.breaks.iter().any(|b| from < *b && *b <= to)
    }

    /// A series computed from this and another where both have a year; breaks of either are kept.
    #[must_use]
    pub fn combined(&self, other: &Self, f: impl Fn(Figure, Figure) -> Option<Figure>) -> Self {
        let observations = self
            .observations
            .iter()
            .filter_map(|o| {
                let value = f(o.value, other.at(o.year)?.value)?;
                Some(Observation { year: o.year, value })
            })
            .collect();
        let mut breaks = [self.breaks.as_slice(), &other.breaks].concat();
        breaks.sort_unstable();
        breaks.dedup();
        Self { observations, breaks }
    }
}

/// The figure as a binary number, correctly rounded.
pub(crate) fn number(figure: Figure) -> f64 {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let value = figure.decimal();
    let mantissa = value.mantissa();
    let scale = usize::try_from(value.scale()).unwrap_or(usize::MAX);
    match (i64::try_from(mantissa), POWERS.get(scale)) {
        // both parts are exact in binary, so one division rounds once
        (Ok(small), Some(power)) if small.unsigned_abs() < 1 << 53 => small as f64 / power,
        _ => value.to_string().parse().unwrap_or(f64::NAN),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn series(values: &[(i32, &str)], breaks: &[i32]) -> Series {
        let observations = values
            .iter()
            .map(|&(year, value)| Observation { year, value: value.parse().unwrap() })
            .collect();
        Series::new(observations, breaks.to_vec()).unwrap()
    }

    #[test]
    fn years_are_put_in_order_and_stand_once() {
        let found = series(&[(2022, "2"), (2020, "1")], &[]);
        assert_eq!(found.observations()[0].year, 2020);
        let twice = vec![found.observations()[0], found.observations()[0]];
        assert_eq!(Series::new(twice, Vec::new()), Err(DuplicateYear(2020)));
    }

    #[test]
    fn a_break_is_never_crossed() {
        let found = series(&[(2018, "1"), (2019, "2"), (2020, "3"), (2021, "4")], &[2020]);
        let years = |until| found.comparable(until).iter().map(|o| o.year).collect::<Vec<_>>();
        assert_eq!(years(2021), [2020, 2021]);
        assert_eq!(years(2019), [2018, 2019]);
        assert!(years(2017).is_empty());
        assert!(!found.are_comparable(2021, 2019) && found.are_comparable(2020, 2021));
    }

    #[test]
    fn combining_keeps_common_years() {
        let one = series(&[(2018, "5"), (2019, "7")], &[2019]);
        let other = series(&[(2019, "4"), (2020, "4")], &[]);
        let difference = one.combined(&other, |a, b| Some(Figure::new(a.decimal() - b.decimal())));
        assert_eq!(difference, series(&[(2019, "3")], &[2019]));
    }

    #[test]
    fn figures_become_the_nearest_number() {
        for text in ["0.1", "94.83", "-2.50", "12345678901234567890.123", "0.00000000000000000001"]
        {
            assert_eq!(
                number(text.parse().unwrap()).to_bits(),
                text.parse::<f64>().unwrap().to_bits()
            );
        }
    }
}
