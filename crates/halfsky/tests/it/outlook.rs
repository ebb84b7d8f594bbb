//! `halfsky outlook`: the built program against tables of one's own, and against the reference vectors.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Run, command, halfsky};

const SERIES: &str = "series,year,value
孕产妇死亡率,2010,30.0
孕产妇死亡率,2011,26.1
孕产妇死亡率,2012,24.5
孕产妇死亡率,2013,23.2
孕产妇死亡率,2014,21.7
孕产妇死亡率,2015,20.1
筛查率,2022,85.0
";
const TARGETS: &str = "series,operator,target,upper,by,base_year,scale,decimals,prior_s0sq,prior_d0
孕产妇死亡率,<=,20,,2020,2010,log,1,,
筛查率,>=,90,,2030,,logit,,,
";

fn run(series: &[u8], targets: &[u8], format: &str) -> Run {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("s.csv"), series).unwrap();
    std::fs::write(dir.path().join("t.csv"), targets).unwrap();
    halfsky(dir.path(), &["outlook", "s.csv", "--targets", "t.csv", "--format", format])
}

fn json(series: &str, targets: &str) -> Vec<Value> {
    let out = run(series.as_bytes(), targets.as_bytes(), "json").ok();
    serde_json::from_str::<Value>(&out).unwrap().as_array().unwrap().clone()
}

#[test]
fn the_worked_example_in_json() {
    let told = json(SERIES, TARGETS);
    let float = |key: &str| told[0][key].as_f64().unwrap();
    assert!((float("median") - 15.649_224_075_891_876).abs() < 1e-9);
    assert!((float("lo80") - 10.451_930_947_936_448).abs() < 1e-9);
    assert!((float("p_attain") - 0.792_232_871_993_883).abs() < 1e-9);
    assert!((float("pace") - 1.937).abs() < 1e-3);
    assert_eq!(told[0]["status"], "on_track");
    assert_eq!(told[0]["volatility"], false);
    assert_eq!(told[0]["prior"]["origin"], "generic");
    assert_eq!(told[1]["status"], "insufficient");
    for limit in ["lo80", "hi80", "lo95", "hi95", "pace", "volatility"] {
        assert_eq!(told[1][limit], Value::Null, "{limit}");
    }
}

#[test]
fn the_worked_example_for_people() {
    let out = run(SERIES.as_bytes(), TARGETS.as_bytes(), "table").ok();
    for words in ["有望如期达标", "79%", "15.6", "10.5～23.4", "1.94", "数据不足暂不研判"]
    {
        assert!(out.contains(words), "{words} in {out}");
    }
}

#[test]
fn mistakes_fail_with_line_and_column_and_print_nothing() {
    let bad = SERIES.replace("24.5", "二十四");
    let run = run(bad.as_bytes(), TARGETS.as_bytes(), "json");
    assert_eq!(run.out, "");
    let err = run.failed();
    assert!(err.contains("数据表第4行value列：“二十四”不是数字"), "{err}");
    let dir = TempDir::new().unwrap();
    let missing = halfsky(dir.path(), &["outlook", "none.csv", "--targets", "t.csv"]).failed();
    assert!(missing.contains("none.csv"), "{missing}");
    assert_eq!(halfsky(dir.path(), &["outlook", "none.csv"]).code, Some(2));
}

#[test]
fn a_byte_order_mark_changes_nothing() {
    let marked = |text: &str| [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    let plain = run(SERIES.as_bytes(), TARGETS.as_bytes(), "json").ok();
    assert_eq!(run(&marked(SERIES), &marked(TARGETS), "json").ok(), plain);
}

/// Language, time zone and number of processors of a machine leave no trace.
#[test]
fn the_same_bytes_on_any_machine() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("s.csv"), SERIES).unwrap();
    std::fs::write(dir.path().join("t.csv"), TARGETS).unwrap();
    for format in ["json", "table"] {
        let out = |locale: &str, zone: &str| {
            let run = ["outlook", "s.csv", "--targets", "t.csv", "--format", format];
            let output = command(dir.path(), &run)
                .env("LC_ALL", locale)
                .env("LANG", locale)
                .env("TZ", zone)
                .output()
                .unwrap();
            Run::of(&output).ok()
        };
        assert_eq!(out("C", "UTC"), out("de_DE.UTF-8", "America/St_Johns"), "{format}");
    }
}

fn vectors() -> Option<PathBuf> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/methods/vectors/recommended_forecast.json");
    if file.is_file() {
        return Some(file);
    }
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "no vectors at {}", file.display());
    None
}

/// Every case of the vectors as one series with one target.
fn as_tables(cases: &[Value]) -> (String, String) {
    let mut series = "series,year,value\n".to_owned();
    let mut targets = TARGETS.lines().next().unwrap().to_owned() + "\n";
    let text = |value: &Value| if value.is_null() { String::new() } else { value.to_string() };
    for (at, case) in cases.iter().enumerate() {
        let input = &case["input"];
        let pairs =
            input["years"].as_array().unwrap().iter().zip(input["values"].as_array().unwrap());
        for (year, value) in pairs {
            writeln!(series, "s{at},{year},{value}").unwrap();
        }
        let decimals = if input["floor"].is_null() { "" } else { "1" };
        let prior =
            input["prior"].as_array().map_or(",".to_owned(), |p| format!("{},{}", p[0], p[1]));
        writeln!(
            targets,
            "s{at},{},{},{},{},,{},{decimals},{prior}",
            input["op"].as_str().unwrap(),
            input["target"],
            text(&input["upper"]),
            input["target_year"],
            input["tr"].as_str().unwrap()
        )
        .unwrap();
    }
    (series, targets)
}

/// All reference forecasts through the program. Three rules of the product go beyond the vectors: a lone value
/// has no interval, a target at the end of the scale no probability, and a missed target year is not attained.
#[test]
fn the_reference_forecasts() {
    let Some(file) = vectors() else { return };
    let whole: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let cases = whole["cases"].as_array().unwrap();
    let (series, targets) = as_tables(cases);
    let told = json(&series, &targets);
    assert_eq!(told.len(), cases.len());
    let codes = BTreeMap::from([
        ("ACHIEVED", "attained"),
        ("ACHIEVED_FRAGILE", "attained_fragile"),
        ("ON_TRACK", "on_track"),
        ("AT_RISK", "at_risk"),
        ("OFF_TRACK", "off_track"),
        ("INSUFFICIENT", "insufficient"),
    ]);
    for (case, told) in cases.iter().zip(&told) {
        let (input, expect) = (&case["input"], &case["expect"]);
        let lone = input["years"].as_array().unwrap().len() == 1;
        let past = expect["h"] == 0;
        let end = case["case"] == "at_100";
        for key in ["median", "lo80", "hi80", "lo95", "hi95", "p_attain"] {
            if lone && key != "median" && key != "p_attain" || end && key == "p_attain" {
                assert_eq!(told[key], Value::Null, "{key} of {input}");
                continue;
            }
            let (want, got) = (expect[key].as_f64().unwrap(), told[key].as_f64().unwrap());
            let error = (want - got).abs() / want.abs().max(1.0);
            assert!(error <= 1e-9, "{key}: want {want}, got {got} of {input}");
        }
        let want = match (past, end, expect["met_now"] == true) {
            (true, _, false) => "not_attained",
            (_, true, true) => "attained",
            _ => codes[expect["status"].as_str().unwrap()],
        };
        assert_eq!(told["status"], want, "{input}");
    }
}
