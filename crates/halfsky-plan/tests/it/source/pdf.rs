//! PDF files with the fonts of official Chinese documents.

use halfsky_plan::source::{Format, SourceError, read};

use super::make::{self, PdfFont};

const PLAN: &str = "云溪县妇女发展规划（2021—2030年）\n一、妇女与健康\n1.孕产妇死亡率下降到12/10万以下，达到95%。\n";

fn check(bytes: &[u8], expect: &str) {
    let source = read(bytes, "规划.pdf").unwrap();
    assert_eq!((source.format, source.text.as_str()), (Format::Pdf, expect));
    assert!(source.notes.is_empty(), "{:?}", source.notes);
}

#[test]
fn fonts_that_are_named_but_not_embedded() {
    check(&make::pdf(PLAN, PdfFont::Ucs2), PLAN);
    check(&make::pdf(PLAN, PdfFont::Gbk), PLAN);
}

#[test]
fn glyph_numbers_with_a_map_to_unicode() {
    check(&make::pdf(PLAN, PdfFont::Identity), PLAN);
}

#[test]
fn long_lines_come_back_as_paragraphs_and_pages_stay_apart() {
    let long = "全面贯彻男女平等基本国策，".repeat(12);
    let lines = (1..=40).map(|n| format!("{n}.{long}\n")).collect::<Vec<_>>().concat();
    let source = read(&make::pdf(&lines, PdfFont::Ucs2), "a.pdf").unwrap();
    let pages = source.text.matches('\u{C}').count();
    assert!(pages > 1, "{pages}");
    let together: String = source.text.split_whitespace().collect();
    assert_eq!(together, lines.split_whitespace().collect::<String>());
    let paragraphs = source.text.lines().filter(|line| line.trim().len() > 1).count();
    assert!((40..=40 + pages).contains(&paragraphs), "{paragraphs} paragraphs on {pages} pages");
}

#[test]
fn a_scan_says_that_it_needs_ocr() {
    let error = read(&make::scanned_pdf(), "扫描.pdf").unwrap_err();
    assert_eq!(error, SourceError::NoTextLayer);
    assert!(error.to_string().contains("no text layer: needs OCR"));
}

#[test]
fn protected_and_damaged_files_are_named() {
    let pdf = String::from_utf8_lossy(&make::pdf(PLAN, PdfFont::Ucs2))
        .replace("/Root", "/Encrypt << /Filter /Standard >> /Root");
    assert_eq!(read(pdf.as_bytes(), "a.pdf").unwrap_err(), SourceError::Encrypted(Format::Pdf));
    assert!(matches!(read(b"%PDF-1.7\n%%EOF", "a.pdf").unwrap_err(), SourceError::Damaged { .. }));
}

#[test]
fn a_file_cut_off_gives_what_it_has_and_a_note() {
    let bytes = make::pdf(PLAN, PdfFont::Gbk);
    let source = read(&bytes[..bytes.len() - 40], "a.pdf").unwrap();
    assert_eq!(source.text, PLAN);
    assert!(source.notes[0].message.contains("没有正常结束"));
}

#[test]
fn a_wrong_cross_reference_table_does_not_matter() {
    let bytes = make::pdf(PLAN, PdfFont::Gbk);
    check(&[b"\n\n\n".to_vec(), bytes].concat(), PLAN);
}
