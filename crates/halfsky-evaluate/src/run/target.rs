//! One target of a run: its working series, its three lines, and what the warning rules find.

use std::collections::BTreeMap;

use halfsky_monitor::definition::Definition;
use halfsky_plan::comparator::Comparator;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::target::{Direction as Wanted, Target, TargetKind};
use halfsky_plan::unit::Unit;
use halfsky_plan::version::ReviewedTarget;
use halfsky_stats::forecast::{forecast, interval_quantiles, posterior};
use halfsky_stats::prior::{generic, of_difference};
use halfsky_stats::scale::Scale;
use halfsky_stats::small_number::Count;
use halfsky_stats::volatility::Direction;

use super::Inputs;
use super::key::target_keys;
use super::record::{
    Bounds, Cause, EvidenceResult, FewEventsResult, FindingResult, OutlookResult, PaceResult,
    PathPoint, Printed, PriorResult, TargetResult, UndeliveredResult, VolatilityResult, YearClass,
};
use crate::attainment::Fact;
use crate::class::Class;
use crate::composite::{realisation, score};
use crate::delivery::Delivery;
use crate::evaluation::peer_priors;
use crate::goal::Goal;
use crate::judgement::{Judgement, Knowledge, judge};
use crate::outlook::{Interval, Outlook, PriorOrigin, Quantiles, UsedPrior, points};
use crate::series::{Observation, Series, number};
use crate::status::Reason;
use crate::trend::{TrendStatus, growth_slows, trend_fact, trend_status};
use crate::warning::{Evidence, Finding, Watch, findings};
use crate::working::{Held, Polarity, Settings, Sources, Working, working};

/// Everything one target is judged on.
struct Subject<'a> {
    reviewed: &'a ReviewedTarget,
    key: String,
    working: Working,
    sexes: Option<(Series, Series)>,
    residences: Option<(Series, Series)>,
    counts: Option<(Vec<Count>, f64)>,
    prior: Option<UsedPrior>,
    delivery: Delivery,
}

/// The results of all active targets, in the order of the plan.
pub(super) fn all(inputs: &Inputs<'_>) -> Vec<TargetResult> {
    let keys = target_keys(inputs.version);
    let subjects: Vec<Subject<'_>> = inputs
        .version
        .active_targets()
        .map(|reviewed| {
            let key = keys.get(&reviewed.number).cloned().unwrap_or_default();
            subject(inputs, reviewed, key)
        })
        .collect();
    let mut quantiles = Quantiles::default();
    let judged: Vec<Option<Judgement>> = subjects
        .iter()
        .map(|s| match &s.working {
            Working::Held(held) => {
                Some(judge(held, &s.knowledge(inputs), inputs.year, &mut quantiles))
            }
            _ => None,
        })
        .collect();
    let dates = dates(&subjects, &judged);
    subjects
        .iter()
        .zip(&judged)
        .map(|(subject, judgement)| {
            let group = group_of_key(&subject.key);
            let earlier: Vec<(i32, &Judgement)> = dates
                .get(&group)
                .into_iter()
                .flatten()
                .filter(|(by, _)| *by < subject.reviewed.target.by)
                .copied()
                .collect();
            result(inputs, subject, judgement.as_ref(), &earlier, &mut quantiles)
        })
        .collect()
}

/// The held targets with the series of their peers and their printed decimals; of several dates the last one.
pub(super) fn held_with_peers(inputs: &Inputs<'_>) -> Vec<(Held, Vec<Series>, Option<u32>)> {
    let mut last: BTreeMap<String, (i32, Subject<'_>)> = BTreeMap::new();
    let keys = target_keys(inputs.version);
    for reviewed in inputs.version.active_targets() {
        let key = keys.get(&reviewed.number).cloned().unwrap_or_default();
        let (group, by) = (group_of_key(&key), reviewed.target.by);
        if last.get(&group).is_none_or(|(known, _)| *known < by) {
            last.insert(group, (by, subject(inputs, reviewed, key)));
        }
    }
    last.into_values()
        .filter_map(|(_, subject)| {
            let decimals = subject.knowledge(inputs).decimals;
            let peers = subject.code().and_then(|c| inputs.peers.get(c)).cloned();
            match subject.working {
                Working::Held(held) => Some((held, peers.unwrap_or_default(), decimals)),
                _ => None,
            }
        })
        .collect()
}

/// A target that is judged on the series of its own indicator, with its base year; None for every other one.
pub(super) fn own_held(inputs: &Inputs<'_>, reviewed: &ReviewedTarget) -> Option<(Held, i32)> {
    let subject = subject(inputs, reviewed, String::new());
    let (own, base_year) = (subject.is_own_series(), subject.base_year(inputs));
    match subject.working {
        Working::Held(held) if own => Some((held, base_year)),
        _ => None,
    }
}

/// The judged dates of targets that differ in their date alone.
fn dates<'a>(
    subjects: &[Subject<'_>],
    judged: &'a [Option<Judgement>],
) -> BTreeMap<String, Vec<(i32, &'a Judgement)>> {
    let mut dates: BTreeMap<String, Vec<(i32, &Judgement)>> = BTreeMap::new();
    for (subject, judgement) in subjects.iter().zip(judged) {
        if let Some(judgement) = judgement {
            let date = (subject.reviewed.target.by, judgement);
            dates.entry(group_of_key(&subject.key)).or_default().push(date);
        }
    }
    dates
}

/// The key without its date: what milestones of one target share.
pub(super) fn group_of_key(key: &str) -> String {
    let twin = key.split_once('#').map_or("", |(_, twin)| twin);
    let whole = key.split('#').next().unwrap_or(key);
    let group = whole.rsplit_once('|').map_or(whole, |(group, _)| group);
    format!("{group}#{twin}")
}

fn subject<'a>(inputs: &Inputs<'_>, reviewed: &'a ReviewedTarget, key: String) -> Subject<'a> {
    let target = &reviewed.target;
    let figures = inputs.figures;
    let code = reviewed.link.as_ref().map(|l| &l.code);
    let period = inputs.version.plan.period;
    let polarity = code.and_then(|c| figures.polarity(c)).unwrap_or_else(|| polarity_of(target));
    let mut settings = Settings::proposed(period.start, period.start - 1, polarity);
    settings.tolerance = inputs.parameters.tolerated();
    // a linked indicator without figures is a series without figures, not an unknown one
    let own = code.map(|c| figures.whole(c).unwrap_or_default());
    let reference = target
        .reference
        .as_deref()
        .and_then(|name| figures.named(name))
        .and_then(|code| figures.whole(code));
    let sexes = code.and_then(|c| figures.sexes(c));
    let residences = code.and_then(|c| figures.residences(c));
    let of_towns = target.quote.contains("城乡");
    let sides = if of_towns { residences.as_ref() } else { sexes.as_ref() };
    let sources = Sources {
        own: own.as_ref(),
        reference: reference.as_ref(),
        sides: sides.map(|(a, b)| (a, b)),
    };
    let working = working(target, &sources, &settings);
    let prior = match &working {
        Working::Held(held) if held.needs_prior => {
            let pair = match target.kind {
                TargetKind::Relative => own.as_ref().zip(reference.as_ref()),
                _ => sides.map(|(a, b)| (a, b)),
            };
            let percent = code.and_then(|c| figures.definition(c)).map(|d| d.unit);
            pair.filter(|_| percent == Some(Unit::Percent))
                .and_then(|(a, b)| prior_of_sides(a, b, inputs.year))
        }
        Working::Held(held) => code.and_then(|c| prior_of_peers(inputs, c, held)),
        _ => None,
    };
    Subject {
        reviewed,
        key,
        prior,
        counts: code.and_then(|c| figures.counts(c)),
        delivery: code.map_or(Delivery::Explained, |c| delivery(inputs, c)),
        working,
        sexes,
        residences,
    }
}

/// How the figure of the year arrived.
fn delivery(inputs: &Inputs<'_>, code: &IndicatorCode) -> Delivery {
    let asked = inputs.asked.get(&(code.clone(), inputs.year));
    inputs.figures.delivery(code, inputs.year).knowing(asked)
}

/// Which way is better, as the target words it.
fn polarity_of(target: &Target) -> Polarity {
    let down = target.comparator == Some(Comparator::AtMost)
        || matches!(target.direction, Some(Wanted::Decrease | Wanted::Eliminate));
    if down { Polarity::LessIsBetter } else { Polarity::MoreIsBetter }
}

/// The prior of a difference from the levels of its two percentages.
fn prior_of_sides(one: &Series, other: &Series, year: i32) -> Option<UsedPrior> {
    let share = |series: &Series| Some(number(series.latest(year)?.value) / 100.0);
    let logit = generic(Scale::Logit, &[]);
    let prior = of_difference([(share(one)?, logit), (share(other)?, logit)]);
    (prior.variance > 0.0).then_some(UsedPrior { prior, origin: PriorOrigin::Sides })
}

/// What the same indicator elsewhere teaches, without the region's own series.
fn prior_of_peers(inputs: &Inputs<'_>, code: &IndicatorCode, held: &Held) -> Option<UsedPrior> {
    let peers: Vec<Held> = inputs
        .peers
        .get(code)?
        .iter()
        .map(|series| Held { series: series.clone(), ..held.clone() })
        .collect();
    let all: Vec<&Held> = std::iter::once(held).chain(&peers).collect();
    peer_priors(&all, inputs.year).into_iter().next().flatten()
}

impl Subject<'_> {
    fn code(&self) -> Option<&IndicatorCode> {
        self.reviewed.link.as_ref().map(|l| &l.code)
    }

    fn knowledge(&self, inputs: &Inputs<'_>) -> Knowledge<'_> {
        let decimals = self.code().and_then(|c| inputs.figures.definition(c)).map(|d| d.decimals);
        Knowledge {
            prior: self.prior,
            decimals,
            base_year: Some(self.base_year(inputs)),
            counts: self.counts.as_ref().map_or(&[], |(counts, _)| counts),
            multiplier: self.counts.as_ref().map_or(0.0, |(_, multiplier)| *multiplier),
        }
    }

    fn base_year(&self, inputs: &Inputs<'_>) -> i32 {
        self.reviewed.target.base_year.unwrap_or(inputs.version.plan.period.start - 1)
    }

    /// Whether it counts in the 达标率: by what the plan says, whatever figures there are.
    fn quantified(&self) -> bool {
        let target = &self.reviewed.target;
        match target.kind {
            TargetKind::Qualitative => false,
            TargetKind::Relative => target.direction != Some(Wanted::MatchReference),
            TargetKind::Trend => {
                let gap = matches!(
                    target.direction,
                    Some(Wanted::NarrowGap | Wanted::Parity | Wanted::Maintain)
                );
                gap || matches!(self.working, Working::Held(_))
            }
            TargetKind::Level
            | TargetKind::Coverage
            | TargetKind::AnnualChange
            | TargetKind::ChangeFromBase => true,
        }
    }

    /// Whether the working series is that of the indicator, and no difference, ratio or gap.
    fn is_own_series(&self) -> bool {
        let kinds = [
            TargetKind::Level,
            TargetKind::Coverage,
            TargetKind::AnnualChange,
            TargetKind::ChangeFromBase,
        ];
        matches!(self.working, Working::Held(_)) && kinds.contains(&self.reviewed.target.kind)
    }

    fn domain(&self, inputs: &Inputs<'_>) -> String {
        let plan = &inputs.version.plan;
        match self.reviewed.place {
            None => "附表".to_owned(),
            Some(place) => match plan.domains.get(place.domain) {
                Some(domain) if section_has_domain(place.section) => domain.name.clone(),
                _ => place.section.label().to_owned(),
            },
        }
    }
}

const fn section_has_domain(section: halfsky_plan::plan::Section) -> bool {
    use halfsky_plan::plan::Section;
    matches!(section, Section::Objective | Section::Measure)
}

fn result(
    inputs: &Inputs<'_>,
    subject: &Subject<'_>,
    judgement: Option<&Judgement>,
    earlier: &[(i32, &Judgement)],
    quantiles: &mut Quantiles,
) -> TargetResult {
    let target = &subject.reviewed.target;
    let mut result = TargetResult {
        number: subject.reviewed.number,
        key: subject.key.clone(),
        indicator: target.indicator.clone(),
        code: subject.code().map(|c| c.0.clone()),
        domain: subject.domain(inputs),
        demand: target.statement(),
        unit: unit_label(target, subject.code().and_then(|c| inputs.figures.definition(c))),
        by: target.by,
        soft: target.soft,
        lead: subject.reviewed.lead.clone(),
        support: subject.reviewed.support.clone(),
        quantified: subject.quantified(),
        own_series: subject.is_own_series(),
        class: Class::People(None),
        cause: Cause::People,
        fact: None,
        base: None,
        latest: None,
        figures: Vec::new(),
        breaks: Vec::new(),
        goal: None,
        scale: String::new(),
        pace: None,
        pace_gap: None,
        outlook: None,
        volatility: None,
        few_events: None,
        broken: Vec::new(),
        conflict: false,
        score: None,
        realisation: None,
        years: Vec::new(),
        judged: None,
        findings: Vec::new(),
    };
    match (&subject.working, judgement) {
        (Working::Held(held), Some(judgement)) => {
            let judged = Judged { held, judgement, earlier };
            of_held(inputs, subject, &judged, quantiles, &mut result);
        }
        (Working::Trend { series, direction, base_year }, _) => {
            of_trend(inputs, target, series, (*direction, *base_year), &mut result);
        }
        (Working::SlowerGrowth { series }, _) => of_slowing(inputs, series, &mut result),
        (Working::ByPeople | Working::Held(_), _) => {
            result.judged = inputs.judged.get(&subject.key).cloned();
            result.class = Class::People(result.judged.as_ref().map(|j| j.progress));
        }
        (Working::Not(why), _) => {
            result.class = Class::Not(*why);
            result.cause = Cause::Not { why: *why };
        }
    }
    if result.quantified && result.fact.is_none() {
        result.fact = Some(Fact::NoData);
    }
    result
}

/// What is printed after a figure of the working series. A direction without a unit has that of its indicator.
fn unit_label(target: &Target, definition: Option<&Definition>) -> String {
    let percent_of_gap =
        target.kind == TargetKind::Relative || matches!(target.direction, Some(Wanted::NarrowGap));
    let own = match target.kind {
        // a change is stated in points or per cent of a figure that has a unit of its own
        TargetKind::ChangeFromBase | TargetKind::AnnualChange => None,
        _ => target.unit,
    };
    let unit = own.or_else(|| definition.map(|d| d.unit));
    match unit {
        _ if target.direction == Some(Wanted::Parity) => String::new(),
        Some(Unit::Percent) if percent_of_gap => Unit::PercentagePoint.label().to_owned(),
        Some(Unit::Years) if target.quote.contains('岁') => Unit::Age.label().to_owned(),
        unit => unit.map_or_else(String::new, |u| u.label().to_owned()),
    }
}

fn printed(observation: Observation) -> Printed {
    Printed { year: observation.year, value: observation.value.to_string() }
}

fn put_series(series: &Series, base_year: i32, year: i32, result: &mut TargetResult) {
    result.figures = series.observations().iter().copied().map(printed).collect();
    result.breaks = series.breaks().to_vec();
    result.base = series.at(base_year).map(printed);
    result.latest = series.latest(year).map(printed);
}

/// A held target as it was judged, with the earlier dates of the same target.
struct Judged<'a> {
    held: &'a Held,
    judgement: &'a Judgement,
    earlier: &'a [(i32, &'a Judgement)],
}

fn of_held(
    inputs: &Inputs<'_>,
    subject: &Subject<'_>,
    judged: &Judged<'_>,
    quantiles: &mut Quantiles,
    result: &mut TargetResult,
) {
    let Judged { held, judgement, earlier } = *judged;
    let (year, base_year) = (inputs.year, subject.base_year(inputs));
    put_series(&held.series, base_year, year, result);
    let broken_off = judgement.finding.fact == Fact::NotComparable;
    result.class = class_of(judgement);
    result.cause = if broken_off && !judgement.finding.decided {
        Cause::NotComparable
    } else {
        cause(judgement.reason)
    };
    result.fact = Some(judgement.finding.fact);
    result.goal = Some(bounds(&held.demand.goal));
    held.scale.code().clone_into(&mut result.scale);
    match judgement.pace {
        Ok(pace) => {
            result.pace = Some(PaceResult {
                ratio: pace.ratio,
                progress: finite(pace.progress),
                time_progress: finite(pace.time_progress),
            });
            result.conflict = pace.contradicts(judgement.status);
        }
        Err(why) => result.pace_gap = Some(why),
    }
    let decimals = subject.knowledge(inputs).decimals;
    let path = path(held, judgement, year, decimals);
    result.outlook = judgement.outlook.map(|o| outlook_of(&o, judgement.values, path));
    result.volatility = judgement.volatility.map(|v| VolatilityResult {
        volatile: v.volatile,
        sd: v.sd,
        wrong: v.wrong,
        p_f: finite(Some(v.p_f)),
        signal: finite(v.snr),
    });
    result.few_events = judgement.few_events.as_ref().map(FewEventsResult::of);
    result.broken.clone_from(&judgement.finding.broken);
    if let Some(now) = judgement.finding.judged.filter(|_| !broken_off) {
        let base = held.series.at(base_year);
        result.score = base.and_then(|base| score(&held.demand.goal, base, now, None));
        result.realisation = realisation(&held.demand.goal, now);
    }
    let period = inputs.version.plan.period;
    let knowledge = subject.knowledge(inputs);
    for y in period.start..=year.min(period.end) {
        let then = if y == year { None } else { Some(judge(held, &knowledge, y, quantiles)) };
        result.years.push(YearClass {
            year: y,
            class: class_of(then.as_ref().unwrap_or(judgement)),
            value: held.series.at(y).map(|o| o.value.to_string()),
        });
    }
    let before = judge(held, &knowledge, year - 1, quantiles).status;
    result.findings = findings(&Watch {
        held,
        judgement,
        before: Some(before),
        milestones: earlier,
        sexes: subject.sexes.as_ref().map(|(a, b)| (a, b)),
        residences: subject.residences.as_ref().map(|(a, b)| (a, b)),
        delivery: subject.delivery,
        as_of: year,
        parameters: inputs.parameters.warning(),
    })
    .iter()
    .map(FindingResult::from)
    .collect();
}

fn class_of(judgement: &Judgement) -> Class {
    let finding = &judgement.finding;
    if finding.fact == Fact::NotComparable && !finding.decided {
        return Class::NotComparable;
    }
    Class::Goal(judgement.status)
}

fn cause(reason: Reason) -> Cause {
    match reason {
        Reason::NoValue => Cause::NoValue,
        Reason::TargetYear { met: true } => Cause::TargetYearMet,
        Reason::TargetYear { met: false } => Cause::TargetYearMissed,
        Reason::TargetYearMissing => Cause::TargetYearMissing,
        Reason::MetNow { probability } => Cause::MetNow { probability },
        Reason::MetNowWithout(why) => Cause::MetNowWithout { why },
        Reason::LoneValue => Cause::LoneValue,
        Reason::NotMetWithout(why) => Cause::NotMetWithout { why },
        Reason::NotMet { probability } => Cause::NotMet { probability },
    }
}

fn bounds(goal: &Goal) -> Bounds {
    let text = |value: &rust_decimal::Decimal| Some(value.to_string());
    match goal {
        Goal::AtLeast(low) => Bounds { low: text(low), high: None },
        Goal::AtMost(high) => Bounds { low: None, high: text(high) },
        Goal::Within { low, high } => Bounds { low: text(low), high: text(high) },
    }
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|v| v.is_finite())
}

fn outlook_of(o: &Outlook, values: usize, path: Vec<PathPoint>) -> OutlookResult {
    let drawn = o.interval == Interval::Shown;
    let limit = |value: f64| finite(Some(value)).filter(|_| drawn);
    OutlookResult {
        probability: o.probability.ok(),
        median: finite(Some(o.forecast.median)),
        low80: limit(o.forecast.lo80),
        high80: limit(o.forecast.hi80),
        low95: limit(o.forecast.lo95),
        high95: limit(o.forecast.hi95),
        drawn,
        path: if drawn { path } else { Vec::new() },
        improving: o.improving,
        drift: o.drift,
        swing: o.yearly_swing,
        needed: o.needed,
        df: o.df,
        prior: prior_of(o.prior),
        values: u32::try_from(values).unwrap_or(u32::MAX),
    }
}

fn prior_of(used: UsedPrior) -> PriorResult {
    PriorResult { variance: used.prior.variance, df: used.prior.df, origin: used.origin }
}

/// The forecast of every year to come, to draw the band.
fn path(held: &Held, judgement: &Judgement, year: i32, decimals: Option<u32>) -> Vec<PathPoint> {
    let Some(outlook) = judgement.outlook else { return Vec::new() };
    let comparable = held.series.comparable(year.min(held.demand.by));
    let Ok(known) = points(comparable, held.scale, decimals) else { return Vec::new() };
    let Some(after) = posterior(&known.points, outlook.prior.prior) else { return Vec::new() };
    let quantiles = interval_quantiles(&after.student);
    let last = after.last.year;
    (last + 1..=held.demand.by)
        .filter_map(|year| {
            let told = forecast(&after.at(year)?, held.scale, quantiles);
            Some(PathPoint {
                year,
                median: finite(Some(told.median)),
                low80: finite(Some(told.lo80)),
                high80: finite(Some(told.hi80)),
            })
        })
        .collect()
}

fn of_trend(
    inputs: &Inputs<'_>,
    target: &Target,
    series: &Series,
    (direction, base_year): (Direction, i32),
    result: &mut TargetResult,
) {
    let year = inputs.year;
    put_series(series, base_year, year, result);
    let scale = crate::working::scale_of(target.unit, &target.indicator);
    scale.code().clone_into(&mut result.scale);
    let at = |year: i32| -> (Class, Cause) {
        let fact = trend_fact(series, direction, base_year, year);
        let comparable = series.comparable(year);
        let improving = points(comparable, scale, None).ok().and_then(|known| {
            let values: Vec<f64> = known.points.iter().map(|p| p.z).collect();
            let rise = posterior(&known.points, generic(scale, &values))?.probability_of_rise();
            Some(if direction == Direction::Up { rise } else { 1.0 - rise })
        });
        let class = Class::Trend(trend_status(fact, comparable.len(), improving));
        (class, Cause::Trend { fact, improving })
    };
    (result.class, result.cause) = at(year);
    put_years(inputs, series, result, |year| at(year).0);
}

fn of_slowing(inputs: &Inputs<'_>, series: &Series, result: &mut TargetResult) {
    put_series(series, inputs.version.plan.period.start - 1, inputs.year, result);
    let class = |slows: Option<bool>| {
        Class::Trend(match slows {
            Some(true) => TrendStatus::Improving,
            Some(false) => TrendStatus::Worsening,
            None => TrendStatus::Insufficient,
        })
    };
    let slows = growth_slows(series, inputs.year);
    result.class = class(slows);
    result.cause = Cause::Slowing { slows };
    put_years(inputs, series, result, |year| class(growth_slows(series, year)));
}

fn put_years(
    inputs: &Inputs<'_>,
    series: &Series,
    result: &mut TargetResult,
    class: impl Fn(i32) -> Class,
) {
    let period = inputs.version.plan.period;
    let years = period.start..=inputs.year.min(period.end);
    result.years = years
        .map(|year| YearClass {
            year,
            class: class(year),
            value: series.at(year).map(|o| o.value.to_string()),
        })
        .collect();
}

impl From<&Finding> for FindingResult {
    fn from(finding: &Finding) -> Self {
        Self {
            rule: finding.rule,
            level: finding.level,
            evidence: EvidenceResult::from(&finding.evidence),
        }
    }
}

impl From<&Evidence> for EvidenceResult {
    fn from(evidence: &Evidence) -> Self {
        let figures = evidence.figures.iter();
        Self {
            status: evidence.status,
            probability: evidence.probability,
            pace: evidence.pace,
            figures: figures
                .map(|(year, value)| Printed { year: *year, value: value.clone() })
                .collect(),
            events: evidence.events,
            prior: evidence.prior.map(prior_of),
            undelivered: evidence.undelivered.map(UndeliveredResult::from),
            method: evidence.method.clone(),
        }
    }
}

impl From<&EvidenceResult> for Evidence {
    fn from(evidence: &EvidenceResult) -> Self {
        Self {
            status: evidence.status,
            probability: evidence.probability,
            pace: evidence.pace,
            figures: evidence.figures.iter().map(|p| (p.year, p.value.clone())).collect(),
            events: evidence.events,
            prior: evidence.prior.as_ref().map(|p| UsedPrior {
                prior: halfsky_stats::forecast::Prior { variance: p.variance, df: p.df },
                origin: p.origin,
            }),
            undelivered: evidence.undelivered.as_ref().and_then(UndeliveredResult::read),
            method: evidence.method.clone(),
        }
    }
}
