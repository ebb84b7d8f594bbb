//! Target (目标): what is judged: indicator, comparator, value, unit and deadline.

use crate::coded;
use crate::comparator::Comparator;
use crate::figure::Figure;
use crate::note::Span;
use crate::unit::Unit;

coded! {
    /// What kind of statement a target is; it decides how it can be judged.
    TargetKind {
        /// The figure itself is held against the value.
        Level "level" "水平",
        /// Full coverage (全覆盖, 应保尽保).
        Coverage "coverage" "全覆盖",
        /// The change from one year to the next, every year.
        AnnualChange "annual_change" "每年变化",
        /// The change against a base year.
        ChangeFromBase "change_from_base" "较基期变化",
        /// Held against another indicator of the same period.
        Relative "relative" "相对目标",
        /// Only a direction is given.
        Trend "trend" "趋势",
        /// A mechanism or a quality, judged by people against evidence.
        Qualitative "qualitative" "定性",
    }
}

coded! {
    /// The direction of a target without a value.
    Direction {
        Increase "increase" "提高",
        Decrease "decrease" "降低",
        NarrowGap "narrow_gap" "差距缩小",
        SlowIncrease "slow_increase" "上升趋势减缓",
        Parity "parity" "均衡",
        Eliminate "eliminate" "基本消除",
        AtLeastReference "at_least_reference" "不低于参照指标",
        MatchReference "match_reference" "与参照指标相适应",
        Improve "improve" "改善",
        Maintain "maintain" "保持",
    }
}

coded! {
    /// 指标属性: how binding a target is, as an annexed table marks it.
    Binding {
        /// 约束性
        Binding "binding" "约束性",
        /// 预期性
        Expected "expected" "预期性",
    }
}

/// 基期值: the figure a target starts from, as an annexed table prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Baseline {
    /// In the unit of the target.
    pub value: Figure,
    /// The base year; None where the table says only 基期.
    pub year: Option<i32>,
    /// The cell it was read from.
    pub span: Span,
}

/// One thing that can be judged, as read from a clause or a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Name of the indicator as the plan words it, with an omitted subject restored.
    pub indicator: String,
    /// None where the target has no value to compare with.
    pub comparator: Option<Comparator>,
    /// None for directions and qualities.
    pub value: Option<Figure>,
    /// None where no unit can be known.
    pub unit: Option<Unit>,
    /// Deadline: the year it is due.
    pub by: i32,
    /// The year a change counts from.
    pub base_year: Option<i32>,
    pub kind: TargetKind,
    pub direction: Option<Direction>,
    /// The other indicator of a relative target.
    pub reference: Option<String>,
    /// Place or group the target is limited to (城市社区, 每个乡镇).
    pub scope: Option<String>,
    /// 力争: counted apart.
    pub soft: bool,
    /// 保持, 稳定在: must hold in every year.
    pub keep: bool,
    /// 基期值 of the annexed table.
    pub baseline: Option<Baseline>,
    /// 约束性 or 预期性, where the annexed table says so.
    pub binding: Option<Binding>,
    /// The words it was read from.
    pub quote: String,
    /// Where those words stand in the source text.
    pub span: Span,
}

impl Target {
    /// What the target demands, as people read it: “不低于95%”, “左右 40%”, “提高”.
    pub fn statement(&self) -> String {
        match (self.comparator, self.value) {
            (Some(Comparator::About), Some(value)) => format!("{value}{}左右", self.unit_label()),
            (Some(comparator), Some(value)) => {
                format!("{}{value}{}", comparator.label(), self.unit_label())
            }
            _ => match (self.direction, &self.reference) {
                (Some(Direction::AtLeastReference), Some(reference)) => {
                    format!("不低于{reference}")
                }
                (Some(Direction::MatchReference), Some(reference)) => {
                    format!("与{reference}相适应")
                }
                (Some(direction), _) => direction.label().to_owned(),
                (None, _) => self.kind.label().to_owned(),
            },
        }
    }

    /// Years of life are printed 岁, years of schooling 年: the plan's own word is kept.
    fn unit_label(&self) -> &'static str {
        match self.unit {
            Some(Unit::Years) if self.quote.contains('岁') => Unit::Age.label(),
            unit => unit.map_or("", Unit::label),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn years_of_life_are_told_as_the_plan_prints_them() {
        let years = |quote: &str| Target {
            unit: Some(Unit::Years),
            value: Some(Figure::from(82)),
            quote: quote.to_owned(),
            ..testing::target()
        };
        assert_eq!(years("预期寿命达到82岁").statement(), "不低于82岁");
        assert_eq!(years("受教育年限达到82年").statement(), "不低于82年");
    }
}
