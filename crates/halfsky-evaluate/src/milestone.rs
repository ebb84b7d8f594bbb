//! Milestones (分阶段目标): which of several dates sets today's status, and which is shown beside it.

use crate::judgement::Judgement;

/// The dates of one target as judged.
#[derive(Debug, Clone, Copy)]
pub struct Milestones<'a> {
    /// The nearest date that has not passed; after the last date, the last one.
    pub current: (i32, &'a Judgement),
    /// The last date, where it is another.
    pub last: Option<(i32, &'a Judgement)>,
}

/// Picks the current and the last of judged dates; None of none. A date has passed once its figure is decided.
pub fn milestones<'a>(judged: &'a [(i32, Judgement)]) -> Option<Milestones<'a>> {
    let mut dates: Vec<(i32, &'a Judgement)> = judged.iter().map(|(by, j)| (*by, j)).collect();
    dates.sort_by_key(|(by, _)| *by);
    let last = *dates.last()?;
    let current = dates.iter().copied().find(|(_, j)| !j.finding.decided).unwrap_or(last);
    Some(Milestones { current, last: Some(last).filter(|last| last.0 != current.0) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attainment::{Demand, Duty};
    use crate::goal::Goal;
    use crate::judgement::{Knowledge, judge};
    use crate::outlook::Quantiles;
    use crate::series::tests::series;
    use crate::status::Status;
    use crate::working::Held;
    use halfsky_stats::scale::Scale;
    use rust_decimal::Decimal;

    /// Coverage 2020–2024 against 90 % in 2025 and 95 % in 2030.
    fn judged(more: &[(i32, &str)], as_of: i32) -> Vec<(i32, Judgement)> {
        let mut values =
            vec![(2020, "84.6"), (2021, "85.9"), (2022, "87.1"), (2023, "88.0"), (2024, "88.9")];
        values.extend(more);
        let at = |by, value: i64| {
            let held = Held {
                series: series(&values, &[]),
                demand: Demand {
                    goal: Goal::AtLeast(Decimal::from(value)),
                    by,
                    duty: Duty::AtDeadline,
                    base_year: Some(2020),
                    tolerance: None,
                },
                scale: Scale::Logit,
                needs_prior: false,
            };
            (by, judge(&held, &Knowledge::default(), as_of, &mut Quantiles::default()))
        };
        vec![at(2030, 95), at(2025, 90)]
    }

    #[test]
    fn the_nearest_open_date_sets_the_status() {
        let judged = judged(&[], 2024);
        let found = milestones(&judged).unwrap();
        assert_eq!((found.current.0, found.current.1.status), (2025, Status::AtRisk));
        assert!((found.current.1.probability().unwrap() - 0.31).abs() < 0.005);
        let last = found.last.unwrap();
        assert_eq!((last.0, last.1.status), (2030, Status::OffTrack));
        assert!((last.1.probability().unwrap() - 0.12).abs() < 0.005);
        assert!((last.1.pace.unwrap().ratio - 1.034).abs() < 1e-3);
        assert!(last.1.pace.unwrap().contradicts(last.1.status));
    }

    #[test]
    fn a_decided_date_makes_way_for_the_next() {
        let judged = judged(&[(2025, "89.7")], 2025);
        let found = milestones(&judged).unwrap();
        assert_eq!(found.current.0, 2030);
        assert!(found.last.is_none() && milestones(&[]).is_none());
    }
}
