//! What every page has: head, navigation, foot.

use super::{Place, Portal};
use crate::chart::{escape, put};

/// The pages of the navigation.
const NAVIGATION: [(&str, &str); 7] = [
    ("index.html", "首页"),
    ("plan.html", "规划"),
    ("results.html", "监测结果"),
    ("indicators.html", "指标"),
    ("reports.html", "报告"),
    ("definitions.html", "指标解释"),
    (OPINIONS, "意见反馈"),
];

/// Only where somebody takes them.
const OPINIONS: &str = "opinions";

/// A page: where it stands (`""` at the top, `"../"` one level down), its title, and what it says.
pub(super) struct Frame<'a> {
    pub(super) up: &'a str,
    /// The entry of the navigation it belongs to.
    pub(super) here: &'a str,
    pub(super) title: &'a str,
    pub(super) content: &'a str,
}

/// The whole page.
pub(super) fn page(portal: &Portal<'_>, frame: &Frame<'_>) -> String {
    let region = escape(portal.region);
    let (up, title) = (frame.up, escape(frame.title));
    let mut links = String::new();
    let offered = |file: &str| file != OPINIONS || portal.place == Place::Served;
    for (file, name) in NAVIGATION.into_iter().filter(|(file, _)| offered(file)) {
        let current = if file == frame.here { " aria-current=\"page\"" } else { "" };
        put(&mut links, format_args!("<li><a href=\"{up}{file}\"{current}>{name}</a></li>"));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} - {region}妇女儿童发展规划监测公开</title>\
         <link rel=\"stylesheet\" href=\"{up}style.css\"></head><body>\
         <a class=\"skip\" href=\"#main\">跳到正文</a>\
         <header><p class=\"site\"><a href=\"{up}index.html\">{region}妇女儿童发展规划监测公开</a></p>\
         <nav aria-label=\"主导航\"><ul>{links}</ul></nav></header>\
         <main id=\"main\"><h1>{title}</h1>{}</main>\
         <footer><p>{}</p><p>小样本数据按规定不公布；“…”表示数据缺失或不公布，“–”表示没有此项数据，均不等于0。</p></footer>\
         </body></html>\n",
        frame.content,
        bases(portal)
    )
}

/// Which editions the pages rest on.
fn bases(portal: &Portal<'_>) -> String {
    let mut labels: Vec<String> = portal.plans.iter().map(|m| escape(&m.edition.label())).collect();
    labels.dedup();
    if labels.is_empty() {
        String::new()
    } else {
        format!("数据版本：{}。", labels.join("、"))
    }
}

/// A table in its own place to scroll, reached by the keyboard.
pub(super) fn scrolling(table: &crate::table::Table) -> String {
    format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">{}</div>",
        escape(&table.title),
        crate::render::html::table(table)
    )
}
