//! Workbooks (xlsx): one sheet, heads frozen and filterable, figures as numbers with their printed digits.

use halfsky_plan::figure::Figure;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    Chart, ChartFormat, ChartSolidFill, ChartType, Color, DocProperties, ExcelDateTime, Format,
    FormatBorder, Url, Workbook, Worksheet, XlsxError,
};

use crate::table::{Align, Table};
use crate::yearbook::{Compared, Yearbook};

/// Widest column, in characters.
const WIDEST: usize = 60;

/// The bytes of a table. The same table gives the same bytes: no time and no name enters the file.
pub fn xlsx(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = empty(&table.title)?;
    write_table(workbook.add_worksheet(), table, &sheet_name(&table.title))?;
    workbook.save_to_buffer()
}

/// The bytes of a yearbook: a first sheet with title, edition, notes and contents, one sheet for each table, and one
/// with the charts.
pub fn book(book: &Yearbook) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = empty(&book.title)?;
    // sheet names must differ, also where titles are cut or alike
    let name = |(number, table): (usize, &Table)| sheet_name(&format!("{number} {}", table.title));
    let mut names: Vec<String> = (1..).zip(&book.tables).map(name).collect();
    if !book.charts.is_empty() {
        names.push(CHARTS.to_owned());
    }
    let cover = workbook.add_worksheet();
    cover.set_name("说明")?;
    cover.set_column_width(0, 100)?;
    cover.write_string_with_format(0, 0, &book.title, &Format::new().set_bold())?;
    let mut row = 1;
    for line in std::iter::once(&book.edition).chain(&book.notes) {
        write_text(cover, (row, 0), line)?;
        row += 1;
    }
    cover.write_string_with_format(row + 1, 0, "目录", &Format::new().set_bold())?;
    for (row, name) in (row + 2..).zip(&names) {
        cover.write_url(row, 0, Url::new(format!("internal:'{name}'!A1")).set_text(name))?;
    }
    for (table, name) in book.tables.iter().zip(&names) {
        write_table(workbook.add_worksheet(), table, name)?;
    }
    if !book.charts.is_empty() {
        write_charts(workbook.add_worksheet(), &book.charts)?;
    }
    workbook.save_to_buffer()
}

/// The sheet of charts.
const CHARTS: &str = "图";

/// Charts one below the other, each beside the figures it draws.
fn write_charts(sheet: &mut Worksheet, charts: &[Compared]) -> Result<(), XlsxError> {
    sheet.set_name(CHARTS)?;
    sheet.set_column_width(0, 40)?;
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
    let mut row = 0;
    for compared in charts {
        write_text(sheet, (row, 0), &compared.title)?;
        for (column, title) in (0..).zip(["指标", "女", "男"]) {
            sheet.write_string_with_format(row + 1, column, title, &head)?;
        }
        let first = row + 2;
        let mut last = first;
        for (at, (name, women, men)) in (first..).zip(&compared.rows) {
            write_text(sheet, (at, 0), name)?;
            write_figure(sheet, (at, 1), *women)?;
            write_figure(sheet, (at, 2), *men)?;
            last = at;
        }
        let mut chart = Chart::new(ChartType::Bar);
        chart.title().set_name(&compared.title);
        chart.y_axis().set_reverse();
        for (column, color) in [(1, 0x007A_2E5D), (2, 0x001A_5A93)] {
            chart
                .add_series()
                .set_name((CHARTS, row + 1, column))
                .set_categories((CHARTS, first, 0, last, 0))
                .set_values((CHARTS, first, column, last, column))
                .set_format(
                    ChartFormat::new()
                        .set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(color))),
                );
        }
        let height = 140 + 36 * (last - first + 1);
        chart.set_width(640).set_height(height);
        sheet.insert_chart(row, 4, &chart)?;
        // a row is 20 pixels high
        row = (last + 2).max(row + height / 20 + 2);
    }
    sheet.set_landscape().set_paper_size(9);
    Ok(())
}

fn empty(title: &str) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let date = ExcelDateTime::from_ymd(2021, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&date));
    Ok(workbook)
}

fn write_table(sheet: &mut Worksheet, table: &Table, name: &str) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_text_wrap();
    for (at, column) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(0, at, &column.title, &head)?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        for ((at, column), cell) in (0..).zip(&table.columns).zip(cells) {
            let figure = cell.parse().ok().filter(|_| column.align == Align::Right);
            match figure {
                Some(figure) => write_figure(sheet, (row, at), figure)?,
                None => write_text(sheet, (row, at), cell)?,
            }
        }
    }
    for (column, width) in (0..).zip(widths(table)) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    if let (Some(last), false) = (u16::try_from(table.columns.len()).ok(), table.columns.is_empty())
    {
        let rows = u32::try_from(table.rows.len()).unwrap_or(0);
        sheet.autofilter(0, 0, rows, last - 1)?;
    }
    sheet.set_landscape().set_paper_size(9).set_repeat_rows(0, 0)?;
    Ok(())
}

fn write_text(sheet: &mut Worksheet, at: (u32, u16), text: &str) -> Result<(), XlsxError> {
    if !text.is_empty() {
        sheet.write_string_with_format(at.0, at.1, text, &Format::new().set_text_wrap())?;
    }
    Ok(())
}

/// A figure keeps its printed digits by its number format.
fn write_figure(sheet: &mut Worksheet, at: (u32, u16), figure: Figure) -> Result<(), XlsxError> {
    let places = usize::try_from(figure.decimal().scale()).unwrap_or(0);
    let digits = if places == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(places)) };
    match figure.decimal().to_f64() {
        Some(number) => {
            let format = Format::new().set_num_format(digits);
            sheet.write_number_with_format(at.0, at.1, number, &format)?;
            Ok(())
        }
        None => write_text(sheet, at, &figure.to_string()),
    }
}

/// Excel allows 31 characters and none of `[]:*?/\`.
fn sheet_name(title: &str) -> String {
    let name: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    if name.is_empty() { "表".to_owned() } else { name }
}

/// Columns as wide as their longest cell; a Chinese character takes two places.
fn widths(table: &Table) -> Vec<f64> {
    let width = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let mut widest: Vec<usize> = table.columns.iter().map(|c| width(&c.title)).collect();
    for row in &table.rows {
        for (at, cell) in widest.iter_mut().zip(row) {
            *at = (*at).max(width(cell));
        }
    }
    widest.into_iter().map(|w| (w.min(WIDEST) + 2) as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;
    use calamine::{Data, Reader, Xlsx};

    #[test]
    fn what_is_written_can_be_read_back() {
        let table = Table {
            title: "目标表：云溪县".to_owned(),
            columns: vec![Column::words("指标"), Column::numbers("目标值")],
            rows: vec![vec!["=1+1".to_owned(), "95.0".to_owned()]],
        };
        let bytes = xlsx(&table).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        let rows: Vec<Vec<Data>> = sheet.rows().map(<[Data]>::to_vec).collect();
        assert_eq!(rows[0], [Data::String("指标".to_owned()), Data::String("目标值".to_owned())]);
        assert_eq!(rows[1], [Data::String("=1+1".to_owned()), Data::Float(95.0)]);
    }

    #[test]
    fn the_same_table_gives_the_same_bytes() {
        let table = Table {
            title: "表".to_owned(),
            columns: vec![Column::numbers("列")],
            rows: vec![vec!["7".to_owned()]],
        };
        assert_eq!(xlsx(&table).unwrap(), xlsx(&table).unwrap());
    }

    #[test]
    fn a_yearbook_has_a_sheet_for_each_table() {
        let table = Table {
            title: "妇女与健康".to_owned(),
            columns: vec![Column::numbers("合计")],
            rows: vec![vec!["…".to_owned()]],
        };
        let written = book(&Yearbook {
            title: "资料".to_owned(),
            edition: "2025年第1版".to_owned(),
            tables: vec![table.clone(), table],
            charts: vec![Compared {
                title: "妇女与健康：女性和男性（%）".to_owned(),
                rows: vec![(
                    "系统管理率".to_owned(),
                    Figure::new(931.into()),
                    Figure::new(92.into()),
                )],
            }],
            notes: vec![],
        });
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(written.unwrap())).unwrap();
        let names = ["说明", "1 妇女与健康", "2 妇女与健康", "图"];
        assert_eq!(book.sheet_names(), names);
        let cover = book.worksheet_range_at(0).unwrap().unwrap();
        let told: Vec<String> = cover.rows().map(|row| row[0].to_string()).collect();
        assert!(told.ends_with(&names[1..].iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()));
        let charts = book.worksheet_range_at(3).unwrap().unwrap();
        assert_eq!(charts.get_value((2, 1)), Some(&Data::Float(931.0)));
    }

    #[test]
    fn a_title_becomes_a_sheet_name() {
        assert_eq!(sheet_name("a/b[c]"), "abc");
        assert_eq!(sheet_name("?"), "表");
    }
}
