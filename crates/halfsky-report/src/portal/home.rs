//! 首页: what is monitored, how it stands, where to read on.

use super::Portal;
use super::frame::{Frame, page as framed, scrolling};
use crate::chart::escape;
use crate::chart::put;
use crate::draft::rates;

pub(super) fn page(portal: &Portal<'_>) -> String {
    let mut content = String::new();
    if portal.plans.is_empty() {
        content.push_str("<p>尚未公布监测数据。</p>");
    }
    for material in portal.plans {
        put(
            &mut content,
            format_args!(
                "<section><h2>{}</h2><p>{}。</p>{}<p><a href=\"results.html\">查看各领域监测结果</a></p></section>",
                escape(&material.version.plan.title),
                escape(&rates::sentence(material)),
                scrolling(&rates::table(material))
            ),
        );
    }
    if let Some(report) = portal.reports.first() {
        put(
            &mut content,
            format_args!(
                "<section><h2>最新报告</h2><p><a href=\"reports/{}.html\">{}</a>（{}）</p></section>",
                escape(&report.id),
                escape(&report.title),
                escape(&report.date)
            ),
        );
    }
    content.push_str(
        "<section><h2>数据下载</h2><p><a href=\"downloads.html\">下载全部公开数据</a></p></section>",
    );
    framed(portal, &Frame { up: "", here: "index.html", title: "首页", content: &content })
}
