//! 年度统计监测报告.

use super::{PLAN, Template, YEAR, flag, number, words};

const DOCUMENT: &str = "年度统计监测报告";

pub(super) const ALL: &[Template] = &[
    Template {
        id: "annual-lead",
        document: DOCUMENT,
        title: "导语",
        source: "根据{{ 规划 }}统计监测指标体系和相关部门数据资料（数据版本：{{ 数据版本 }}），\n\
                 对规划{{ 领域数 }}个领域{{ 目标数 }}项目标（其中指标目标{{ 指标目标数 }}项）{{ 年 }}年的实施情况进行了监测。\n\
                 结果显示，{{ 总体判断 }}。\n\
                 {% if 含初步数据 %}本报告含初步数据，最终以正式数据为准。{% endif %}",
        variables: &[
            YEAR,
            PLAN,
            words("数据版本", "所用的数据版本", "2025年第1版"),
            number("领域数", "规划的领域数", 8),
            number("目标数", "全部目标数", 75),
            number("指标目标数", "有数值要求的目标数", 40),
            words("总体判断", "“总体判断”模板的文字", "各项指标目标进展总体正常"),
            flag("含初步数据", "数据版本中有初步数据"),
        ],
    },
    Template {
        id: "annual-judgement",
        document: DOCUMENT,
        title: "总体判断",
        source: "{% if 差距数 == 0 and 缺数数 == 0 %}各项指标目标进展总体正常\n\
                 {% elif 差距数 == 0 %}有数据的指标目标进展总体正常，{{ 缺数数 }}项指标目标缺少{{ 年 }}年数据\n\
                 {% else %}{{ 差距数 }}项目标尚有差距或存在达标风险，需重点推进\n\
                 {% if 缺数数 != 0 %}；{{ 缺数数 }}项指标目标缺少{{ 年 }}年数据{% endif %}{% endif %}",
        variables: &[
            YEAR,
            number("差距数", "尚有差距或存在风险的目标数", 3),
            number("缺数数", "缺少当年数据的目标数", 2),
        ],
    },
    Template {
        id: "annual-warnings",
        document: DOCUMENT,
        title: "预警指标",
        source: "{% if 项数 == 0 %}{{ 年 }}年没有触发预警规则的目标。\n\
                 {% else %}{{ 年 }}年有{{ 项数 }}项目标触发预警规则，是否签发由妇儿工委办公室审定。{% endif %}",
        variables: &[YEAR, number("项数", "触发预警规则的目标数", 3)],
    },
    Template {
        id: "annual-missing",
        document: DOCUMENT,
        title: "缺数指标",
        source: "{% if 项数 == 0 %}有对应监测指标的目标{{ 年 }}年数据齐全。\n\
                 {% else %}{{ 项数 }}项目标缺少{{ 年 }}年数据，需责任单位说明或补齐。{% endif %}",
        variables: &[YEAR, number("项数", "缺少当年数据的目标数", 2)],
    },
    Template {
        id: "annual-problem-off-track",
        document: DOCUMENT,
        title: "问题：达标困难",
        source: "部分目标达标困难。{{ 指标 }}未达到目标要求或预计难以如期达标。",
        variables: &[words("指标", "有关的指标，用顿号分开", "农村卫生厕所普及率、宫颈癌筛查率")],
    },
    Template {
        id: "annual-problem-at-risk",
        document: DOCUMENT,
        title: "问题：进度偏慢",
        source: "部分目标进度偏慢。{{ 指标 }}需加快进度。",
        variables: &[words("指标", "有关的指标，用顿号分开", "高中阶段毛入学率")],
    },
    Template {
        id: "annual-problem-worse",
        document: DOCUMENT,
        title: "问题：出现反复",
        source: "部分指标出现反复。{{ 指标 }}较上年有所退步。",
        variables: &[words("指标", "有关的指标，用顿号分开", "婚前医学检查率")],
    },
    Template {
        id: "annual-problem-missing",
        document: DOCUMENT,
        title: "问题：数据支撑不足",
        source: "数据支撑不足。{{ 项数 }}项目标缺少{{ 年 }}年数据，详见缺数指标表。",
        variables: &[YEAR, number("项数", "缺少当年数据的目标数", 2)],
    },
    Template {
        id: "annual-problem-none",
        document: DOCUMENT,
        title: "问题：没有突出问题",
        source: "监测数据未反映出突出问题，其他问题由编写单位补充。",
        variables: &[],
    },
    Template {
        id: "annual-suggest",
        document: DOCUMENT,
        title: "建议：责任单位",
        source: "建议{{ 单位 }}针对{{ 指标 }}，分析原因，提出改进措施、责任人和完成时限。",
        variables: &[
            words("单位", "牵头单位", "县卫生健康局"),
            words("指标", "有关的指标，用顿号分开", "宫颈癌筛查率"),
        ],
    },
    Template {
        id: "annual-suggest-unassigned",
        document: DOCUMENT,
        title: "建议：责任单位未明确",
        source: "建议尽快明确{{ 指标 }}的责任单位。",
        variables: &[words("指标", "有关的指标，用顿号分开", "农村卫生厕所普及率")],
    },
    Template {
        id: "annual-suggest-data",
        document: DOCUMENT,
        title: "建议：补齐数据",
        source: "建议统计部门会同责任单位补齐缺数指标，确无数据的提出专项调查或替代指标。",
        variables: &[],
    },
    Template {
        id: "annual-suggest-keep",
        document: DOCUMENT,
        title: "建议：保持稳定",
        source: "建议各责任单位巩固现有成果，保持指标稳定。",
        variables: &[],
    },
];
