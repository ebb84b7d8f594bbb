//! Allocation from a plan text to its responsible units.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use halfsky_monitor::allocation::{UnitAllocation, allocate};
use halfsky_plan::document;
use halfsky_plan::version::{DraftHeader, PlanId, PlanVersion, Review, ReviewedTarget, SourceFile};

const TEXT: &str = "云溪县妇女发展规划（2021—2030年）\n\n一、发展领域、主要目标与策略措施\n\n（一）妇女与健康\n\n主要目标：\n\n\
    1.孕产妇死亡率控制在12/10万以下。（牵头单位：县卫生健康局；责任单位：县财政局）\n\n\
    2.适龄妇女宫颈癌人群筛查率达到70%以上。（牵头单位：卫健局；责任单位：县妇联）\n\n\
    3.女性健康素养水平提高。（牵头单位：县妇联）\n\n策略措施：\n\n1.加强健康教育。\n";

fn version() -> PlanVersion {
    let plan = document::parse(TEXT).plans.remove(0);
    let header = DraftHeader {
        ref_area: "990101".parse().unwrap(),
        plan_id: PlanId("p".to_owned()),
        number: 1,
        source: SourceFile {
            name: "a.txt".to_owned(),
            sha256: String::new(),
            size: 0,
            format: "txt".to_owned(),
        },
        text: TEXT.to_owned(),
        example: false,
    };
    PlanVersion::draft(header, plan, &[])
}

fn told(list: &[UnitAllocation]) -> Vec<String> {
    list.iter().map(|u| format!("{} {:?} {:?}", u.unit, u.lead, u.support)).collect()
}

#[test]
fn the_names_of_one_department_meet() {
    let list = allocate(&version());
    assert_eq!(told(&list), ["县卫生健康局 [1, 2] []", "县妇联 [3] [2]", "县财政局 [] [1]"]);
}

#[test]
fn a_left_out_target_is_nobodys_task() {
    let mut version = version();
    let target = version.target(3).unwrap().clone();
    version.correct(ReviewedTarget { review: Review::LeftOut, ..target }).unwrap();
    assert_eq!(told(&allocate(&version))[1], "县妇联 [] [2]");
}
