//! 报告: what was published, to read and to keep.

use super::frame::{Frame, page as framed};
use super::{Page, Portal};
use crate::chart::escape;
use crate::chart::put;

pub(super) fn list(portal: &Portal<'_>) -> String {
    let mut content = String::new();
    if portal.reports.is_empty() {
        content.push_str("<p>尚未公布报告。</p>");
    } else {
        content.push_str("<ul>");
        for report in portal.reports {
            put(
                &mut content,
                format_args!(
                    "<li><a href=\"reports/{}.html\">{}</a>（{}）</li>",
                    escape(&report.id),
                    escape(&report.title),
                    escape(&report.date)
                ),
            );
        }
        content.push_str("</ul>");
    }
    framed(portal, &Frame { up: "", here: "reports.html", title: "报告", content: &content })
}

/// A report, or one of its files.
pub(super) fn page(portal: &Portal<'_>, name: &str) -> Option<Page> {
    for report in portal.reports {
        if let Some((_, bytes)) = report.files.iter().find(|(file, _)| file == name) {
            let media_type = match name.rsplit_once('.').map(|(_, ending)| ending) {
                Some("pdf") => "application/pdf",
                Some("docx") => {
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
                }
                _ => "application/octet-stream",
            };
            return Some(Page { media_type, bytes: bytes.clone() });
        }
        if name.strip_suffix(".html") == Some(report.id.as_str()) {
            let files: Vec<String> = report
                .files
                .iter()
                .map(|(file, _)| {
                    let (href, ending) = (escape(file), file.rsplit('.').next().unwrap_or(""));
                    format!("<a href=\"{href}\" download>下载{}</a>", escape(ending))
                })
                .collect();
            let content = format!("<p class=\"files\">{}</p>{}", files.join(" "), report.article);
            let frame =
                Frame { up: "../", here: "reports.html", title: &report.title, content: &content };
            return Some(Page::html(framed(portal, &frame)));
        }
    }
    None
}
