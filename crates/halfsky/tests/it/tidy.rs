//! The rules of the house, as tests: each says which invariant of ARCHITECTURE.md it keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const CRATES: [&str; 8] = ["plan", "monitor", "stats", "evaluate", "report", "store", "web", ""];
const PURE: [&str; 5] = ["plan", "monitor", "stats", "evaluate", "report"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn package(name: &str) -> String {
    if name.is_empty() { "halfsky".to_owned() } else { format!("halfsky-{name}") }
}

/// Every file below a directory with one of the extensions, in order.
fn files(dir: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(dir) else { return found };
    let mut paths: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && name != "node_modules" && !name.starts_with('.') {
                found.extend(files(&path, extensions));
            }
        } else if path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)) {
            found.push(path);
        }
    }
    found
}

fn sources(name: &str) -> Vec<(PathBuf, String)> {
    let dir = root().join("crates").join(package(name)).join("src");
    let list = files(&dir, &["rs"]);
    assert!(!list.is_empty(), "{} has sources", dir.display());
    list.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The code of a file without comments and without its test module, so that words in prose do not count.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    body.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The platform the tests run on: only its libraries are surely downloaded.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|l| l.strip_prefix("host: ")).unwrap().to_owned()
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", &host()])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// For every package id: the ids of its ordinary (not test, not build) dependencies.
fn dependencies(metadata: &Value) -> BTreeMap<String, Vec<String>> {
    let normal =
        |dep: &Value| dep["dep_kinds"].as_array().unwrap().iter().any(|k| k["kind"].is_null());
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let id = |v: &Value| v.as_str().unwrap().to_owned();
    nodes
        .iter()
        .map(|n| {
            let deps = n["deps"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|d| normal(d))
                .map(|d| id(&d["pkg"]))
                .collect();
            (id(&n["id"]), deps)
        })
        .collect()
}

fn names(metadata: &Value) -> BTreeMap<String, String> {
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|p| (p["id"].as_str().unwrap().to_owned(), p["name"].as_str().unwrap().to_owned()))
        .collect()
}

/// Invariant 1: the pure crates reach no clock, no network, no disk, no database, no randomness.
#[test]
fn pure_crates_stay_pure() {
    let metadata = metadata();
    let (names, graph) = (names(&metadata), dependencies(&metadata));
    for name in PURE {
        let start = names.iter().find(|(_, n)| **n == package(name)).unwrap().0.clone();
        let (mut seen, mut todo) = (BTreeSet::new(), vec![start]);
        while let Some(id) = todo.pop() {
            if seen.insert(id.clone()) {
                todo.extend(graph[&id].iter().cloned());
            }
        }
        let reached: BTreeSet<&str> = seen.iter().map(|id| names[id].as_str()).collect();
        for forbidden in ["tokio", "sqlx", "axum", "hyper"] {
            assert!(!reached.contains(forbidden), "{} reaches {forbidden}", package(name));
        }
        for (path, text) in sources(name) {
            let code = code(&text);
            for word in ["std::fs", "std::env", "std::net", "std::process", "getrandom", "rand::"] {
                assert!(!code.contains(word), "{} uses {word}", path.display());
            }
            let wire = path.ends_with("render/json.rs") || path.ends_with("run/record.rs");
            assert!(
                wire || !code.contains("Serialize"),
                "{} derives serde outside a wire format",
                path.display()
            );
        }
    }
}

/// Invariant 2: no arrow points to a later stage.
#[test]
fn dependencies_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("plan", &[][..]),
        ("stats", &[]),
        ("monitor", &["plan", "stats"]),
        ("evaluate", &["plan", "stats", "monitor"]),
        ("report", &["plan", "monitor", "evaluate"]),
        ("store", &["plan", "monitor", "evaluate"]),
        ("web", &["store", "plan", "monitor", "evaluate", "report"]),
        ("", &["store", "plan", "monitor", "evaluate", "report", "web", "stats"]),
    ]);
    let metadata = metadata();
    let (names, graph) = (names(&metadata), dependencies(&metadata));
    for name in CRATES {
        let id = names.iter().find(|(_, n)| **n == package(name)).unwrap().0;
        for dependency in graph[id].iter().map(|d| names[d].as_str()) {
            let Some(ours) = dependency.strip_prefix("halfsky-") else { continue };
            assert!(allowed[name].contains(&ours), "{} depends on {dependency}", package(name));
        }
    }
    let ours = names.values().filter(|n| n.starts_with("halfsky")).count();
    assert_eq!(ours, CRATES.len(), "a ninth crate needs a reason in ARCHITECTURE.md");
}

/// Invariant 3: SQL only in the store, HTTP only in the web crate.
#[test]
fn sql_and_http_stay_home() {
    for name in CRATES {
        for (path, text) in sources(name) {
            let code = code(&text);
            assert!(name == "store" || !code.contains("sqlx"), "{} names sqlx", path.display());
            let http = ["axum::", "tower::", "tower_http::", "http::Status"];
            let inside = http.iter().find(|word| code.contains(**word));
            assert!(name == "web" || inside.is_none(), "{} names {inside:?}", path.display());
        }
    }
}

/// Invariant 4: one commit on a raw connection, and it writes the audit entry.
#[test]
fn every_write_has_its_audit_entry() {
    let commits: Vec<_> = sources("store")
        .into_iter()
        .filter(|(path, _)| !path.to_string_lossy().contains("testing"))
        // a restoration brings the entries of its rows along
        .filter(|(path, _)| !path.ends_with("migrate.rs") && !path.ends_with("backup/restore.rs"))
        .filter(|(_, text)| code(text).contains(".commit()"))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(commits.len(), 1, "{commits:?}");
}

/// The names of files that look like action codes.
const FILE_NAMES: [&str; 9] =
    ["conf", "css", "html", "json", "key", "lock", "sqlite", "toml", "txt"];

/// Every action that is written to the audit chain has words that people can read.
#[test]
fn every_action_has_its_words() {
    let is_code = |text: &str| {
        text.split_once('.').is_some_and(|(object, deed)| {
            let word =
                |w: &str| !w.is_empty() && w.bytes().all(|b| matches!(b, b'a'..=b'z' | b'_'));
            word(object) && word(deed) && !FILE_NAMES.contains(&deed)
        })
    };
    let mut found = BTreeSet::new();
    for name in ["store", "web", ""] {
        for (path, text) in sources(name).into_iter().filter(|(p, _)| !p.ends_with("wording.rs")) {
            for literal in code(&text).split('"').filter(|literal| is_code(literal)) {
                let words = halfsky_store::audit::wording::action_words(literal);
                assert!(words.is_some(), "{}: {literal} has no words", path.display());
                found.insert(literal.to_owned());
            }
        }
    }
    let told = halfsky_store::audit::wording::ACTIONS.iter().map(|(code, _)| *code);
    let unused: Vec<&str> = told.filter(|code| !found.contains(*code)).collect();
    assert!(unused.is_empty(), "words for actions that nobody does: {unused:?}");
}

/// Invariant 13: clock and randomness are read in two files.
#[test]
fn clock_and_randomness_have_one_home() {
    for name in CRATES {
        for (path, text) in sources(name) {
            let home = path.ends_with("clock.rs") || path.ends_with("entropy.rs");
            for call in [
                "Timestamp::now",
                "Zoned::now",
                "SystemTime::now",
                "getrandom::fill",
                "Uuid::now_v7",
                "Uuid::new_v4",
            ] {
                assert!(home || !code(&text).contains(call), "{} calls {call}", path.display());
            }
        }
    }
}

/// Invariant 14: every public function of the statistics names its page.
#[test]
fn methods_are_documented() {
    for (path, text) in sources("stats") {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, l)| l.starts_with("pub fn ")) {
            let doc: Vec<&str> = lines[..at]
                .iter()
                .rev()
                .take_while(|l| l.starts_with("///") || l.starts_with("#["))
                .copied()
                .collect();
            let page = doc
                .iter()
                .find_map(|l| l.split("docs/methods/").nth(1))
                .and_then(|rest| rest.split('`').next());
            let page = page.unwrap_or_else(|| panic!("{}: {line} names no page", path.display()));
            assert!(
                root().join("docs/methods").join(page).is_file(),
                "docs/methods/{page} is missing"
            );
        }
    }
}

/// Invariant 16: small files, no `mod.rs`, no test file left out of its binary.
#[test]
fn files_are_small() {
    for path in files(&root().join("crates"), &["rs"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        assert!(lines <= 800, "{} has {lines} lines", path.display());
        assert!(!path.ends_with("mod.rs"), "{}", path.display());
    }
    for name in CRATES {
        let dir = root().join("crates").join(package(name)).join("tests/it");
        let Ok(main) = std::fs::read_to_string(dir.join("main.rs")) else { continue };
        for entry in std::fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let counts = path.extension().is_some_and(|e| e == "rs") && stem != "main";
            assert!(
                !counts || main.contains(&format!("mod {stem};")),
                "{} is in no test binary",
                path.display()
            );
        }
    }
}

/// The program speaks of itself alone, and leaves nothing unfinished.
/// A style sheet that is cut off swallows every rule behind it, and no page says so.
#[test]
fn files_are_whole() {
    let crates = root().join("crates");
    for path in files(&crates, &["rs", "css", "js", "html", "sql", "typ", "md"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'), "{} is cut off", path.display());
        if path.extension().is_some_and(|e| e == "css") {
            let count = |c: char| text.chars().filter(|found| *found == c).count();
            assert_eq!(count('{'), count('}'), "{}", path.display());
        }
    }
}

#[test]
fn nothing_is_left_unfinished() {
    let marks = [
        "TO".to_owned() + "DO",
        "FIX".to_owned() + "ME",
        "todo".to_owned() + "!(",
        "dbg".to_owned() + "!(",
    ];
    for path in files(&root(), &["rs", "md", "html", "css", "js", "sql"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{} holds {mark}", path.display());
        }
    }
}

/// ARCHITECTURE.md stays short and names every crate.
#[test]
fn the_architecture_page_is_short_and_whole() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    assert!(text.lines().count() <= 250);
    for name in CRATES {
        assert!(text.contains(&format!("`{}`", package(name))), "{} is not told", package(name));
    }
}
