//! Attainment (达标): a figure held against the value of its target.

use halfsky_plan::comparator::Comparator;
use halfsky_plan::figure::Figure;
use halfsky_plan::target::{Target, TargetKind};
use halfsky_plan::unit::Unit;
use halfsky_stats::change::required_yearly_step;
use rust_decimal::Decimal;

/// Half the width of the band that 左右 stands for, in the unit of the target.
const ABOUT_BAND: Decimal = Decimal::ONE;

/// Whether a figure in the target's own unit satisfies it; None where a level alone cannot tell.
///
/// 左右 is a band of one percentage point on either side, and of 2.5 % of the value for other units;
/// above the band is no failure, because the plans mean it as something to reach.
pub fn meets(target: &Target, figure: Figure) -> Option<bool> {
    if !matches!(target.kind, TargetKind::Level | TargetKind::Coverage) {
        return None;
    }
    let (value, figure) = (target.value?.decimal(), figure.decimal());
    Some(match target.comparator? {
        Comparator::AtLeast => figure >= value,
        Comparator::AtMost => figure <= value,
        Comparator::About => {
            let band = if target.unit == Some(Unit::Percent) {
                ABOUT_BAND
            } else {
                value.abs() / Decimal::from(40)
            };
            figure >= value - band
        }
    })
}

/// Where a target starts from: the distance its base period leaves to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartingPoint {
    /// The base period already satisfies the target.
    pub attained: bool,
    /// Target value less baseline.
    pub distance: Figure,
    /// The equal yearly step to the deadline; None when no year lies between.
    pub yearly_step: Option<Figure>,
}

/// The starting point of a target, from its baseline and the year of it.
pub fn starting_point(target: &Target, baseline: Figure, year: i32) -> Option<StartingPoint> {
    let attained = meets(target, baseline)?;
    let value = target.value?.decimal();
    Some(StartingPoint {
        attained,
        distance: Figure::new(value.checked_sub(baseline.decimal())?),
        yearly_step: required_yearly_step(baseline.decimal(), value, target.by - year)
            .map(|step| Figure::new(step.normalize())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_plan::note::Span;

    fn target(comparator: Comparator, value: &str, unit: Unit) -> Target {
        Target {
            indicator: "示例率".to_owned(),
            comparator: Some(comparator),
            value: Some(value.parse().unwrap()),
            unit: Some(unit),
            by: 2030,
            base_year: None,
            kind: TargetKind::Level,
            direction: None,
            reference: None,
            scope: None,
            soft: false,
            keep: false,
            baseline: None,
            binding: None,
            quote: String::new(),
            span: Span::default(),
        }
    }

    fn met(comparator: Comparator, value: &str, figure: &str) -> Option<bool> {
        meets(&target(comparator, value, Unit::Percent), figure.parse().unwrap())
    }

    #[test]
    fn bounds_are_included() {
        assert_eq!(met(Comparator::AtLeast, "95", "95.0"), Some(true));
        assert_eq!(met(Comparator::AtLeast, "95", "94.9"), Some(false));
        assert_eq!(met(Comparator::AtMost, "12", "12"), Some(true));
        assert_eq!(met(Comparator::AtMost, "12", "12.1"), Some(false));
    }

    #[test]
    fn about_is_a_band_with_an_open_top() {
        assert_eq!(met(Comparator::About, "40", "39.0"), Some(true));
        assert_eq!(met(Comparator::About, "40", "38.9"), Some(false));
        assert_eq!(met(Comparator::About, "40", "55"), Some(true));
    }

    #[test]
    fn a_change_is_not_judged_from_a_level() {
        let mut change = target(Comparator::AtMost, "-18", Unit::Percent);
        change.kind = TargetKind::ChangeFromBase;
        assert_eq!(meets(&change, Figure::from(3)), None);
    }

    #[test]
    fn the_starting_point_says_how_far_and_how_fast() {
        let mortality = target(Comparator::AtMost, "12", Unit::Per100k);
        let start = starting_point(&mortality, "14.4".parse().unwrap(), 2020).unwrap();
        assert!(!start.attained);
        assert_eq!(start.distance.to_string(), "-2.4");
        assert_eq!(start.yearly_step.map(|s| s.to_string()).as_deref(), Some("-0.24"));
    }
}
