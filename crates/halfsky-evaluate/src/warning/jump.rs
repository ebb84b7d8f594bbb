//! 可疑跳变: the latest figure is not what the earlier ones let expect. A question, not a verdict.

use halfsky_stats::surprise::surprise;

use super::{Finding, Level, Rule, Watch};
use crate::outlook::points;

pub(super) fn check(watch: &Watch<'_>) -> Option<Finding> {
    let comparable = watch.held.series.comparable(watch.as_of);
    let known = points(comparable, watch.held.scale, None).ok()?;
    let (new, earlier) = known.points.split_last()?;
    let prior = watch.judgement.outlook?.prior.prior;
    surprise(earlier, prior, *new).filter(|s| s.surprising)?;
    let years: Vec<i32> = comparable.iter().map(|o| o.year).collect();
    Some(watch.finding(Rule::Jump, Level::Blue, &years))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, at_most};
    use super::*;

    fn found(last: &str) -> bool {
        let values = [
            (2010, "30.0"),
            (2011, "26.1"),
            (2012, "24.5"),
            (2013, "23.2"),
            (2014, "21.7"),
            (2015, "20.1"),
            (2016, last),
        ];
        Scene::new(at_most("12"), &values).found(Rule::Jump, 2016).is_some()
    }

    /// 29.9 and 199 typed for 19.9.
    #[test]
    fn typing_errors_are_asked_about() {
        assert!(found("29.9") && found("199") && !found("19.9"));
    }
}
