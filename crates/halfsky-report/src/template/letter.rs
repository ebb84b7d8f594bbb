//! 催报函, 提示函, 预警函, 督办函.

use super::{Template, YEAR, words};

const DOCUMENT: &str = "公函";

pub(super) const ALL: &[Template] = &[
    Template {
        id: "letter-missing",
        document: DOCUMENT,
        title: "催报：缺少的数据",
        source: "截至本函发出之日，你单位牵头的{{ 指标 }}尚无{{ 年 }}年数据。",
        variables: &[YEAR, words("指标", "缺数的指标，用顿号分开", "学前教育毛入园率")],
    },
    Template {
        id: "letter-ask",
        document: DOCUMENT,
        title: "催报：要求",
        source: "请于{{ 期限 }}前报送；确无数据的，请书面说明原因，并提出替代指标或补充调查的安排。",
        variables: &[words("期限", "反馈期限", "2026年8月1日")],
    },
    Template {
        id: "letter-ask-data",
        document: DOCUMENT,
        title: "核实数据来源和口径",
        source: "核实上述数据的来源、口径和计算过程，有误的及时更正。",
        variables: &[],
    },
    Template {
        id: "letter-ask-causes",
        document: DOCUMENT,
        title: "分析原因",
        source: "分析未达到进度要求的原因，区分工作原因、口径原因和偶然波动。",
        variables: &[],
    },
    Template {
        id: "letter-ask-answer",
        document: DOCUMENT,
        title: "反馈整改措施",
        source: "请于{{ 期限 }}前\n\
                 {% if 文种 == \"督办函\" %}报送整改方案，明确措施、责任人和时限，并按月反馈进展，整改完成后申请复核销号\n\
                 {% elif 文种 == \"预警函\" %}书面反馈整改方案，明确措施、责任人和时限，并由主要负责人审签\n\
                 {% else %}书面反馈改进措施、责任人和时限{% endif %}。",
        variables: &[
            words("期限", "反馈期限", "2026年8月1日"),
            words("文种", "提示函、预警函或督办函", "提示函"),
        ],
    },
];
