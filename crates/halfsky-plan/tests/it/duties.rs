//! The dated duties of real plans: when, who and to whom, listed by hand from reading their last chapters.
//!
//! The plans are not part of the project; where they are not at hand the test says so and passes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use halfsky_plan::document::parse;
use halfsky_plan::plan::{Beneficiary, Due, Plan};

/// File, beneficiary, and `due who > addressee` of every dated duty; `-` where the plan does not say.
const EXPECTED: &[(&str, Beneficiary, &[&str])] = &[
    (
        "siping",
        Beneficiary::Women,
        &[
            "yearly 监测组 > -",
            "yearly 监测组 > 同级妇儿工委",
            "yearly 监测组成员 > 同级统计部门",
            "2025 评估组 > -",
            "2030 评估组 > -",
            "2025 评估组 > 同级妇儿工委和上一级妇儿工委办公室",
            "2030 评估组 > 同级妇儿工委和上一级妇儿工委办公室",
            "2025 评估组成员 > 同级妇儿工委办公室",
            "2030 评估组成员 > 同级妇儿工委办公室",
            "yearly - > -",
            "2025 - > -",
            "2030 - > -",
        ],
    ),
    (
        "wuqing",
        Beneficiary::Women,
        &[
            "yearly 各成员单位 > 区妇儿工委",
            "yearly 监测组 > -",
            "2025 监测组 > -",
            "yearly - > -",
            "2025 - > -",
            "yearly 区妇儿工委各成员单位、相关机构及相关部门 > 区统计部门",
            "2025 区妇儿工委各成员单位、相关机构及相关部门 > 区统计部门",
            "yearly 区妇儿工委各成员单位、相关机构及相关部门 > 区妇儿工委",
            "2025 区妇儿工委各成员单位、相关机构及相关部门 > 区妇儿工委",
        ],
    ),
    (
        "jintai",
        Beneficiary::Women,
        &[
            "within 1 区人民政府 > 上一级妇儿工委办公室",
            "by 12 责任单位 > 区妇儿工委",
            "by 3 区妇儿工委 > 上一级妇儿工委",
            "times 1 - > -",
            "yearly - > -",
            "2025 - > -",
            "2030 - > -",
            "yearly 区统计局 > -",
            "yearly 区妇儿工委成员单位、有关部门、相关机构 > 区统计局",
            "2025 区妇儿工委 > -",
            "2030 区妇儿工委 > -",
            "2025 区妇儿工委成员单位 > 区妇儿工委",
            "2030 区妇儿工委成员单位 > 区妇儿工委",
            "yearly 监测组 > 区妇儿工委",
            "2025 监测组 > 区妇儿工委",
            "2030 监测组 > 区妇儿工委",
            "yearly 监测组 > -",
            "2025 评估组 > 区妇儿工委",
            "2030 评估组 > 区妇儿工委",
        ],
    ),
    ("qingzhen", Beneficiary::Women, CITY_OF_FIVE_YEARS),
    (
        "qingzhen",
        Beneficiary::Children,
        &[
            "within 1 市人民政府 > 贵阳市妇儿工委办公室",
            "yearly 市妇儿工委 > 贵阳市妇儿工委",
            "yearly 责任单位 > 市妇儿工委",
            "yearly - > -",
            "2023 - > -",
            "2025 - > -",
            "yearly 市统计部门 > -",
            "yearly 市妇儿工委成员单位、有关部门、相关机构 > 市统计部门",
            "2023 市妇儿工委 > -",
            "2025 市妇儿工委 > -",
            "2023 市妇儿工委成员单位、有关部门、相关机构 > 市妇儿工委",
            "2025 市妇儿工委成员单位、有关部门、相关机构 > 市妇儿工委",
            "yearly 监测组 > 市妇儿工委",
            "2023 监测组 > 市妇儿工委",
            "2025 监测组 > 市妇儿工委",
            "yearly 监测组 > -",
            "2023 评估组 > 市妇儿工委",
            "2025 评估组 > 市妇儿工委",
        ],
    ),
    (
        "jixian",
        Beneficiary::Women,
        &[
            "yearly 责任单位 > 县妇儿工委",
            "yearly - > -",
            "2023 - > -",
            "2025 - > -",
            "yearly 统计局 > -",
            "yearly 妇儿工委成员单位、相关机构及有关部门 > 统计局",
            "2023 妇儿工委 > -",
            "2025 妇儿工委 > -",
            "2023 妇儿工委成员单位、相关机构及有关部门 > 县妇儿工委办公室",
            "2025 妇儿工委成员单位、相关机构及有关部门 > 县妇儿工委办公室",
            "yearly 监测组 > 妇儿工委办公室",
            "2023 监测组 > 妇儿工委办公室",
            "2025 监测组 > 妇儿工委办公室",
            "yearly 监测组 > -",
            "2023 评估组 > 妇儿工委",
            "2025 评估组 > 妇儿工委",
        ],
    ),
];

const CITY_OF_FIVE_YEARS: &[&str] = &[
    "yearly 责任单位 > 市妇儿工委",
    "yearly - > -",
    "2023 - > -",
    "2025 - > -",
    "yearly 市统计部门 > -",
    "yearly 市妇儿工委成员单位、有关部门、相关机构 > 市统计部门",
    "2023 市妇儿工委 > -",
    "2025 市妇儿工委 > -",
    "2023 市妇儿工委成员单位、有关部门、相关机构 > 市妇儿工委",
    "2025 市妇儿工委成员单位、有关部门、相关机构 > 市妇儿工委",
    "yearly 监测组 > 市妇儿工委",
    "2023 监测组 > 市妇儿工委",
    "2025 监测组 > 市妇儿工委",
    "yearly 监测组 > -",
    "2023 评估组 > 市妇儿工委",
    "2025 评估组 > 市妇儿工委",
];

#[test]
fn every_dated_duty_of_the_real_plans() {
    let Some(folder) = real_plans() else {
        println!("skipped: no real plans beside the project");
        return;
    };
    for (file, beneficiary, expect) in EXPECTED {
        let source = fs::read_to_string(folder.join(format!("{file}.txt"))).unwrap();
        let parsed = parse(&source);
        let plan = parsed.plans.iter().find(|plan| plan.beneficiary == *beneficiary).unwrap();
        let expect: BTreeSet<String> = expect.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(duties(plan), expect, "{file}");
    }
}

fn duties(plan: &Plan) -> BTreeSet<String> {
    let written = |words: &str| if words.is_empty() { "-".to_owned() } else { words.to_owned() };
    plan.calendar
        .iter()
        .map(|duty| {
            let due = match duty.due {
                Due::EveryYearBy { month, .. } => format!("by {month}"),
                Due::TimesPerYear { times } => format!("times {times}"),
                Due::AfterPromulgation { months } => format!("within {months}"),
                Due::InYear { year } => year.to_string(),
                Due::EveryYears { years } => format!("every {years}"),
                Due::EveryYear => "yearly".to_owned(),
            };
            let to = duty.to_whom.as_deref().unwrap_or("");
            format!("{due} {} > {}", written(&duty.who), written(to))
        })
        .collect()
}

/// The folder of real plans beside the project; a run that promises every optional part must have it.
fn real_plans() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/plans");
    if folder.is_dir() {
        return Some(folder);
    }
    assert_ne!(
        std::env::var("CI").as_deref(),
        Ok("true"),
        "没有找到规划样本：{}",
        folder.display()
    );
    None
}
