use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use halfsky_plan::indicator::{Catalogue, IndicatorCode};
use proptest::prelude::*;

use super::*;
use crate::definition::Definition;
use crate::period::Period;
use crate::reporting::UnitId;

fn form() -> DataSet {
    let catalogue = Catalogue::builtin();
    let definitions: Vec<_> = ["W-H02", "W-H05", "C-E01"]
        .map(|code| catalogue.find(&IndicatorCode(code.to_owned())).unwrap())
        .map(|card| Definition::from_catalogue(card, 2021).unwrap())
        .to_vec();
    DataSet::worksheet("F1", "妇幼年报", &definitions, &definitions).unwrap()
}

fn period() -> Period {
    Period::year_of(2025).unwrap()
}

fn unit() -> UnitId {
    UnitId("卫健".to_owned())
}

fn planned(form: &DataSet, entries: &Entries) -> Layout {
    let none = BTreeMap::new();
    layout(&Template {
        data_set: form,
        round: "2025",
        unit: &unit(),
        unit_name: "示例单位",
        period: period(),
        last_year: &none,
        targets: &none,
        entries,
    })
}

/// The sheets as a reader of files would give them.
fn grids(layout: &Layout) -> Vec<Grid> {
    let mut figures = Grid { name: FIGURE_SHEET.to_owned(), cells: BTreeMap::new() };
    for cell in &layout.cells {
        let content = match &cell.content {
            Content::Empty | Content::Formula { .. } => continue,
            Content::Text(text) => GridCell::Text(text.clone()),
            Content::Figure(figure) => GridCell::Number(figure.to_string().parse().unwrap()),
        };
        figures.cells.insert((cell.row, u32::from(cell.column)), content);
    }
    let mut identity = Grid { name: IDENTITY_SHEET.to_owned(), cells: BTreeMap::new() };
    for (row, line) in (0..).zip(layout.identity.lines()) {
        for (column, text) in (0..).zip(line) {
            identity.cells.insert((row, column), GridCell::Text(text));
        }
    }
    vec![figures, identity]
}

fn place(layout: &Layout, code: &str, column: SheetColumn) -> (u32, u32) {
    let code = Content::Text(code.to_owned());
    let row = layout.cells.iter().find(|c| c.content == code).unwrap().row;
    (row, u32::from(column.index()))
}

fn read(grids: &[Grid], entries: &Entries) -> Result<Reading, ReadRefusal> {
    read_template(grids, &form(), &unit(), period(), entries)
}

const TOTAL: SheetColumn = SheetColumn::Figure(Column::Total);

#[test]
fn what_is_typed_becomes_changes_once() {
    let (form, none) = (form(), Entries::new());
    let layout = planned(&form, &none);
    let mut sheets = grids(&layout);
    let at = place(&layout, "W-H02-D", TOTAL);
    sheets[0].cells.insert(at, GridCell::Number(2532.0));
    let first = read(&sheets, &none).unwrap();
    assert_eq!((first.changes.len(), first.problems.len()), (1, 0));
    let change = &first.changes[0];
    assert_eq!((change.name.as_str(), change.after.as_str()), ("活产数", "2532"));
    assert_eq!(change.place, format!("填报表!{}", cell_name(at.0, at.1)));
    let again = read(&sheets, &first.entries).unwrap();
    assert_eq!((again.changes.len(), again.unchanged), (0, 1));
}

#[test]
fn a_template_filled_before_is_read_back_without_a_change() {
    let form = form();
    let mut entries = Entries::new();
    for row in form.rows().iter().filter(|r| r.kind == crate::data_set::RowKind::Reported) {
        let entry: &mut RowEntry = entries.entry(row.code.clone()).or_default();
        for column in &row.columns {
            entry.figures.insert(*column, "12".parse().unwrap());
        }
        entry.remark = "说明".to_owned();
    }
    let reading = read(&grids(&planned(&form, &entries)), &entries).unwrap();
    assert_eq!((reading.changes, reading.problems), (vec![], vec![]));
    assert_eq!(reading.entries, entries);
}

#[test]
fn an_emptied_cell_is_a_change() {
    let form = form();
    let mut entries = Entries::new();
    let births = IndicatorCode("W-H02-D".to_owned());
    entries.entry(births).or_default().figures.insert(Column::Total, "2532".parse().unwrap());
    let layout = planned(&form, &entries);
    let mut sheets = grids(&layout);
    sheets[0].cells.remove(&place(&layout, "W-H02-D", TOTAL));
    let change = &read(&sheets, &entries).unwrap().changes[0];
    assert_eq!((change.before.as_str(), change.after.as_str()), ("2532", ""));
}

#[test]
fn a_template_of_something_else_is_refused_with_the_reason() {
    let (form, none) = (form(), Entries::new());
    let sheets = grids(&planned(&form, &none));
    let other = UnitId("教育".to_owned());
    let refuse = |unit: &UnitId, year| {
        let period = Period::year_of(year).unwrap();
        read_template(&sheets, &form, unit, period, &none).unwrap_err()
    };
    assert_eq!(refuse(&other, 2025), ReadRefusal::OtherUnit);
    assert_eq!(
        refuse(&unit(), 2026).to_string(),
        "模板的报告期为2025年，本次报送的报告期为2026年；请下载本报告期的模板"
    );
    let mut changed = sheets.clone();
    changed[1].cells.insert((6, 1), GridCell::Text("0".repeat(64)));
    assert!(matches!(read(&changed, &none), Err(ReadRefusal::OtherVersion { .. })));
    assert_eq!(read(&sheets[..1], &none), Err(ReadRefusal::NotATemplate));
}

#[test]
fn problems_are_named_by_sheet_and_cell() {
    let (form, none) = (form(), Entries::new());
    let layout = planned(&form, &none);
    let mut sheets = grids(&layout);
    let mut put = |code, column, text: &str| {
        let at = place(&layout, code, column);
        sheets[0].cells.insert(at, GridCell::Text(text.to_owned()));
        format!("填报表!{}", cell_name(at.0, at.1))
    };
    let expected = [
        put("W-H02-N", TOTAL, "一例"),
        put("W-H02-N", SheetColumn::Figure(Column::Male), "0"),
        put("W-H02-N", SheetColumn::MissingReason, "不清楚"),
        put("W-H02-D", TOTAL, "0.25万"),
    ];
    let reading = read(&sheets, &none).unwrap();
    let places: Vec<_> = reading.problems.iter().map(|p| p.place.clone()).collect();
    assert_eq!(places, expected);
    assert_eq!(reading.changes, []);
}

#[test]
fn a_row_that_is_gone_is_told() {
    let (form, none) = (form(), Entries::new());
    let layout = planned(&form, &none);
    let mut sheets = grids(&layout);
    let row = place(&layout, "W-H02-D", TOTAL).0;
    sheets[0].cells.retain(|(at, _), _| *at != row);
    let problems = read(&sheets, &none).unwrap().problems;
    assert_eq!(problems[0].message, "缺少“活产数”（W-H02-D）一行");
}

#[test]
fn a_reason_and_its_note_are_read() {
    let (form, none) = (form(), Entries::new());
    let layout = planned(&form, &none);
    let mut sheets = grids(&layout);
    let mut put = |column, text: &str| {
        sheets[0].cells.insert(place(&layout, "W-H02-D", column), GridCell::Text(text.to_owned()))
    };
    put(SheetColumn::MissingReason, "其他");
    put(SheetColumn::Remark, "登记系统更换");
    let reading = read(&sheets, &none).unwrap();
    let filled = &reading.entries[&IndicatorCode("W-H02-D".to_owned())];
    assert_eq!(filled.missing.as_ref().unwrap().note, "登记系统更换");
    assert_eq!(reading.changes.len(), 2);
}

#[test]
fn a_delimited_text_changes_only_what_it_says() {
    let form = form();
    let mut entries = Entries::new();
    let code = |code: &str| IndicatorCode(code.to_owned());
    entries.entry(code("W-H02-N")).or_default().figures.insert(Column::Total, "1".parse().unwrap());
    let table = "代码,合计,备注\nW-H02-N,,\nW-H02-D,\"2,532\",\nX-1,5,\n";
    let grids = open(table.as_bytes()).unwrap();
    let mapping = propose(&grids, &form);
    let reading = read_mapped(&grids, &form, &mapping, &entries).unwrap();
    assert_eq!(reading.changes.len(), 1);
    assert_eq!(reading.problems[0].message, "本表没有代码“X-1”");
    assert_eq!(reading.entries[&code("W-H02-N")].figures.len(), 1);
    let again = read_mapped(&grids, &form, &mapping, &reading.entries).unwrap();
    assert_eq!(again.changes, []);
}

#[test]
fn repeated_cells_of_an_open_document_are_bounded() {
    let content = "<office:document-content><table:table table:name=\"填报表\">\
        <table:table-row table:number-rows-repeated=\"1048576\">\
        <table:table-cell office:value-type=\"float\" office:value=\"1\" \
        table:number-columns-repeated=\"16384\"/></table:table-row></table:table>\
        </office:document-content>";
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(content.as_bytes()).unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    assert!(matches!(open(&bytes), Err(OpenProblem::TooManyCells(_))));
}

proptest! {
    #[test]
    fn any_bytes_are_opened_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(grids) = open(&bytes) {
            let form = form();
            let mapping = propose(&grids, &form);
            let _ = read_mapped(&grids, &form, &mapping, &Entries::new());
        }
    }

    #[test]
    fn any_table_is_read_or_refused(table in "(代码|合计|女|W-H02-N|[,\\n0-9%一x\"]){0,60}") {
        if let Ok(grids) = open(table.as_bytes()) {
            let form = form();
            let mapping = propose(&grids, &form);
            if let Ok(reading) = read_mapped(&grids, &form, &mapping, &Entries::new()) {
                let again = read_mapped(&grids, &form, &mapping, &reading.entries).unwrap();
                prop_assert_eq!(again.changes, vec![], "the same file twice changes nothing");
            }
        }
    }
}
