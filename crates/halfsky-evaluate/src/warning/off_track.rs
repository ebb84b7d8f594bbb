//! 预计达标困难: the probability of attainment is low.

use super::{Finding, Level, Rule, Watch};
use crate::status::Status;

pub(super) fn check(watch: &Watch<'_>) -> Option<Finding> {
    let judgement = watch.judgement;
    if !matches!(judgement.status, Status::AtRisk | Status::OffTrack | Status::OnTrack) {
        return None;
    }
    let (p, limits) = (judgement.probability()?, watch.parameters);
    let level = if p < limits.hopeless || p < limits.doubtful && judgement.drifts_away() {
        Level::Red
    } else if p < limits.doubtful {
        Level::Orange
    } else if p < limits.expected {
        Level::Yellow
    } else {
        return None;
    };
    let years: Vec<i32> =
        watch.held.series.comparable(watch.as_of).iter().map(|o| o.year).collect();
    Some(watch.finding(Rule::OffTrack, level, &years))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, at_least, at_most};
    use super::*;

    fn level(scene: &Scene) -> Option<Level> {
        scene.found(Rule::OffTrack, 2024).map(|f| f.level)
    }

    #[test]
    fn the_lower_the_probability_the_graver() {
        let slow = [(2020, "100"), (2021, "100"), (2022, "101"), (2023, "101"), (2024, "102")];
        let target = |value| Scene::new(at_least(value), &slow);
        assert_eq!(level(&target("112")), Some(Level::Yellow));
        assert_eq!(level(&target("140")), Some(Level::Orange));
        assert_eq!(level(&target("200")), Some(Level::Red));
        assert_eq!(level(&target("101")), None);
    }

    #[test]
    fn moving_away_makes_a_doubtful_target_red() {
        let rising = [(2020, "100"), (2021, "101"), (2022, "102"), (2023, "104"), (2024, "105")];
        let scene = Scene::new(at_most("88"), &rising);
        let p = scene.judge(2024).probability().unwrap();
        assert!((0.15..0.30).contains(&p), "{p}");
        assert_eq!(level(&scene), Some(Level::Red));
    }

    #[test]
    fn what_is_met_or_unknown_is_not_warned_of() {
        assert!(level(&Scene::new(at_least("90"), &[(2020, "100"), (2024, "80")])).is_some());
        assert_eq!(level(&Scene::new(at_least("90"), &[(2024, "80")])), None);
        assert_eq!(level(&Scene::new(at_least("70"), &[(2020, "90"), (2024, "80")])), None);
    }
}
