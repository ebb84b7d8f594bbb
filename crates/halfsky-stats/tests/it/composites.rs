//! Composite scores.

use halfsky_stats::ampi::{Item, adjusted_mazziotta_pareto};
use halfsky_stats::composite::{Weighted, efficacy_score, overall, weighted_mean};
use halfsky_stats::realisation::{Standard, realisation_degree};
use serde_json::{Map, Value, json};

use crate::{check, float, floats};

#[test]
fn efficacy_composite() {
    check("composite_index.json", |input| {
        let present = float(&input["min_share"]);
        let (mut scores, mut domains, mut means) = (Map::new(), Map::new(), Vec::new());
        for (name, values) in input["values"].as_object().unwrap() {
            let of: Vec<Option<f64>> = values
                .as_array()
                .unwrap()
                .iter()
                .map(|v| {
                    v.as_array()
                        .and_then(|v| efficacy_score(float(&v[0]), float(&v[1]), float(&v[2])))
                })
                .collect();
            let parts: Vec<Weighted> = of
                .iter()
                .zip(floats(&input["weights"][name]))
                .map(|(score, weight)| Weighted { score: *score, weight })
                .collect();
            let mean = weighted_mean(&parts, present);
            scores.insert(name.clone(), json!(of));
            domains.insert(name.clone(), json!(mean));
            means.push(mean);
        }
        let whole = overall(&means, present);
        json!({
            "scores": scores,
            "domains": domains,
            "arithmetic": whole.map(|o| o.arithmetic),
            "geometric": whole.map(|o| o.geometric),
            "imbalance": whole.map(|o| o.imbalance),
        })
    });
}

#[test]
fn realisation() {
    check("nbs_realisation_degree.json", |input| {
        let of = |key: &str| float(&input[key]);
        let standard = match input["kind"].as_str().unwrap() {
            "pos" => Standard::Positive(of("std")),
            "neg" => Standard::Negative(of("std")),
            _ => Standard::Interval {
                low: of("lo"),
                high: of("hi"),
                outer_low: of("L"),
                outer_high: of("U"),
            },
        };
        json!({"score": realisation_degree(of("x"), standard)})
    });
}

#[test]
fn mazziotta_pareto() {
    check("ampi.json", |input| {
        let of = |key: &str| -> Vec<f64> { floats(&input[key]) };
        let (x, reference, low, high) = (of("x"), of("ref"), of("inf"), of("sup"));
        let items: Vec<Item> = (0..x.len())
            .map(|i| Item {
                value: x[i],
                reference: reference[i],
                lowest: low[i],
                highest: high[i],
            })
            .collect();
        let found = adjusted_mazziotta_pareto(&items).unwrap();
        let r: Vec<Value> = found.normalised.iter().map(|r| json!(r)).collect();
        json!({"r": r, "mean": found.mean, "sd": found.deviation, "ampi": found.index})
    });
}
