//! Control chart of individual values with moving ranges (`XmR`).

use crate::describe::mean;

/// Fewer points give trial limits only.
pub const TRIAL_BELOW: usize = 13;
/// Length of a run or of a trend that is a signal.
const RUN: usize = 7;
/// Limits are this many mean moving ranges from the centre (3/d2 for pairs).
const LIMIT: f64 = 2.66;
/// A moving range from this many mean moving ranges on is dropped once (D4 for pairs).
const OUTLYING: f64 = 3.267;

/// Whether outlying moving ranges are dropped before the limits are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screening {
    Screened,
    Unscreened,
}

/// Centre, limits and signals, one signal of each kind per value.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlChart {
    pub centre: f64,
    /// Mean moving range.
    pub moving_range: f64,
    pub lower: f64,
    pub upper: f64,
    /// Outside the limits.
    pub outside: Vec<bool>,
    /// Part of seven in a row on one side of the centre.
    pub run: Vec<bool>,
    /// Part of seven rising or falling.
    pub trend: Vec<bool>,
    /// Near the limits, as two of three that all lie on one side.
    pub two_of_three: Vec<bool>,
    /// Fewer than thirteen points.
    pub trial: bool,
}

/// The chart of values in order of time; None below two values.
///
/// Described in `docs/methods/control-chart.md`.
pub fn control_chart(values: &[f64], screening: Screening) -> Option<ControlChart> {
    let centre = mean(values)?;
    let ranges: Vec<f64> = values.windows(2).map(|p| (p[1] - p[0]).abs()).collect();
    let all = mean(&ranges)?;
    let moving_range = match screening {
        Screening::Unscreened => all,
        Screening::Screened => {
            let kept: Vec<f64> = ranges.iter().copied().filter(|r| *r < OUTLYING * all).collect();
            mean(&kept).unwrap_or(all)
        }
    };
    let reach = LIMIT * moving_range;
    let beyond = |reach: f64| -> Vec<bool> {
        values.iter().map(|v| *v < centre - reach || *v > centre + reach).collect()
    };
    let outside = beyond(reach);
    let near: Vec<bool> =
        beyond(reach * 2.0 / 3.0).iter().zip(&outside).map(|(near, out)| *near && !out).collect();
    let side: Vec<i8> = values.iter().map(|v| sign(*v - centre)).collect();
    let step: Vec<i8> = values.windows(2).map(|p| sign(p[1] - p[0])).collect();
    let same = |signs: &[i8]| signs[0] != 0 && signs.iter().all(|s| *s == signs[0]);
    let n = values.len();
    let three = windows(n, 3, |i| {
        near[i..i + 3].iter().filter(|x| **x).count() >= 2 && same(&side[i..i + 3])
    });
    Some(ControlChart {
        centre,
        moving_range,
        lower: centre - reach,
        upper: centre + reach,
        run: windows(n, RUN, |i| same(&side[i..i + RUN])),
        trend: windows(n, RUN, |i| same(&step[i..i + RUN - 1])),
        two_of_three: three.iter().zip(&near).map(|(part, near)| *part && *near).collect(),
        outside,
        trial: n < TRIAL_BELOW,
    })
}

fn sign(x: f64) -> i8 {
    if x > 0.0 {
        1
    } else if x < 0.0 {
        -1
    } else {
        0
    }
}

/// Marks every value that lies in a window for which the signal is given.
fn windows(n: usize, width: usize, signal: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut marks = vec![false; n];
    for start in 0..(n + 1).saturating_sub(width) {
        if signal(start) {
            marks[start..start + width].fill(true);
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    #[test]
    fn limits_follow_the_moving_range() {
        let chart = control_chart(&[10.0, 12.0, 10.0, 12.0], Screening::Unscreened).unwrap();
        close(chart.upper, 11.0 + 2.66 * 2.0, 1e-15);
        assert!(chart.trial && !chart.outside.contains(&true));
    }

    #[test]
    fn a_jump_is_outside_and_screened_from_the_limits() {
        let mut values = vec![5.0, 5.2, 4.9, 5.1, 5.0, 4.8, 5.2, 5.1, 4.9, 5.0, 5.1, 5.0, 4.9];
        values[6] = 9.0;
        let screened = control_chart(&values, Screening::Screened).unwrap();
        let whole = control_chart(&values, Screening::Unscreened).unwrap();
        assert!(screened.outside[6] && screened.upper < whole.upper && !screened.trial);
    }

    #[test]
    fn seven_rising_are_a_trend_and_seven_on_one_side_a_run() {
        let rising: Vec<f64> = (0..14).map(f64::from).collect();
        let chart = control_chart(&rising, Screening::Unscreened).unwrap();
        assert!(chart.trend.iter().all(|x| *x) && chart.run.iter().all(|x| *x));
    }

    #[test]
    fn one_value_has_no_chart() {
        assert_eq!(control_chart(&[1.0], Screening::Screened), None);
    }
}
