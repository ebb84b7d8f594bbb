//! 退步: two years running in the wrong direction, or a status one class worse than at the last release.

use super::{Finding, Level, Rule, Watch};
use crate::status::Status;
use crate::trend::{gain, last_digit};

pub(super) fn check(watch: &Watch<'_>) -> Option<Finding> {
    let now = watch.judgement.status.grade();
    let worse = watch.before.and_then(Status::grade).zip(now).is_some_and(|(was, is)| is > was);
    let comparable = watch.held.series.comparable(watch.as_of);
    let falling = watch.held.demand.goal.direction().is_some_and(|direction| {
        let [.., a, b, c] = comparable else { return false };
        [(a, b), (b, c)].into_iter().all(|(from, to)| {
            // 基本持平: one unit of the last printed digit is no setback
            gain(*from, *to, direction) < -last_digit(*from).max(last_digit(*to))
        })
    });
    if !worse && !falling {
        return None;
    }
    let start = comparable.len().saturating_sub(3);
    let years: Vec<i32> = comparable[start..].iter().map(|o| o.year).collect();
    Some(watch.finding(Rule::Setback, Level::Blue, &years))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, at_least};
    use super::*;

    fn found(values: &[(i32, &str)], before: Option<Status>) -> bool {
        let mut scene = Scene::new(at_least("60"), values);
        scene.before = before;
        scene.found(Rule::Setback, 2023).is_some()
    }

    #[test]
    fn two_years_of_decline_are_a_setback_and_one_is_none() {
        assert!(found(&[(2021, "52.0"), (2022, "51.0"), (2023, "50.0")], None));
        assert!(!found(&[(2021, "52.0"), (2022, "51.0"), (2023, "51.5")], None));
        assert!(!found(&[(2021, "52.0"), (2022, "51.9"), (2023, "51.8")], None));
    }

    #[test]
    fn a_worse_class_is_a_setback() {
        let rising = [(2021, "50.0"), (2022, "50.5"), (2023, "51.0")];
        assert!(found(&rising, Some(Status::Attained)));
        assert!(!found(&rising, Some(Status::NotAttained)));
        assert!(!found(&rising, Some(Status::NoData)));
    }
}
