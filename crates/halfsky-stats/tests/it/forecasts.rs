//! Forecast, pace, volatility.

use halfsky_stats::forecast::{
    Bound, Point, Prior, forecast, interval_quantiles, posterior, probability,
};
use halfsky_stats::pace::{Course, compound_pace, linear_pace};
use halfsky_stats::prior::generic;
use halfsky_stats::scale::{Scale, to_working};
use halfsky_stats::volatility::{Direction, Goal, volatility};
use serde_json::{Value, json};

use crate::{check, dated, float, floats, number, year};

pub(crate) fn bound(input: &Value) -> Bound {
    let target = float(&input["target"]);
    match input["op"].as_str().unwrap() {
        ">=" => Bound::AtLeast(target),
        "<=" => Bound::AtMost(target),
        _ => Bound::Within(target, float(&input["upper"])),
    }
}

fn points(series: &[(i32, f64)], scale: Scale, floor: Option<f64>) -> Vec<Point> {
    series
        .iter()
        .map(|&(year, y)| Point { year, z: to_working(scale, y, floor).unwrap() })
        .collect()
}

/// Status and `met_now` are words of the field: the evaluation crate tests them with the same file.
#[test]
fn recommended_forecast() {
    check_without("recommended_forecast.json", &["status", "met_now"], |input| {
        let scale = Scale::from_code(input["tr"].as_str().unwrap()).unwrap();
        let floor = input["floor"].as_f64();
        let series = dated(input);
        let values: Vec<f64> = series.iter().map(|(_, y)| *y).collect();
        let prior = match input["prior"].as_array() {
            Some(prior) => Prior { variance: float(&prior[0]), df: float(&prior[1]) },
            None => generic(scale, &values),
        };
        let known = posterior(&points(&series, scale, floor), prior).unwrap();
        let by = year(&input["target_year"]);
        let then = known.at(by).unwrap();
        let told = forecast(&then, scale, interval_quantiles(&known.student));
        json!({
            "df": known.df(),
            "drift": known.drift,
            "sd1": known.yearly_swing(),
            "h": by - known.last.year,
            "loc": then.centre,
            "scale": then.scale,
            "median": told.median,
            "lo80": number(told.lo80),
            "hi80": number(told.hi80),
            "lo95": number(told.lo95),
            "hi95": number(told.hi95),
            "p_attain": probability(&then, bound(input), scale, floor).unwrap(),
            "p_up": known.probability_of_rise(),
        })
    });
}

fn check_without(name: &str, left_out: &[&str], method: impl Fn(&Value) -> Value) {
    let Some(file) = crate::vector_file(name) else { return };
    let mut whole: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    for (at, case) in whole["cases"].as_array_mut().unwrap().iter_mut().enumerate() {
        for key in left_out {
            case["expect"].as_object_mut().unwrap().remove(*key).unwrap();
        }
        let got = method(&case["input"]);
        if let Err(problem) = crate::agree(&case["expect"], &got, crate::TOLERANCE) {
            panic!("{name}, case {at}: {problem}\ninput {}\ngot {got}", case["input"]);
        }
    }
}

#[test]
fn pace_ratio() {
    check("pace_ratio.json", |input| {
        let course = Course {
            base_year: year(&input["base_year"]),
            base: float(&input["base"]),
            year: year(&input["year"]),
            value: float(&input["value"]),
            target_year: year(&input["target_year"]),
            target: float(&input["target"]),
        };
        json!({"linear": linear_pace(&course).ok(), "cagr": compound_pace(&course).ok()})
    });
}

#[test]
fn volatility_measures() {
    check("volatility.json", |input| {
        let scale = Scale::from_code(input["tr"].as_str().unwrap()).unwrap();
        let series = dated(input);
        let direction =
            if input["direction"].as_i64() == Some(1) { Direction::Up } else { Direction::Down };
        let prior = floats(&input["prior"]);
        let goal = input["target"].as_f64().map(|target| Goal {
            z: to_working(scale, target, None).unwrap(),
            year: year(&input["target_year"]),
        });
        let prior = Prior { variance: prior[0], df: prior[1] };
        let found = volatility(&points(&series, scale, None), prior, Some(direction), goal);
        json!({
            "n": series.len(),
            "sd": found.map(|v| v.sd),
            "rob": found.map(|v| v.robust),
            "snr": found.and_then(|v| v.snr).map(number),
            "wrong": found.and_then(|v| v.wrong),
            "f": found.map(|v| v.f),
            "p_f": found.map(|v| v.p_f),
            "volatile": found.map(|v| v.volatile),
        })
    });
}
