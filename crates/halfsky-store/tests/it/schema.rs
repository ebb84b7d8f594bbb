//! The schema keeps its promises: portable columns, keys that lead with the region, files that never change.

use std::collections::BTreeMap;
use std::path::Path;

use halfsky_store::files::FileHash;

/// Column types both databases read as the same Rust types.
const PORTABLE: [&str; 3] = ["text", "bigint", "double precision"];

#[derive(Debug)]
struct Table {
    name: String,
    regional: bool,
    /// Name and type of each column.
    columns: Vec<(String, String)>,
    /// Column lists of primary and unique keys.
    keys: Vec<Vec<String>>,
    /// Own columns, table pointed to.
    references: Vec<(Vec<String>, String)>,
}

fn migrations() -> Vec<(String, String)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .expect("the migrations")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "sql"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a text"))
        })
        .collect();
    files.sort();
    files
}

/// Reads the `create table` statements of a migration.
fn tables(sql: &str) -> Vec<Table> {
    let lines: Vec<&str> = sql.lines().map(str::trim).collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = line.strip_prefix("create table ") else { continue };
        let name = name.trim_end_matches(" (").to_owned();
        let mark = lines[at - 1];
        assert!(
            matches!(mark, "-- regional" | "-- reference"),
            "table {name} has no mark above it"
        );
        assert!(lines[at - 2].starts_with("-- "), "table {name} is not explained");
        let mut table = Table {
            name,
            regional: mark == "-- regional",
            columns: Vec::new(),
            keys: Vec::new(),
            references: Vec::new(),
        };
        let body = lines[at + 1..].iter().take_while(|line| **line != ");");
        for line in body.filter(|line| !line.starts_with("--")) {
            read_line(line.trim_end_matches(','), &mut table);
        }
        found.push(table);
    }
    found
}

fn read_line(line: &str, table: &mut Table) {
    let list = |text: &str| -> Vec<String> {
        let inside = text.split_once('(').map_or("", |(_, rest)| rest);
        let inside = inside.split_once(')').map_or(inside, |(inside, _)| inside);
        inside.split(',').map(|name| name.trim().to_owned()).collect()
    };
    if line.starts_with("primary key") || line.starts_with("unique") {
        table.keys.push(list(line));
    } else if line.starts_with("foreign key") {
        let (own, other) = line.split_once(" references ").expect("a table pointed to");
        let other = other.split_whitespace().next().expect("its name").to_owned();
        table.references.push((list(own), other));
    } else {
        let (name, rest) = line.split_once(' ').expect("name and type");
        let kind = PORTABLE
            .into_iter()
            .find(|kind| rest == *kind || rest.starts_with(&format!("{kind} ")))
            .unwrap_or_else(|| panic!("column {}.{name} has the type “{rest}”", table.name));
        table.columns.push((name.to_owned(), kind.to_owned()));
        assert!(!rest.contains("unique") && !rest.contains("primary"), "{}.{name}", table.name);
        if let Some((_, other)) = rest.split_once(" references ") {
            let other = other.split_whitespace().next().expect("its name").to_owned();
            table.references.push((vec![name.to_owned()], other));
        }
    }
}

#[test]
fn every_table_is_portable_and_regional_or_reference() {
    let files = migrations();
    let tables: Vec<Table> = files.iter().flat_map(|(_, sql)| tables(sql)).collect();
    let regional: BTreeMap<&str, bool> =
        tables.iter().map(|table| (table.name.as_str(), table.regional)).collect();
    assert!(tables.len() > 15 && regional.len() == tables.len());
    for table in &tables {
        let name = &table.name;
        assert!(!table.keys.is_empty(), "table {name} has no key");
        assert!(!table.columns.is_empty(), "table {name} has no columns");
        for key in table.keys.iter().filter(|_| table.regional) {
            assert_eq!(key[0], "ref_area", "a key of {name} does not lead with the region");
        }
        for (own, other) in &table.references {
            let inside = table.regional && own[0] == "ref_area";
            assert!(
                !regional[other.as_str()] || inside,
                "{name} points to {other} without the region"
            );
        }
    }
}

#[test]
fn nothing_is_used_that_one_database_lacks() {
    const LACKING: [&str; 10] = [
        "serial",
        "autoincrement",
        "create trigger",
        "create sequence",
        "default now",
        "boolean",
        "jsonb",
        "references on",
        "create function",
        "without rowid",
    ];
    for (name, sql) in migrations() {
        let code: String = sql
            .lines()
            .filter(|line| !line.trim().starts_with("--"))
            .map(str::to_lowercase)
            .collect::<Vec<_>>()
            .join("\n");
        for word in LACKING {
            assert!(!code.contains(word), "{name} uses “{word}”");
        }
    }
}

#[test]
fn a_released_migration_never_changes() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let kept = std::fs::read_to_string(dir.join("CHECKSUMS")).unwrap();
    let kept: Vec<(&str, &str)> = kept
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(hash, name)| (name, hash))
        .collect();
    let found: Vec<(String, String)> = migrations()
        .into_iter()
        .map(|(name, sql)| (name, FileHash::of(sql.as_bytes()).as_str().to_owned()))
        .collect();
    let found: Vec<(&str, &str)> =
        found.iter().map(|(name, hash)| (name.as_str(), hash.as_str())).collect();
    assert_eq!(
        found, kept,
        "add a new migration instead of changing one, and its line to CHECKSUMS"
    );
}
