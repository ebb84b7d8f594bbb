//! 报告, 请示, 通报, 会议纪要.

use super::{PLAN, RATES, Template, YEAR};

pub(super) const ALL: &[Template] = &[
    Template {
        id: "official-report-opening",
        document: "报告",
        title: "开头",
        source: "现将{{ 规划 }}{{ 年 }}年实施情况报告如下。",
        variables: &[YEAR, PLAN],
    },
    Template {
        id: "official-report-next",
        document: "报告",
        title: "下一步工作",
        source: "（由办公室填写：下一步工作打算。）",
        variables: &[],
    },
    Template {
        id: "official-report-closing",
        document: "报告",
        title: "结尾",
        source: "特此报告。",
        variables: &[],
    },
    Template {
        id: "official-circular-opening",
        document: "通报",
        title: "开头",
        source: "现将各单位落实{{ 规划 }}{{ 年 }}年实施情况通报如下。",
        variables: &[YEAR, PLAN],
    },
    Template {
        id: "official-circular-next",
        document: "通报",
        title: "下一步工作",
        source: "各责任单位要对照附件，分析原因，落实整改措施，按时反馈进展。",
        variables: &[],
    },
    Template {
        id: "official-none",
        document: "报告",
        title: "没有需要关注的目标（报告、通报）",
        source: "没有未达标或预计达标困难的指标目标。",
        variables: &[],
    },
    Template {
        id: "official-request-reason",
        document: "请示",
        title: "缘由",
        source: "截至{{ 年 }}年，{{ 达标率 }}。",
        variables: &[YEAR, RATES],
    },
    Template {
        id: "official-request-matter",
        document: "请示",
        title: "事项",
        source: "为推动规划目标如期实现，拟召开推进会议，研究需要加快推进的目标。\n\
                 （由办公室填写：时间、地点、参加单位和议程。）",
        variables: &[],
    },
    Template {
        id: "official-request-closing",
        document: "请示",
        title: "结尾",
        source: "妥否，请批示。",
        variables: &[],
    },
    Template {
        id: "official-minutes-opening",
        document: "会议纪要",
        title: "开头",
        source: "（由办公室填写：会议时间、地点、主持人。）现将会议议定事项纪要如下。",
        variables: &[],
    },
    Template {
        id: "official-minutes-decided",
        document: "会议纪要",
        title: "议定的事项",
        source: "（由办公室填写。）",
        variables: &[],
    },
    Template {
        id: "official-minutes-present",
        document: "会议纪要",
        title: "出席",
        source: "出席：（由办公室填写。）",
        variables: &[],
    },
];
