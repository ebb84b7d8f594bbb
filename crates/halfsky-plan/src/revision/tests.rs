use super::*;
use crate::figure::Figure;
use crate::target::Target;
use crate::testing;
use crate::version::Review;

fn level(indicator: &str, value: i64, by: i32) -> Target {
    Target {
        indicator: indicator.to_owned(),
        value: Some(Figure::from(value)),
        by,
        ..testing::target()
    }
}

/// `+name`, `-name` or `name: field before→after` for every target change.
fn told(before: Vec<Target>, after: Vec<Target>) -> Vec<String> {
    let (before, after) = (testing::draft(before), testing::draft(after));
    changes(&before, &after)
        .targets
        .iter()
        .map(|change| match change {
            TargetChange::Added(t) => format!("+{}", t.target.indicator),
            TargetChange::Removed(t) => format!("-{}", t.target.indicator),
            TargetChange::Changed { after, fields, .. } => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|f| format!("{} {}→{}", f.field, f.before, f.after))
                    .collect();
                format!("{}: {}", after.target.indicator, fields.join("; "))
            }
        })
        .collect()
}

#[test]
fn the_same_version_changes_nothing() {
    let version = testing::draft(vec![level("筛查率", 70, 2030)]);
    assert!(changes(&version, &version).is_empty());
}

#[test]
fn fields_additions_and_removals_are_told() {
    let before = vec![level("筛查率", 70, 2030), level("毛入学率", 95, 2030)];
    let after = vec![level("筛查率", 75, 2030), level("参保率", 95, 2030)];
    assert_eq!(told(before, after), ["筛查率: 目标值 不低于70%→不低于75%", "+参保率", "-毛入学率"]);
}

#[test]
fn milestones_pair_by_year() {
    let before = vec![level("参保率", 90, 2025), level("参保率", 95, 2030)];
    let after = vec![level("参保率", 95, 2030), level("参保率", 92, 2025)];
    assert_eq!(told(before, after), ["参保率: 目标值 不低于90%→不低于92%"]);
}

#[test]
fn a_left_out_target_counts_as_removed() {
    let before = testing::draft(vec![level("筛查率", 70, 2030)]);
    let mut after = before.clone();
    let target = after.target(1).unwrap().clone();
    after.correct(ReviewedTarget { review: Review::LeftOut, ..target }).unwrap();
    assert!(matches!(changes(&before, &after).targets[..], [TargetChange::Removed(_)]));
}

#[test]
fn a_reworded_clause_is_told_with_both_texts() {
    let before = testing::draft(Vec::new());
    let mut after = before.clone();
    after.plan.domains[0].objectives[0].text = "改写后的目标。".to_owned();
    let told = changes(&before, &after).clauses;
    let [
        ClauseChange::Reworded {
            domain: "妇女与健康", section: Section::Objective, before, after
        },
    ] = &told[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!((before.text.as_str(), after.text.as_str()), ("示例目标。", "改写后的目标。"));
}
