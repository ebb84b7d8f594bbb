//! CSV for spreadsheets: UTF-8 with a byte order mark, CRLF, and no cell that a spreadsheet would compute.

use halfsky_plan::figure::Figure;

use crate::table::Table;

/// Spreadsheets read a file without it in the local encoding.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Text beginning with one of these is taken for a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The bytes of a table, heads first.
pub fn csv(table: &Table) -> Vec<u8> {
    let mut text = BYTE_ORDER_MARK.to_owned();
    line(&mut text, table.columns.iter().map(|c| guarded(&c.title)));
    for row in &table.rows {
        line(&mut text, row.iter().map(|cell| guarded(cell)));
    }
    text.into_bytes()
}

/// Text from a document or a person must stay text: an apostrophe keeps it from being computed. A
/// negative figure is no formula.
fn guarded(text: &str) -> String {
    if text.starts_with(FORMULA_STARTS) && text.parse::<Figure>().is_err() {
        format!("'{text}")
    } else {
        text.to_owned()
    }
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
    use crate::table::Column;

    fn check(cells: [&str; 2], line: &str) {
        let columns = ["甲", "乙"].map(Column::words).to_vec();
        let rows = vec![cells.map(str::to_owned).to_vec()];
        let table = Table { title: String::new(), columns, rows };
        assert_eq!(String::from_utf8(csv(&table)).unwrap(), format!("\u{feff}甲,乙\r\n{line}\r\n"));
    }

    #[test]
    fn cells_are_quoted_where_needed() {
        check(["城市，农村", "a,\"b\""], "城市，农村,\"a,\"\"b\"\"\"");
        check(["", "两\n行"], ",\"两\n行\"");
    }

    #[test]
    fn text_is_never_a_formula_and_figures_keep_their_digits() {
        check(["=1+1", "-0.5-A1"], "'=1+1,'-0.5-A1");
        check(["-3.50", "@SUM(A1)"], "-3.50,'@SUM(A1)");
    }
}
