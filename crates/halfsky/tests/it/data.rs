//! Figures in and out by command.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::{example, halfsky};

fn export(dir: &Path, more: &[&str]) -> String {
    halfsky(dir, &[&["data", "export", "--dir", "data"], more].concat()).ok()
}

fn import(dir: &Path, file: &str, more: &[&str]) -> crate::Run {
    halfsky(dir, &[&["data", "import", file, "--dir", "data"], more].concat())
}

/// The value of one unsplit figure in an export.
fn value<'a>(csv: &'a str, code: &str, period: &str) -> Option<&'a str> {
    let start = format!("990101,{code},{period},_T,_T,");
    let line = csv.lines().find(|line| line.starts_with(&start))?;
    line.split(',').nth(8)
}

#[test]
fn the_same_example_is_exported_as_the_same_bytes() {
    let (one, other) = (example(), TempDir::new().unwrap());
    halfsky(other.path(), &["demo", "--no-serve", "--dir", "data"]).ok();
    for format in ["csv", "json"] {
        for more in [&[][..], &["--internal"]] {
            let arguments = [&["--format", format], more].concat();
            let (a, b) = (export(one.path(), &arguments), export(other.path(), &arguments));
            assert!(a.len() > 10_000, "{format}: {}", a.len());
            assert_eq!(a, b, "{format} {more:?}");
        }
    }
    for dir in [&one, &other] {
        let words = ["--format", "xlsx", "--output", "figures.xlsx"];
        assert_eq!(export(dir.path(), &words), "");
    }
    let file = |dir: &TempDir| std::fs::read(dir.path().join("figures.xlsx")).unwrap();
    assert_eq!(file(&one), file(&other));
}

#[test]
fn an_edition_is_exported_as_it_was_published() {
    let dir = example();
    let (first, second) = (
        export(dir.path(), &["--edition", "2023/1"]),
        export(dir.path(), &["--edition", "2023/2"]),
    );
    assert_eq!(value(&first, "C-E10", "2023"), Some("95.8"));
    assert_eq!(value(&second, "C-E10", "2023"), Some("92.6"));
    assert_eq!(value(&export(dir.path(), &[]), "C-E10", "2023"), Some("92.6"));
    let json = export(dir.path(), &["--edition", "2023/2", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let figures = json["figures"].as_array().unwrap();
    let found = figures.iter().find(|f| f["indicator"] == "C-E10" && f["sex"] == "_T").unwrap();
    assert_eq!((&found["value"], &found["ref_area"]), (&"92.6".into(), &"990101".into()));
    let none = halfsky(dir.path(), &["data", "export", "--dir", "data", "--edition", "2023/9"]);
    assert!(none.failed().contains("2023年第9版"));
    let words = halfsky(dir.path(), &["data", "export", "--dir", "data", "--edition", "二三"]);
    assert!(words.code == Some(2) && words.err.contains("2024/2"), "{words:?}");
    let bare = halfsky(dir.path(), &["data", "export", "--dir", "data", "--format", "xlsx"]);
    assert!(bare.failed().contains("--output"));
}

#[test]
fn small_counts_leave_only_for_internal_use() {
    let dir = example();
    let public = export(dir.path(), &["--edition", "2024/1"]);
    let internal = export(dir.path(), &["--edition", "2024/1", "--internal"]);
    assert_eq!(value(&public, "W-H02-N", "2024-A1"), Some(""));
    assert_eq!(value(&internal, "W-H02-N", "2024-A1"), Some("2"));
    std::fs::write(dir.path().join("public.csv"), public).unwrap();
    let refused = import(dir.path(), "public.csv", &[]).failed();
    assert!(refused.contains("隐去") && refused.contains("没有导入任何数据"), "{refused}");
}

#[test]
fn what_was_exported_changes_nothing_when_it_is_imported() {
    let dir = example();
    let figures = export(dir.path(), &["--edition", "2024/1", "--internal"]);
    std::fs::write(dir.path().join("figures.csv"), figures).unwrap();
    let told = import(dir.path(), "figures.csv", &[]).ok();
    assert!(told.contains("新增0项，修订0项"), "{told}");
}

const EARLIER: &str = "地区\t指标\t报告期\t性别\t数值\t计量单位\t备注\n\
    990101\t在园幼儿数\t2019\t合计\t10060\t\t学年初\n\
    990101\t在园幼儿数\t2019\t女\t4740\t\t\n\
    990101\t在园幼儿数\t2019\t男\t5320\t\t\n\
    990101\tC-E01\t2019\t合计\t88.9\t%\t\n\
    990101\tW-H05\t2018\t合计\t90.4\t%\t\n";

#[test]
fn earlier_years_are_imported_once_with_where_they_came_from() {
    let dir = example();
    std::fs::write(dir.path().join("earlier.tsv"), EARLIER).unwrap();
    let before = export(dir.path(), &[]);
    let would = import(dir.path(), "earlier.tsv", &["--dry-run"]).ok();
    assert!(would.contains("将新增5项") && would.contains("没有写入"), "{would}");
    let source = ["--source", "《云溪县统计年鉴2019》"];
    let told = import(dir.path(), "earlier.tsv", &source).ok();
    assert!(told.contains("新增5项，修订0项"), "a dry run keeps nothing: {told}");
    let again = import(dir.path(), "earlier.tsv", &source).ok();
    assert!(again.contains("新增0项，修订0项，5项与已有数据相同"), "{again}");
    assert_eq!(export(dir.path(), &[]), before, "nothing is published by an import");

    let corrected = EARLIER.replace("88.9", "89.1");
    std::fs::write(dir.path().join("corrected.tsv"), corrected).unwrap();
    let told = import(dir.path(), "corrected.tsv", &source).ok();
    assert!(told.contains("修订1项") && told.contains("C-E01 2019：88.9 → 89.1"), "{told}");
    let audit = halfsky(dir.path(), &["audit", "export", "--dir", "data"]).ok();
    assert!(audit.contains("figures.import") && audit.contains("云溪县统计年鉴2019"), "{audit}");
}

#[test]
fn a_table_with_a_mistake_is_not_imported_at_all() {
    let dir = example();
    let bad = format!("{EARLIER}990101\tC-E01\t二三年\t合计\t九成\t‰\t\n");
    std::fs::write(dir.path().join("bad.tsv"), bad).unwrap();
    std::fs::write(dir.path().join("good.tsv"), EARLIER).unwrap();
    let run = halfsky(dir.path(), &["data", "import", "good.tsv", "bad.tsv", "--dir", "data"]);
    let err = run.failed();
    for place in ["bad.tsv CSV!C7", "bad.tsv CSV!E7", "bad.tsv CSV!F7", "共3处错误"] {
        assert!(err.contains(place), "{place}: {err}");
    }
    let told = import(dir.path(), "good.tsv", &["--dry-run"]).ok();
    assert!(told.contains("将新增5项"), "the good file was not kept either: {told}");
}

#[test]
fn the_rules_of_the_forms_hold_for_imports() {
    let dir = example();
    let broken = EARLIER.replace("5320", "5330");
    std::fs::write(dir.path().join("broken.tsv"), broken).unwrap();
    let err = import(dir.path(), "broken.tsv", &[]).failed();
    assert!(err.contains("CSV!E2") && err.contains("女"), "{err}");
    let missing = import(dir.path(), "no-such-file.csv", &[]).failed();
    assert!(missing.contains("no-such-file.csv"), "{missing}");
    std::fs::write(dir.path().join("empty.csv"), "").unwrap();
    assert!(import(dir.path(), "empty.csv", &[]).failed().contains("文件为空"));
}
