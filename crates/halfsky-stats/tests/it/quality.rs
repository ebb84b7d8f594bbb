//! Control charts, outliers, data quality.

use halfsky_stats::control_chart::{Screening, control_chart};
use halfsky_stats::data_quality::{Metric, consistency_over_time, related_ratio, share_metric};
use halfsky_stats::outlier::outliers;
use serde_json::{Value, json};

use crate::{check, float, floats, number};

#[test]
fn individual_charts() {
    check("xmr.json", |input| {
        let screening =
            if input["screen"] == true { Screening::Screened } else { Screening::Unscreened };
        let chart = control_chart(&floats(&input["y"]), screening).unwrap();
        json!({
            "mean": chart.centre,
            "amr": chart.moving_range,
            "lpl": chart.lower,
            "upl": chart.upper,
            "outside": chart.outside,
            "run7": chart.run,
            "trend7": chart.trend,
            "two_of_three": chart.two_of_three,
            "short_group": chart.trial,
        })
    });
}

#[test]
fn outlier_scores() {
    check("outliers.json", |input| {
        let found = outliers(&floats(&input["y"]), float(&input["threshold"])).unwrap();
        let numbers = |list: &[f64]| -> Vec<Value> { list.iter().copied().map(number).collect() };
        json!({
            "mean": found.mean,
            "sd_pop": found.population_deviation,
            "sd_sample": found.sample_deviation,
            "median": found.median,
            "mad": found.median_deviation,
            "z": numbers(&found.scores),
            "mod_z": numbers(&found.modified),
            "lower": found.lower,
            "upper": found.upper,
            "flag_z": found.flagged,
            "flag_mod": found.modified_flagged,
            "mod_lower": found.modified_lower,
            "mod_upper": found.modified_upper,
        })
    });
}

#[test]
fn quality_metrics() {
    check("who_dqr.json", |input| {
        let of = |key: &str| float(&input[key]);
        let completeness = share_metric(of("recv"), of("exp"));
        let timeliness = share_metric(of("ontime"), of("recv"));
        let consistency = consistency_over_time(&floats(&input["series"]));
        let ratio = related_ratio(of("num"), of("den"), of("peer"));
        let value = |metric: Option<Metric>| metric.map(|m| m.value);
        let flag = |metric: Option<Metric>| metric.map(|m| m.questioned);
        json!({
            "completeness": value(completeness),
            "timeliness": value(timeliness),
            "consistency": value(consistency),
            "ratio": value(ratio),
            "flag_completeness": flag(completeness),
            "flag_timeliness": flag(timeliness),
            "flag_consistency": flag(consistency),
            "flag_ratio": flag(ratio),
        })
    });
}
