//! Any bytes, read as a .html file.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(source) = halfsky_plan::source::read(bytes, "plan.html") {
        assert!(!source.text.contains(['\0', '\r']));
        for note in &source.notes {
            assert!(source.text.get(note.span.start..note.span.end).is_some());
        }
    }
});
