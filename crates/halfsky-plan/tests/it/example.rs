//! The built-in example: its plans are read and held against the tables written beside them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use halfsky_plan::document;
use halfsky_plan::figure::Figure;
use halfsky_plan::plan::{Plan, Section};

/// What makes two targets one: place, comparator, value, unit, deadline.
type Key = (String, String, u32, String, String, String, i32);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../halfsky/demo")
}

fn plan(name: &str) -> Plan {
    let text = fs::read_to_string(folder().join(name)).unwrap();
    let mut plans = document::parse(&text).plans;
    assert_eq!(plans.len(), 1, "{name}");
    plans.remove(0)
}

fn printed(value: Figure) -> String {
    value.decimal().normalize().to_string()
}

/// The measured targets of a plan: their names, by key.
fn found(plan: &Plan) -> BTreeMap<Key, String> {
    let mut found: BTreeMap<Key, String> = BTreeMap::new();
    for (place, clause) in plan.clauses() {
        if !matches!(place.section, Section::Objective | Section::Measure) {
            continue;
        }
        for target in &clause.targets {
            let (Some(comparator), Some(value)) = (target.comparator, target.value) else {
                continue;
            };
            let key = (
                plan.domains[place.domain].name.clone(),
                place.section.code().to_owned(),
                clause.number,
                comparator.code().to_owned(),
                printed(value),
                target.unit.map_or("", |unit| unit.code()).to_owned(),
                target.by,
            );
            found.entry(key).or_default().push_str(&target.indicator);
        }
    }
    found
}

/// The rows of a truth table: key, words of the name, whether the row is optional.
fn truth(name: &str) -> Vec<(Key, Vec<String>, bool)> {
    let table = fs::read_to_string(folder().join(name)).unwrap();
    let rows = table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|row| {
        let key = (
            row[0].to_owned(),
            row[1].to_owned(),
            row[2].parse().unwrap(),
            row[4].to_owned(),
            printed(row[5].parse().unwrap()),
            row[6].to_owned(),
            row[7].parse().unwrap(),
        );
        (key, row[3].split(';').map(str::to_owned).collect(), row[8] == "optional")
    })
    .collect()
}

fn check(plan_file: &str, truth_file: &str) {
    let (plan, rows) = (plan(plan_file), truth(truth_file));
    let found = found(&plan);
    let (mut hits, mut missing, mut misnamed) = (0, Vec::new(), Vec::new());
    for (key, words, optional) in &rows {
        match found.get(key) {
            Some(name) if words.iter().all(|word| name.contains(word.as_str())) => hits += 1,
            Some(name) => misnamed.push((key, words, name)),
            None if *optional => {}
            None => missing.push((key, words)),
        }
    }
    // an optional row excuses a target of the same clause and value
    let excused = |key: &Key| {
        rows.iter()
            .any(|(row, _, _)| (&row.0, &row.1, row.2, &row.4) == (&key.0, &key.1, key.2, &key.4))
    };
    let extra: Vec<_> = found.iter().filter(|(key, _)| !excused(key)).collect();
    assert!(hits >= 60, "{plan_file}: {hits}");
    let allowed = rows.len() * 3 / 100;
    assert!(missing.len() <= allowed, "{plan_file} missing {missing:#?}");
    assert!(misnamed.len() <= allowed, "{plan_file} misnamed {misnamed:#?}");
    assert!(extra.len() <= allowed, "{plan_file} extra {extra:#?}");
}

#[test]
fn the_plan_for_women() {
    check("yunxi-women.txt", "truth-women.tsv");
}

#[test]
fn the_plan_for_children() {
    check("yunxi-children.txt", "truth-children.tsv");
}
