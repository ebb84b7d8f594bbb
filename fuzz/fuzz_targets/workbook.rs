//! Any bytes, opened as a workbook.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(grids) = halfsky_monitor::workbook::open(bytes) {
        assert!(grids.iter().map(|grid| grid.cells.len()).sum::<usize>() <= 500_000);
    }
});
