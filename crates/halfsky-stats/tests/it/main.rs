//! Every method against the reference vectors that lie beside the project.
//!
//! The vectors are no part of the project: without them the tests say so and pass, unless `CI=true` promises them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

mod comparison;
mod composites;
mod forecasts;
mod gender;
mod hindcasts;
mod published;
mod quality;
mod small_numbers;
mod trends;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// Relative tolerance, absolute below 1.
const TOLERANCE: f64 = 1e-9;

/// The file of reference vectors, where it is there.
fn vector_file(name: &str) -> Option<PathBuf> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/methods/vectors").join(name);
    if file.is_file() {
        return Some(file);
    }
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "no vectors at {}", file.display());
    println!("skipped: no vectors at {}", file.display());
    None
}

/// Holds what a method makes of every input against what is expected.
fn check(name: &str, method: impl Fn(&Value) -> Value) {
    check_within(name, TOLERANCE, method);
}

fn check_within(name: &str, tolerance: f64, method: impl Fn(&Value) -> Value) {
    let Some(file) = vector_file(name) else { return };
    let whole: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let cases = whole["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    for (at, case) in cases.iter().enumerate() {
        let got = method(&case["input"]);
        if let Err(problem) = agree(&case["expect"], &got, tolerance) {
            panic!("{name}, case {at}: {problem}\ninput {}\ngot {got}", case["input"]);
        }
    }
}

/// Every expected value is there: numbers within the tolerance, everything else exactly.
fn agree(want: &Value, got: &Value, tolerance: f64) -> Result<(), String> {
    match (want, got) {
        (Value::Object(want), Value::Object(got)) => want.iter().try_for_each(|(key, value)| {
            let got = got.get(key).ok_or_else(|| format!("{key} is missing"))?;
            agree(value, got, tolerance).map_err(|problem| format!("{key}: {problem}"))
        }),
        (Value::Array(want), Value::Array(got)) if want.len() == got.len() => {
            want.iter().zip(got).try_for_each(|(want, got)| agree(want, got, tolerance))
        }
        (Value::Number(_), Value::Number(_)) => {
            let (want, got) = (want.as_f64().unwrap(), got.as_f64().unwrap());
            let error = (want - got).abs() / want.abs().max(1.0);
            if error <= tolerance { Ok(()) } else { Err(format!("want {want}, got {got}")) }
        }
        _ if want == got => Ok(()),
        _ => Err(format!("want {want}, got {got}")),
    }
}

/// A number as the vectors write it: infinity is a word.
fn number(x: f64) -> Value {
    if x == f64::INFINITY {
        json!("Infinity")
    } else if x == f64::NEG_INFINITY {
        json!("-Infinity")
    } else {
        json!(x)
    }
}

fn float(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(float).collect()
}

fn year(value: &Value) -> i32 {
    i32::try_from(value.as_i64().unwrap()).unwrap()
}

/// The pairs of `years` and `values`; a value of null is left out.
fn dated(input: &Value) -> Vec<(i32, f64)> {
    let years = input["years"].as_array().unwrap();
    let values = input["values"].as_array().unwrap();
    years.iter().zip(values).filter_map(|(t, y)| Some((year(t), y.as_f64()?))).collect()
}
