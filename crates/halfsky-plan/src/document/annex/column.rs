//! Columns of an annexed table: what a header word promises.

use crate::document::assignment::{Role, role_of};

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// 序号
    Number,
    /// 领域
    Domain,
    /// 指标名称, 主要目标: the higher the rank, the surer it holds the name.
    Name(u8),
    /// 单位
    Unit,
    /// 基期值, 2020年
    Baseline(Option<i32>),
    /// 2030年目标值; None is the end of the plan.
    Value(Option<i32>),
    /// A year whose sense depends on the plan period (2020年, 2025年).
    Year(i32),
    /// 属性
    Binding,
    /// 牵头单位
    Lead,
    /// 责任单位
    Responsible,
    /// 配合单位
    Support,
    /// 备注, 数据来源: read over.
    Other,
}

const NUMBERS: &[&str] = &["序号", "编号", "序", "号", "no", "no."];
const DOMAINS: &[&str] = &[
    "领域",
    "发展领域",
    "类别",
    "分类",
    "维度",
    "一级指标",
    "方面",
    "规划领域",
    "所属领域",
    "大类",
];
const SURE_NAMES: &[&str] = &[
    "指标名称",
    "指标",
    "具体指标",
    "主要指标",
    "监测指标",
    "统计指标",
    "核心指标",
    "三级指标",
    "二级指标",
    "指标内容",
    "量化指标",
    "发展指标",
    "重点指标",
    "监测指标名称",
    "主要指标名称",
    "评估指标",
    "指标项目",
];
const LIKELY_NAMES: &[&str] = &[
    "目标任务",
    "主要目标",
    "具体目标",
    "目标内容",
    "任务",
    "主要任务",
    "重点任务",
    "工作任务",
    "任务内容",
    "工作内容",
    "具体任务",
    "重点工作",
    "主要内容",
    "内容",
    "项目",
    "策略措施",
    "具体内容",
    "任务分解",
    "主要目标和任务",
    "目标任务内容",
    "分解目标",
];
const OPEN_NAMES: &[&str] = &["目标", "规划目标", "发展目标"];
const UNITS: &[&str] = &["单位", "计量单位", "指标单位", "度量单位", "量纲"];
const BINDINGS: &[&str] = &[
    "属性",
    "指标属性",
    "指标性质",
    "性质",
    "指标类型",
    "类型",
    "约束性预期性",
    "约束性",
    "目标属性",
];
const BASELINES: &[&str] = &[
    "基期值",
    "基期",
    "基期数",
    "基数",
    "基础值",
    "现状",
    "现状值",
    "现状数",
    "现值",
    "当前值",
    "基准值",
    "基线值",
    "基线",
    "基期数据",
    "基年值",
    "十三五末",
    "现有水平",
];
const VALUES: &[&str] = &[
    "目标值",
    "规划目标值",
    "终期目标",
    "终期目标值",
    "期末目标",
    "规划期末目标",
    "规划值",
    "到期目标",
    "目标数",
    "十四五目标",
    "规划期目标",
    "预期目标",
    "目标要求",
    "量化目标",
];
const OTHERS: &[&str] = &[
    "备注",
    "数据来源",
    "来源",
    "指标解释",
    "说明",
    "口径",
    "计算方法",
    "完成时限",
    "完成时间",
    "时限",
    "时间节点",
    "进度安排",
    "监测频率",
    "联系人",
    "数据来源单位",
    "资料来源",
    "指标说明",
    "监测周期",
    "进度",
    "完成情况",
    "评分",
    "分值",
];

/// What a header cell says; None when it is no header word.
pub(super) fn column(cell: &str) -> Option<Column> {
    if cell.len() > 64 {
        return None;
    }
    let word = squash(cell);
    let chars = word.chars().count();
    if chars == 0 || chars > 16 {
        return None;
    }
    let is = |list: &[&str]| list.contains(&word.as_str());
    let plain = if is(NUMBERS) {
        Some(Column::Number)
    } else if is(DOMAINS) {
        Some(Column::Domain)
    } else if is(SURE_NAMES) {
        Some(Column::Name(if word == "二级指标" { 3 } else { 4 }))
    } else if is(LIKELY_NAMES) {
        Some(Column::Name(2))
    } else if is(OPEN_NAMES) {
        Some(Column::Name(1))
    } else if is(UNITS) {
        Some(Column::Unit)
    } else if is(BINDINGS) {
        Some(Column::Binding)
    } else if is(BASELINES) {
        Some(Column::Baseline(None))
    } else if is(VALUES) {
        Some(Column::Value(None))
    } else if is(OTHERS) {
        Some(Column::Other)
    } else {
        None
    };
    plain.or_else(|| dated(&word)).or_else(|| unit_role(&word))
}

/// Header words without spaces, brackets, dots and signs.
fn squash(cell: &str) -> String {
    let mut depth = 0_u32;
    let mut word = String::new();
    for c in cell.chars() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 || c.is_whitespace() || "*#“”\"：:/／、・".contains(c) => {}
            _ => word.push(
                crate::document::numeral::digit_of(c)
                    .and_then(|d| char::from_digit(d, 10))
                    .unwrap_or(c),
            ),
        }
    }
    word.make_ascii_lowercase();
    word
}

/// A header with a year in it (2020年基数, 到2025年, 2030年目标值), or 中期目标.
fn dated(word: &str) -> Option<Column> {
    let start = word.find(|c: char| c.is_ascii_digit())?;
    let digits = word.get(start..start + 4)?;
    let year: i32 = digits.parse().ok().filter(|y| (1990..2100).contains(y))?;
    let rest = &word[start + 4..];
    if rest.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let past = ["基", "现状", "实际", "完成", "底数", "现值", "实绩", "达到值", "监测值"];
    let future = ["目标", "到", "规划值", "预期", "达到"];
    if past.iter().any(|w| word.contains(w)) {
        return Some(Column::Baseline(Some(year)));
    }
    if future.iter().any(|w| word.contains(w)) {
        return Some(Column::Value(Some(year)));
    }
    let bare = rest.trim_start_matches(['年', '度', '末', '底', '值', '数', '（', '）']).is_empty();
    (bare && start == 0).then_some(Column::Year(year))
}

/// A header that names units (牵头单位, 责任单位及配合部门).
fn unit_role(word: &str) -> Option<Column> {
    let role = role_of(word).map(|role| match role {
        Role::Lead => Column::Lead,
        Role::Responsible => Column::Responsible,
        Role::Support => Column::Support,
    });
    if role.is_some() {
        return role;
    }
    let units = ["单位", "部门", "牵头", "配合", "主体", "责任人"].iter().any(|w| word.contains(w));
    if !units || word.chars().count() > 10 {
        return None;
    }
    let has = |words: &[&str]| words.iter().any(|w| word.contains(w));
    if has(&["牵头", "主要责任", "主责", "主办", "主要负责"]) {
        Some(Column::Lead)
    } else if has(&["配合", "协作", "协办", "参与", "协同", "协助"]) {
        Some(Column::Support)
    } else if has(&["责任", "负责", "承办", "落实"]) {
        Some(Column::Responsible)
    } else {
        None
    }
}

/// The header of a table: what each column holds, with doubts settled.
pub(super) fn header(columns: Vec<Option<Column>>, first_year: i32) -> Option<Vec<Column>> {
    let mut columns: Vec<Column> =
        columns.into_iter().map(|c| c.unwrap_or(Column::Other)).collect();
    let names =
        columns.iter().filter_map(|c| if let Column::Name(rank) = c { Some(*rank) } else { None });
    let best = names.max()?;
    let mut taken = false;
    for column in columns.iter_mut().rev() {
        match *column {
            Column::Name(1) if best > 1 => *column = Column::Value(None),
            Column::Name(rank) if rank < best || taken => *column = Column::Domain,
            Column::Name(_) => taken = true,
            Column::Year(year) if year < first_year => *column = Column::Baseline(Some(year)),
            Column::Year(year) => *column = Column::Value(Some(year)),
            _ => {}
        }
    }
    let of_figures = |c: &Column| matches!(c, Column::Value(_) | Column::Baseline(_));
    let of_units = |c: &Column| matches!(c, Column::Lead | Column::Responsible | Column::Support);
    if !columns.iter().any(of_figures) && !columns.iter().any(of_units) {
        // 任务 | 单位: the only other column names who is responsible
        let unit = columns.iter_mut().find(|c| **c == Column::Unit)?;
        *unit = Column::Responsible;
    }
    let lead = columns.contains(&Column::Lead);
    let support = columns.contains(&Column::Support);
    for column in &mut columns {
        if *column == Column::Responsible {
            *column = if !lead && support { Column::Lead } else { Column::Support };
        }
    }
    Some(columns)
}

/// Whether the cells look like a header: a name column and at least one more word.
pub(super) fn is_header(columns: &[Option<Column>]) -> bool {
    let known = columns.iter().flatten().count();
    let name = columns.iter().flatten().any(|c| matches!(c, Column::Name(_)));
    let more = columns
        .iter()
        .flatten()
        .any(|c| !matches!(c, Column::Name(_) | Column::Number | Column::Other));
    // a row of more cells is no table of a plan
    columns.len() <= 40 && name && more && known * 2 >= columns.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_words() {
        let check = |word: &str, expect: Option<Column>| assert_eq!(column(word), expect, "{word}");
        check("指标名称", Some(Column::Name(4)));
        check("计量 单位", Some(Column::Unit));
        check("2020年", Some(Column::Year(2020)));
        check("２０２０年基数", Some(Column::Baseline(Some(2020))));
        check("到2025年", Some(Column::Value(Some(2025))));
        check("2030年目标值", Some(Column::Value(Some(2030))));
        check("指标属性", Some(Column::Binding));
        check("责任单位（部门）", Some(Column::Responsible));
        check("牵头（责任）单位", Some(Column::Lead));
        check("孕产妇死亡率", None);
        check("95%", None);
    }

    #[test]
    fn doubts_are_settled_by_the_neighbours() {
        let read = |words: &[&str]| header(words.iter().map(|w| column(w)).collect(), 2021);
        assert_eq!(
            read(&["指标", "单位", "2020年", "目标", "主要责任单位", "责任单位"]),
            Some(vec![
                Column::Name(4),
                Column::Unit,
                Column::Baseline(Some(2020)),
                Column::Value(None),
                Column::Lead,
                Column::Support,
            ])
        );
        assert_eq!(
            read(&["目标", "责任单位", "配合单位"]),
            Some(vec![Column::Name(1), Column::Lead, Column::Support])
        );
        assert_eq!(read(&["主要任务", "单位"]), Some(vec![Column::Name(2), Column::Support]));
        assert_eq!(read(&["单位", "2020年"]), None);
    }
}
