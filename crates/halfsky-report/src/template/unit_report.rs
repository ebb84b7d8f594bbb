//! 部门年度落实情况报告和下一年工作安排.

use super::{PLAN, Template, number, words};

const DOCUMENT: &str = "部门年度落实情况报告";

pub(super) const ALL: &[Template] = &[
    Template {
        id: "unit-duties",
        document: DOCUMENT,
        title: "承担的目标",
        source: "根据{{ 规划 }}任务分工，{{ 单位 }}牵头{{ 牵头数 }}项目标，配合{{ 配合数 }}项目标。",
        variables: &[
            PLAN,
            words("单位", "报告单位", "县卫生健康局"),
            number("牵头数", "牵头的目标数", 12),
            number("配合数", "配合的目标数", 3),
        ],
    },
    Template {
        id: "unit-no-lead",
        document: DOCUMENT,
        title: "没有牵头目标",
        source: "本单位没有牵头的目标，配合目标的完成情况由牵头单位报告。",
        variables: &[],
    },
    Template {
        id: "unit-measures",
        document: DOCUMENT,
        title: "主要措施和成效",
        source: "（由本单位填写：围绕上述目标采取的措施、投入和成效。）",
        variables: &[],
    },
    Template {
        id: "unit-causes",
        document: DOCUMENT,
        title: "问题的原因",
        source: "（由本单位填写：问题的原因。）",
        variables: &[],
    },
    Template {
        id: "unit-keep",
        document: DOCUMENT,
        title: "目标都已达到",
        source: "巩固已达到的目标，保持指标稳定。",
        variables: &[],
    },
    Template {
        id: "unit-plans",
        document: DOCUMENT,
        title: "工作措施",
        source: "（由本单位填写：工作措施、责任人和完成时限。）",
        variables: &[],
    },
];
