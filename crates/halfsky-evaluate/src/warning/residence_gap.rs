//! 城乡差距扩大: the distance between urban and rural figures widens two years running.

use super::gap::widening;
use super::{Evidence, Finding, Rule, Watch};

pub(super) fn check(watch: &Watch<'_>) -> Option<Finding> {
    let (urban, rural) = watch.residences?;
    let figures = widening(urban, rural, watch.as_of)?;
    let finding = watch.finding(Rule::ResidenceGap, watch.parameters.gap, &[]);
    Some(Finding { evidence: Evidence { figures, ..finding.evidence }, ..finding })
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::super::testing::{Scene, at_least};
    use super::*;
    use crate::series::tests::series;

    #[test]
    fn the_distances_are_the_evidence() {
        let mut scene = Scene::new(at_least("90"), &[(2022, "70"), (2023, "72")]);
        assert_eq!(scene.found(Rule::ResidenceGap, 2023), None);
        let one = series(&[(2021, "60"), (2022, "61"), (2023, "62")], &[]);
        let other = series(&[(2021, "62"), (2022, "66"), (2023, "70")], &[]);
        scene.residences = Some((one, other));
        let found = scene.found(Rule::ResidenceGap, 2023).unwrap();
        assert_eq!(found.level, Level::Yellow);
        assert_eq!(found.evidence.figures[2], (2023, "8".to_owned()));
    }
}
