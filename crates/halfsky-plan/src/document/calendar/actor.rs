//! Who acts, what is done, and to whom it goes: the words of a duty without its date.

use std::sync::LazyLock;

use super::due::times;
use crate::document::assignment::{looks_like_unit, split_units};
use crate::document::words::Characters;
use crate::plan::Due;

/// Words that end the subject of a segment.
const MARKERS: &[&str] = &[
    "向",
    "将",
    "对",
    "把",
    "要",
    "应",
    "须",
    "需",
    "负责",
    "组织",
    "牵头",
    "开展",
    "进行",
    "提交",
    "报送",
    "上报",
    "报告",
    "汇报",
    "通报",
    "书面报告",
    "召开",
    "举办",
    "编辑",
    "编印",
    "编制",
    "出版",
    "发布",
    "公布",
    "制定",
    "制订",
    "撰写",
    "形成",
    "汇总",
    "完成",
    "实施",
    "实行",
    "建立",
    "根据",
    "依据",
    "依照",
    "按照",
    "按",
    "结合",
    "定期",
    "在",
    "于",
    "至少",
    "统筹",
    "承担",
    "设立",
    "下设",
    "接受",
    "听取",
    "总结",
    "检查",
    "督查",
    "由",
    "与",
    "同",
    "会同",
];

/// Beginnings that are no subject: verbs and prepositions.
const NO_SUBJECT: &[&str] = &[
    "支持", "鼓励", "推动", "加强", "健全", "完善", "建立", "组织", "督促", "指导", "协调", "通过",
    "实行", "坚持", "开展", "对", "将", "向", "把", "促进", "落实", "定期", "在", "于", "成员",
    "经", "报", "为", "从", "以", "根据", "按", "各项", "要求", "参加", "参与", "接受", "听取",
    "会同", "配合", "协助", "发挥", "制定", "收集", "编辑", "召开", "依托", "利用", "运用", "做好",
    "强化", "提高", "规范", "推进", "充分", "积极", "引导", "动员", "面向", "纳入", "列入", "确保",
];

/// The units a segment is about, as written; None where it does not say.
pub(super) fn subject(bare: &str) -> Option<String> {
    let words = bare.trim();
    if words.ends_with("组成") || words.ends_with("参加") || words.ends_with("参与") {
        return None;
    }
    let end = marker(words)?;
    let subject = clean_subject(&words[..end]);
    let last = split_units(subject).pop()?;
    let verb =
        NO_SUBJECT.iter().any(|v| subject.starts_with(v)) && !subject.starts_with("成员单位");
    let last = last.rsplit('的').next().unwrap_or(&last);
    (looks_like_unit(last) && !verb && subject.chars().count() <= 60).then(|| subject.to_owned())
}

fn clean_subject(words: &str) -> &str {
    let mut words = words.trim();
    for lead in ["并", "同时", "其中", "由", "原则上", "，", "所有"] {
        words = words.strip_prefix(lead).unwrap_or(words).trim();
    }
    words.trim_end_matches(['并', '均', '都'])
}

static MARKER_STARTS: LazyLock<Characters> =
    LazyLock::new(|| Characters::first_of(MARKERS.iter().copied()));

/// Where the first marker stands that is not a part of a unit's name.
fn marker(words: &str) -> Option<usize> {
    let starts = words.char_indices().skip(1).filter(|(_, first)| MARKER_STARTS.hold(*first));
    starts.map(|(at, _)| at).find(|at| {
        let rest = &words[*at..];
        MARKERS.iter().any(|m| rest.starts_with(m)) && !in_name(&words[..*at], rest)
    })
}

/// 应急管理局, 组织部, 社会组织 and the like hold words that are markers elsewhere.
fn in_name(before: &str, rest: &str) -> bool {
    const NAMES: &[&str] = &[
        "应急",
        "组织部",
        "组织、",
        "组织和",
        "组织及",
        "组织要",
        "组织向",
        "组织按",
        "组织结合",
        "报社",
        "要闻",
        "同级",
        "牵头任务",
        "牵头部门",
        "牵头单位",
    ];
    NAMES.iter().any(|name| rest.starts_with(name))
        || (rest.starts_with("在") && before.ends_with(['所', '现', '存']))
        || (rest.starts_with("对") && before.ends_with('针'))
        || (rest.starts_with("与") && before.ends_with('参'))
        || (rest.starts_with("同") && before.ends_with(['共', '会']))
        || (rest.starts_with("由") && before.ends_with('自'))
}

/// The words without the subject in front.
pub(super) fn without_subject<'a>(bare: &'a str, subject: &str) -> &'a str {
    let at = bare.find(subject).filter(|at| *at <= 12 && !subject.is_empty());
    at.map_or(bare, |at| &bare[at + subject.len()..]).trim()
}

/// Whether nothing is left to do in the words (a date that stood alone).
pub(super) fn is_empty(rest: &str) -> bool {
    rest.trim_matches(|c: char| c.is_whitespace() || "的于在，、".contains(c)).is_empty()
}

const REPORTS: [&str; 10] =
    ["报送至", "报送", "上报至", "上报", "提交至", "提交", "呈报", "抄送", "报至", "报"];

/// Whether the words begin by handing something on.
pub(super) fn starts_with_report(bare: &str) -> bool {
    let bare = bare.trim().trim_start_matches(['并', '及']).trim_start_matches("时");
    REPORTS.iter().any(|verb| bare.starts_with(verb))
}

/// To whom something is reported: behind 向, or behind 报送/提交/报 where a unit stands there.
pub(super) fn report_to(bare: &str) -> Option<String> {
    let bare = bare.trim();
    for (at, mark) in bare.match_indices(['向', '给']) {
        let rest = &bare[at + mark.len()..];
        let verbs = [
            "书面报告",
            "报送",
            "报告",
            "提交",
            "上报",
            "汇报",
            "通报",
            "反馈",
            "提供",
            "述职",
            "报备",
            "报",
        ];
        let end = verbs.iter().filter_map(|verb| rest.find(verb)).filter(|end| *end > 0).min();
        if let Some(to) = end.map(|end| rest[..end].trim_end_matches("书面").trim())
            && addressee(to)
        {
            return Some(to.to_owned());
        }
    }
    REPORTS.iter().find_map(|verb| {
        let at = bare.rfind(verb)? + verb.len();
        let rest = &bare[at..];
        let tails = ["备案", "审核", "批准", "审定", "审议", "审批", "汇总", "备查", "存档"];
        let end = tails.iter().filter_map(|tail| rest.find(tail)).min().unwrap_or(rest.len());
        let to = rest[..end].trim();
        addressee(to).then(|| to.to_owned())
    })
}

fn addressee(to: &str) -> bool {
    let last = split_units(to).pop();
    !to.starts_with('告')
        && to.chars().count() <= 40
        && last.is_some_and(|unit| looks_like_unit(&unit))
}

/// Verbs a dated duty may have; without one the words are no duty.
const ACTIONS: &[&str] = &[
    "报送", "提交", "报告", "上报", "汇报", "通报", "召开", "举办", "举行", "开展", "组织", "进行",
    "编辑", "出版", "编印", "编制", "发布", "公布", "公开", "制定", "制订", "撰写", "形成", "汇总",
    "完成", "核查", "自查", "检查", "督查", "督导", "考核", "述职", "培训", "监测", "评估", "听取",
    "研究", "表彰", "备案", "安排", "收集", "总结", "分析", "更新", "印发", "签订", "接受", "参加",
    "实施", "提供", "调度", "评选", "会商", "抽查", "调查", "审议", "修订", "报",
];

/// What is done, in the words of the plan without date and addressee; None where no act is named.
pub(super) fn what(rest: &str, due: &Due) -> Option<String> {
    if ["达到", "提高到", "增长", "以上", "以下"].iter().any(|word| rest.contains(word))
    {
        return None;
    }
    let mut words = without_times(rest);
    if let Some(to) = report_to(&words) {
        words = words.replacen(&format!("向{to}"), "", 1);
        words = words.replacen(&to, "", 1);
    }
    let words = words.replace("至少", "").replace("不少于", "");
    let words = words
        .trim_matches(|c: char| c.is_whitespace() || "，、的".contains(c))
        .trim_start_matches(['于', '在', '要', '应', '须', '需', '并'])
        .trim_start_matches("当")
        .trim();
    ACTIONS.iter().any(|verb| words.contains(verb)).then_some(())?;
    Some(completed(words, due))
}

/// Takes out the count of times (一次, 不少于2次).
fn without_times(rest: &str) -> String {
    match times(rest, 0) {
        Some((_, range)) => format!("{}{}", &rest[..range.start], &rest[range.end..]),
        None => rest.to_owned(),
    }
}

/// Puts the verb in front and fills in what an elliptical sentence leaves out.
fn completed(words: &str, due: &Due) -> String {
    for verb in ["报送", "上报", "提交", "报"] {
        if let Some(object) = words.strip_prefix("将").and_then(|w| w.strip_suffix(verb)) {
            return format!("报送{}", object.trim_start_matches('将'));
        }
        if let Some(tail) = words.strip_prefix(verb)
            && matches!(tail, "" | "备案" | "审核" | "批准" | "审定" | "审批")
        {
            let object = if matches!(due, Due::AfterPromulgation { .. }) { "规划" } else { "" };
            return format!("报送{object}{tail}");
        }
    }
    for verb in ["召开", "举办", "开展", "组织"] {
        if let Some(object) = words.strip_suffix(verb) {
            return format!("{verb}{object}");
        }
    }
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(subject(text).as_deref(), expect, "{text}");
        };
        check("各成员单位要向区统计局报送数据", Some("各成员单位"));
        check("县应急管理局、县总工会组织开展培训", Some("县应急管理局、县总工会"));
        check("由县统计局负责收集", Some("县统计局"));
        check("由有关部门的监测人员组成", None);
        check("支持有关部门结合工作开展调查", None);
        check("对规划进行监测", None);
        check("成员单位报告落实情况", Some("成员单位"));
        check("有牵头任务的部门制定方案", Some("有牵头任务的部门"));
        check("参加县妇儿工委组织的评估工作", None);
        check("县财政统筹安排经费", Some("县财政"));
    }

    #[test]
    fn addressees() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(report_to(text).as_deref(), expect, "{text}");
        };
        check("向县统计局报送年度数据", Some("县统计局"));
        check(
            "向县妇儿工委和上一级妇儿工委办公室提交报告",
            Some("县妇儿工委和上一级妇儿工委办公室"),
        );
        check("报送市妇儿工委办公室", Some("市妇儿工委办公室"));
        check("报市妇儿工委办公室备案", Some("市妇儿工委办公室"));
        check("评估报告经审定后报县人民政府", Some("县人民政府"));
        check("报告工作落实情况", None);
        check("面向社会各界开展宣传", None);
    }
}
