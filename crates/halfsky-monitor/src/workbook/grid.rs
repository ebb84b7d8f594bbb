//! Grid: the sheets of a file as cells, whatever its format; with limits on what a file may unpack to.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use super::{csv, ods, xlsx};

/// What stands in a cell of a spreadsheet.
#[derive(Debug, Clone, PartialEq)]
pub enum GridCell {
    Text(String),
    Number(f64),
    /// `#N/A`, `#DIV/0!` and their like.
    Error,
}

impl GridCell {
    /// As a person sees it.
    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => text.trim().into(),
            Self::Number(number) => number.to_string().into(),
            Self::Error => "#".into(),
        }
    }
}

/// One sheet: its cells by row and column, both from 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grid {
    pub name: String,
    pub cells: BTreeMap<(u32, u32), GridCell>,
}

impl Grid {
    /// The text of a cell as a person sees it; empty for an empty cell.
    pub fn text(&self, row: u32, column: u32) -> String {
        self.cells.get(&(row, column)).map_or_else(String::new, |cell| cell.text().into_owned())
    }

    /// The cells of a row with their texts, in the first so many columns.
    pub(crate) fn row(&self, row: u32, columns: u32) -> impl Iterator<Item = (u32, Cow<'_, str>)> {
        let cells = self.cells.range((row, 0)..(row, columns));
        cells.map(|((_, column), cell)| (*column, cell.text()))
    }

    /// One more than the last row with a cell.
    pub fn rows(&self) -> u32 {
        self.cells.last_key_value().map_or(0, |((row, _), _)| row + 1)
    }

    /// `填报表!D9`
    pub fn place(&self, row: u32, column: u32) -> String {
        format!("{}!{}", self.name, cell_name(row, column))
    }
}

/// The name of a cell counted from 0: `(8, 3)` is `D9`.
pub fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        left -= 1;
        letters.push(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[usize::try_from(left % 26).unwrap_or(0)]);
        left /= 26;
    }
    let letters: String = letters.iter().rev().map(|b| char::from(*b)).collect();
    format!("{letters}{}", u64::from(row) + 1)
}

/// A file that is not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenProblem {
    #[error("文件为空，请重新选择文件")]
    Empty,
    #[error("文件超过{0}MB；请只保留填报表后重新上传")]
    TooLarge(usize),
    #[error("文件解压后过大，可能已损坏；请重新下载模板填写")]
    TooMuchInside,
    #[error("表格超过{0}个单元格；请删去多余的行列后重新上传")]
    TooManyCells(usize),
    #[error("不支持.xls格式；请在表格软件中“另存为”.xlsx后重新上传")]
    OldExcel,
    #[error("文件设有打开密码；请取消密码后重新上传")]
    Locked,
    #[error("不是Excel（.xlsx）、ODS或CSV文件，或文件已损坏；请用表格软件重新保存后上传")]
    Unknown,
}

/// Largest file, in megabytes.
const LARGEST_FILE: usize = 20;
/// Most that may come out of a compressed file, in bytes.
const LARGEST_INSIDE: u64 = 200 << 20;
/// Most cells of all sheets together: ten times the largest form.
const MOST_CELLS: usize = 500_000;
/// Most text of all cells together, in bytes: a shared string may be repeated in every cell.
const MOST_TEXT: usize = 50 << 20;

/// Opens a file by its content, not by its name.
///
/// The binary .xls is refused on purpose: its readers reserve memory by what the file claims about itself.
pub fn open(bytes: &[u8]) -> Result<Vec<Grid>, OpenProblem> {
    if bytes.is_empty() {
        return Err(OpenProblem::Empty);
    }
    if bytes.len() > LARGEST_FILE << 20 {
        return Err(OpenProblem::TooLarge(LARGEST_FILE));
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        // a compound file: old Excel, or a new one under a password
        let locked = utf16("EncryptedPackage");
        let found = bytes.windows(locked.len()).any(|window| window == locked);
        return Err(if found { OpenProblem::Locked } else { OpenProblem::OldExcel });
    }
    if !bytes.starts_with(b"PK") {
        return csv::open(bytes);
    }
    match kind_of_archive(bytes)? {
        Kind::Xlsx => xlsx::open(bytes),
        Kind::Ods => ods::open(bytes),
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

enum Kind {
    Xlsx,
    Ods,
}

/// Unpacks everything once and throws it away: sizes told by an archive may be lies.
fn kind_of_archive(bytes: &[u8]) -> Result<Kind, OpenProblem> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| OpenProblem::Unknown)?;
    let mut left = LARGEST_INSIDE;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_| OpenProblem::Unknown)?;
        let limit = left + 1;
        let size = std::io::copy(&mut entry.take(limit), &mut std::io::sink())
            .map_err(|_| OpenProblem::Unknown)?;
        left = left.checked_sub(size).ok_or(OpenProblem::TooMuchInside)?;
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("content.xml") {
        Ok(Kind::Ods)
    } else if has("[Content_Types].xml") {
        Ok(Kind::Xlsx)
    } else {
        Err(OpenProblem::Unknown)
    }
}

/// Takes cells until a limit is passed.
#[derive(Debug)]
pub(super) struct Collector {
    grids: Vec<Grid>,
    cells: usize,
    text: usize,
}

impl Collector {
    pub(super) const fn new() -> Self {
        Self { grids: Vec::new(), cells: 0, text: 0 }
    }

    pub(super) fn sheet(&mut self, name: &str) {
        self.grids.push(Grid { name: name.to_owned(), cells: BTreeMap::new() });
    }

    pub(super) fn text(&mut self, at: (u32, u32), text: &str) -> Result<(), OpenProblem> {
        if text.trim().is_empty() {
            return Ok(());
        }
        self.text = self.text.saturating_add(text.len());
        if self.text > MOST_TEXT {
            return Err(OpenProblem::TooMuchInside);
        }
        self.put(at, GridCell::Text(text.to_owned()))
    }

    pub(super) fn put(&mut self, at: (u32, u32), cell: GridCell) -> Result<(), OpenProblem> {
        self.cells += 1;
        if self.cells > MOST_CELLS {
            return Err(OpenProblem::TooManyCells(MOST_CELLS));
        }
        if let Some(grid) = self.grids.last_mut() {
            grid.cells.insert(at, cell);
        }
        Ok(())
    }

    pub(super) fn done(self) -> Vec<Grid> {
        self.grids
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn cells_have_names() {
        assert_eq!(cell_name(8, 3), "D9");
        assert_eq!(cell_name(0, 25), "Z1");
        assert_eq!(cell_name(0, 26), "AA1");
        assert_eq!(cell_name(1_048_575, 16_383), "XFD1048576");
        assert_eq!(cell_name(u32::MAX, u32::MAX), "MWLQKWV4294967296");
    }

    #[test]
    fn old_and_locked_files_are_told_apart() {
        let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0];
        assert_eq!(open(&bytes), Err(OpenProblem::OldExcel));
        bytes.extend(utf16("EncryptedPackage"));
        assert_eq!(open(&bytes), Err(OpenProblem::Locked));
        assert_eq!(open(b""), Err(OpenProblem::Empty));
        assert_eq!(open(b"PK\x03\x04rest"), Err(OpenProblem::Unknown));
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        let zeros = vec![0; 1 << 20];
        for part in 0..3 {
            archive.start_file(format!("{part}.xml"), options).unwrap();
            for _ in 0..70 {
                archive.write_all(&zeros).unwrap();
            }
        }
        let bytes = archive.finish().unwrap().into_inner();
        assert!(bytes.len() < 1 << 20);
        assert_eq!(open(&bytes), Err(OpenProblem::TooMuchInside));
    }
}
