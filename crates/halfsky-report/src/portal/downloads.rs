//! 数据下载: all public figures and definitions as files.

use super::frame::{Frame, page as framed};
use super::{Page, Portal};
use crate::figure_tables::figure_table;
use crate::render::csv;
use crate::table::Table;

pub(super) fn page(portal: &Portal<'_>) -> String {
    let content = "<ul><li><a href=\"data.csv\" download>全部公开数据（csv）</a></li>\
                   <li><a href=\"definitions.csv\" download>指标解释（csv）</a></li></ul>\
                   <p>文件为UTF-8编码，可用表格软件打开。引用时请注明数据版本。</p>";
    framed(portal, &Frame { up: "", here: "index.html", title: "数据下载", content })
}

/// Every public figure; figures both plans rest on stand once.
pub(super) fn figures(portal: &Portal<'_>) -> Page {
    let table = match portal.plans.first() {
        None => Table { title: String::new(), columns: Vec::new(), rows: Vec::new() },
        Some(material) => {
            let edition = |year: i32| {
                let used = material
                    .run
                    .editions
                    .iter()
                    .find(|e| e.period.get(..4) == Some(&format!("{year:04}")));
                used.map_or_else(|| format!("{year}年"), |e| format!("{year}年第{}版", e.number))
            };
            let lines = material.figures.iter().map(|o| (edition(o.key.period.year()), o));
            figure_table("公开数据", lines, material.names)
        }
    };
    Page { media_type: "text/csv; charset=utf-8", bytes: csv::csv(&table) }
}

/// Every definition.
pub(super) fn definitions(portal: &Portal<'_>) -> Page {
    let bytes = csv::csv(&super::definitions::table(portal));
    Page { media_type: "text/csv; charset=utf-8", bytes }
}
