//! 领导一页纸.

use super::{Template, YEAR, flag, number, words};

const DOCUMENT: &str = "领导一页纸";

pub(super) const ALL: &[Template] = &[
    Template {
        id: "brief-none",
        document: DOCUMENT,
        title: "没有需要关注的目标",
        source: "没有未达标或预计达标困难的指标目标。",
        variables: &[],
    },
    Template {
        id: "brief-more",
        document: DOCUMENT,
        title: "其余需要关注的目标",
        source: "另有{{ 项数 }}项，详见年度统计监测报告。",
        variables: &[number("项数", "没有逐项列出的目标数", 2)],
    },
    Template {
        id: "brief-gaps",
        document: DOCUMENT,
        title: "缺数",
        source: "{{ 项数 }}项目标缺少{{ 年 }}年数据。",
        variables: &[YEAR, number("项数", "缺少当年数据的目标数", 2)],
    },
    Template {
        id: "brief-units",
        document: DOCUMENT,
        title: "需要推动的单位",
        source: "{% if 单位 == \"\" %}各责任单位按职责继续推进。\n\
                 {% else %}请{{ 单位 }}{% if 还有 %}等单位{% endif %}牵头分析原因，提出整改措施和时限。{% endif %}",
        variables: &[
            words("单位", "任务最多的单位，没有时为空", "县卫生健康局（2项）、县教育局（1项）"),
            flag("还有", "除列出的以外还有别的单位"),
        ],
    },
];
