//! Judgement (判定): fact, pace and outlook of one held target side by side, with its status class.

use halfsky_stats::forecast::Bound;
use halfsky_stats::small_number::Count;
use halfsky_stats::volatility::Volatility;

use crate::attainment::{Fact, Finding, fact};
use crate::outlook::{Outlook, Quantiles, Question, UsedPrior, outlook, points, swings};
use crate::pace::{Pace, PaceGap, pace};
use crate::small_number::{FewEvents, few_events};
use crate::status::{NoProbability, Reason, Situation, Status, status};
use crate::working::Held;

/// Everything that may be known beside the figures of a target.
#[derive(Debug, Clone, Copy, Default)]
pub struct Knowledge<'a> {
    /// None: the default of the scale.
    pub prior: Option<UsedPrior>,
    /// Decimals the figures are printed with.
    pub decimals: Option<u32>,
    /// 基期 of the pace.
    pub base_year: Option<i32>,
    /// Cases and exposure per year, where a rate counts rare events.
    pub counts: &'a [Count],
    /// What the rate is multiplied with.
    pub multiplier: f64,
}

/// The three lines of one target, and the class that follows from them.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    pub finding: Finding,
    pub pace: Result<Pace, PaceGap>,
    /// None where there is nothing to look ahead to.
    pub outlook: Option<Outlook>,
    pub status: Status,
    pub reason: Reason,
    pub volatility: Option<Volatility>,
    pub few_events: Option<FewEvents>,
    /// Comparable figures the outlook rests on.
    pub values: usize,
}

impl Judgement {
    /// The probability of attainment, if there is one.
    pub fn probability(&self) -> Option<f64> {
        self.outlook.and_then(|o| o.probability.ok())
    }

    /// The figures move away from the goal.
    pub fn drifts_away(&self) -> bool {
        self.outlook.and_then(|o| o.improving).is_some_and(|p| p < 0.5)
    }

    /// 波动较大.
    pub fn is_volatile(&self) -> bool {
        self.volatility.is_some_and(|v| v.volatile)
    }
}

/// Judges a target as of a year.
pub fn judge(
    held: &Held,
    knowledge: &Knowledge<'_>,
    as_of: i32,
    quantiles: &mut Quantiles,
) -> Judgement {
    let finding = fact(&held.series, &held.demand, as_of);
    let comparable = held.series.comparable(as_of.min(held.demand.by));
    let question = Question {
        goal: held.demand.goal,
        by: held.demand.by,
        scale: held.scale,
        decimals: knowledge.decimals,
        prior: knowledge.prior,
        needs_prior: held.needs_prior,
    };
    let broken = finding.fact == Fact::NotComparable;
    let later = held.series.latest(as_of).is_some_and(|o| o.year > held.demand.by);
    let only_later = finding.judged.is_none() && later;
    let known = if broken || only_later {
        None
    } else {
        points(comparable, held.scale, knowledge.decimals).ok()
    };
    let few = few_events_of(held, knowledge);
    let mut ahead = known.as_ref().and_then(|known| outlook(known, &question, quantiles));
    if few.is_some_and(|few| few.guards()) {
        ahead = ahead.map(|o| Outlook { probability: Err(NoProbability::FewEvents), ..o });
    }
    let volatility =
        known.as_ref().zip(ahead).and_then(|(known, o)| swings(known, &question, o.prior.prior));
    let probability = match ahead {
        Some(outlook) => outlook.probability,
        None if broken => Err(NoProbability::NotComparable),
        None if only_later => Err(NoProbability::YearPast),
        None => Err(NoProbability::OutOfScale),
    };
    let met = matches!(finding.fact, Fact::Attained | Fact::AttainedEarly);
    let (class, reason) = status(&Situation {
        values: comparable.len(),
        target_year: finding.decided.then_some(met),
        only_later_years: only_later,
        met_now: finding.judged.is_some_and(|o| held.demand.goal.met(o.value)) && !broken,
        probability,
    });
    Judgement {
        pace: pace_of(held, knowledge, &finding),
        outlook: ahead,
        status: class,
        reason,
        volatility,
        few_events: few,
        values: comparable.len(),
        finding,
    }
}

fn few_events_of(held: &Held, knowledge: &Knowledge<'_>) -> Option<FewEvents> {
    if knowledge.counts.is_empty() {
        return None;
    }
    // only an upper bound on events is judged by their number
    let Bound::AtMost(target) = held.demand.goal.bound() else { return None };
    few_events(knowledge.counts, knowledge.multiplier, target)
}

fn pace_of(held: &Held, knowledge: &Knowledge<'_>, finding: &Finding) -> Result<Pace, PaceGap> {
    let base_year = knowledge.base_year.or(held.demand.base_year).ok_or(PaceGap::NoBaseYear)?;
    let base = held.series.at(base_year).ok_or(PaceGap::NoBaseline)?;
    let now = finding.judged.ok_or(PaceGap::NoFigure)?;
    if !held.series.are_comparable(base.year, now.year) {
        return Err(PaceGap::NotComparable);
    }
    pace(base, now, &held.demand.goal, held.demand.by, held.scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attainment::{Demand, Duty};
    use crate::goal::Goal;
    use crate::series::tests::series;
    use halfsky_stats::scale::Scale;
    use rust_decimal::Decimal;

    const MATERNAL: [(i32, &str); 6] = [
        (2010, "30.0"),
        (2011, "26.1"),
        (2012, "24.5"),
        (2013, "23.2"),
        (2014, "21.7"),
        (2015, "20.1"),
    ];

    fn held(values: &[(i32, &str)], breaks: &[i32]) -> Held {
        Held {
            series: series(values, breaks),
            demand: Demand {
                goal: Goal::AtMost(Decimal::from(20)),
                by: 2020,
                duty: Duty::AtDeadline,
                base_year: Some(2010),
                tolerance: None,
            },
            scale: Scale::Log,
            needs_prior: false,
        }
    }

    fn judged(values: &[(i32, &str)], breaks: &[i32], as_of: i32) -> Judgement {
        judge(&held(values, breaks), &Knowledge::default(), as_of, &mut Quantiles::default())
    }

    #[test]
    fn three_lines_side_by_side() {
        let found = judged(&MATERNAL, &[], 2015);
        assert_eq!(found.finding.fact, Fact::NotAttained);
        assert!((found.pace.unwrap().ratio - 1.937).abs() < 1e-3);
        assert!((found.probability().unwrap() - 0.792_232_871_993_883).abs() < 1e-12);
        assert_eq!(found.status, Status::OnTrack);
        assert!(!found.drifts_away() && !found.is_volatile());
    }

    #[test]
    fn across_a_break_there_is_neither_pace_nor_outlook() {
        let found = judged(&MATERNAL, &[2013], 2015);
        assert_eq!(found.finding.fact, Fact::NotComparable);
        assert_eq!((found.outlook, found.pace), (None, Err(PaceGap::NotComparable)));
        assert_eq!(found.status, Status::Insufficient);
        assert_eq!(found.reason, Reason::NotMetWithout(NoProbability::NotComparable));
    }

    #[test]
    fn after_the_year_only_the_fact_counts() {
        let mut values = MATERNAL.to_vec();
        values.push((2020, "16.9"));
        let found = judged(&values, &[], 2021);
        assert_eq!(
            (found.status, found.reason),
            (Status::Attained, Reason::TargetYear { met: true })
        );
        let late = judged(&[(2019, "17.8"), (2021, "16.1")], &[], 2021);
        assert_eq!(late.status, Status::NoData);
        assert_eq!(late.reason, Reason::TargetYearMissing);
        assert_eq!((late.outlook, late.pace), (None, Err(PaceGap::NoBaseline)));
    }

    #[test]
    fn few_events_have_no_probability() {
        let counts = [Count { events: 1, exposure: 2532.0 }];
        let knowledge = Knowledge { counts: &counts, multiplier: 1e5, ..Knowledge::default() };
        let found = judge(&held(&MATERNAL, &[]), &knowledge, 2015, &mut Quantiles::default());
        assert_eq!(found.status, Status::Insufficient);
        assert_eq!(found.reason, Reason::NotMetWithout(NoProbability::FewEvents));
        assert!(found.few_events.is_some_and(|few| few.guards()));
    }
}
