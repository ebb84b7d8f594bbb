//! Any text, read as a formula: what is read is printed and read back.

#![no_main]

use halfsky_monitor::formula::{parse, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match parse(text) {
    Ok(expression) => assert_eq!(parse(&print(&expression)).as_ref(), Ok(&expression)),
    Err(error) => assert!(text.get(error.at).is_some()),
});
