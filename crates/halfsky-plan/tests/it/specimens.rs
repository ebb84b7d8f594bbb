//! Specimens: every hazard seen in published plans, with what must be read from it.
//!
//! `testdata/<shape>/<name>.txt` is the text, `<name>.expect` the reading told line by line.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use halfsky_plan::document::{self, Parsed};
use halfsky_plan::note::{LineIndex, Note};
use halfsky_plan::plan::{Clause, Plan};

/// The texts with an expectation beside them.
pub(crate) fn texts() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in sorted(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").as_path()) {
        if folder.is_dir() {
            found.extend(sorted(&folder).into_iter().filter(|f| {
                f.extension().is_some_and(|e| e == "txt") && f.with_extension("expect").exists()
            }));
        }
    }
    found
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_specimen_is_read_as_expected() {
    let texts = texts();
    assert!(texts.len() >= 20, "only {} specimens", texts.len());
    let mut wrong = String::new();
    for file in texts {
        let text = fs::read_to_string(&file).unwrap();
        let told = tell(&document::parse(&text), &text);
        let expect = fs::read_to_string(file.with_extension("expect")).unwrap();
        if told != expect {
            write!(wrong, "== {}\n{told}\n-- expected\n{expect}\n", file.display()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A reading in words short enough to check by eye.
fn tell(parsed: &Parsed, text: &str) -> String {
    let mut out = String::new();
    let lines = LineIndex::new(text);
    for plan in &parsed.plans {
        tell_plan(plan, &lines, &mut out);
    }
    tell_notes(&parsed.notes, &lines, &mut out);
    out
}

fn tell_plan(plan: &Plan, lines: &LineIndex, out: &mut String) {
    let who = plan.beneficiary.code();
    writeln!(out, "{} | {} | {who} | {}", plan.title, plan.region, plan.period).unwrap();
    for parent in &plan.parent_plans {
        writeln!(out, "依据 {}", parent.title).unwrap();
    }
    for domain in &plan.domains {
        writeln!(out, "{}", domain.name).unwrap();
        tell_clauses("目标", &domain.objectives, out);
        tell_clauses("措施", &domain.measures, out);
    }
    tell_clauses("实施", &plan.implementation, out);
    tell_clauses("监测", &plan.monitoring, out);
    tell_notes(&plan.notes, lines, out);
}

fn tell_clauses(label: &str, clauses: &[Clause], out: &mut String) {
    for clause in clauses {
        writeln!(out, "  {label}{} {}", clause.number, clause.text).unwrap();
    }
}

/// Notes of the outline; those on targets are tested with the targets.
fn tell_notes(notes: &[Note], lines: &LineIndex, out: &mut String) {
    for note in notes {
        let (line, severity) = (lines.line(note.span.start), note.severity.code());
        writeln!(out, "  第{line}行 {severity} {}", note.message).unwrap();
    }
}
