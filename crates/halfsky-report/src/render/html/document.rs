//! A document as html: headings, tables, drawings; every figure links to its trail.

use halfsky_monitor::observation::ObservationKey;

use super::{put, table};
use crate::chart::line::line_chart;
use crate::chart::{ChartSize, escape};
use crate::document::{Block, Document, Level, NumberedTable, Paragraph, Run, TextState};

/// Where the trail of a figure is shown; None where it is shown nowhere.
pub type Trail<'a> = &'a dyn Fn(&ObservationKey) -> Option<String>;

/// Where a paragraph is rewritten, by its id.
pub type EditLink<'a> = &'a dyn Fn(&str) -> String;

/// What a document leads to.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    pub trail: Trail<'a>,
    /// None for readers.
    pub edit: Option<EditLink<'a>>,
}

impl std::fmt::Debug for Links<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Links(…)")
    }
}

impl Links<'_> {
    /// A document that leads nowhere.
    pub const NONE: Self = Links { trail: &|_| None, edit: None };
}

/// The document as one element, to stand on a page that has a heading of its own.
pub fn article(document: &Document, links: Links<'_>) -> String {
    let title = format!("<p class=\"title\">{}</p>", escape(&document.title));
    whole(document, &title, links)
}

/// An article whose figures lead nowhere: for readers outside the house.
pub fn without_trails(article: &str) -> String {
    const START: &str = "<a class=\"figure\" href=\"";
    let mut plain = String::with_capacity(article.len());
    let mut rest = article;
    while let Some((before, link)) = rest.split_once(START) {
        plain.push_str(before);
        let parts = link.split_once("\">").and_then(|(_, words)| words.split_once("</a>"));
        let Some((words, after)) = parts else {
            rest = link;
            break;
        };
        put(&mut plain, format_args!("<span class=\"figure\">{words}</span>"));
        rest = after;
    }
    plain.push_str(rest);
    plain
}

fn whole(document: &Document, title: &str, links: Links<'_>) -> String {
    let mut html = String::from("<article class=\"document\">");
    if let Some(head) = &document.head {
        put(&mut html, format_args!("<p class=\"issuer\">{}</p>", escape(&head.issuer)));
        if !head.number.is_empty() {
            put(&mut html, format_args!("<p class=\"number\">{}</p>", escape(&head.number)));
        }
    }
    html.push_str(title);
    for line in &document.byline {
        put(&mut html, format_args!("<p class=\"byline\">{}</p>", escape(line)));
    }
    if !document.addressee.is_empty() {
        put(
            &mut html,
            format_args!("<p class=\"addressee\">{}：</p>", escape(&document.addressee)),
        );
    }
    blocks(&mut html, &document.blocks, links);
    if let Some(signature) = &document.signature {
        put(
            &mut html,
            format_args!(
                "<p class=\"signature\">{}<br>{}</p>",
                escape(&signature.organ),
                escape(&signature.date)
            ),
        );
    }
    let one = document.attachments.len() == 1;
    for (number, attachment) in (1..).zip(&document.attachments) {
        let mark = if one { "附件".to_owned() } else { format!("附件{number}") };
        put(&mut html, format_args!("<section><h2>{mark}  {}</h2>", escape(&attachment.title)));
        blocks(&mut html, &attachment.blocks, links);
        html.push_str("</section>");
    }
    if !document.basis.is_empty() {
        put(&mut html, format_args!("<p class=\"basis\">{}</p>", escape(&document.basis)));
    }
    html.push_str("</article>");
    html
}

/// A page that stands alone: its style is in it, nothing is fetched, nothing runs.
pub fn page(document: &Document, links: Links<'_>) -> String {
    let title = format!("<h1>{}</h1>", escape(&document.title));
    format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title>\
         <style>{}</style></head><body><main>{}</main></body></html>\n",
        escape(&document.title),
        include_str!("document.css"),
        whole(document, &title, links)
    )
}

fn blocks(html: &mut String, blocks: &[Block], links: Links<'_>) {
    for block in blocks {
        match block {
            Block::Heading(heading) => {
                let level = match heading.level {
                    Level::One => 2,
                    Level::Two => 3,
                    Level::Three => 4,
                    Level::Four => 5,
                };
                put(html, format_args!("<h{level}>{}</h{level}>", escape(&heading.text)));
            }
            Block::Paragraph(one) => paragraph(html, one, links),
            Block::Table(numbered) => numbered_table(html, numbered),
            Block::Chart(chart) => {
                let id = chart.caption.split(' ').next().unwrap_or("图");
                html.push_str("<figure>");
                if let Ok(svg) = line_chart(&chart.chart, ChartSize::Wide, id) {
                    html.push_str(&svg);
                }
                put(
                    html,
                    format_args!("<figcaption>{}</figcaption></figure>", escape(&chart.caption)),
                );
            }
        }
    }
}

fn paragraph(html: &mut String, paragraph: &Paragraph, links: Links<'_>) {
    let class = match paragraph.state {
        TextState::Generated => "",
        TextState::Edited => " class=\"edited\"",
        TextState::Outdated => " class=\"outdated\"",
    };
    put(html, format_args!("<p id=\"p-{}\"{class}>", escape(&paragraph.id)));
    for run in &paragraph.runs {
        match run {
            Run::Text(text) => html.push_str(&escape(text)),
            Run::Figure { text, key } => match (links.trail)(key) {
                Some(address) => put(
                    html,
                    format_args!(
                        "<a class=\"figure\" href=\"{}\">{}</a>",
                        escape(&address),
                        escape(text)
                    ),
                ),
                None => put(html, format_args!("<span class=\"figure\">{}</span>", escape(text))),
            },
        }
    }
    html.push_str("</p>");
    if let Some(edit) = links.edit {
        tools(html, paragraph, &edit(&paragraph.id));
    }
}

/// What an editor sees under a paragraph.
fn tools(html: &mut String, paragraph: &Paragraph, address: &str) {
    let state = match paragraph.state {
        TextState::Generated => "",
        TextState::Edited => "<span class=\"tag\">已改写</span> ",
        TextState::Outdated => "<span class=\"tag dark\">数据有变化，请核对</span> ",
    };
    let start: String = paragraph.text().chars().take(10).collect();
    put(
        html,
        format_args!(
            "<p class=\"tools\">{state}<a href=\"{}\" aria-label=\"修改“{}”\">修改</a></p>",
            escape(address),
            escape(&start)
        ),
    );
}

/// Wide tables scroll in their own place; the keyboard reaches it.
fn numbered_table(html: &mut String, numbered: &NumberedTable) {
    let mut named = numbered.table.clone();
    named.title.clone_from(&numbered.caption);
    put(
        html,
        format_args!(
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">{}</div>",
            escape(&numbered.caption),
            table(&named)
        ),
    );
    for note in &numbered.notes {
        put(html, format_args!("<p class=\"note\">{}</p>", escape(note)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Composer, Form};
    use crate::table::{Column, Table};
    use halfsky_monitor::period::Period;
    use halfsky_plan::indicator::IndicatorCode;

    fn document() -> Document {
        let key = ObservationKey::total(
            "000101".parse().unwrap(),
            IndicatorCode("W-H02".to_owned()),
            Period::year_of(2025).unwrap(),
        );
        let mut composer = Composer::default();
        composer.heading(Level::One, "总体<情况>");
        let figure = Run::Figure { text: "9.8/10万".to_owned(), key: Box::new(key) };
        composer.runs("lead", vec![Run::Text("死亡率为".to_owned()), figure]);
        let table = Table {
            title: "达标".to_owned(),
            columns: vec![Column::words("指标")],
            rows: vec![vec!["甲".to_owned()]],
        };
        composer.table(
            table,
            &[1],
            crate::document::Orientation::Upright,
            vec!["注：一".to_owned()],
        );
        Document {
            form: Form::Report,
            title: "报告".to_owned(),
            byline: vec![],
            head: None,
            addressee: String::new(),
            blocks: composer.finish(),
            signature: None,
            attachments: vec![],
            remark: String::new(),
            imprint: None,
            basis: "数据版本：2025年第1版".to_owned(),
        }
    }

    #[test]
    fn a_figure_links_to_its_trail() {
        let trail = |key: &ObservationKey| Some(format!("/figures/{}?a&b", key.indicator.0));
        let edit = |id: &str| format!("/edit/{id}");
        let html = article(&document(), Links { trail: &trail, edit: Some(&edit) });
        assert!(
            html.contains(
                "<p id=\"p-lead\">死亡率为<a class=\"figure\" href=\"/figures/W-H02?a&amp;b\">9.8/10万</a></p>"
            ),
            "{html}"
        );
        assert!(html.contains("<h2>一、总体&lt;情况&gt;</h2>"));
        assert!(
            html.contains("<a href=\"/edit/lead\" aria-label=\"修改“死亡率为9.8/10”\">修改</a>"),
            "{html}"
        );
        assert!(html.contains("<p class=\"title\">报告</p>") && !html.contains("<h1"));
        let outside = Links { trail: &|_| None, edit: None };
        let inside = Links { trail: &trail, edit: None };
        assert_eq!(without_trails(&article(&document(), inside)), article(&document(), outside));
    }

    #[test]
    fn a_page_stands_alone_and_names_its_tables() {
        let html = page(&document(), Links::NONE);
        assert!(html.contains("<caption>表1  达标</caption>") && html.contains("tabindex=\"0\""));
        assert!(html.contains("<span class=\"figure\">9.8/10万</span>"));
        for fetched in ["src=", "<script", "<link", "url("] {
            assert!(!html.contains(fetched), "{fetched}");
        }
    }
}
