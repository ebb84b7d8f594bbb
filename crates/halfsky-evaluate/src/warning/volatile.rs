//! 波动较大: one year alone says nothing of the trend.

use super::{Finding, Level, Rule, Watch};

pub(super) fn check(watch: &Watch<'_>) -> Option<Finding> {
    if !watch.judgement.is_volatile() {
        return None;
    }
    let years: Vec<i32> =
        watch.held.series.comparable(watch.as_of).iter().map(|o| o.year).collect();
    Some(watch.finding(Rule::Volatile, Level::Blue, &years))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, at_most};
    use super::*;

    #[test]
    fn only_wild_series_are_named() {
        let wild = [(2019, "20"), (2020, "30"), (2021, "14"), (2022, "33"), (2023, "19")];
        let steady = [(2019, "20"), (2020, "19"), (2021, "18"), (2022, "17"), (2023, "16")];
        let found =
            |values: &[(i32, &str)]| Scene::new(at_most("18"), values).found(Rule::Volatile, 2023);
        assert_eq!(found(&wild).map(|f| f.level), Some(Level::Blue));
        assert_eq!(found(&steady), None);
    }
}
