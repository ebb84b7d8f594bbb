//! Comparison read-outs of a judged target: how other platforms would class the figures of its working series.

use super::record::{Run, TargetResult};
use crate::comparison::{ReadOuts, read_outs};
use crate::goal::Goal;
use crate::series::Observation;

/// The read-outs of a target of a run. None for a band, for people's judgements, and without two comparable figures
/// since the base year.
pub fn target_read_outs(run: &Run, target: &TargetResult) -> Option<ReadOuts> {
    let bound = |text: &String| Some(text.parse::<halfsky_plan::figure::Figure>().ok()?.decimal());
    let bounds = target.goal.as_ref()?;
    let goal = match (&bounds.low, &bounds.high) {
        (Some(low), None) => Goal::AtLeast(bound(low)?),
        (None, Some(high)) => Goal::AtMost(bound(high)?),
        _ => return None,
    };
    let until = target.latest.as_ref()?.year;
    let since = target.breaks.iter().rev().find(|b| **b <= until).copied().unwrap_or(i32::MIN);
    let comparable = target.figures.iter().filter(|p| since <= p.year && p.year <= until);
    let figures: Vec<Observation> = comparable
        .filter_map(|p| Some(Observation { year: p.year, value: p.value.parse().ok()? }))
        .collect();
    let base_year = target.base.as_ref().map_or(run.start - 1, |base| base.year);
    read_outs(&figures, &goal, base_year, target.by)
}
