//! Any XML as the parts of a Word document: body, numbering and styles, parted by form feeds.
//! (Bytes fuzzed as a whole archive hardly ever get past its checksums.)

#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fuzz_target!(|bytes: &[u8]| {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let names = ["word/document.xml", "word/numbering.xml", "word/styles.xml"];
    for (name, part) in names.iter().zip(bytes.split(|byte| *byte == 12)) {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a writer in memory");
        archive.write_all(part).expect("a writer in memory");
    }
    let archive = archive.finish().expect("a writer in memory").into_inner();
    let _ = halfsky_plan::source::read(&archive, "plan.docx");
});
