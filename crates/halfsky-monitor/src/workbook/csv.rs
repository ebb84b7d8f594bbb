//! Delimited text (.csv, .tsv): one sheet, whatever the encoding and the delimiter.

use super::grid::{Collector, Grid, OpenProblem};

/// Name of the only sheet.
const SHEET: &str = "CSV";

/// Opens a delimited text.
pub(super) fn open(bytes: &[u8]) -> Result<Vec<Grid>, OpenProblem> {
    let text = decode(bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut collector = Collector::new();
    collector.sheet(SHEET);
    for (row, record) in (0..).zip(reader.records()) {
        let record = record.map_err(|_| OpenProblem::Unknown)?;
        for (column, field) in (0..).zip(&record) {
            collector.text((row, column), field)?;
        }
    }
    Ok(collector.done())
}

/// UTF-8 with or without mark, UTF-16 with mark, otherwise GB 18030 as Chinese Excel writes it.
fn decode(bytes: &[u8]) -> Result<String, OpenProblem> {
    let encoding = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => encoding_rs::GB18030,
    };
    let (text, _, damaged) = encoding.decode(bytes);
    if damaged || text.contains('\0') {
        return Err(OpenProblem::Unknown);
    }
    Ok(text.into_owned())
}

/// The delimiter the first lines use most.
fn delimiter(text: &str) -> u8 {
    let start: Vec<&str> = text.lines().take(20).collect();
    let count = |c: char| start.iter().map(|line| line.matches(c).count()).sum::<usize>();
    [(',', b','), ('\t', b'\t'), (';', b';')]
        .into_iter()
        .rev()
        .max_by_key(|(c, _)| count(*c))
        .map_or(b',', |(_, byte)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<String> {
        let grid = open(bytes).unwrap().remove(0);
        grid.cells.keys().map(|(row, column)| grid.text(*row, *column)).collect()
    }

    #[test]
    fn encodings_and_delimiters_are_found() {
        let expect = ["代码", "合计", "W-H02", "39.49"];
        assert_eq!(cells("代码,合计\r\nW-H02,39.49".as_bytes()), expect);
        assert_eq!(cells("\u{feff}代码\t合计\nW-H02\t39.49".as_bytes()), expect);
        let (gb, ..) = encoding_rs::GB18030.encode("代码;合计\nW-H02;\"39.49\"");
        assert_eq!(cells(&gb), expect);
    }

    #[test]
    fn a_picture_is_no_table() {
        assert_eq!(open(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Err(OpenProblem::Unknown));
    }
}
