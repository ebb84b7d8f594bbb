//! Comparison read-outs (对标口径): how other platforms would class the same figures. None sets the status.

use halfsky_plan::figure::Figure;
use halfsky_stats::eurostat::{self, eurostat_progress};
use halfsky_stats::open_sdg::{self, open_sdg_progress};
use halfsky_stats::reduction_rate::{ReductionRates, reduction_rates};

use crate::goal::Goal;
use crate::series::{Observation, number};

/// What other platforms say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadOuts {
    /// None where no figure stands in the base year or later.
    pub open_sdg: Option<open_sdg::Measure>,
    pub eurostat: eurostat::Measure,
    /// Yearly reduction since the first figure.
    pub reduction: Option<ReductionRates>,
}

/// The read-outs of comparable figures; None for a band or without two figures.
pub fn read_outs(
    observations: &[Observation],
    goal: &Goal,
    base_year: i32,
    by: i32,
) -> Option<ReadOuts> {
    let direction = goal.direction()?;
    let values: Vec<(i32, f64)> = observations.iter().map(|o| (o.year, number(o.value))).collect();
    let from = *values.iter().find(|(year, _)| *year >= base_year)?;
    let to = *values.last().filter(|last| last.0 > from.0)?;
    let target = number(Figure::new(goal.nearest(observations.last()?.value)));
    let question = open_sdg::Question {
        base_year,
        target_year: by,
        direction,
        target: Some(target),
        limit: None,
    };
    Some(ReadOuts {
        open_sdg: open_sdg_progress(&values, &question).ok(),
        eurostat: eurostat_progress(&eurostat::Question {
            from,
            to,
            direction,
            target: Some((by, target)),
        }),
        reduction: reduction_rates(&values),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::tests::series;
    use rust_decimal::Decimal;

    #[test]
    fn the_same_figures_in_other_words() {
        let found = series(&[(2015, "50"), (2020, "60")], &[]);
        let goal = Goal::AtLeast(Decimal::from(80));
        let told = read_outs(found.observations(), &goal, 2015, 2030).unwrap();
        assert_eq!(told.open_sdg.unwrap().progress.code(), "substantial_progress");
        assert_eq!(told.eurostat.progress.code(), "significant_progress");
        assert!(told.reduction.unwrap().endpoint < 0.0);
        assert_eq!(read_outs(&found.observations()[..1], &goal, 2015, 2030), None);
    }
}
