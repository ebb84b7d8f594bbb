//! Damaged files: whatever happens to the bytes on their way, reading returns.

use std::fs;
use std::path::Path;

use halfsky_plan::source::{Format, read};
use proptest::prelude::*;

/// The specimens that the fuzz targets start from as well: name and bytes.
fn specimens() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/source");
    let mut found: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_specimen_has_the_same_words() {
    let words = |text: &str| text.split_whitespace().collect::<String>();
    let specimens = specimens();
    let plain = specimens.iter().find(|(name, _)| name == "plan.txt").unwrap();
    let expect = words(std::str::from_utf8(&plain.1).unwrap());
    for format in Format::ALL {
        let of_format =
            specimens.iter().filter(|(name, _)| name.ends_with(&format!(".{}", format.code())));
        let mut count = 0;
        for (name, bytes) in of_format {
            let source = read(bytes, name).unwrap();
            assert_eq!((words(&source.text), source.format), (expect.clone(), format), "{name}");
            count += 1;
        }
        assert!(count > 0, "no specimen of {format:?}");
    }
}

/// What can happen to a byte: where (a share of the file), and its new value.
fn hits() -> impl Strategy<Value = Vec<(f64, u8)>> {
    proptest::collection::vec((0.0..1.0_f64, any::<u8>()), 0..12)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
fn place(share: f64, length: usize) -> usize {
    (share * length as f64) as usize
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cut_and_corrupted_files_return(cut in 0.0..1.2_f64, hits in hits(), other in "[a-z.]{0,8}") {
        for (name, mut bytes) in specimens() {
            bytes.truncate(place(cut, bytes.len()));
            for (share, value) in &hits {
                let at = place(*share, bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = *value;
                }
            }
            for name in [&name, &other] {
                if let Ok(source) = read(&bytes, name) {
                    prop_assert!(!source.text.contains(['\0', '\r']));
                    for note in &source.notes {
                        prop_assert!(source.text.get(note.span.start..note.span.end).is_some());
                    }
                }
            }
        }
    }

    #[test]
    fn parts_put_together_wrongly_return(pieces in proptest::collection::vec((any::<proptest::sample::Index>(), 0.0..1.0_f64), 1..6)) {
        let specimens = specimens();
        let mut bytes = Vec::new();
        for (which, share) in pieces {
            let (_, piece) = &specimens[which.index(specimens.len())];
            bytes.extend_from_slice(&piece[place(share, piece.len())..]);
        }
        let text = read(&bytes, "").map(|source| source.text);
        prop_assert!(text.is_err() || text.is_ok_and(|text| !text.trim().is_empty()));
    }
}
