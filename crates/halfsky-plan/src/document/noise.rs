//! Noise: lines of a page that are no words of the plan: page numbers, navigation, imprint.
//!
//! Owns what is passed over. A line is only noise when it is short and cannot be a clause.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Whether a line is a page number: `— 12 —`, `- 3 -`, `第3页共40页`, `3/40`.
pub fn is_page_number(line: &str) -> bool {
    if line.len() > 40 || !line.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let inner = line.trim_matches(|c: char| "—-–―－~·•|[]()（）【】_ \t".contains(c));
    let framed = inner.len() < line.len();
    let numbers = |text: &str| {
        let mut parts = text.split(['/', '／']);
        parts.clone().count() <= 2
            && parts.all(|p| (1..=4).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    };
    if numbers(inner) {
        return framed || inner.len() <= 3 || inner.contains('/');
    }
    let Some(rest) = inner.strip_prefix('第') else { return false };
    rest.contains('页') && rest.chars().all(|c| c.is_ascii_digit() || "页共，,/第".contains(c))
}

/// Words that only stand in navigation or in the imprint of a page, wherever they stand in a line.
const ANYWHERE: [&str; 15] = [
    "首页>",
    "首页»",
    "首页/",
    "当前位置",
    "您的位置",
    "您现在的位置",
    "打印本页",
    "关闭窗口",
    "版权所有",
    "ICP备",
    "公网安备",
    "网站标识码",
    "扫一扫",
    "邮编：",
    "邮编:",
];

/// Words that begin a line of metadata.
const AT_START: [&str; 29] = [
    "打印",
    "关闭",
    "分享到",
    "字体：",
    "字体:",
    "字号：",
    "字号:",
    "小字号",
    "索引号",
    "发文机关：",
    "发文机构：",
    "发布机构",
    "成文日期",
    "发布日期：",
    "发布日期:",
    "发布时间",
    "信息来源",
    "来源：",
    "来源:",
    "浏览次数",
    "阅读次数",
    "点击数",
    "责任编辑",
    "责编",
    "编辑:",
    "编辑：",
    "上一篇",
    "下一篇",
    "主办单位：",
];

static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(ANYWHERE).ok());

/// Where page words stand in a text, in order: found once for all lines.
pub fn page_words(text: &str) -> Vec<usize> {
    let Some(search) = SEARCH.as_ref() else { return Vec::new() };
    search.find_iter(text).map(|found| found.start()).collect()
}

/// Whether a line without a number belongs to the page and not to the document; `page_word` is where
/// one of [`page_words`] stands in it.
pub fn is_page_furniture(line: &str, page_word: Option<usize>) -> bool {
    if line.len() > 360 || line.ends_with(['。', '；']) {
        return false;
    }
    page_word.is_some()
        || is_metadata(line.trim_start_matches(['【', '[', '（', '(', '|']))
        || is_print_bar(line)
}

fn is_metadata(line: &str) -> bool {
    const FIRST: &str = "打关分字小索发成信来浏阅点责编上下主";
    if !line.chars().next().is_some_and(|c| FIRST.contains(c)) {
        return false;
    }
    let label = AT_START.iter().find(|w| line.starts_with(**w));
    label.is_some_and(|w| {
        w.ends_with(['：', ':'])
            || line[w.len()..].starts_with(['：', ':', '|', '】', '】', ' '])
            || line.len() <= w.len() + 3
    })
}

/// `【打印】【关闭】`, `打印 关闭 收藏`: nothing but the names of buttons.
fn is_print_bar(line: &str) -> bool {
    const BUTTONS: [&str; 16] = [
        "打印", "关闭", "收藏", "分享", "返回", "顶部", "首页", "大", "中", "小", "字体", "微信",
        "微博", "下载", "朗读", "复制",
    ];
    if line.len() > 90 || !["打印", "关闭", "收藏", "返回"].iter().any(|w| line.contains(w))
    {
        return false;
    }
    if !line.chars().next().is_some_and(|c| "【[(（打关收分返顶首大中小字微下朗复|｜".contains(c))
    {
        return false;
    }
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches(|c: char| "【】[]()（）|｜ \t:：/-，,。、".contains(c));
        match BUTTONS.iter().find_map(|b| rest.strip_prefix(b)) {
            Some(left) => rest = left,
            None => return rest.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers() {
        for line in ["—12—", "-3-", "第3页共40页", "3/40", "12", "·7·"] {
            assert!(is_page_number(line), "{line}");
        }
        for line in ["2025", "9.5/10万", "第3章", "12.5%", "1.健康", "（2021—2030年）"] {
            assert!(!is_page_number(line), "{line}");
        }
    }

    #[test]
    fn page_furniture() {
        let first = |line: &str| page_words(line).first().copied();
        for line in
            ["首页>政务公开>规划", "打印关闭", "【打印】【关闭】", "字体：大中小", "索引号:0001"]
        {
            assert!(is_page_furniture(line, first(line)), "{line}");
        }
        for line in ["1.数据来源：统计局。", "打印机配备率达到90%", "关闭污染企业"]
        {
            assert!(!is_page_furniture(line, first(line)), "{line}");
        }
    }
}
