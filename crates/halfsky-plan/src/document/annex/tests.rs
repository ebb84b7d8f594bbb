use super::*;
use crate::comparator::Comparator;
use crate::figure::Figure;
use crate::period::PlanPeriod;
use crate::plan::{Assigned, Beneficiary, Clause, Domain};
use crate::target::{Binding, Target};
use crate::unit::Unit;

fn level(indicator: &str, comparator: Comparator, value: &str, unit: Unit) -> Target {
    Target {
        indicator: indicator.to_owned(),
        comparator: Some(comparator),
        value: Some(value.parse::<Figure>().unwrap()),
        unit: Some(unit),
        quote: indicator.to_owned(),
        ..crate::testing::target()
    }
}

/// A plan with three targets in two objectives.
fn plan() -> Plan {
    let clause = |number: u32, text: &str, targets: Vec<Target>| Clause {
        number,
        text: text.to_owned(),
        targets,
        span: Span::default(),
    };
    let deaths = vec![
        level("新生儿死亡率", Comparator::AtMost, "2.5", Unit::Permille),
        level("婴儿死亡率", Comparator::AtMost, "4.0", Unit::Permille),
    ];
    let screening = vec![level("适龄儿童视力筛查率", Comparator::AtLeast, "90", Unit::Percent)];
    Plan {
        domains: vec![Domain {
            name: "儿童与健康".to_owned(),
            objectives: vec![
                clause(1, "新生儿、婴儿死亡率分别降至2.5‰和4.0‰以下。", deaths),
                clause(2, "适龄儿童视力筛查率达到90%以上，儿童近视防控机制更加健全。", screening),
            ],
            measures: Vec::new(),
            heading: Span::default(),
        }],
        ..crate::testing::plan(Beneficiary::Children, PlanPeriod { start: 2021, end: 2030 })
    }
}

fn read(text: &str) -> Plan {
    let mut plan = plan();
    let lines = text.lines().filter(|l| !l.trim().is_empty()).map(Passage::plain).collect();
    complete(&mut plan, &AnnexInput { regions: vec![Region { lines }], ..AnnexInput::default() });
    plan
}

/// Writes what a table has given: completed targets, targets of its own, units.
fn told(plan: &Plan) -> Vec<String> {
    let words = |t: &Target| {
        let baseline = t.baseline.map_or("-".to_owned(), |b| {
            format!("{}@{}", b.value, b.year.map_or("?".to_owned(), |y| y.to_string()))
        });
        format!(
            "{} {}{}{} {} {baseline} {}",
            t.indicator,
            t.comparator.map_or("", Comparator::code),
            t.value.map_or(String::new(), |v| v.to_string()),
            t.unit.map_or("", Unit::code),
            t.by,
            t.binding.map_or("-", Binding::code)
        )
    };
    let mut lines: Vec<String> = plan
        .clauses()
        .flat_map(|(_, c)| c.targets.iter())
        .filter(|t| t.baseline.is_some() || t.binding.is_some())
        .map(|t| format!("clause {}", words(t)))
        .collect();
    for own in &plan.table_targets {
        lines.push(format!("table {} {}", words(&own.target), own.lead.join("、")));
    }
    for assignment in &plan.assignments {
        let to = match &assignment.to {
            Assigned::Clause(place) => format!("{}", place.clause + 1),
            Assigned::Target(place, index) => format!("{}.{}", place.clause + 1, index + 1),
            Assigned::Row(words) => words.clone(),
        };
        let (lead, support) = (assignment.lead.join("、"), assignment.support.join("、"));
        lines.push(format!("units {to} {lead}|{support}"));
    }
    lines.extend(plan.notes.iter().map(|n| format!("note {}", n.message)));
    lines
}

#[track_caller]
fn check(text: &str, expect: &[&str]) {
    assert_eq!(told(&read(text)), expect, "{text}");
}

const INDICATORS: &[&str] = &[
    "clause 新生儿死亡率 <=2.5permille 2030 3.1@2020 binding",
    "clause 适龄儿童视力筛查率 >=90percent 2030 80.2@2020 expected",
    "table 学前三年毛入园率 >=97percent 2030 90.4@2020 expected 县教育局",
    "units 1.1 县卫健局|",
    "units 2.1 县卫健局|县教育局",
];

#[test]
fn cells_parted_by_tabs() {
    check(include_str!("../../../testdata/annex/tabs.txt"), INDICATORS);
}

#[test]
fn markdown_rows() {
    check(include_str!("../../../testdata/annex/pipes.txt"), INDICATORS);
}

#[test]
fn one_cell_a_line() {
    check(include_str!("../../../testdata/annex/flattened.txt"), INDICATORS);
}

#[test]
fn columns_in_another_order() {
    check(include_str!("../../../testdata/annex/reordered.txt"), INDICATORS);
}

#[test]
fn merged_cells_and_two_header_rows() {
    check(
        include_str!("../../../testdata/annex/merged.txt"),
        &[
            "clause 新生儿死亡率 <=2.5permille 2030 3.1@2020 binding",
            "clause 婴儿死亡率 <=4.0permille 2030 4.6@2020 binding",
            "table 新生儿死亡率 <=2.8permille 2025 3.1@2020 binding 县卫健局",
            "table 婴儿死亡率 <=4.4permille 2025 4.6@2020 binding 县卫健局",
            "table 生活垃圾分类覆盖 >=100percent 2030 - expected 县城管局",
            "units 1.1 县卫健局|",
            "units 1.2 县卫健局|",
        ],
    );
}

#[test]
fn a_flattened_table_with_two_header_rows() {
    check(
        include_str!("../../../testdata/annex/flattened-two-rows.txt"),
        &[
            "clause 婴儿死亡率 <=4.0permille 2030 4.6@2020 binding",
            "table 婴儿死亡率 <=4.4permille 2025 4.6@2020 binding ",
            "table 义务教育巩固率 >=96percent 2025 95.2@2020 expected ",
            "table 义务教育巩固率 >=97percent 2030 95.2@2020 expected ",
            "table 儿童近视率 <=-0.5percentage_point 2030 55@2020 binding ",
        ],
    );
}

#[test]
fn a_flattened_task_table() {
    check(
        include_str!("../../../testdata/annex/flattened-tasks.txt"),
        &[
            "units 1 县卫健局|县财政局、县妇联",
            "units 2 县教育局|县卫健局",
            "units 建设儿童友好医院 县卫健局|",
        ],
    );
}

#[test]
fn a_task_table_gives_units_to_clauses_and_targets() {
    check(
        include_str!("../../../testdata/annex/tasks.txt"),
        &[
            "table 中小学近视防控达标教室比例 >=95percent 2030 - - 县教育局",
            "units 1 县卫健局|县财政局",
            "units 2 县教育局|县卫健局、县财政局",
            "units 中小学心理辅导室普遍建立 县教育局|",
            "units 1.1 县卫健局|",
            "units 建设儿童友好街区 县住建局|各乡镇（街道）",
        ],
    );
}

#[test]
fn a_contradiction_is_told_and_the_clause_stands() {
    check(
        "指标名称\t单位\t2030年\n婴儿死亡率\t‰\t≤3.6\n",
        &["note “婴儿死亡率”：附表写3.6‰，条文写4.0‰，两处不一致"],
    );
}

#[test]
fn what_is_not_understood_is_told() {
    check(
        "指标名称\t单位\t目标值\n儿童参与度\t分\t另行制定\n",
        &["note 附表中“儿童参与度”的目标值“另行制定”没有读懂"],
    );
    check(
        "甲\t乙\t丙\n1\t2\t3\n4\t5\t6\n",
        &["note 这里有一张表格，表头没有读懂，表中内容没有读取"],
    );
}
