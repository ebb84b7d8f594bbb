//! Lines through a series.

use halfsky_stats::holt::{Model, Parameters, fit, smooth};
use halfsky_stats::rank_trend::{Intercept, Line, TheilSen, mann_kendall, siegel, theil_sen};
use serde_json::{Value, json};

use crate::{check, check_within, float, floats};

#[test]
fn ranks() {
    check("theil_sen_mk.json", |input| {
        let (x, y) = (floats(&input["x"]), floats(&input["y"]));
        let points: Vec<(f64, f64)> = x.into_iter().zip(y.iter().copied()).collect();
        let confidence = float(&input["alpha"]);
        let told = |found: TheilSen| {
            json!({
                "slope": found.line.slope,
                "intercept": found.line.intercept,
                "lo": found.lower,
                "hi": found.upper,
            })
        };
        let line = |line: Line| json!({"slope": line.slope, "intercept": line.intercept});
        let steps: Vec<(f64, f64)> = (0u32..).map(f64::from).zip(y.iter().copied()).collect();
        let by_step = theil_sen(&steps, confidence, Intercept::Separate);
        let test = mann_kendall(&y).map(|t| {
            json!({
                "trend": t.trend.code(),
                "p": t.p,
                "z": t.z,
                "tau": t.tau,
                "s": t.s,
                "var_s": t.variance,
                "slope": by_step.map(|l| l.line.slope),
                "intercept": by_step.map(|l| l.line.intercept),
            })
        });
        json!({
            "separate": theil_sen(&points, confidence, Intercept::Separate).map(told),
            "joint": theil_sen(&points, confidence, Intercept::Joint).map(told),
            "siegel": siegel(&points).map(line),
            "mk": test,
        })
    });
}

#[test]
fn holt() {
    check("holt_damped.json", |input| {
        let of = |key: &str| float(&input[key]);
        let parameters = Parameters {
            alpha: of("alpha"),
            beta: of("beta"),
            phi: of("phi"),
            level: of("l0"),
            trend: of("b0"),
        };
        let run = smooth(&floats(&input["y"]), &parameters);
        let horizon = usize::try_from(input["h"].as_u64().unwrap()).unwrap();
        json!({
            "fitted": run.fitted,
            "forecast": run.ahead(horizon),
            "sse": run.squared_error,
            "level_last": run.level,
            "trend_last": run.trend,
        })
    });
}

/// Another optimiser stops elsewhere: the constants are compared where they matter, by error and forecast.
#[test]
fn holt_fitted() {
    check_within("holt_livestock_fitted.json", 1e-2, |input| {
        let model = match input["model"].as_str().unwrap() {
            "ses" => Model::Simple,
            "holt" => Model::Linear,
            _ => Model::Damped,
        };
        let (parameters, run) = fit(&floats(&input["y"]), model).unwrap();
        let trend = |x: f64| if model == Model::Simple { Value::Null } else { json!(x) };
        json!({
            "params": {
                "smoothing_level": parameters.alpha,
                "smoothing_trend": trend(parameters.beta),
                "damping_trend": if model == Model::Damped { json!(parameters.phi) } else { Value::Null },
                "initial_level": parameters.level,
                "initial_trend": trend(parameters.trend),
            },
            "sse": run.squared_error,
            "forecast": run.ahead(input["h"].as_u64().map_or(5, |h| usize::try_from(h).unwrap())),
        })
    });
}
