//! 里程碑未达: the year of a milestone is over and its figure missed the milestone.

use super::{Finding, Level, Rule, Watch};
use crate::attainment::Fact;

pub(super) fn check(watch: &Watch<'_>) -> Option<Finding> {
    let missed: Vec<i32> = watch
        .milestones
        .iter()
        .filter(|(year, judged)| {
            *year <= watch.as_of
                && judged.finding.decided
                && judged.finding.fact == Fact::NotAttained
        })
        .map(|(year, _)| *year)
        .collect();
    if missed.is_empty() {
        None
    } else {
        Some(watch.finding(Rule::MilestoneMissed, Level::Red, &missed))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, at_least};
    use super::*;

    fn scene(value_of_2025: &str) -> Scene {
        let values = [(2023, "88.0"), (2024, "88.9"), (2025, value_of_2025)];
        let mut first = Scene::new(at_least("90"), &values);
        first.held.demand.by = 2025;
        let mut scene = Scene::new(at_least("95"), &values);
        scene.milestones = vec![(2025, first.judge(2026))];
        scene
    }

    #[test]
    fn a_missed_milestone_is_red_and_names_its_figure() {
        let found = scene("89.7").found(Rule::MilestoneMissed, 2026).unwrap();
        assert_eq!(found.level, Level::Red);
        assert_eq!(found.evidence.figures, [(2025, "89.7".to_owned())]);
    }

    #[test]
    fn a_met_or_open_milestone_is_silent() {
        assert_eq!(scene("90.0").found(Rule::MilestoneMissed, 2026), None);
        let mut open = scene("89.7");
        open.milestones[0].1.finding.decided = false;
        assert_eq!(open.found(Rule::MilestoneMissed, 2026), None);
    }
}
