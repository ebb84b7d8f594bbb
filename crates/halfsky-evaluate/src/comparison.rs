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

impl ReadOuts {
    /// The class of the Open SDG platform: its code, and in words.
    pub fn open_sdg_class(&self) -> (&'static str, &'static str) {
        let class = self.open_sdg.map_or(open_sdg::Progress::NotAvailable, |m| m.progress);
        let words = match class {
            open_sdg::Progress::TargetAchieved => "已达到目标",
            open_sdg::Progress::Substantial => "进展显著",
            open_sdg::Progress::Moderate => "有所进展",
            open_sdg::Progress::Limited => "进展有限",
            open_sdg::Progress::Deterioration => "退步",
            open_sdg::Progress::NotAvailable => "不能计算",
        };
        (class.code(), words)
    }

    /// The class of Eurostat: its code, and in words.
    pub fn eurostat_class(&self) -> (&'static str, &'static str) {
        let class = self.eurostat.progress;
        let words = match class {
            eurostat::Progress::TargetMet => "已达到目标",
            eurostat::Progress::Significant => "显著接近目标",
            eurostat::Progress::Moderate => "较快接近目标",
            eurostat::Progress::Insufficient => "接近目标的速度不够",
            eurostat::Progress::MovementAway => "远离目标",
            eurostat::Progress::NoChange => "没有变化",
            eurostat::Progress::ModerateAway => "有所远离目标",
            eurostat::Progress::SignificantAway => "显著远离目标",
            eurostat::Progress::NotCalculable => "不能计算",
        };
        (class.code(), words)
    }
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
