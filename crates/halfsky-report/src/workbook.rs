//! Workbook (填报模板): writes the layout that `halfsky_monitor::workbook` reads back.

use std::collections::BTreeMap;

use halfsky_monitor::workbook::{
    Content, FIGURE_SHEET, IDENTITY_SHEET, INSTRUCTION_SHEET, Layout, NO_RESULT, Origin,
    PlannedCell, SHEET_COLUMNS, SheetColumn,
};
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    DataValidation, DataValidationRule, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Formula, ProtectionOptions, Workbook, Worksheet, XlsxError,
};

/// Fill of the cells to be filled in.
const OPEN: u32 = 0x00FD_F6FA;
/// Fill of headings.
const HEADING: u32 = 0x00E9_ECF0;
/// Largest figure a form can hold.
const LARGEST: f64 = 1e15;

/// The bytes of a template. The same layout gives the same bytes.
pub fn template(layout: &Layout) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let date = ExcelDateTime::from_ymd(2021, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new().set_title(&layout.title).set_creation_datetime(&date),
    );
    instructions(workbook.add_worksheet(), layout)?;
    figures(workbook.add_worksheet(), layout)?;
    identity(workbook.add_worksheet(), layout)?;
    workbook.save_to_buffer()
}

fn instructions(sheet: &mut Worksheet, layout: &Layout) -> Result<(), XlsxError> {
    sheet.set_name(INSTRUCTION_SHEET)?;
    sheet.set_column_width(0, 100)?;
    let (head, text) = (Format::new().set_bold(), Format::new().set_text_wrap());
    for (row, line) in (0..).zip(&layout.instructions) {
        let format = if line.chars().count() <= 4 { &head } else { &text };
        sheet.write_string_with_format(row, 0, line, format)?;
    }
    sheet.protect();
    Ok(())
}

fn identity(sheet: &mut Worksheet, layout: &Layout) -> Result<(), XlsxError> {
    sheet.set_name(IDENTITY_SHEET)?;
    for (row, line) in (0..).zip(layout.identity.lines()) {
        for (column, text) in (0..).zip(line) {
            sheet.write_string(row, column, text)?;
        }
    }
    sheet.protect();
    sheet.set_very_hidden(true);
    Ok(())
}

fn figures(sheet: &mut Worksheet, layout: &Layout) -> Result<(), XlsxError> {
    sheet.set_name(FIGURE_SHEET)?;
    let last = u16::try_from(SHEET_COLUMNS.len() - 1).unwrap_or(0);
    for column in SHEET_COLUMNS {
        sheet.set_column_width(column.index(), width(column))?;
    }
    let mut formats = Formats::default();
    for cell in &layout.cells {
        if cell.row == layout.title_row {
            let title = Format::new()
                .set_bold()
                .set_font_size(16)
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter);
            sheet.merge_range(cell.row, 0, cell.row, last, &layout.title, &title)?;
            sheet.set_row_height(cell.row, 30)?;
        } else {
            write(sheet, cell, formats.of(cell))?;
        }
    }
    validations(sheet, layout)?;
    sheet.set_freeze_panes(layout.heading_row + 1, 3)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(layout.heading_row, layout.heading_row)?;
    sheet.set_footer("&C第&P页 共&N页");
    sheet.protect_with_options(&ProtectionOptions {
        format_columns: true,
        format_rows: true,
        ..ProtectionOptions::default()
    });
    sheet.set_active(true);
    Ok(())
}

const fn width(column: SheetColumn) -> u32 {
    match column {
        SheetColumn::Name => 34,
        SheetColumn::Unit => 9,
        SheetColumn::Code | SheetColumn::Figure(_) => 11,
        SheetColumn::FemaleShare | SheetColumn::LastYear | SheetColumn::Target => 10,
        SheetColumn::Source => 20,
        SheetColumn::MissingReason => 18,
        SheetColumn::Remark => 24,
    }
}

fn write(sheet: &mut Worksheet, cell: &PlannedCell, format: &Format) -> Result<(), XlsxError> {
    let (row, column) = (cell.row, cell.column);
    match &cell.content {
        Content::Empty => sheet.write_blank(row, column, format)?,
        Content::Text(text) => sheet.write_string_with_format(row, column, text, format)?,
        Content::Figure(figure) => match figure.decimal().to_f64() {
            Some(number) => sheet.write_number_with_format(row, column, number, format)?,
            None => sheet.write_string_with_format(row, column, figure.to_string(), format)?,
        },
        Content::Formula { formula, result } => {
            let result = result.map_or_else(|| NO_RESULT.to_owned(), |figure| figure.to_string());
            let formula = Formula::new(formula.as_str()).set_result(result);
            sheet.write_formula_with_format(row, column, formula, format)?
        }
    };
    Ok(())
}

/// What a cell's format depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    Line,
    Fixed,
    Heading,
    Figure(u32),
    Words,
    Computed(u32),
    Closed,
}

/// One format for each look: a workbook may hold only so many.
#[derive(Default)]
struct Formats(BTreeMap<Look, Format>);

impl Formats {
    fn of(&mut self, cell: &PlannedCell) -> &Format {
        let look = match &cell.origin {
            Origin::Fixed if cell.column == 0 && is_line(cell) => Look::Line,
            Origin::Fixed => Look::Fixed,
            Origin::Heading => Look::Heading,
            Origin::Figure { decimals } => Look::Figure(*decimals),
            Origin::Choice(_) | Origin::Words => Look::Words,
            Origin::Computed { decimals } => Look::Computed(*decimals),
            Origin::Closed => Look::Closed,
        };
        self.0.entry(look).or_insert_with(|| format(look))
    }
}

/// A line of head or foot runs over the columns.
fn is_line(cell: &PlannedCell) -> bool {
    matches!(&cell.content, Content::Text(text) if text.contains('：') || text == "内部工作表")
}

fn format(look: Look) -> Format {
    let bordered = Format::new().set_border(FormatBorder::Thin);
    match look {
        Look::Line => Format::new(),
        Look::Fixed => bordered.set_text_wrap(),
        Look::Heading => {
            bordered.set_bold().set_background_color(HEADING).set_align(FormatAlign::Center)
        }
        Look::Figure(decimals) => {
            bordered.set_unlocked().set_background_color(OPEN).set_num_format(digits(decimals))
        }
        Look::Words => bordered.set_unlocked().set_background_color(OPEN).set_text_wrap(),
        Look::Computed(decimals) => bordered.set_num_format(digits(decimals)),
        Look::Closed => bordered.set_align(FormatAlign::Center),
    }
}

fn digits(decimals: u32) -> String {
    let places = usize::try_from(decimals).unwrap_or(0);
    if places == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(places)) }
}

fn validations(sheet: &mut Worksheet, layout: &Layout) -> Result<(), XlsxError> {
    let number = DataValidation::new()
        .allow_decimal_number(DataValidationRule::Between(-LARGEST, LARGEST))
        .ignore_blank(true)
        .set_error_title("只能填数字")?
        .set_error_message("请只填数字，不填单位。没有数据的请清空，并选择缺数原因。")?;
    for cell in &layout.cells {
        match &cell.origin {
            Origin::Figure { .. } => {
                sheet.add_data_validation(cell.row, cell.column, cell.row, cell.column, &number)?;
            }
            Origin::Choice(words) => {
                let choice = DataValidation::new()
                    .allow_list_strings(words)?
                    .ignore_blank(true)
                    .set_error_title("请从列表中选择")?
                    .set_error_message("缺数原因请从下拉列表中选择。")?;
                sheet.add_data_validation(cell.row, cell.column, cell.row, cell.column, &choice)?;
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_monitor::data_set::{DataSet, Entries};
    use halfsky_monitor::definition::Definition;
    use halfsky_monitor::period::Period;
    use halfsky_monitor::reporting::UnitId;
    use halfsky_monitor::workbook::{Template, layout};
    use halfsky_plan::indicator::Catalogue;

    #[test]
    fn the_same_layout_gives_the_same_bytes() {
        let definitions: Vec<_> = Catalogue::builtin()
            .indicators()
            .iter()
            .take(5)
            .map(|card| Definition::from_catalogue(card, 2021).unwrap())
            .collect();
        let form = DataSet::worksheet("F", "示例表", &definitions, &definitions).unwrap();
        let (unit, none) = (UnitId("示例".to_owned()), BTreeMap::new());
        let layout = layout(&Template {
            data_set: &form,
            round: "1",
            unit: &unit,
            unit_name: "示例单位",
            period: Period::year_of(2025).unwrap(),
            last_year: &none,
            targets: &none,
            entries: &Entries::new(),
        });
        assert_eq!(template(&layout).unwrap(), template(&layout).unwrap());
    }
}
