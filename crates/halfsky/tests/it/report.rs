//! Reports from a store: every document as every file, measured.

use std::io::{Cursor, Read as _};
use std::path::Path;

use tempfile::TempDir;

use crate::halfsky;

const COUNTY: &str = "990101";

/// The built-in example with its published figures.
struct Example(TempDir);

impl Example {
    fn make() -> Self {
        let dir = TempDir::new().unwrap();
        halfsky(dir.path(), &["demo", "--no-serve", "--dir", "data"]).ok();
        Self(dir)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &[&str]) -> crate::Run {
        let mut all = arguments.to_vec();
        all.extend(["--dir", "data"]);
        halfsky(self.path(), &all)
    }

    fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap()
    }

    /// Makes a document and gives its bytes.
    fn make_file(&self, kind: &str, more: &[&str], name: &str) -> Vec<u8> {
        let mut arguments = vec!["report", kind, "--year", "2025", "--date", "2026-07-01"];
        arguments.extend(["--region", COUNTY, "--out", name]);
        arguments.extend(more);
        let told = self.run(&arguments).ok();
        assert!(told.contains("已生成"), "{told}");
        self.file(name)
    }
}

/// The words of the main part of a docx.
fn words(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let mut words = String::new();
    for part in xml.split("<w:t xml:space=\"preserve\">").skip(1) {
        words.push_str(part.split("</w:t>").next().unwrap());
    }
    words
}

const DOCUMENTS: [(&str, &[&str]); 9] = [
    ("annual", &[]),
    ("brief", &[]),
    ("midterm", &[]),
    ("final", &[]),
    ("unit", &["--unit", "县卫生健康局"]),
    ("official", &["--kind", "report", "--to", "县人民政府"]),
    ("official", &["--kind", "circular", "--to", "各成员单位"]),
    ("official", &["--kind", "request", "--to", "县人民政府"]),
    ("official", &["--kind", "minutes"]),
];

fn name(kind: &str, more: &[&str], ending: &str) -> String {
    let kinds = more.iter().zip(more.iter().skip(1)).find(|(flag, _)| **flag == "--kind");
    format!("{kind}-{}.{ending}", kinds.map_or("one", |(_, kind)| kind))
}

#[test]
fn every_document_is_made_the_same_way_twice_and_deviates_in_nothing() {
    let example = Example::make();
    for (kind, more) in DOCUMENTS {
        let set = name(kind, more, "pdf");
        assert!(example.make_file(kind, more, &set).starts_with(b"%PDF"), "{set}");
        let name = name(kind, more, "docx");
        let first = example.make_file(kind, more, &name);
        assert_eq!(first, example.make_file(kind, more, &name), "{name}");
        let checked = example.run(&["report", "check", &name]).ok();
        assert!(checked.contains("未发现不符合项"), "{name}: {checked}");
    }
}

#[test]
fn tables_leave_as_workbooks_and_the_yearbook_as_everything() {
    let example = Example::make();
    for name in ["annual.xlsx", "annual.html"] {
        assert!(!example.make_file("annual", &[], name).is_empty());
    }
    for name in ["book.xlsx", "book.docx", "book.pdf", "book.html"] {
        let first = example.make_file("yearbook", &[], name);
        assert_eq!(first, example.make_file("yearbook", &[], name), "{name}");
    }
    let checked = example.run(&["report", "check", "book.docx"]).ok();
    assert!(checked.contains("未发现不符合项"), "{checked}");
}

#[test]
fn letters_are_drafts_about_what_the_unit_leads() {
    let example = Example::make();
    let letter = ["--kind", "notice", "--unit", "县卫生健康局", "--due", "2026-08-01"];
    let mut numbered = letter.to_vec();
    numbered.extend(["--number", "云妇儿办函〔2026〕5号"]);
    let word = words(&example.make_file("letter", &numbered, "letter.docx"));
    assert!(word.contains("云妇儿办函〔2026〕5号") && word.contains("县卫生健康局："), "{word}");
    let checked = example.run(&["report", "check", "letter.docx"]).ok();
    assert!(checked.contains("未发现不符合项"), "{checked}");
    let mut nobody = letter.to_vec();
    nobody[3] = "县气象局";
    let mut all = vec!["report", "letter", "--year", "2025", "--region", COUNTY, "--out", "x.docx"];
    all.extend(nobody);
    let refused = example.run(&all);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("县气象局没有需要提示的牵头目标"), "{}", refused.err);
}

#[test]
fn what_cannot_be_made_says_what_to_do() {
    let example = Example::make();
    let told = |arguments: &[&str]| {
        let run = example.run(arguments);
        assert_ne!(run.code, Some(0));
        run.err
    };
    let annual = |year: &str, out: &str| {
        told(&["report", "annual", "--year", year, "--region", COUNTY, "--out", out])
    };
    assert!(annual("2025", "a.ofd").contains("扩展名应为docx、pdf、html、xlsx"));
    assert!(annual("2031", "a.docx").contains("还没有公布2031年的数据"));
    let unit = ["report", "unit", "--year", "2025", "--region", COUNTY, "--unit", "县气象局"];
    let mut unit = unit.to_vec();
    unit.extend(["--out", "u.docx"]);
    assert!(told(&unit).contains("有分工的单位：县"));
    std::fs::write(example.path().join("no.docx"), b"no").unwrap();
    assert!(told(&["report", "check", "no.docx"]).contains("不是Word文档"));
}

#[test]
fn the_public_site_is_complete_and_written_once() {
    let example = Example::make();
    let publish = ["publish", "--year", "2025", "--region", COUNTY, "--out", "site"];
    let told = example.run(&publish).ok();
    assert!(told.contains("首页为"), "{told}");
    let home = String::from_utf8(example.file("site/index.html")).unwrap();
    assert!(home.contains("可监测口径") && home.contains("云溪县"), "{home}");
    let again = example.run(&publish);
    assert!(again.err.contains("已有内容"), "{}", again.err);
}
