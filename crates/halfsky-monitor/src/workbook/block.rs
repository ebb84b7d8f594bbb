//! Block (粘贴的数据): a block copied from a spreadsheet, placed at a cell of the form.

use crate::data_set::{Column, DataSet};

/// A block as a table with codes and headings, to be read like any other file. `row` is the position of the first
/// row, from 0; `column` the column of the first figure. Cells beside the form are kept, so that reading names them.
pub fn block_as_table(text: &str, data_set: &DataSet, row: usize, column: Column) -> String {
    let first = Column::ALL.iter().position(|c| *c == column).unwrap_or(0);
    let columns = &Column::ALL[first..];
    let mut lines = vec![line(std::iter::once("代码").chain(columns.iter().map(|c| c.label())))];
    for (at, cells) in (row..).zip(text.trim_end_matches(['\n', '\r']).lines()) {
        let code = match data_set.rows().get(at) {
            Some(row) => row.code.0.clone(),
            None if cells.trim().is_empty() => continue,
            None => format!("第{}行", at + 1),
        };
        let cells = cells.split('\t').map(str::trim);
        lines.push(line(std::iter::once(code.as_str()).chain(cells)));
    }
    lines.join("\n")
}

fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let quoted = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
    quoted.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_set::Entries;
    use crate::definition::Definition;
    use crate::workbook::{Changed, open, propose, read_mapped};
    use halfsky_plan::indicator::{Catalogue, IndicatorCode};

    fn form() -> DataSet {
        let catalogue = Catalogue::builtin();
        let card = catalogue.find(&IndicatorCode("C-H10".to_owned())).unwrap();
        let cards = [Definition::from_catalogue(card, 2021).unwrap()];
        DataSet::worksheet("F", "表", &cards, &cards).unwrap()
    }

    fn check(text: &str, row: usize, column: Column, changes: &[&str], problems: usize) {
        let form = form();
        let table = block_as_table(text, &form, row, column);
        let grids = open(table.as_bytes()).unwrap();
        let mapping = propose(&grids, &form);
        let reading = read_mapped(&grids, &form, &mapping, &Entries::new()).unwrap();
        let told: Vec<String> = reading
            .changes
            .iter()
            .map(|change| match change.what {
                Changed::Figure(column) => {
                    format!("{} {} {}", change.row, column.code(), change.after)
                }
                _ => change.place.clone(),
            })
            .collect();
        assert_eq!(told, changes);
        assert_eq!(reading.problems.len(), problems, "{:?}", reading.problems);
    }

    #[test]
    fn a_block_lands_where_it_is_put() {
        let women =
            ["C-H10-N female 48", "C-H10-N male 52", "C-H10-D female 50", "C-H10-D male 55"];
        check("48\t52\n50\t55\n", 0, Column::Female, &women, 0);
        check("1,050", 1, Column::Total, &["C-H10-D total 1050"], 0);
    }

    #[test]
    fn what_lies_beside_the_form_is_told() {
        check("1\n2\n3\n4", 2, Column::Total, &["C-H10 total 1"], 3);
        check("abc", 0, Column::Total, &[], 1);
    }
}
