//! 数据迟报、缺报: a period closed without a figure, or the figure came late.

use super::{Finding, Level, Rule, Watch};
use crate::delivery::{Delivery, Undelivered};

pub(super) fn check(watch: &Watch<'_>) -> Option<Finding> {
    let (due, came) = match watch.delivery {
        Delivery::InTime | Delivery::Explained => return None,
        Delivery::Late { due, came } => (Some(due), Some(came)),
        Delivery::Missing { due } => (due, None),
    };
    let latest = watch.held.series.latest(watch.as_of).map(|o| o.year);
    let mut found = watch.finding(Rule::Missing, Level::Blue, latest.as_slice());
    found.evidence.undelivered = Some(Undelivered { year: watch.as_of, due, came });
    Some(found)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::testing::{Scene, at_least};
    use super::*;

    #[test]
    fn late_and_missing_are_told_apart_and_a_reason_on_record_silences_them() {
        let mut scene = Scene::new(at_least("60"), &[(2022, "50"), (2023, "51")]);
        let mut told = |delivery| {
            scene.delivery = delivery;
            let found = scene.found(Rule::Missing, 2024)?;
            assert_eq!(found.level, Level::Blue);
            found.evidence.undelivered
        };
        let (due, came) = (date(2025, 4, 10), date(2025, 4, 13));
        let late = told(Delivery::Late { due, came }).unwrap();
        assert_eq!(late, Undelivered { year: 2024, due: Some(due), came: Some(came) });
        let missing = told(Delivery::Missing { due: None }).unwrap();
        assert_eq!(missing, Undelivered { year: 2024, due: None, came: None });
        assert_eq!((told(Delivery::InTime), told(Delivery::Explained)), (None, None));
    }
}
