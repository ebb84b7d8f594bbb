//! 数据迟报、缺报: a period closed without a figure, or the figure came late.

use super::{Delivery, Finding, Level, Rule, Watch};

pub(super) fn check(watch: &Watch<'_>) -> Option<Finding> {
    match watch.delivery {
        Delivery::InTime | Delivery::Explained => None,
        Delivery::Late | Delivery::Missing => {
            let latest = watch.held.series.latest(watch.as_of).map(|o| o.year);
            Some(watch.finding(Rule::Missing, Level::Blue, latest.as_slice()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, at_least};
    use super::*;

    #[test]
    fn a_reason_on_record_silences_it() {
        let mut scene = Scene::new(at_least("60"), &[(2022, "50"), (2023, "51")]);
        let mut level = |delivery| {
            scene.delivery = delivery;
            scene.found(Rule::Missing, 2024).map(|f| f.level)
        };
        assert_eq!(level(Delivery::Missing), Some(Level::Blue));
        assert_eq!(level(Delivery::Late), Some(Level::Blue));
        assert_eq!((level(Delivery::InTime), level(Delivery::Explained)), (None, None));
    }
}
