//! Whole invented plans with truth made by hand: how much of them is read right.
//!
//! The truth tables say what a careful person reads; `optional` rows count neither way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use halfsky_plan::document::parse;
use halfsky_plan::figure::Figure;
use halfsky_plan::plan::{Plan, Section};
use halfsky_plan::target::{Target, TargetKind};

/// Plan, domain, section and number of the clause.
type Place = (String, String, String, String);
/// Place, comparator, value without trailing zeros, unit and deadline.
type Statement = (Place, String, String, String, String);

/// What is reached, in percent: a later change may raise these, never lower them.
const STRUCTURE: usize = 100;
const RECALL: usize = 99;
const PRECISION: usize = 99;
const NAMES: usize = 98;
const TRENDS: usize = 98;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/plans")
}

fn table(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(folder().join("gold").join(name)).unwrap();
    text.lines().skip(1).map(|l| l.split('\t').map(str::to_owned).collect()).collect()
}

/// Name in the title, beneficiary and key of every specimen.
fn keys() -> Vec<[String; 3]> {
    let text = std::fs::read_to_string(folder().join("gold/plans.json")).unwrap();
    let lines = text.lines().map(|l| l.split('"').collect::<Vec<_>>());
    lines.filter(|w| w.len() > 11).map(|w| [w[3], w[7], w[11]].map(str::to_owned)).collect()
}

fn plans() -> BTreeMap<String, Plan> {
    let keys = keys();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "txt"));
    files.sort();
    let parsed = files.iter().flat_map(|p| parse(&std::fs::read_to_string(p).unwrap()).plans);
    parsed
        .filter_map(|plan| {
            let named = format!("{}{}", plan.region, plan.title);
            let who = plan.beneficiary.code();
            let key = keys.iter().find(|k| named.contains(&k[0]) && k[1] == who)?;
            Some((key[2].clone(), plan))
        })
        .collect()
}

/// Every target of the plans' domains with its place.
fn targets(plans: &BTreeMap<String, Plan>) -> Vec<(Place, &Target)> {
    let mut found = Vec::new();
    for (key, plan) in plans {
        for (place, clause) in plan.clauses() {
            if !matches!(place.section, Section::Objective | Section::Measure) {
                continue;
            }
            let domain = plan.domains[place.domain].name.clone();
            let number = clause.number.to_string();
            let at = (key.clone(), domain, place.section.code().to_owned(), number);
            found.extend(clause.targets.iter().map(|t| (at.clone(), t)));
        }
    }
    found
}

fn place(row: &[String]) -> Place {
    (row[0].clone(), row[1].clone(), row[2].clone(), row[3].clone())
}

fn figure(value: &str) -> String {
    value.parse::<Figure>().unwrap().decimal().normalize().to_string()
}

/// The statement of a target, None where it has no value to hold a figure against.
fn statement(at: &Place, target: &Target) -> Option<Statement> {
    let directed = matches!(target.kind, TargetKind::Trend | TargetKind::Relative);
    let (value, comparator) = (target.value.filter(|_| !directed)?, target.comparator?);
    Some((
        at.clone(),
        comparator.code().to_owned(),
        value.decimal().normalize().to_string(),
        target.unit.map_or("", |u| u.code()).to_owned(),
        target.by.to_string(),
    ))
}

fn holds(name: &str, keywords: &str) -> bool {
    let plain = |s: &str| s.replace('(', "（").replace(')', "）").replace(' ', "");
    keywords.split(';').all(|k| plain(name).contains(&plain(k)))
}

fn at_least(found: usize, all: usize, percent: usize, missed: &[String]) {
    let told = missed.join("\n");
    assert!(found * 100 >= all * percent, "{found} of {all}, want {percent} %:\n{told}");
}

#[test]
fn domains_and_clauses_are_counted() {
    let plans = plans();
    let rows = table("structure.tsv");
    let mut missed = Vec::new();
    for row in &rows {
        let count = |n: usize| n.to_string();
        let read = plans.get(&row[0]).and_then(|plan| match row[1].as_str() {
            "组织实施" => Some([String::new(), count(plan.implementation.len())]),
            "监测评估" => Some([String::new(), count(plan.monitoring.len())]),
            name => plan
                .domains
                .iter()
                .find(|d| d.name == name)
                .map(|d| [count(d.objectives.len()), count(d.measures.len())]),
        });
        if read.as_ref().is_none_or(|r| r[..] != row[2..4]) {
            missed.push(format!("{row:?}: {read:?}"));
        }
    }
    at_least(rows.len() - missed.len(), rows.len(), STRUCTURE, &missed);
}

#[test]
fn values_are_read_and_nothing_is_invented() {
    let plans = plans();
    let mut found: BTreeMap<Statement, String> = BTreeMap::new();
    for (at, target) in targets(&plans) {
        if let Some(statement) = statement(&at, target) {
            found.entry(statement).or_default().push_str(&target.indicator);
        }
    }
    let (optional, wanted): (Vec<_>, Vec<_>) =
        table("targets.tsv").into_iter().partition(|row| row[9] == "optional");
    let (mut matched, mut missed, mut misnamed) = (BTreeSet::new(), Vec::new(), Vec::new());
    for row in &wanted {
        let key = (place(row), row[5].clone(), figure(&row[6]), row[7].clone(), row[8].clone());
        match found.get(&key) {
            None => missed.push(format!("{row:?}")),
            Some(name) => {
                if !holds(name, &row[4]) {
                    misnamed.push(format!("{row:?}: {name}"));
                }
                matched.insert(key);
            }
        }
    }
    let debatable: BTreeSet<_> =
        optional.iter().map(|r| (place(r), figure(&r[6]), r[7].clone())).collect();
    let invented: Vec<String> = found
        .iter()
        .filter(|(s, _)| !matched.contains(*s))
        .filter(|(s, _)| !debatable.contains(&(s.0.clone(), s.2.clone(), s.3.clone())))
        .map(|(s, name)| format!("{s:?}: {name}"))
        .collect();
    let read = wanted.len() - missed.len();
    at_least(read, wanted.len(), RECALL, &missed);
    at_least(matched.len(), matched.len() + invented.len(), PRECISION, &invented);
    at_least(read - misnamed.len(), read, NAMES, &misnamed);
}

#[test]
fn directions_are_read() {
    let plans = plans();
    let found = targets(&plans);
    let rows = table("trends.tsv");
    let mut missed = Vec::new();
    for row in &rows {
        let read = found.iter().any(|(at, t)| {
            *at == place(row)
                && holds(&t.indicator, &row[4])
                && t.direction.is_some_and(|d| d.code() == row[5])
        });
        if !read {
            missed.push(format!("{row:?}"));
        }
    }
    at_least(rows.len() - missed.len(), rows.len(), TRENDS, &missed);
}
