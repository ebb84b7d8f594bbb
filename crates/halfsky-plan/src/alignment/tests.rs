use super::*;
use crate::figure::Figure;
use crate::target::Direction;
use crate::testing;
use crate::unit::Unit;

fn level(indicator: &str, comparator: Comparator, value: i64, by: i32) -> Target {
    Target {
        indicator: indicator.to_owned(),
        comparator: Some(comparator),
        value: Some(Figure::from(value)),
        by,
        ..testing::target()
    }
}

fn check(lower: Target, upper: Target, expect: &[Relation]) {
    let told = format!("{} / {}", lower.statement(), upper.statement());
    let (lower, upper) = (testing::draft(vec![lower]), testing::draft(vec![upper]));
    let list = align(&lower, &upper);
    assert_eq!(list.len(), 1, "{told}");
    assert_eq!(list[0].relations, expect, "{told}");
}

#[test]
fn demands_are_compared_in_the_direction_of_the_comparator() {
    use Comparator::{About, AtLeast, AtMost};
    let name = "示例率";
    check(level(name, AtLeast, 95, 2030), level(name, AtLeast, 90, 2030), &[Relation::Stricter]);
    check(level(name, AtLeast, 85, 2030), level(name, AtLeast, 90, 2030), &[Relation::Looser]);
    check(level(name, AtMost, 10, 2030), level(name, AtMost, 12, 2030), &[Relation::Stricter]);
    check(level(name, AtMost, 14, 2030), level(name, AtMost, 12, 2030), &[Relation::Looser]);
    check(level(name, AtLeast, 90, 2030), level(name, AtLeast, 90, 2030), &[Relation::Same]);
    check(level(name, About, 40, 2030), level(name, AtLeast, 40, 2030), &[Relation::Looser]);
}

#[test]
fn deadlines_count_beside_the_demand() {
    use Comparator::AtLeast;
    check(
        level("示例率", AtLeast, 95, 2025),
        level("示例率", AtLeast, 90, 2030),
        &[Relation::Stricter, Relation::Earlier],
    );
    check(
        level("示例率", AtLeast, 90, 2030),
        level("示例率", AtLeast, 90, 2028),
        &[Relation::Later],
    );
}

#[test]
fn what_cannot_be_compared_is_said() {
    let share = level("示例率", Comparator::AtLeast, 90, 2030);
    let count = Target { unit: Some(Unit::Count), ..share.clone() };
    check(share, count, &[Relation::NotComparable]);
}

#[test]
fn a_value_demands_more_than_a_direction() {
    let value = level("示例率", Comparator::AtLeast, 90, 2030);
    let trend = Target {
        kind: TargetKind::Trend,
        comparator: None,
        value: None,
        unit: None,
        direction: Some(Direction::Increase),
        ..value.clone()
    };
    check(value, trend, &[Relation::Stricter]);
}

#[test]
fn lonely_targets_are_missing_or_additional() {
    let lower = testing::draft(vec![level("甲率", Comparator::AtLeast, 90, 2030)]);
    let upper = testing::draft(vec![level("乙丙丁比例", Comparator::AtLeast, 90, 2030)]);
    let found: Vec<_> = align(&lower, &upper).into_iter().flat_map(|a| a.relations).collect();
    assert_eq!(found, [Relation::Missing, Relation::Additional]);
}
