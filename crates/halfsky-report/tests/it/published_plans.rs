//! Published plans: what is read from them is held against tables made by hand.
//!
//! The texts and the tables stand beside the repository; without them the test is skipped, except
//! where `CI` says that everything is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use halfsky_plan::document;
use halfsky_report::render::json;

fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    folder.join("bin/score-plan").exists().then_some(folder)
}

/// Reads every published plan and prints it as one JSON value a line.
fn readings(folder: &Path) -> String {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let told = files.iter().filter(|f| f.extension().is_some_and(|e| e == "txt")).map(|file| {
        let text = fs::read_to_string(file).unwrap();
        json::files(&[("plan.txt", &document::parse(&text), &text)]).to_string()
    });
    told.collect::<Vec<_>>().join("\n")
}

/// The scores printed for a reading; None where python is missing.
fn scores(shared: &Path) -> Option<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), readings(&shared.join("plans"))).unwrap();
    let run = Command::new("python3").arg(shared.join("bin/score-plan")).arg(file.path()).output();
    Some(String::from_utf8(run.ok()?.stdout).unwrap())
}

/// The numbers of a score line: `structure rows right  60/60` gives 60 and 60.
fn numbers(scores: &str, label: &str) -> Vec<f64> {
    let line = scores.lines().find(|l| l.starts_with(label));
    let line = line.unwrap_or_else(|| panic!("no line “{label}” in\n{scores}"));
    let words = line[label.len()..].split(|c: char| !c.is_ascii_digit() && c != '.');
    words.filter_map(|w| w.parse().ok()).collect()
}

#[test]
fn published_plans_are_read() {
    let scores = shared().and_then(|folder| scores(&folder));
    let Some(scores) = scores else {
        assert!(std::env::var_os("CI").is_none(), "the published plans or python3 are missing");
        println!("skipped: the published plans or python3 are missing");
        return;
    };
    println!("{scores}");
    assert_eq!(numbers(&scores, "plans recognised"), [6.0, 6.0, 0.0]);
    assert_eq!(numbers(&scores, "structure rows right"), [60.0, 60.0]);
    let figures = numbers(&scores, "numeric targets");
    assert!(figures[0] >= 0.97, "precision: {scores}");
    assert!(figures[1] >= 0.97, "recall: {scores}");
    let names = numbers(&scores, "indicator names right");
    assert!(names[0] >= 0.97 * names[1], "names: {scores}");
    assert!(numbers(&scores, "trend targets found")[0] >= 36.0, "trends: {scores}");
}
