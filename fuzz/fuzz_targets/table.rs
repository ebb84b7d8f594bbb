//! Any text, opened as a delimited table and read into a form: reading it twice changes nothing.

#![no_main]

use halfsky_monitor::data_set::{DataSet, Entries};
use halfsky_monitor::definition::Definition;
use halfsky_monitor::workbook::{open, propose, read_mapped};
use halfsky_plan::indicator::Catalogue;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let catalogue = Catalogue::builtin();
    let cards = catalogue.indicators().iter().take(3);
    let definitions: Vec<_> =
        cards.map(|card| Definition::from_catalogue(card, 2021).expect("the catalogue is tested")).collect();
    let form = DataSet::worksheet("F", "表", &definitions, &definitions).expect("the catalogue is tested");
    let Ok(grids) = open(text.as_bytes()) else { return };
    let mapping = propose(&grids, &form);
    if let Ok(reading) = read_mapped(&grids, &form, &mapping, &Entries::new()) {
        let again = read_mapped(&grids, &form, &mapping, &reading.entries).expect("it was read before");
        assert!(again.changes.is_empty());
    }
});
