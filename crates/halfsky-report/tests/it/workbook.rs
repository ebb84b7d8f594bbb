//! What the report crate writes, the monitor crate reads; also after an office program had it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use halfsky_monitor::data_set::{Column, DataSet, Entries, RowEntry, RowKind};
use halfsky_monitor::definition::Definition;
use halfsky_monitor::observation::{Missing, MissingReason};
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::workbook::{
    FIGURE_SHEET, GridCell, NO_RESULT, Reading, Template, cell_name, layout, open, read_template,
};
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::{Catalogue, IndicatorCode};
use halfsky_report::workbook::template;

fn form() -> DataSet {
    let definitions: Vec<_> = Catalogue::builtin()
        .indicators()
        .iter()
        .filter(|card| card.code.0.starts_with("W-H"))
        .map(|card| Definition::from_catalogue(card, 2021).unwrap())
        .collect();
    DataSet::worksheet("F1", "妇女与健康年报表", &definitions, &definitions).unwrap()
}

fn unit() -> UnitId {
    UnitId("卫健".to_owned())
}

fn period() -> Period {
    "2025-A1".parse().unwrap()
}

/// Every cell filled; one row says why it is empty.
fn filled(form: &DataSet) -> Entries {
    let mut entries = Entries::new();
    for (number, row) in (1_i64..).zip(form.rows()) {
        if row.kind != RowKind::Reported {
            continue;
        }
        let entry: &mut RowEntry = entries.entry(row.code.clone()).or_default();
        for column in &row.columns {
            let figure = Figure::new(rust_decimal::Decimal::new(number * 1234, row.decimals));
            entry.figures.insert(*column, figure);
        }
    }
    let births = entries.get_mut(&IndicatorCode("W-H02-D".to_owned())).unwrap();
    births.figures.clear();
    "登记系统更换".clone_into(&mut births.remark);
    births.missing = Some(Missing {
        reason: MissingReason::Other,
        note: "登记系统更换".to_owned(),
        owner: String::new(),
        substitute: String::new(),
    });
    entries
}

fn write(form: &DataSet, entries: &Entries) -> Vec<u8> {
    write_of(period(), form, entries)
}

fn write_of(period: Period, form: &DataSet, entries: &Entries) -> Vec<u8> {
    let code = IndicatorCode("W-H02".to_owned());
    let last_year = BTreeMap::from([(code.clone(), "9.4".to_owned())]);
    let targets = BTreeMap::from([(code, "≤12".to_owned())]);
    template(&layout(&Template {
        data_set: form,
        round: "2025",
        unit: &unit(),
        unit_name: "示例县卫生健康局",
        period,
        last_year: &last_year,
        targets: &targets,
        entries,
    }))
    .unwrap()
}

fn read(bytes: &[u8], form: &DataSet, entries: &Entries) -> Reading {
    read_template(&open(bytes).unwrap(), form, &unit(), period(), entries).unwrap()
}

#[test]
fn what_is_written_is_read_back() {
    let form = form();
    let entries = filled(&form);
    let bytes = write(&form, &entries);
    let same = read(&bytes, &form, &entries);
    assert_eq!((same.changes, same.problems), (vec![], vec![]));
    let fresh = read(&bytes, &form, &Entries::new());
    assert_eq!(fresh.problems, []);
    assert_eq!(fresh.entries, entries, "a filled template fills an empty form");
}

#[test]
fn the_form_of_a_part_of_a_year_does_not_speak_of_the_year() {
    let (form, half): (DataSet, Period) = (form(), "2025-S1".parse().unwrap());
    let headings = |period| {
        let grids = open(&write_of(period, &form, &Entries::new())).unwrap();
        let sheet = grids.iter().find(|grid| grid.name == FIGURE_SHEET).unwrap();
        let all = (0..30).flat_map(|row| (0..14).map(move |column| (row, column)));
        let all: Vec<String> = all.map(|(row, column)| sheet.text(row, column)).collect();
        ["本年合计", "上年", "本期合计", "上年同期"].map(|word| all.iter().any(|text| text == word))
    };
    assert_eq!(headings(period()), [true, true, false, false]);
    assert_eq!(headings(half), [false, false, true, true]);
    let entries = filled(&form);
    let grids = open(&write_of(half, &form, &entries)).unwrap();
    let read = |grids: &[_]| {
        let read = read_template(grids, &form, &unit(), half, &Entries::new()).unwrap();
        (read.problems, read.entries)
    };
    assert_eq!(read(&grids), (vec![], entries));
}

#[test]
fn an_office_program_may_have_it() {
    let available = Command::new("soffice")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !available.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("CI").is_none(), "LibreOffice (soffice) is missing");
        println!("skipped: LibreOffice (soffice) is not installed");
        return;
    }
    let form = form();
    let entries = filled(&form);
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("there");
    let back = folder.path().join("back");
    fs::create_dir(&there).unwrap();
    fs::create_dir(&back).unwrap();
    let first = folder.path().join("form.xlsx");
    fs::write(&first, write(&form, &entries)).unwrap();
    convert(&first, "ods", &there);
    let ods = there.join("form.ods");
    convert(&ods, "xlsx", &back);
    for file in [ods, back.join("form.xlsx")] {
        let bytes = fs::read(&file).unwrap();
        let reading = read(&bytes, &form, &entries);
        assert_eq!((reading.changes, reading.problems), (vec![], vec![]), "{}", file.display());
        let fresh = read(&bytes, &form, &Entries::new());
        assert_eq!(fresh.entries, entries, "{}", file.display());
        rates_are_worked_out(&bytes, &form);
    }
}

/// The formulas of the sheet give what the formulas of the form give.
fn rates_are_worked_out(bytes: &[u8], form: &DataSet) {
    let grids = open(bytes).unwrap();
    let grid = grids.iter().find(|g| g.name == FIGURE_SHEET).unwrap();
    let mut compared = 0;
    for (key, outcome) in form.computed(&filled(form)) {
        if key.column != Column::Total {
            continue;
        }
        let row = (0..grid.rows()).find(|row| grid.text(*row, 2) == key.row.0).unwrap();
        let cell = grid.cells.get(&(row, 3));
        let place = cell_name(row, 3);
        match outcome {
            halfsky_monitor::formula::Outcome::Value(value) => {
                let Some(GridCell::Number(number)) = cell else { panic!("{place}: {cell:?}") };
                let value: f64 = value.to_string().parse().unwrap();
                assert!((number - value).abs() <= 1e-9 * value.abs(), "{place}: {number} {value}");
                compared += 1;
            }
            _ => assert_eq!(cell, Some(&GridCell::Text(NO_RESULT.to_owned())), "{place}"),
        }
    }
    assert!(compared > 5);
}

fn convert(file: &Path, to: &str, folder: &Path) {
    let done = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}/profile", folder.display()))
        .args(["--headless", "--convert-to", to, "--outdir"])
        .arg(folder)
        .arg(file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(done.success(), "LibreOffice could not convert {}", file.display());
}
