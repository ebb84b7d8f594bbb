//! Counts, rates and proportions with few events.

use halfsky_stats::funnel::{INNER, OUTER, funnel_limits};
use halfsky_stats::gamma_poisson::{Future, Shrinkage, shrink};
use halfsky_stats::proportion_interval::{clopper_pearson_limits, wilson_limits};
use halfsky_stats::rate_interval::{
    byar_count_limits, exact_count_limits, rate_factors, shown_count_limits,
};
use halfsky_stats::small_number::{Count, small_number};
use serde_json::{Value, json};

use crate::{check, float, floats};

fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn counts(input: &Value) -> Vec<Count> {
    let events = input["deaths"].as_array().unwrap().iter().map(whole);
    events
        .zip(floats(&input["births"]))
        .map(|(events, exposure)| Count { events, exposure })
        .collect()
}

#[test]
fn poisson_rates() {
    check("poisson_rate_ci.json", |input| {
        let (events, conf) = (whole(&input["events"]), float(&input["conf"]));
        let unit = float(&input["multiplier"]) / float(&input["denominator"]);
        let exact = exact_count_limits(events, conf).scaled(unit);
        let byar = byar_count_limits(events, conf);
        let (method, shown) = shown_count_limits(events, conf);
        let shown = shown.scaled(unit);
        json!({
            "rate": events as f64 * unit,
            "exact_lo": exact.lower,
            "exact_hi": exact.upper,
            "byar_lo": byar.lower.map(|limit| limit * unit),
            "byar_hi": byar.upper * unit,
            "phe_method": method.code(),
            "phe_lo": shown.lower,
            "phe_hi": shown.upper,
        })
    });
}

#[test]
fn factors() {
    check("nchs_poisson_factors.json", |input| {
        let factors = rate_factors(whole(&input["events"])).unwrap();
        json!({"L": factors.lower, "U": factors.upper})
    });
}

#[test]
fn proportions() {
    check("proportion_ci.json", |input| {
        let (x, n, conf) = (whole(&input["x"]), whole(&input["n"]), float(&input["conf"]));
        let wilson = wilson_limits(x, n, conf).unwrap();
        let exact = clopper_pearson_limits(x, n, conf).unwrap();
        json!({
            "p": x as f64 / n as f64,
            "wilson_lo": wilson.lower,
            "wilson_hi": wilson.upper,
            "clopper_lo": exact.lower,
            "clopper_hi": exact.upper,
        })
    });
}

#[test]
fn pooled_evidence() {
    check("small_number.json", |input| {
        let judged = small_number(&counts(input), 3, 1e5, float(&input["target"])).unwrap();
        json!({
            "rate": judged.last.rate,
            "lo": judged.last.limits.lower,
            "hi": judged.last.limits.upper,
            "pooled": judged.pooled.rate,
            "plo": judged.pooled.limits.lower,
            "phi": judged.pooled.limits.upper,
            "one_event": judged.one_event,
            "events": judged.last.events,
            "pooled_events": judged.pooled.events,
            "flag": judged.last.reliability.code(),
            "pooled_flag": judged.pooled.reliability.code(),
            "evidence": judged.evidence.code(),
        })
    });
}

#[test]
fn shrinkage() {
    check("gamma_poisson.json", |input| {
        let counts = counts(input);
        let known = Shrinkage {
            counts: &counts,
            parent_rate: float(&input["parent_rate"]),
            strength: float(&input["strength"]),
            multiplier: 1e5,
        };
        let future = Future {
            target: float(&input["target"]),
            exposure: float(&input["births_future"]),
            yearly_change: float(&input["annual_change"]),
            years_ahead: float(&input["h"]),
        };
        let shrunk = shrink(&known, &future).unwrap();
        json!({
            "shrunk": shrunk.rate,
            "kmax": shrunk.events_allowed,
            "p_published": shrunk.published,
            "p_true": shrunk.true_rate,
        })
    });
}

#[test]
fn funnels() {
    check("funnel_poisson.json", |input| {
        let expected = float(&input["expected"]);
        let (inner, outer) =
            (funnel_limits(expected, INNER).unwrap(), funnel_limits(expected, OUTER).unwrap());
        json!({"ll95": inner.lower, "ul95": inner.upper, "ll998": outer.lower, "ul998": outer.upper})
    });
}
