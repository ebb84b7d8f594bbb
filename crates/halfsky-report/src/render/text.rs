//! Text for a terminal: a table whose columns line up although Chinese characters are two cells wide.

use unicode_width::UnicodeWidthStr;

use crate::table::{Align, Table};

/// Wider cells are cut and end in “…”, so that one long clause does not push the others off the screen.
const WIDEST: usize = 44;

/// The table in lines, title first, with two spaces between the columns.
pub fn table(table: &Table) -> String {
    let cells: Vec<Vec<String>> =
        std::iter::once(table.columns.iter().map(|c| c.title.clone()).collect())
            .chain(table.rows.iter().cloned())
            .map(|row: Vec<String>| row.iter().map(|cell| cut(cell)).collect())
            .collect();
    let width = |at: usize| {
        cells.iter().filter_map(|row| row.get(at)).map(|c| c.width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..table.columns.len()).map(width).collect();
    let mut out = String::new();
    if !table.title.is_empty() {
        out.push_str(&table.title);
        out.push('\n');
    }
    for (line, row) in cells.iter().enumerate() {
        let mut text = String::new();
        for ((cell, width), column) in row.iter().zip(&widths).zip(&table.columns) {
            let gap = " ".repeat(width.saturating_sub(cell.width()));
            match column.align {
                Align::Left => text.extend([cell.as_str(), &gap, "  "]),
                Align::Right => text.extend([&gap, cell.as_str(), "  "]),
            }
        }
        out.push_str(text.trim_end());
        out.push('\n');
        if line == 0 {
            out.push_str(
                &"-".repeat(widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1)),
            );
            out.push('\n');
        }
    }
    out
}

fn cut(cell: &str) -> String {
    let one_line: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if one_line.width() <= WIDEST {
        return one_line;
    }
    let mut kept = String::new();
    for c in one_line.chars() {
        if kept.width() + UnicodeWidthStr::width(c.encode_utf8(&mut [0; 4])) > WIDEST - 2 {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn columns_line_up_under_wide_characters() {
        let sample = Table {
            title: "目标".to_owned(),
            columns: vec![Column::words("指标"), Column::numbers("值")],
            rows: vec![
                vec!["筛查率".to_owned(), "70%".to_owned()],
                vec!["HPV".to_owned(), "9%".to_owned()],
            ],
        };
        assert_eq!(table(&sample), "目标\n指标     值\n-----------\n筛查率  70%\nHPV      9%\n");
    }

    #[test]
    fn long_cells_and_control_characters_keep_the_line() {
        let cut = cut(&format!("甲\n{}", "乙".repeat(60)));
        assert!(cut.ends_with('…') && cut.width() <= WIDEST && !cut.contains('\n'));
    }
}
