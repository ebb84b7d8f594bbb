//! 中期评估报告, 终期评估报告.

use super::{PLAN, RATES, Template, YEAR, words};

const DOCUMENT: &str = "中期、终期评估报告";

pub(super) const ALL: &[Template] = &[
    Template {
        id: "assessment-abstract",
        document: DOCUMENT,
        title: "摘要",
        source: "截至{{ 年 }}年，{{ 达标率 }}。",
        variables: &[YEAR, RATES],
    },
    Template {
        id: "assessment-conclusions",
        document: DOCUMENT,
        title: "主要结论",
        source: "（由评估组填写：主要结论。）",
        variables: &[],
    },
    Template {
        id: "assessment-basis",
        document: DOCUMENT,
        title: "评估依据",
        source: "依据{{ 规划 }}和监测评估方案。（由评估组补充。）",
        variables: &[PLAN],
    },
    Template {
        id: "assessment-organisation",
        document: DOCUMENT,
        title: "组织和方法",
        source: "（由评估组填写：组织领导、评估方法和过程。）",
        variables: &[],
    },
    Template {
        id: "assessment-data",
        document: DOCUMENT,
        title: "数据说明",
        source: "监测数据来自已公布的统计数据。{{ 依据 }}",
        variables: &[words("依据", "数据版本和评估方法", "数据版本：2025年第1版；评估方法第1版。")],
    },
    Template {
        id: "assessment-environment",
        document: DOCUMENT,
        title: "经济社会环境",
        source: "（由评估组填写：评估期内的经济、人口和社会发展情况。）",
        variables: &[],
    },
    Template {
        id: "assessment-measures",
        document: DOCUMENT,
        title: "策略措施落实情况",
        source: "（由评估组填写：各领域策略措施的落实情况。）",
        variables: &[],
    },
    Template {
        id: "assessment-practice",
        document: DOCUMENT,
        title: "主要做法和成效",
        source: "（由评估组填写。）",
        variables: &[],
    },
    Template {
        id: "assessment-problems",
        document: DOCUMENT,
        title: "存在问题",
        source: "{% if 指标 == \"\" %}监测数据未反映出未达标或预计达标困难的目标。\n\
                 {% else %}{{ 指标 }}尚未达到目标要求或存在达标风险。{% endif %}",
        variables: &[words("指标", "有关的指标，用顿号分开，没有时为空", "高中阶段毛入学率")],
    },
    Template {
        id: "assessment-causes",
        document: DOCUMENT,
        title: "原因分析",
        source: "（由评估组填写：原因分析。）",
        variables: &[],
    },
    Template {
        id: "assessment-next",
        document: DOCUMENT,
        title: "对策建议",
        source: "（由评估组填写。）",
        variables: &[],
    },
];
