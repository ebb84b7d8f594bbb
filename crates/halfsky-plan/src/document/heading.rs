//! Heading: what the words of a heading mean.
//!
//! Owns the lists of words that plans use for their parts, and the standard names of domains.

use crate::plan::{Beneficiary, Section};

/// A chapter on carrying out and watching over the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chapter {
    /// 组织实施
    Implementation,
    /// 监测评估
    Monitoring,
    /// 实施与监测 in one
    Both,
}

const OBJECTIVES: [&str; 12] = [
    "主要目标任务",
    "主要目标",
    "发展目标",
    "具体目标",
    "重点目标",
    "工作目标",
    "预期目标",
    "目标任务",
    "目标要求",
    "目标与任务",
    "主要指标",
    "目标",
];

const MEASURES: [&str; 36] = [
    "主要策略与措施",
    "主要策略和措施",
    "主要策略措施",
    "策略与措施",
    "策略和措施",
    "策略及措施",
    "策略措施",
    "策略、措施",
    "保障措施",
    "主要措施",
    "重点措施",
    "具体措施",
    "工作措施",
    "政策措施",
    "对策措施",
    "实施措施",
    "支持措施",
    "推进措施",
    "任务措施",
    "任务与措施",
    "任务和措施",
    "落实措施",
    "重点任务",
    "主要任务",
    "工作任务",
    "实施策略",
    "主要策略",
    "发展策略",
    "重点举措",
    "主要举措",
    "工作举措",
    "重点工作",
    "主要工作",
    "措施",
    "策略",
    "任务",
];

/// Chapter words; the first list of a pair is tried first.
const BOTH: [&str; 8] = [
    "实施与监测",
    "实施和监测",
    "实施、监测",
    "实施及监测",
    "实施与评估",
    "实施和评估",
    "实施监测",
    "实施、评估",
];
const MONITORING: [&str; 15] = [
    "监测评估",
    "监测与评估",
    "监测和评估",
    "监测、评估",
    "监测及评估",
    "监测评价",
    "监测与评价",
    "监督评估",
    "监督与评估",
    "监督和评估",
    "监督监测",
    "评估监测",
    "评估与监测",
    "统计监测",
    "监督检查",
];
const IMPLEMENTATION: [&str; 22] = [
    "组织实施",
    "组织与实施",
    "组织和实施",
    "规划实施",
    "实施规划",
    "规划的实施",
    "实施保障",
    "组织保障",
    "组织领导",
    "保障机制",
    "工作保障",
    "保障实施",
    "实施机制",
    "规划落实",
    "落实规划",
    "组织管理",
    "强化保障",
    "加强保障",
    "实施要求",
    "工作要求",
    "组织落实",
    "保障体系",
];

/// The words of a heading without marks, brackets, a page number and the stop behind them.
pub fn bare(words: &str) -> &str {
    let words = words.trim_start_matches(['【', '〖', '[', '＊', '*', '◎', ' ', '\t', '“', '"']);
    let words = without_page(words);
    words.trim_end_matches([
        '】', '〗', ']', ':', '：', '。', '.', ';', '；', '*', ' ', '\t', '#', '”', '"',
    ])
}

/// The words without dot leaders and the page number of a table of contents.
pub fn without_page(words: &str) -> &str {
    let end = words.trim_end_matches(|c: char| c.is_ascii_digit() || " \t-—()".contains(c));
    let dots =
        end.trim_end_matches(['.', '…', '·', '．', '\t', ' ', '-', '—', '┄', '_', '。', '⋯']);
    let leader = end[dots.len()..].chars().count();
    let paged = words[end.len()..].bytes().any(|b| b.is_ascii_digit());
    if leader >= 2 || (paged && (leader == 1 || !end.ends_with(is_value_sign))) {
        if dots.is_empty() { words } else { dots }
    } else {
        words
    }
}

/// Whether a line ends like an entry of a table of contents.
pub fn has_page(words: &str) -> bool {
    let digits = words.trim_end().trim_end_matches([')', '-', '—']);
    digits.ends_with(|c: char| c.is_ascii_digit()) && without_page(words).len() < words.len()
}

fn is_value_sign(c: char) -> bool {
    c.is_ascii_digit() || ".,/约至到达第".contains(c)
}

/// Reads a section heading at the start of a line: the section and where the words behind it begin.
pub fn section(words: &str) -> Option<(Section, usize)> {
    let start = words.trim_start_matches(['【', '〖', '[', '（', '(', ' ', '“', '"']);
    let first = start.chars().next()?;
    if !"主发具重工预目策保政对实支推任落措妇儿".contains(first) {
        return None;
    }
    let start = without_audience(start);
    let skipped = words.len() - start.len();
    let list = |list: &[&'static str]| list.iter().copied().find(|w| start.starts_with(w));
    let (kind, word) = match list(&OBJECTIVES) {
        Some(word) => (Section::Objective, word),
        None => (Section::Measure, list(&MEASURES)?),
    };
    let behind = &start[word.len()..];
    let rest = behind.trim_start_matches(['】', '〗', ']', '）', ')', ' ', '”', '"']);
    let closed = skipped > 0 && rest.len() < behind.len();
    if rest.chars().all(|c| c.is_ascii_digit() || ":：。.…·．-—⋯ \t*#".contains(c)) {
        return Some((kind, words.len()));
    }
    let words_left = rest.trim_start_matches([':', '：', '。', '.', '\t', ' ', '*', '#']);
    let stopped = words_left.len() < rest.len();
    let numbered = super::marker::read(words_left).is_some();
    let fits = numbered || closed || (stopped && word.chars().count() > 2);
    fits.then_some((kind, words.len() - words_left.len()))
}

/// Drops 妇女, 儿童健康 and the like before 主要目标: sub-headings of a plan for both.
fn without_audience(words: &str) -> &str {
    let Some(rest) = ["妇女", "儿童"].iter().find_map(|w| words.strip_prefix(w)) else {
        return words;
    };
    let lists = OBJECTIVES[..2].iter().chain(&MEASURES[..12]);
    let at = lists.filter_map(|w| rest.find(w)).min();
    match at {
        Some(at) if rest[..at].chars().count() <= 6 && !rest[..at].contains(['，', '。', '、']) => {
            &rest[at..]
        }
        _ => words,
    }
}

/// What chapter a heading opens, if it is about carrying out the plan.
pub fn chapter(bare_words: &str) -> Option<Chapter> {
    let has = |list: &[&str]| list.iter().any(|w| bare_words.contains(w));
    if bare_words.len() > 66
        || !bare_words.contains(['施', '织', '障', '落', '求', '监', '评'])
        || bare_words.contains(['。', '；'])
    {
        return None;
    }
    match (has(&IMPLEMENTATION), has(&MONITORING), has(&BOTH)) {
        (_, _, true) | (true, true, _) => Some(Chapter::Both),
        (true, _, _) => Some(Chapter::Implementation),
        (_, true, _) => Some(Chapter::Monitoring),
        _ => None,
    }
}

/// Whether a heading consists of nothing but chapter words (监测评估, 规划实施保障).
pub fn is_chapter_alone(bare_words: &str) -> bool {
    chapter(bare_words).is_some() && bare_words.chars().count() <= 9
}

/// Whether a heading names a domain in the usual way: 妇女与健康, 妇女参与决策和管理, 儿童与法律保护.
pub fn names_domain(bare_words: &str) -> bool {
    const WHO: [&str; 8] = [
        "妇女儿童",
        "妇女和儿童",
        "妇女与儿童",
        "妇女、儿童",
        "儿童和妇女",
        "妇女",
        "儿童",
        "女性",
    ];
    if !bare_words.starts_with(['妇', '儿', '女']) {
        return false;
    }
    let Some(rest) = WHO.iter().find_map(|w| bare_words.strip_prefix(w)) else { return false };
    let Some(field) = ["与", "和", "及", "参与", "同"].iter().find_map(|w| rest.strip_prefix(w))
    else {
        return false;
    };
    let length = field.chars().count();
    let whole = field.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c) || c == '、');
    let sentence = ["提高", "发展", "提升", "增强", "完善", "加强", "改善", "降低", "减少"];
    let told = length > 4 && sentence.iter().any(|w| field.ends_with(w) || field.starts_with(w));
    (1..=14).contains(&length) && whole && !told
}

/// Whom a domain's heading names; None when it names both or nobody.
pub fn beneficiary(bare_words: &str) -> Option<Beneficiary> {
    let women =
        bare_words.contains("妇女") || bare_words.contains("女性") || bare_words.contains("妇幼");
    let children =
        bare_words.contains("儿童") || bare_words.contains("未成年") || bare_words.contains("妇幼");
    match (women, children) {
        (true, false) => Some(Beneficiary::Women),
        (false, true) => Some(Beneficiary::Children),
        _ => None,
    }
}

/// The standard domain a heading speaks of, when its words leave no doubt.
pub fn standard_domain(heading: &str, who: Beneficiary) -> Option<&'static str> {
    const WOMEN: [(&str, &[&str]); 8] = [
        ("妇女与健康", &["健康", "卫生"]),
        ("妇女与教育", &["教育"]),
        ("妇女与经济", &["经济", "就业", "创业"]),
        ("妇女参与决策和管理", &["决策", "参政", "议政"]),
        ("妇女与社会保障", &["社会保障", "社保", "保险"]),
        ("妇女与家庭建设", &["家庭"]),
        ("妇女与环境", &["环境", "生态"]),
        ("妇女与法律", &["法律", "法治", "权益"]),
    ];
    const CHILDREN: [(&str, &[&str]); 7] = [
        ("儿童与健康", &["健康", "卫生"]),
        ("儿童与安全", &["安全"]),
        ("儿童与教育", &["教育"]),
        ("儿童与福利", &["福利"]),
        ("儿童与家庭", &["家庭"]),
        ("儿童与环境", &["环境", "生态"]),
        ("儿童与法律保护", &["法律", "法治", "权益", "司法"]),
    ];
    let table: &[(&str, &[&str])] = match who {
        Beneficiary::Women => &WOMEN,
        Beneficiary::Children => &CHILDREN,
    };
    let mut fitting =
        table.iter().filter(|(_, words)| words.iter().any(|word| heading.contains(word)));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_headings() {
        let check = |words: &str, expect: Option<(Section, &str)>| {
            assert_eq!(section(words).map(|(s, at)| (s, &words[at..])), expect, "{words}");
        };
        check("主要目标:", Some((Section::Objective, "")));
        check("主要目标", Some((Section::Objective, "")));
        check("【保障措施】", Some((Section::Measure, "")));
        check("策略与措施。", Some((Section::Measure, "")));
        check("主要目标：1.人均预期寿命提高。", Some((Section::Objective, "1.人均预期寿命提高。")));
        check("策略措施……12", Some((Section::Measure, "")));
        check("目标管理责任制", None);
        check("措施得力", None);
        check("主要目标纳入考核。", None);
    }

    #[test]
    fn domains_and_chapters() {
        assert!(names_domain("妇女与健康"));
        assert!(names_domain("妇女参与决策和管理"));
        assert!(names_domain("儿童与法律保护"));
        assert!(!names_domain("妇女与经济社会同步发展"));
        assert!(!names_domain("妇女人均预期寿命"));
        assert_eq!(chapter("规划实施保障"), Some(Chapter::Implementation));
        assert_eq!(chapter("监测与评估"), Some(Chapter::Monitoring));
        assert_eq!(chapter("规划实施与监测"), Some(Chapter::Both));
        assert_eq!(chapter("发展领域、主要目标和策略措施"), None);
    }

    #[test]
    fn bare_words() {
        assert_eq!(bare("【妇女与健康】："), "妇女与健康");
        assert_eq!(bare("妇女与环境……………34"), "妇女与环境");
        assert_eq!(bare("儿童与环境34"), "儿童与环境");
        assert_eq!(bare("筛查率达到70"), "筛查率达到70");
        assert_eq!(bare("妇女与经济(县妇联)"), "妇女与经济(县妇联)");
        assert!(has_page("前言.....1") && !has_page("（2021—2030年）"));
    }

    #[test]
    fn slogans_find_their_standard_domain() {
        assert_eq!(standard_domain("守护妇女健康", Beneficiary::Women), Some("妇女与健康"));
        assert_eq!(standard_domain("建设幸福家园", Beneficiary::Women), None);
        assert_eq!(standard_domain("健康环境共建", Beneficiary::Women), None);
    }
}
