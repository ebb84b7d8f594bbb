//! Any XML as the parts of a workbook: first byte even for Excel, odd for an open document; parts parted by form feeds.
//! (Bytes fuzzed as a whole archive hardly ever get past its checksums.)

#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const EXCEL: [(&str, &str); 2] = [
    (
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\"/>\
         </Relationships>",
    ),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, part: &[u8]| {
        archive.start_file(name, SimpleFileOptions::default()).expect("a writer in memory");
        archive.write_all(part).expect("a writer in memory");
    };
    if kind % 2 == 0 {
        for (name, part) in EXCEL {
            put(name, part.as_bytes());
        }
        let names = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"];
        for (name, part) in names.iter().zip(rest.split(|byte| *byte == 12)) {
            put(name, part);
        }
    } else {
        put("content.xml", rest);
    }
    let archive = archive.finish().expect("a writer in memory").into_inner();
    let _ = halfsky_monitor::workbook::open(&archive);
});
