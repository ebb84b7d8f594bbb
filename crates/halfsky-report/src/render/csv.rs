//! CSV for spreadsheets: UTF-8 with a byte order mark, CRLF, and no cell that a spreadsheet would compute.

use crate::table::{Cell, Table};

/// Spreadsheets read a file without it in the local encoding.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Text beginning with one of these is taken for a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The bytes of a table, heads first.
pub fn csv(table: &Table) -> Vec<u8> {
    let mut text = BYTE_ORDER_MARK.to_owned();
    line(&mut text, table.columns.iter().map(|head| guarded(head)));
    for row in &table.rows {
        line(&mut text, row.iter().map(cell));
    }
    text.into_bytes()
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => guarded(text),
        Cell::Number(figure) => figure.to_string(),
    }
}

/// Text from a document or a person must stay text: an apostrophe keeps it from being computed.
fn guarded(text: &str) -> String {
    if text.starts_with(FORMULA_STARTS) { format!("'{text}") } else { text.to_owned() }
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cells: Vec<Cell>, line: &str) {
        let table = Table { title: String::new(), columns: vec!["甲", "乙"], rows: vec![cells] };
        assert_eq!(String::from_utf8(csv(&table)).unwrap(), format!("\u{feff}甲,乙\r\n{line}\r\n"));
    }

    #[test]
    fn cells_are_quoted_where_needed() {
        check(vec!["城市，农村".into(), "a,\"b\"".into()], "城市，农村,\"a,\"\"b\"\"\"");
        check(vec![Cell::Empty, "两\n行".into()], ",\"两\n行\"");
    }

    #[test]
    fn text_is_never_a_formula_and_figures_keep_their_digits() {
        check(vec!["=1+1".into(), "-0.5".into()], "'=1+1,'-0.5");
        let figure = "-3.50".parse().unwrap();
        check(vec![Cell::Number(figure), "@SUM(A1)".into()], "-3.50,'@SUM(A1)");
    }
}
