//! Web pages (html) of tables: a caption, heads with their scope, numbers to the right.

pub mod document;

use std::fmt::Write;

use crate::chart::escape;
use crate::table::{Align, Table};
use crate::yearbook::Yearbook;

/// A table element. The first column heads its row.
pub fn table(table: &Table) -> String {
    let mut html = String::from("<table>");
    if !table.title.is_empty() {
        put(&mut html, format_args!("<caption>{}</caption>", escape(&table.title)));
    }
    html.push_str("<thead><tr>");
    for column in &table.columns {
        let class = class(column.align);
        put(&mut html, format_args!("<th scope=\"col\"{class}>{}</th>", escape(&column.title)));
    }
    html.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        html.push_str("<tr>");
        for (at, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
            let text = escape(cell);
            if at == 0 {
                put(&mut html, format_args!("<th scope=\"row\">{text}</th>"));
            } else {
                put(&mut html, format_args!("<td{}>{text}</td>", class(column.align)));
            }
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table>");
    html
}

/// A whole page that stands alone: no script, no style, nothing to fetch.
pub fn page(book: &Yearbook) -> String {
    let mut html =
        String::from("<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">");
    put(
        &mut html,
        format_args!(
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{0}</title></head>\
             <body><h1>{0}</h1><p>{1}</p>",
            escape(&book.title),
            escape(&book.edition)
        ),
    );
    for one in &book.tables {
        html.push_str(&table(one));
    }
    for note in &book.notes {
        put(&mut html, format_args!("<p>{}</p>", escape(note)));
    }
    html.push_str("</body></html>");
    html
}

const fn class(align: Align) -> &'static str {
    match align {
        Align::Left => "",
        Align::Right => " class=\"num\"",
    }
}

/// Writing to a string cannot fail, so the result is dropped in one place.
fn put(html: &mut String, piece: std::fmt::Arguments<'_>) {
    let written = html.write_fmt(piece);
    debug_assert!(written.is_ok(), "a string takes everything");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn heads_have_a_scope_and_words_cannot_break_out() {
        let one = Table {
            title: "表<1>".to_owned(),
            columns: vec![Column::words("指标"), Column::numbers("合计")],
            rows: vec![vec!["率&值".to_owned(), "9.8".to_owned()]],
        };
        assert_eq!(
            table(&one),
            "<table><caption>表&lt;1&gt;</caption><thead><tr><th scope=\"col\">指标</th>\
             <th scope=\"col\" class=\"num\">合计</th></tr></thead><tbody><tr><th scope=\"row\">率&amp;值</th>\
             <td class=\"num\">9.8</td></tr></tbody></table>"
        );
    }

    #[test]
    fn a_page_stands_alone() {
        let book = Yearbook {
            title: "资料".to_owned(),
            edition: "2025年第1版".to_owned(),
            tables: vec![],
            charts: vec![],
            notes: vec!["说明".to_owned()],
        };
        let html = page(&book);
        assert!(html.contains("<h1>资料</h1><p>2025年第1版</p><p>说明</p>"));
        assert!(!html.contains("src=") && !html.contains("<style"));
    }
}
