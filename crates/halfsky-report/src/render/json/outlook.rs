//! JSON of outlooks: what `halfsky outlook --format json` prints, one object for each target.
//!
//! Numbers keep all their digits; what is undefined is null, what passes the range of numbers is the word
//! `Infinity` or `-Infinity`, as JSON has no such number.

use halfsky_evaluate::goal::Goal;
use halfsky_evaluate::outlook::{Interval, Outlook};
use halfsky_evaluate::own_series::OwnJudgement;
use serde_json::{Value, json};

use super::figure;
use crate::outlook_wording::reason;

/// The judgements of own series in the order of their targets.
pub fn own_series(judged: &[OwnJudgement]) -> Value {
    Value::Array(judged.iter().map(one).collect())
}

fn one(own: &OwnJudgement) -> Value {
    let judgement = &own.judgement;
    let outlook = judgement.outlook.as_ref();
    let drawn = outlook.filter(|o| o.interval == Interval::Shown);
    let limit = |of: fn(&Outlook) -> f64| drawn.map(of).map(number);
    let (target, upper) = match own.target.goal {
        Goal::AtLeast(target) | Goal::AtMost(target) => (target, None),
        Goal::Within { low, high } => (low, Some(high)),
    };
    let exact = |value| figure(halfsky_plan::figure::Figure::new(value));
    json!({
        "series": own.target.series,
        "operator": own.target.operator(),
        "target": exact(target),
        "upper": upper.map(exact),
        "by": own.target.by,
        "scale": own.target.scale.code(),
        "values": judgement.values,
        "last_year": own.latest.map(|o| o.year),
        "last_value": own.latest.map(|o| figure(o.value)),
        "median": outlook.map(|o| number(o.forecast.median)),
        "lo80": limit(|o| o.forecast.lo80),
        "hi80": limit(|o| o.forecast.hi80),
        "lo95": limit(|o| o.forecast.lo95),
        "hi95": limit(|o| o.forecast.hi95),
        "p_attain": judgement.probability(),
        "pace": judgement.pace.ok().map(|p| number(p.ratio)),
        "pace_note": judgement.pace.err().map(halfsky_evaluate::pace::PaceGap::label),
        "status": judgement.status.code(),
        "status_label": judgement.status.label(),
        "reason": reason(judgement.reason),
        "fact": judgement.finding.fact.code(),
        "volatility": judgement.volatility.map(|v| v.volatile),
        "volatility_detail": judgement.volatility.map(|v| json!({
            "sd": v.sd,
            "robust_sd": v.robust,
            "wrong_way": v.wrong,
            "f": number(v.f),
            "p_f": v.p_f,
            "signal_to_noise": v.snr.map(number),
        })),
        "needed_per_year": outlook.and_then(|o| o.needed),
        "prior": outlook.map(|o| json!({
            "s0sq": o.prior.prior.variance,
            "d0": o.prior.prior.df,
            "origin": o.prior.origin.code(),
        })),
    })
}

fn number(x: f64) -> Value {
    if x == f64::INFINITY {
        Value::from("Infinity")
    } else if x == f64::NEG_INFINITY {
        Value::from("-Infinity")
    } else {
        Value::from(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_evaluate::own_series::judge_tables;

    #[test]
    fn a_lone_value_has_no_interval_and_an_overflow_is_a_word() {
        let judged = judge_tables(
            b"series,year,value\nlone,2022,85.0\nwild,2020,1\nwild,2021,100000\n",
            b"series,operator,target,by,scale,prior_s0sq,prior_d0\nlone,>=,90,2030,logit,,\nwild,<=,5,2090,log,1000,0.1\n",
        );
        let told = own_series(&judged.unwrap());
        assert_eq!(told[0]["lo80"], Value::Null);
        assert_eq!(told[0]["status"], "insufficient");
        assert_eq!(told[0]["last_value"].to_string(), "85.0");
        assert_eq!(told[1]["hi95"], "Infinity");
        assert_eq!(told[1]["prior"]["origin"], "given");
    }
}
