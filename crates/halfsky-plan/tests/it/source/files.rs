//! What is said of files that are no plans, and of names that mislead.

use halfsky_plan::source::{Format, LARGEST_FILE, SourceError, read};

use super::make;

fn refused(bytes: &[u8], name: &str, expect: &str) {
    let message = read(bytes, name).unwrap_err().to_string();
    assert!(message.contains(expect), "{name}: {message}");
    assert!(message.contains('：'), "says what to do next: {message}");
}

#[test]
fn every_refusal_says_what_to_do() {
    refused(b"", "a.txt", "没有文字");
    refused(b" \r\n\t", "a.txt", "没有文字");
    refused("\u{3000}\n".as_bytes(), "a.txt", "没有文字");
    refused(&vec![b'a'; LARGEST_FILE + 1], "a.txt", "65 MB");
    refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1W\0o\0r\0d\0", "a.doc", "另存为 docx");
    refused(b"{\\rtf1\\ansi", "a.doc", "另存为 docx");
    refused(b"\x89PNG\r\n\x1A\n", "a.png", "文字识别（OCR）");
    refused(b"\xFF\xD8\xFF\xE0", "a.pdf", "文字识别（OCR）");
    refused(
        &make::zip(&[("[Content_Types].xml", b"<a/>"), ("xl/workbook.xml", b"<a/>")]),
        "a.xlsx",
        "Excel",
    );
    refused(&make::zip(&[("OFD.xml", b"<a/>")]), "a.ofd", "OFD");
    refused(&make::zip(&[("规划.docx", b"x")]), "a.zip", "先解压");
    refused(b"PK\x03\x04 cut off", "a.docx", "已损坏");
    refused(b"\0\x01\x02\x03", "a.docx", "已损坏");
    refused(b"\0\x01\x02\x03", "a.pdf", "已损坏");
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    let noise: Vec<u8> = std::iter::repeat_with(&mut noise).take(4096).collect();
    refused(&noise, "a", "不是文字内容");
}

#[test]
fn protected_documents_are_named() {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), name].concat();
    assert_eq!(read(&bytes, "a.docx").unwrap_err(), SourceError::Encrypted(Format::Docx));
}

#[test]
fn content_counts_more_than_the_name() {
    let bytes = make::docx_of_text("规划\n一、健康");
    let source = read(&bytes, "规划.pdf").unwrap();
    assert_eq!((source.format, source.text.as_str()), (Format::Docx, "规划\n一、健康\n"));
    assert!(source.notes[0].message.contains("扩展名"));
    let page = read("<html><body><p>规划</p></body></html>".as_bytes(), "规划.txt").unwrap();
    assert_eq!((page.format, page.text.as_str(), page.notes.len()), (Format::Html, "规划\n", 1));
    let plain = read("规划\n".as_bytes(), "规划").unwrap();
    assert_eq!((plain.format, plain.encoding, plain.notes.len()), (Format::Txt, Some("UTF-8"), 0));
}

#[test]
fn pages_in_their_declared_encoding() {
    let page = "<html><head><meta charset=\"gbk\"></head><body><p>妇女发展规划</p></body></html>";
    let bytes = encoding_rs::GB18030.encode(page).0;
    let source = read(&bytes, "a.html").unwrap();
    assert_eq!((source.encoding, source.text.as_str()), (Some("GB18030"), "妇女发展规划\n"));
}
