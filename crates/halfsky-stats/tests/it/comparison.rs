//! Methods of other platforms.

use halfsky_stats::escap::{self, escap_measure};
use halfsky_stats::eurostat::{self, eurostat_progress};
use halfsky_stats::open_sdg::{self, open_sdg_progress};
use halfsky_stats::reduction_rate::{ends, reduction_rates, required_reduction};
use halfsky_stats::sdsn::{Bounds, sdsn_trend};
use halfsky_stats::volatility::Direction;
use serde_json::{Value, json};

use crate::{check, dated, float, year};

fn direction(value: &Value) -> Direction {
    if value.as_i64() == Some(1) { Direction::Up } else { Direction::Down }
}

#[test]
fn open_sdg() {
    check("open_sdg_progress.json", |input| {
        let default = open_sdg::Question::default();
        let direction = match input["direction"].as_str() {
            Some("positive") => Direction::Up,
            _ => Direction::Down,
        };
        let or = |key: &str, default: i32| input.get(key).map_or(default, year);
        let question = open_sdg::Question {
            base_year: or("base_year", default.base_year),
            target_year: or("target_year", default.target_year),
            direction,
            target: input["target"].as_f64(),
            limit: input["limit"].as_f64(),
        };
        let values = dated(input);
        let target = question.target.map(|t| if t == 0.0 { 0.001 } else { t });
        let common = json!({
            "target": target,
            "target_year": question.target_year,
            "direction": direction.sign(),
            "limit": question.limit,
        });
        let mut told = match open_sdg_progress(&values, &question) {
            Ok(m) => json!({
                "base_value": m.base.map(|b| b.1),
                "base_year": m.base.map_or(question.base_year, |b| b.0),
                "current_value": m.current.map(|c| c.1),
                "current_year": m.current.map(|c| c.0),
                "sign": m.sign,
                "progress_value": m.value,
                "status": m.progress.code(),
                "score": m.score,
                "coefficient": m.coefficient,
                "note": "required growth is zero (target == base) or target_year == base_year",
            }),
            Err(open_sdg::NoBase) => json!({
                "base_value": null,
                "base_year": question.base_year,
                "current_value": values.last().map(|c| c.1),
                "current_year": values.last().map(|c| c.0),
                "sign": null,
                "progress_value": null,
                "status": "ERROR_no_year_at_or_after_base",
                "score": null,
                "coefficient": null,
            }),
        };
        told.as_object_mut().unwrap().extend(common.as_object().unwrap().clone());
        told
    });
}

#[test]
fn eurostat() {
    check("eurostat_progress.json", |input| {
        let at = |t: &str, y: &str| Some((year(&input[t]), input[y].as_f64()?));
        let measure = eurostat_progress(&eurostat::Question {
            from: at("t0", "y0").unwrap(),
            to: at("t1", "y1").unwrap(),
            direction: direction(&input["direction"]),
            target: if input["target"].is_null() { None } else { at("target_year", "target") },
        });
        json!({"cagr": measure.growth, "ratio": measure.ratio, "category": measure.progress.code()})
    });
}

#[test]
fn escap() {
    check("escap_cs_ap.json", |input| {
        let parity = input["parity"] == true;
        let question = escap::Question {
            base_year: year(&input["base_year"]),
            target: float(&input["target"]),
            target_year: year(&input["T"]),
            direction: (!parity).then(|| direction(&input["direction"])),
        };
        let measure = escap_measure(&dated(input), &question).unwrap();
        json!({
            "cs": measure.status,
            "predicted": measure.predicted,
            "ap_gap": measure.gap,
            "category": measure.outlook.code(),
        })
    });
}

#[test]
fn sdsn() {
    check("sdsn_norm_trend.json", |input| {
        let bounds =
            Bounds { lower: float(&input["lower_bound"]), optimum: float(&input["upper_bound"]) };
        let at = |t: &str, x: &str| (year(&input[t]), float(&input[x]));
        let trend = sdsn_trend(at("t0", "x0"), at("t1", "x1"), bounds).unwrap();
        json!({
            "n0": trend.from,
            "n1": trend.to,
            "actual": trend.actual,
            "needed": trend.needed,
            "arrow": trend.arrow.code(),
        })
    });
}

#[test]
fn reduction() {
    check("aarr.json", |input| {
        let values = dated(input);
        let rates = reduction_rates(&values);
        let to = input["target"].as_f64().map(|target| (year(&input["target_year"]), target));
        let required = |first: bool| {
            let (base, now) = ends(&values)?;
            required_reduction(if first { base } else { now }, to?)
        };
        json!({
            "regression": rates.map(|r| r.regression),
            "endpoint": rates.map(|r| r.endpoint),
            "arr_continuous": rates.map(|r| r.continuous),
            "required_from_base": required(true),
            "required_from_now": required(false),
        })
    });
}
