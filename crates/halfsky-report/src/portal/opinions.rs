//! 意见反馈: the form for anybody, what was answered, and how many came. Only where a program serves the portal.

use super::Portal;
use super::frame::{Frame, page as framed, scrolling};
use crate::chart::{escape, put};
use crate::opinion::{Count, LONGEST, Topic};
use crate::table::{Column, Table};

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct Opinions<'a> {
    /// Must come back with the form.
    pub token: &'a str,
    /// What was typed.
    pub typed: Typed,
    /// Field and what is wrong with it.
    pub errors: Vec<(String, String)>,
    /// Said above the form, after something was sent.
    pub done: &'a str,
    /// On the portal, newest first, as many as a page holds.
    pub shown: Vec<ShownOpinion>,
    pub counts: Vec<Count>,
    /// Where newer and older ones are; None where there are none.
    pub newer: Option<String>,
    pub older: Option<String>,
}

/// What was typed into the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub topic: String,
    pub content: String,
    pub contact: String,
}

/// An opinion the office decided to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownOpinion {
    pub topic: &'static str,
    /// `2026年7月1日`
    pub date: String,
    pub content: String,
    /// Empty where there is none yet.
    pub answer: String,
    pub answered_on: String,
}

/// The page at `opinions`.
pub fn page(portal: &Portal<'_>, opinions: &Opinions<'_>) -> String {
    let mut content = String::new();
    if !opinions.done.is_empty() {
        put(
            &mut content,
            format_args!("<p class=\"done\" role=\"status\">{}</p>", escape(opinions.done)),
        );
    }
    form(&mut content, opinions);
    content.push_str("<section><h2>意见和答复</h2>");
    if opinions.shown.is_empty() {
        content.push_str("<p>还没有公开的意见。</p>");
    }
    for one in &opinions.shown {
        answered(&mut content, one);
    }
    turns(&mut content, opinions);
    content.push_str("</section>");
    if !opinions.counts.is_empty() {
        put(
            &mut content,
            format_args!(
                "<section><h2>意见统计</h2>{}</section>",
                scrolling(&table(&opinions.counts))
            ),
        );
    }
    framed(portal, &Frame { up: "", here: "opinions", title: "意见反馈", content: &content })
}

fn form(content: &mut String, opinions: &Opinions<'_>) {
    let error = |field: &str| opinions.errors.iter().find(|(f, _)| f == field).map(|(_, m)| m);
    let beside = |field: &str| {
        error(field).map_or_else(String::new, |message| {
            format!("<p class=\"error\" id=\"{field}-error\">{}</p>", escape(message))
        })
    };
    let invalid = |field: &str| {
        error(field).map_or_else(String::new, |_| {
            format!(" aria-invalid=\"true\" aria-describedby=\"{field}-error\"")
        })
    };
    if !opinions.errors.is_empty() {
        content.push_str("<div class=\"summary\" role=\"alert\"><p>没有提交：</p><ul>");
        for (field, message) in &opinions.errors {
            put(content, format_args!("<li><a href=\"#{field}\">{}</a></li>", escape(message)));
        }
        content.push_str("</ul></div>");
    }
    let mut topics = String::new();
    for topic in Topic::ALL {
        let chosen = if topic.code() == opinions.typed.topic { " selected" } else { "" };
        let (code, label) = (topic.code(), topic.label());
        put(&mut topics, format_args!("<option value=\"{code}\"{chosen}>{label}</option>"));
    }
    put(
        content,
        format_args!(
            "<form method=\"post\" action=\"opinions\">\
             <input type=\"hidden\" name=\"token\" value=\"{token}\">\
             <p><label for=\"topic\">关于</label><select id=\"topic\" name=\"topic\"{topic_invalid}>\
             <option value=\"\">请选择</option>{topics}</select></p>{topic_error}\
             <p><label for=\"content\">意见或建议</label><textarea id=\"content\" name=\"content\" rows=\"6\" \
             maxlength=\"{LONGEST}\" required{content_invalid}>{typed}</textarea></p>{content_error}\
             <p><label for=\"contact\">联系方式（可不填）</label><input id=\"contact\" name=\"contact\" \
             maxlength=\"100\" autocomplete=\"off\" value=\"{contact}\"{contact_invalid}></p>{contact_error}\
             <p class=\"note\">联系方式加密保存，不公开，只用于答复。意见经工作人员核对后公开，请不要写明他人的姓名、电话等个人信息。</p>\
             <p><button>提交</button></p></form>",
            token = escape(opinions.token),
            topic_invalid = invalid("topic"),
            topic_error = beside("topic"),
            content_invalid = invalid("content"),
            typed = escape(&opinions.typed.content),
            content_error = beside("content"),
            contact = escape(&opinions.typed.contact),
            contact_invalid = invalid("contact"),
            contact_error = beside("contact"),
        ),
    );
}

fn answered(content: &mut String, one: &ShownOpinion) {
    put(
        content,
        format_args!(
            "<article class=\"opinion\"><h3>{}（{}）</h3><p class=\"lines\">{}</p>",
            one.topic,
            escape(&one.date),
            escape(&one.content)
        ),
    );
    if one.answer.is_empty() {
        content.push_str("<p class=\"note\">正在办理。</p>");
    } else {
        put(
            content,
            format_args!(
                "<p class=\"note\">{}答复：</p><p class=\"lines\">{}</p>",
                escape(&one.answered_on),
                escape(&one.answer)
            ),
        );
    }
    content.push_str("</article>");
}

fn turns(content: &mut String, opinions: &Opinions<'_>) {
    if opinions.newer.is_none() && opinions.older.is_none() {
        return;
    }
    content.push_str("<nav aria-label=\"翻页\"><p>");
    for (address, words) in [(&opinions.newer, "较新的意见"), (&opinions.older, "较早的意见")]
    {
        if let Some(address) = address {
            put(content, format_args!("<a href=\"{}\">{words}</a> ", escape(address)));
        }
    }
    content.push_str("</p></nav>");
}

fn table(counts: &[Count]) -> Table {
    let mut columns = vec![Column::words("关于")];
    columns.extend(["收到（条）", "已答复（条）", "已公开（条）"].map(Column::numbers));
    let row = |name: &str, of: &[&Count]| {
        let sum = |number: fn(&Count) -> usize| of.iter().map(|c| number(c)).sum::<usize>();
        let numbers = [sum(|c| c.received), sum(|c| c.answered), sum(|c| c.shown)];
        let mut row = vec![name.to_owned()];
        row.extend(numbers.map(|n| n.to_string()));
        row
    };
    let mut rows: Vec<Vec<String>> = counts.iter().map(|c| row(c.topic.label(), &[c])).collect();
    rows.push(row("合计", &counts.iter().collect::<Vec<_>>()));
    Table { title: "收到的意见".to_owned(), columns, rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::Place;

    fn portal() -> Portal<'static> {
        Portal { region: "示例县", plans: &[], reports: &[], place: Place::Served }
    }

    #[test]
    fn what_was_typed_stays_beside_what_is_wrong_and_is_escaped() {
        let opinions = Opinions {
            token: "t<1>",
            typed: Typed { content: "<b>甲".to_owned(), ..Typed::default() },
            errors: vec![("topic".to_owned(), "请选择".to_owned())],
            ..Opinions::default()
        };
        let html = page(&portal(), &opinions);
        for words in [
            "t&lt;1&gt;",
            "&lt;b&gt;甲",
            "id=\"topic-error\"",
            "href=\"#topic\"",
            "还没有公开的意见",
        ] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(!html.contains("<b>甲"));
    }

    #[test]
    fn an_opinion_stands_with_its_answer_and_the_counts() {
        let shown = |answer: &str| ShownOpinion {
            topic: Topic::Figures.label(),
            date: "2026年7月1日".to_owned(),
            content: "建议公布分乡镇数据".to_owned(),
            answer: answer.to_owned(),
            answered_on: "2026年7月5日".to_owned(),
        };
        let counts = vec![Count { topic: Topic::Figures, received: 2, answered: 1, shown: 2 }];
        let older = Some("opinions?page=2".to_owned());
        let opinions = Opinions {
            shown: vec![shown(""), shown("将研究。")],
            counts,
            older,
            ..Opinions::default()
        };
        let html = page(&portal(), &opinions);
        for words in ["正在办理", "2026年7月5日答复", "将研究。", "合计", "opinions?page=2"]
        {
            assert!(html.contains(words), "{words}");
        }
        assert!(!html.contains("较新的意见"));
    }
}
