//! One plan in every format reads the same.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use halfsky_plan::document;
use halfsky_plan::plan::Clause;
use halfsky_plan::source::{Format, read};

use super::make::{self, PdfFont};

#[test]
fn word_documents() {
    same(make::docx_of_text, "docx", Format::Docx);
}

#[test]
fn web_pages() {
    same(|text| page(text).into_bytes(), "html", Format::Html);
    let gbk = |text: &str| encoding_rs::GB18030.encode(&page(text)).0.into_owned();
    same(gbk, "html", Format::Html);
}

#[test]
fn markdown() {
    same(|text| marked_up(text).into_bytes(), "md", Format::Markdown);
}

#[test]
fn encodings() {
    same(|text| encoding_rs::GB18030.encode(text).0.into_owned(), "txt", Format::Txt);
    same(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect(), "txt", Format::Txt);
    let marked =
        |text: &str| format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    same(marked, "txt", Format::Txt);
    same(|text| text.replace('\n', "\r\n").into_bytes(), "txt", Format::Txt);
}

#[test]
fn pdf_documents() {
    for font in [PdfFont::Ucs2, PdfFont::Gbk, PdfFont::Identity] {
        same(|text| make::pdf(text, font), "pdf", Format::Pdf);
    }
}

/// The plans of the built-in example.
fn plans() -> Vec<PathBuf> {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../halfsky/demo");
    let mut plans: Vec<PathBuf> =
        fs::read_dir(demo).unwrap().map(|entry| entry.unwrap().path()).collect();
    plans.retain(|file| file.extension().is_some_and(|e| e == "txt"));
    plans.sort();
    assert!(plans.len() >= 2, "the built-in example has moved");
    plans
}

/// Every plan, converted, tells the same domains, clauses and targets as its text.
fn same(convert: impl Fn(&str) -> Vec<u8>, extension: &str, format: Format) {
    for file in plans() {
        let text = fs::read_to_string(&file).unwrap();
        let source = read(&convert(&text), &format!("规划.{extension}")).unwrap();
        // A plain text with Markdown tables counts as Markdown; nothing is lost by it.
        let plain = |f| if f == Format::Markdown { Format::Txt } else { f };
        assert_eq!(plain(source.format), plain(format));
        let (expect, found) = (tell(&text), tell(&source.text));
        assert!(expect.lines().count() > 100, "{}", file.display());
        let odd: Vec<_> =
            expect.lines().zip(found.lines()).filter(|(a, b)| a != b).take(3).collect();
        let counts = (expect.lines().count(), found.lines().count());
        assert!(expect == found, "{} as {format:?}: lines {counts:?}, {odd:#?}", file.display());
    }
}

/// What was read, without the places it was read from.
fn tell(text: &str) -> String {
    let mut told = String::new();
    for plan in document::parse(text).plans {
        writeln!(told, "{} {} {}", plan.title, plan.beneficiary.code(), plan.period).unwrap();
        for domain in &plan.domains {
            writeln!(told, "{}", domain.name).unwrap();
            clauses(&domain.objectives, &mut told);
            clauses(&domain.measures, &mut told);
        }
        clauses(&plan.implementation, &mut told);
        clauses(&plan.monitoring, &mut told);
        for row in &plan.table_targets {
            writeln!(told, "{} {:?} {:?}", row.target.indicator, row.target.value, row.lead)
                .unwrap();
        }
        writeln!(
            told,
            "{} {} {}",
            plan.assignments.len(),
            plan.calendar.len(),
            plan.baseline.len()
        )
        .unwrap();
    }
    told
}

fn clauses(clauses: &[Clause], told: &mut String) {
    for clause in clauses {
        writeln!(told, "{} {}", clause.number, clause.text).unwrap();
        for t in &clause.targets {
            let value = (t.comparator, t.value, t.unit, t.by, t.base_year);
            writeln!(told, "  {} {value:?} {} {:?}", t.indicator, t.kind.code(), t.scope).unwrap();
        }
    }
}

/// A page of a government site: navigation, the plan, a footer.
fn page(text: &str) -> String {
    let mut page = "<!DOCTYPE html><html><head><meta charset=\"gb18030\"><title>规划</title></head><body>\
        <div class=\"nav\"><a href=\"/\">首页</a><a href=\"/zwgk\">政务公开</a><a href=\"/hdjl\">互动交流</a></div><div id=\"zoom\">"
        .to_owned();
    let mut table = false;
    for line in text.lines() {
        if table != line.contains('\t') {
            page.push_str(if table { "</table>" } else { "<table>" });
            table = !table;
        }
        let line = make::escaped(line);
        if table {
            writeln!(page, "<tr><td>{}</td></tr>", line.replace('\t', "</td><td>")).unwrap();
        } else {
            writeln!(page, "<p>&nbsp;&nbsp;<span>{line}</span></p>").unwrap();
        }
    }
    page.push_str(if table { "</table>" } else { "" });
    page + "</div><div class=\"footer\">主办：云溪县人民政府</div></body></html>"
}

/// Markdown with headings, emphasis and tables.
fn marked_up(text: &str) -> String {
    let mut document = String::new();
    let mut columns = 0;
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() > 1 {
            writeln!(document, "|{}|", cells.join("|")).unwrap();
            if columns == 0 {
                writeln!(document, "|{}", "---|".repeat(cells.len())).unwrap();
            }
            columns = cells.len();
            continue;
        }
        columns = 0;
        let heading = line.chars().count() < 16 && line.contains('、');
        let mark = if heading { "## " } else { "" };
        writeln!(document, "\n{mark}{line}\n").unwrap();
    }
    document
}
