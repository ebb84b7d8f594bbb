//! Tables of every format end as lines: one row, one line, TAB between cells.
//!
//! A cell that spans rows is repeated in each of them, because a domain or a unit written once holds for all;
//! a cell that spans columns is followed by empty cells, so that columns stay in line.

/// One cell as a format wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) lines: Vec<String>,
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// The rest of a cell begun in the row above (docx marks those; html leaves them out).
    pub(super) continued: bool,
}

/// No real table is wider or spans further.
const WIDEST: usize = 64;
const LONGEST_SPAN: usize = 1000;
/// Longer text is no label: it stays in its first row.
const LONGEST_REPEATED: usize = 600;
/// A cell with more text than this, in several paragraphs, holds a page and not a datum.
const PAGE_IN_A_CELL: usize = 400;

/// The lines of a table.
pub(super) fn lines(rows: Vec<Vec<Cell>>) -> Vec<String> {
    if is_layout(&rows) {
        return rows.into_iter().flatten().filter(|c| !c.continued).flat_map(|c| c.lines).collect();
    }
    let mut lines = Vec::with_capacity(rows.len());
    // Per column: the text of a cell that reaches down, and how many more rows it covers.
    let mut above: Vec<(String, usize)> = Vec::new();
    for row in rows {
        let mut texts = Vec::new();
        for cell in row {
            fill_spanned(&mut texts, &mut above);
            place(&mut texts, &mut above, &cell);
        }
        fill_spanned(&mut texts, &mut above);
        let line = texts.join("\t");
        if !line.trim().is_empty() {
            lines.push(line);
        }
    }
    lines
}

/// Cells of earlier rows that cover the next columns of this one.
fn fill_spanned(texts: &mut Vec<String>, above: &mut [(String, usize)]) {
    while let Some((text, left)) = above.get_mut(texts.len()).filter(|(_, left)| *left > 0) {
        *left -= 1;
        texts.push(text.clone());
    }
}

fn place(texts: &mut Vec<String>, above: &mut Vec<(String, usize)>, cell: &Cell) {
    let column = texts.len();
    if column >= WIDEST {
        return;
    }
    let columns = cell.columns.clamp(1, WIDEST - column);
    above.resize(above.len().max(column + columns), (String::new(), 0));
    let text = if cell.continued {
        above[column].0.clone()
    } else {
        cell.lines
            .iter()
            .map(|l| l.trim())
            .filter(|l| !l.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
            .replace('\t', " ")
    };
    let repeated = text.len() <= LONGEST_REPEATED || cell.continued;
    let covered = if repeated { cell.rows.clamp(1, LONGEST_SPAN) - 1 } else { 0 };
    for offset in 0..columns {
        let shown = if offset == 0 { text.as_str() } else { "" };
        let kept = if repeated { shown } else { "" };
        above[column + offset] = (kept.to_owned(), covered);
        texts.push(shown.to_owned());
    }
}

/// Pages laid out with tables, and tables of one column, are read as paragraphs.
fn is_layout(rows: &[Vec<Cell>]) -> bool {
    let single = rows.iter().all(|row| row.len() <= 1);
    let page = |cell: &Cell| {
        cell.lines.len() >= 4
            && cell.lines.iter().map(|line| line.chars().count()).sum::<usize>() > PAGE_IN_A_CELL
    };
    single || rows.iter().flatten().any(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str, columns: usize, rows: usize) -> Cell {
        Cell { lines: vec![text.to_owned()], columns, rows, continued: false }
    }

    #[test]
    fn spans_repeat_downwards_and_leave_blanks_sideways() {
        let rows = vec![
            vec![cell("领域", 1, 2), cell("目标值", 2, 1)],
            vec![cell("2025年", 1, 1), cell("2030年", 1, 1)],
            vec![cell("健康", 1, 1), cell("90%", 1, 1), cell("95%", 1, 1)],
        ];
        assert_eq!(lines(rows), ["领域\t目标值\t", "领域\t2025年\t2030年", "健康\t90%\t95%"]);
    }

    #[test]
    fn continued_cells_repeat_the_one_above() {
        let below = Cell { continued: true, columns: 1, rows: 1, ..Cell::default() };
        let rows = vec![vec![cell("教育", 1, 1), cell("甲", 1, 1)], vec![below, cell("乙", 1, 1)]];
        assert_eq!(lines(rows), ["教育\t甲", "教育\t乙"]);
    }

    #[test]
    fn a_page_in_a_cell_is_no_table() {
        let page =
            Cell { lines: vec!["目标".repeat(80); 5], columns: 1, rows: 1, continued: false };
        assert_eq!(lines(vec![vec![cell("导航", 1, 1), page]]).len(), 6);
    }

    #[test]
    fn absurd_spans_are_cut() {
        let rows = vec![vec![cell("甲", usize::MAX, usize::MAX)], vec![cell("乙", 1, 1)]];
        assert!(lines(rows).concat().len() < 1000);
    }
}
