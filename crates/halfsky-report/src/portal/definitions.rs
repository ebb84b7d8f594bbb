//! 指标解释: every indicator there is a page for.

use super::Portal;
use super::frame::{Frame, page as framed, scrolling};
use super::indicators::codes;
use crate::table::Table;
use crate::yearbook::definition_table;

/// The table of definitions.
pub(super) fn table(portal: &Portal<'_>) -> Table {
    let Some(material) = portal.plans.first() else { return definition_table(&[]) };
    let cards: Vec<_> = codes(portal)
        .iter()
        .filter_map(|code| material.names.of_year(code, material.year()))
        .cloned()
        .collect();
    definition_table(&cards)
}

pub(super) fn page(portal: &Portal<'_>) -> String {
    let content = format!(
        "<p><a href=\"definitions.csv\" download>下载指标解释（csv）</a></p>{}",
        scrolling(&table(portal))
    );
    let frame =
        Frame { up: "", here: "definitions.html", title: "指标解释", content: &content };
    framed(portal, &frame)
}
