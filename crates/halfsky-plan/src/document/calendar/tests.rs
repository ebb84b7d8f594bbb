use super::*;
use crate::plan::ClausePlace;

/// Reads one clause and writes its duties as `due | who | what | to`.
#[track_caller]
fn check(text: &str, expect: &[&str]) {
    let place = ClausePlace { section: Section::Monitoring, domain: 0, clause: 0 };
    let mut plan = crate::testing::plan(
        crate::plan::Beneficiary::Women,
        PlanPeriod { start: 2021, end: 2030 },
    );
    let input =
        AnnexInput { clauses: vec![(place, Passage::plain(text))], ..AnnexInput::default() };
    read(&mut plan, &input);
    let found: Vec<String> = plan
        .calendar
        .iter()
        .map(|d| {
            let due = match &d.due {
                Due::EveryYearBy { month, day: None } => format!("每年{month}月"),
                Due::EveryYearBy { month, day: Some(day) } => format!("每年{month}月{day}日"),
                Due::TimesPerYear { times } => format!("每年{times}次"),
                Due::AfterPromulgation { months } => format!("颁布后{months}个月"),
                Due::InYear { year } => format!("{year}年"),
                Due::EveryYears { years } => format!("每{years}年"),
                Due::EveryYear => "每年".to_owned(),
            };
            format!("{due} | {} | {} | {}", d.who, d.what, d.to_whom.as_deref().unwrap_or("-"))
        })
        .collect();
    assert_eq!(found, expect, "{text}");
}

#[test]
fn reports_by_a_date() {
    check(
        "责任单位于每年11月底前向县妇儿工委报告落实情况和下一年工作安排。",
        &["每年11月 | 责任单位 | 报告落实情况和下一年工作安排 | 县妇儿工委"],
    );
    check(
        "每年1月15日前，各成员单位向县统计局报送上年度数据。",
        &["每年1月15日 | 各成员单位 | 报送上年度数据 | 县统计局"],
    );
    check(
        "县妇儿工委每年一季度前汇总并向市妇儿工委报告。",
        &["每年3月 | 县妇儿工委 | 汇总并报告 | 市妇儿工委"],
    );
    check(
        "各单位每年开展自查，12月底前将自查报告报县妇儿工委办公室。",
        &["每年 | 各单位 | 开展自查 | -", "每年12月 | 各单位 | 报送自查报告 | 县妇儿工委办公室"],
    );
}

#[test]
fn an_elliptical_sentence_goes_on_with_the_subject() {
    check(
        "县人民政府结合实际制定本级规划。在规划颁布后2个月内报送上一级妇儿工委办公室。",
        &["颁布后2个月 | 县人民政府 | 报送规划 | 上一级妇儿工委办公室"],
    );
    check(
        "规划颁布后1个月内报市妇儿工委办公室备案。",
        &["颁布后1个月 |  | 报送规划备案 | 市妇儿工委办公室"],
    );
}

#[test]
fn meetings() {
    check("全体会议、联络员会议每年至少召开两次。", &["每年2次 |  | 召开全体会议、联络员会议 | -"]);
    check("定期召开会议，每年至少召开一次联络员会议。", &["每年1次 |  | 召开联络员会议 | -"]);
}

#[test]
fn groups_of_the_monitoring_chapter() {
    check(
        "监测组由县统计局牵头，成员由有关部门人员组成，负责制定监测方案，向县妇儿工委提交年度监测报告，编辑出版年度妇女儿童统计资料。监测组成员向县统计局报送年度数据。",
        &[
            "每年 | 监测组 | 提交年度监测报告 | 县妇儿工委",
            "每年 | 监测组 | 编辑出版年度妇女儿童统计资料 | -",
            "每年 | 监测组成员 | 报送年度数据 | 县统计局",
        ],
    );
    check(
        "2025年中期评估、2030年终期评估由评估组组织实施，评估报告经审定后报县人民政府。",
        &[
            "2025年 | 评估组 | 开展中期评估 | 县人民政府",
            "2030年 | 评估组 | 开展终期评估 | 县人民政府",
        ],
    );
    check(
        "监测组每年9月底前形成年度监测报告，提交县妇儿工委。",
        &["每年9月 | 监测组 | 形成年度监测报告 | 县妇儿工委"],
    );
}

#[test]
fn no_duty_without_a_date() {
    check("定期向县人民政府报送监测评估情况，及时预警。", &[]);
    check("通过年度监测，及时收集数据。", &[]);
    check("落实年度监测。监测组负责收集数据，完善统计制度。", &[]);
}
