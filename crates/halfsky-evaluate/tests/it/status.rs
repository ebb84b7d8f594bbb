//! Status classes of the recommended forecast, and the table of what they meant in the hindcast.

use std::collections::BTreeMap;

use halfsky_evaluate::goal::Goal;
use halfsky_evaluate::outlook::{PriorOrigin, Quantiles, Question, UsedPrior, outlook, points};
use halfsky_evaluate::series::{Observation, Series};
use halfsky_evaluate::status::{Situation, Status, status};
use halfsky_plan::figure::Figure;
use halfsky_stats::forecast::Prior;
use halfsky_stats::scale::Scale;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::vector_file;

/// The codes of the vectors.
fn code(status: Status) -> &'static str {
    match status {
        Status::Attained => "ACHIEVED",
        Status::AttainedFragile => "ACHIEVED_FRAGILE",
        Status::OnTrack => "ON_TRACK",
        Status::AtRisk => "AT_RISK",
        Status::OffTrack => "OFF_TRACK",
        Status::Insufficient => "INSUFFICIENT",
        Status::NoData => "NO_DATA",
        Status::NotAttained => "NOT_ACHIEVED",
    }
}

fn decimal(value: &Value) -> Decimal {
    value.to_string().parse().unwrap()
}

/// The vectors know no past year and no end of the scale: status follows from values, fact and probability alone.
#[test]
fn recommended_forecast() {
    let Some(file) = vector_file("recommended_forecast.json") else { return };
    let whole: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    for case in whole["cases"].as_array().unwrap() {
        let (input, expect) = (&case["input"], &case["expect"]);
        let list = |key: &str| input[key].as_array().unwrap().clone();
        let observations: Vec<Observation> = list("years")
            .iter()
            .zip(list("values"))
            .map(|(year, value)| Observation {
                year: year.as_i64().unwrap().try_into().unwrap(),
                value: Figure::new(decimal(&value)),
            })
            .collect();
        let target = decimal(&input["target"]);
        let goal = match input["op"].as_str().unwrap() {
            ">=" => Goal::AtLeast(target),
            "<=" => Goal::AtMost(target),
            _ => Goal::Within { low: target, high: decimal(&input["upper"]) },
        };
        let prior = input["prior"].as_array().map(|prior| UsedPrior {
            prior: Prior { variance: prior[0].as_f64().unwrap(), df: prior[1].as_f64().unwrap() },
            origin: PriorOrigin::Given,
        });
        let series = Series::new(observations, Vec::new()).unwrap();
        let scale = Scale::from_code(input["tr"].as_str().unwrap()).unwrap();
        let decimals = (!input["floor"].is_null()).then_some(1);
        let question = Question {
            goal,
            by: input["target_year"].as_i64().unwrap().try_into().unwrap(),
            scale,
            decimals,
            prior,
            needs_prior: false,
        };
        let known = points(series.observations(), scale, decimals).unwrap();
        let found = outlook(&known, &question, &mut Quantiles::default()).unwrap();
        let met = goal.met(series.observations().last().unwrap().value);
        assert_eq!(expect["met_now"], met, "{input}");
        // at the clamp the vectors keep the uninformative probability
        let vector_p = expect["p_attain"].as_f64().unwrap();
        let probability = found.probability.unwrap_or(vector_p);
        assert!((probability - vector_p).abs() < 1e-9, "{input}");
        let (class, _) = status(&Situation {
            values: series.observations().len(),
            target_year: None,
            only_later_years: false,
            met_now: met,
            probability: Ok(probability),
        });
        assert_eq!(expect["status"], code(class), "{input}");
    }
}

/// Class → (attained, cases), observed and modelled, of the shipped hindcast.
#[test]
fn what_the_classes_meant() {
    let Some(file) = vector_file("hindcast_cases.csv") else { return };
    let text = std::fs::read_to_string(file).unwrap();
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| heads.iter().position(|h| *h == name).unwrap();
    let mut table: BTreeMap<(&str, &str), (u32, u32)> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |name: &str| cells[at(name)];
        let (class, _) = status(&Situation {
            values: cell("values").split(' ').count(),
            target_year: None,
            only_later_years: false,
            met_now: cell("met_now") == "1",
            probability: Ok(cell("p_attain").parse().unwrap()),
        });
        let entry = table.entry((cell("group"), code(class))).or_default();
        entry.0 += u32::from(cell("attained") == "1");
        entry.1 += 1;
    }
    let row = |group, class| {
        let (attained, cases) = table[&(group, class)];
        ((f64::from(attained) / f64::from(cases) * 100.0).round(), cases)
    };
    for (class, observed, modelled) in [
        ("ACHIEVED", (91.0, 269), (97.0, 315)),
        ("ACHIEVED_FRAGILE", (70.0, 178), (81.0, 69)),
        ("ON_TRACK", (69.0, 16), (90.0, 63)),
        ("AT_RISK", (42.0, 295), (57.0, 213)),
        ("OFF_TRACK", (16.0, 597), (12.0, 681)),
    ] {
        assert_eq!((row("obs", class), row("mod", class)), (observed, modelled), "{class}");
    }
}
