//! Names of units: splitting a list into names, and telling a unit from other words.

use super::merge;

/// Endings of the names of units, offices and groups of units.
const ENDINGS: &[&str] = &[
    "财政",
    "局",
    "委",
    "办",
    "联",
    "会",
    "院",
    "部",
    "厅",
    "组",
    "团",
    "所",
    "站",
    "处",
    "室",
    "科",
    "队",
    "署",
    "行",
    "校",
    "政府",
    "中心",
    "公司",
    "街道",
    "乡镇",
    "镇街",
    "单位",
    "部门",
    "机构",
    "团体",
    "组织",
    "成员",
    "学校",
    "园区",
    "开发区",
    "高新区",
    "管委会",
    "银行",
    "集团",
    "企业",
    "法院",
    "检察院",
    "工会",
    "媒体",
    "社区",
    "县区",
    "县市区",
    "市区",
    "乡",
    "镇",
    "台",
    "大学",
    "机关",
    "系统",
];

/// Whether the words look like the name of a unit or a group of units.
pub(crate) fn looks_like_unit(name: &str) -> bool {
    let bare = name.find(['（', '(']).filter(|at| *at > 0).map_or(name, |at| &name[..at]);
    let bare = bare.trim();
    let length = bare.chars().count();
    (2..=25).contains(&length)
        && !bare.starts_with(|c: char| c.is_ascii_digit())
        && ENDINGS.iter().any(|ending| bare.ends_with(ending))
        && !bare.contains(['。', '，', '的', '%', '％'])
}

/// Splits a list of units into names, kept as written.
///
/// Brackets stay with their name (各乡镇（街道）); a trailing 等 and its words are dropped.
pub(crate) fn split_units(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut name = String::new();
    let mut depth = 0_u32;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '（' | '(' | '〔' | '[' => depth += 1,
            '）' | ')' | '〕' | ']' => {
                if depth == 0 {
                    continue;
                }
                depth -= 1;
            }
            '、' | '，' | ',' | '；' | ';' | '。' | '|' | '\t' if depth == 0 => {
                finish(&mut names, &mut name);
                continue;
            }
            '和' | '及' | '与' if depth == 0 && parts_units(&name, c, chars.clone()) => {
                if c == '及' && name.ends_with('以') {
                    name.pop();
                }
                finish(&mut names, &mut name);
                continue;
            }
            '/' | '／' if depth == 0 && looks_like_unit(&name) => {
                finish(&mut names, &mut name);
                continue;
            }
            c if c.is_whitespace() => {
                if depth == 0 && looks_like_unit(&name) && !continues(chars.clone()) {
                    finish(&mut names, &mut name);
                }
                continue;
            }
            '*' | '<' | '>' => continue,
            _ => {}
        }
        name.push(c);
    }
    finish(&mut names, &mut name);
    let mut unique = Vec::new();
    merge(&mut unique, names);
    unique
}

/// Whether the words after white space belong to the name before it (一个括号, 等).
fn continues(rest: impl Iterator<Item = char>) -> bool {
    let mut rest = rest;
    rest.find(|c| !c.is_whitespace()).is_none_or(|c| "（(等".contains(c))
}

/// Whether 和, 及 or 与 stands between two units (not inside 人力资源和社会保障局).
fn parts_units(before: &str, c: char, after: impl Iterator<Item = char>) -> bool {
    let before = if c == '及' { before.trim_end_matches('以') } else { before };
    let next: String = after.take_while(|c| !"、，,；;和及与。".contains(*c)).collect();
    looks_like_unit(before) && looks_like_unit(next.trim()) && !before.ends_with("各乡")
}

/// Cleans one name and keeps it unless nothing is left.
fn finish(names: &mut Vec<String>, name: &mut String) {
    let taken = std::mem::take(name);
    let mut words = taken.trim().trim_start_matches(['：', ':', '-', '—', '·']).trim();
    if let Some(at) = words.rfind('等') {
        let tail = &words[at + '等'.len_utf8()..];
        let dropped =
            ["", "部门", "单位", "相关部门", "有关部门", "成员单位", "相关单位", "有关单位"];
        if dropped.contains(&tail) {
            words = words[..at].trim();
        }
    }
    let empty = words.is_empty() || words.chars().all(|c| "—-－–/无".contains(c));
    if !empty && words.chars().count() <= 40 {
        names.push(words.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(split_units(text).join("/"), expect, "{text}");
    }

    #[test]
    fn splits_at_punctuation_and_spaces() {
        check("教育局、卫健局，财政局；妇联", "教育局/卫健局/财政局/妇联");
        check("教育局 卫健局\u{3000}财政局", "教育局/卫健局/财政局");
        check("卫生 健康局 财政局", "卫生健康局/财政局");
        check("教育局和卫健局", "教育局/卫健局");
        check("妇联以及残联", "妇联/残联");
    }

    #[test]
    fn keeps_names_as_written() {
        check("人力资源和社会保障局、住房和城乡建设局", "人力资源和社会保障局/住房和城乡建设局");
        check(
            "各乡镇（街道、园区）、县委宣传部（网信办）",
            "各乡镇（街道、园区）/县委宣传部（网信办）",
        );
        check("教育局、财政局等部门", "教育局/财政局");
        check("教育局、教育局、—", "教育局");
    }

    #[test]
    fn tells_units_from_words() {
        for unit in ["县教育局", "各成员单位", "各乡镇（街道）", "团县委", "市中级法院"]
        {
            assert!(looks_like_unit(unit), "{unit}");
        }
        for word in ["监护人", "3.建设友好医院", "1", "妇女的组织", "提高水平"] {
            assert!(!looks_like_unit(word), "{word}");
        }
    }
}
