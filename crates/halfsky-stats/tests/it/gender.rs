//! Parity and the gender gap index.

use halfsky_stats::gender_gap_index::{PARTS, gender_gap_index};
use halfsky_stats::parity::parity;
use serde_json::{Map, Value, json};

use crate::{check, float};

#[test]
fn parity_index() {
    check("gpi.json", |input| {
        let found = parity(float(&input["f"]), float(&input["m"]));
        json!({
            "gpi": found.map(|p| p.index),
            "adj": found.map(|p| p.adjusted),
            "band": found.map_or("undefined", |p| p.balance.code()),
            "fold": found.and_then(|p| p.folded),
        })
    });
}

#[test]
fn gender_gap() {
    check("wef_gggi.json", |input| {
        let gap = gender_gap_index(|name| input[name].as_f64()).unwrap();
        let parts: Map<String, Value> = PARTS
            .iter()
            .zip(gap.parts)
            .map(|((name, _), v)| ((*name).to_owned(), json!(v)))
            .collect();
        json!({"sub": parts, "index": gap.index})
    });
}
