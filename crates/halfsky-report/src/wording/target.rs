//! Target (对标): how a figure stands to what the plan demands.

use halfsky_evaluate::attainment::{Demand, Duty, Fact};
use halfsky_evaluate::goal::Goal;
use halfsky_plan::figure::Figure;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use super::with_unit;

/// The demanded value with its unit: `12/10万`, `40%左右`.
pub fn demanded(goal: &Goal, unit: Unit) -> String {
    let told = |value: Decimal| with_unit(Figure::new(value.normalize()), unit);
    match *goal {
        Goal::AtLeast(value) | Goal::AtMost(value) => told(value),
        Goal::Within { low, high } => {
            let middle = low.saturating_add(high).checked_div(Decimal::TWO);
            format!("{}左右", told(middle.unwrap_or(low)))
        }
    }
}

/// The demand as a plan words it: `保持在40%以上`, `控制在12/10万以下`, `达到70%以上`.
pub fn statement(demand: &Demand, unit: Unit) -> String {
    let value = demanded(&demand.goal, unit);
    let keep = matches!(demand.duty, Duty::EveryYear { .. });
    match (&demand.goal, keep) {
        (Goal::AtLeast(_), true) => format!("保持在{value}以上"),
        (Goal::AtLeast(_), false) => format!("达到{value}以上"),
        (Goal::AtMost(_), true) => format!("保持在{value}以下"),
        (Goal::AtMost(_), false) => format!("控制在{value}以下"),
        (Goal::Within { .. }, true) => format!("保持在{value}"),
        (Goal::Within { .. }, false) => format!("达到{value}"),
    }
}

/// The sentence end that tells the fact; 仍有差距 is never softened.
pub fn fact(fact: Fact, demand: &Demand, unit: Unit) -> String {
    let (value, statement, by) = (demanded(&demand.goal, unit), statement(demand, unit), demand.by);
    let keep = matches!(demand.duty, Duty::EveryYear { .. });
    match fact {
        Fact::Attained if keep => format!("与“{statement}”的规划目标相一致"),
        Fact::AttainedEarly => format!("提前实现{by}年{value}的规划目标"),
        Fact::Attained => format!("实现{by}年{value}的规划目标"),
        Fact::NearlyAttained => format!("基本实现{by}年{value}的规划目标"),
        Fact::NotAttained if keep && matches!(demand.goal, Goal::AtMost(_)) => {
            format!("超出“{statement}”的规划要求")
        }
        Fact::NotAttained if keep => format!("未达到“{statement}”的规划要求"),
        Fact::NotAttained => format!("距{by}年{value}的规划目标仍有差距"),
        Fact::NoData => "无数据，不作达标判断".to_owned(),
        Fact::NotComparable => "统计口径调整，与基期不可比，不作达标判断".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(goal: Goal, by: i32, duty: Duty) -> Demand {
        Demand { goal, by, duty, base_year: None, tolerance: None }
    }

    fn check(of: Fact, demand: &Demand, unit: Unit, told: &str) {
        assert_eq!(fact(of, demand, unit), told);
    }

    #[test]
    fn published_phrases_are_kept() {
        let rate = demand(Goal::AtMost(Decimal::from(20)), 2020, Duty::AtDeadline);
        let unit = Unit::Per100k;
        check(Fact::AttainedEarly, &rate, unit, "提前实现2020年20/10万的规划目标");
        check(Fact::NearlyAttained, &rate, unit, "基本实现2020年20/10万的规划目标");
        let share = demand(Goal::AtLeast(Decimal::from(40)), 2020, Duty::EveryYear { since: 2011 });
        check(Fact::Attained, &share, Unit::Percent, "与“保持在40%以上”的规划目标相一致");
        let cover = demand(Goal::AtLeast(Decimal::from(80)), 2020, Duty::AtDeadline);
        check(Fact::NotAttained, &cover, Unit::Percent, "距2020年80%的规划目标仍有差距");
    }

    #[test]
    fn a_broken_floor_and_a_broken_ceiling_are_told() {
        let duty = Duty::EveryYear { since: 2021 };
        let floor = demand(Goal::AtLeast(Decimal::from(95)), 2030, duty);
        check(Fact::NotAttained, &floor, Unit::Percent, "未达到“保持在95%以上”的规划要求");
        let ceiling = demand(Goal::AtMost(Decimal::from(5)), 2030, duty);
        check(Fact::NotAttained, &ceiling, Unit::Percent, "超出“保持在5%以下”的规划要求");
    }

    #[test]
    fn a_band_is_about_its_middle() {
        let band = Goal::Within { low: Decimal::from(39), high: Decimal::from(41) };
        assert_eq!(demanded(&band, Unit::Percent), "40%左右");
    }
}
