//! 保持类跌破: a level that must be kept was missed in the latest year, or in two years running.

use super::{Finding, Level, Rule, Watch};
use crate::attainment::Duty;

pub(super) fn check(watch: &Watch<'_>) -> Option<Finding> {
    if watch.held.demand.duty == Duty::AtDeadline {
        return None;
    }
    let (broken, latest) = (&watch.judgement.finding.broken, watch.latest_year()?);
    if broken.last() != Some(&latest) {
        return None;
    }
    let comparable = watch.held.series.comparable(watch.as_of);
    let before = comparable.iter().rev().find(|o| o.year < latest).map(|o| o.year);
    let twice = before.is_some_and(|year| broken.contains(&year));
    let level = if twice { Level::Red } else { Level::Orange };
    Some(watch.finding(Rule::KeepBroken, level, broken))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, at_least};
    use super::*;

    fn level(values: &[(i32, &str)]) -> Option<Level> {
        let mut scene = Scene::new(at_least("95"), values);
        scene.keep();
        scene.found(Rule::KeepBroken, 2024).map(|f| f.level)
    }

    #[test]
    fn once_is_orange_and_twice_running_red() {
        assert_eq!(level(&[(2022, "96"), (2023, "96"), (2024, "94")]), Some(Level::Orange));
        assert_eq!(level(&[(2022, "96"), (2023, "94"), (2024, "94")]), Some(Level::Red));
    }

    #[test]
    fn what_is_kept_again_is_silent() {
        assert_eq!(level(&[(2022, "94"), (2023, "94"), (2024, "96")]), None);
        let scene = Scene::new(at_least("95"), &[(2023, "94"), (2024, "94")]);
        assert_eq!(scene.found(Rule::KeepBroken, 2024), None);
    }
}
