//! Required pace (需要的年均变化): what yearly change would make it, beside what was ever achieved here and by peers.

use halfsky_plan::figure::Figure;
use halfsky_stats::scale::Scale;

use super::record::{Printed, TargetResult};
use crate::series::{Series, number};

/// How a yearly change is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// In the unit of the figure.
    Units,
    /// As a growth rate in per cent.
    Percent,
}

/// A change per year between two published figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct YearlyChange {
    pub from: i32,
    pub to: i32,
    pub per_year: f64,
}

/// What a target would take.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    pub basis: Basis,
    pub latest: Printed,
    /// Years from the latest figure to the deadline.
    pub years: i32,
    /// Needed per year from now; zero where the latest figure meets the target.
    pub needed: f64,
    /// Since the base year; None without a comparable base.
    pub average: Option<YearlyChange>,
    /// The best change ever seen between two published figures, in the wanted direction.
    pub best: Option<YearlyChange>,
    /// How many of the changes seen were at least as good as the needed one.
    pub as_good: usize,
    pub seen: usize,
    /// The peers with two comparable figures, the best first; none where there are none.
    pub peers: Vec<PeerPace>,
    /// What the asked yearly change leads to.
    pub asked: Option<Asked>,
}

/// The same indicator in another region, as it is published there.
#[derive(Debug, Clone, PartialEq)]
pub struct Peer {
    /// The region as it may be named.
    pub name: String,
    /// The edition its latest figure stands in, as people name it.
    pub source: String,
    pub series: Series,
}

/// What a peer achieved.
#[derive(Debug, Clone, PartialEq)]
pub struct PeerPace {
    pub name: String,
    pub source: String,
    /// Its best change between two published figures, in the direction wanted here.
    pub best: YearlyChange,
    /// How many of its changes were at least as good as the one needed here.
    pub as_good: usize,
    pub seen: usize,
}

/// A yearly change somebody asks about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    pub per_year: f64,
    /// The figure of the target year.
    pub reached: f64,
    pub meets: bool,
}

/// The required pace of a target with an upper or lower bound and years left; None for any other. Peers are the same
/// indicator elsewhere: they say nothing of a target that is judged on a ratio or a gap.
pub fn scenario(target: &TargetResult, peers: &[Peer], asked: Option<f64>) -> Option<Scenario> {
    let goal = target.goal.as_ref()?;
    let (bound, up) = match (&goal.low, &goal.high) {
        (Some(low), None) => (float(low)?, true),
        (None, Some(high)) => (float(high)?, false),
        _ => return None,
    };
    let latest = target.latest.clone()?;
    let years = target.by.checked_sub(latest.year).filter(|y| *y > 0)?;
    let comparable = comparable(target, latest.year);
    let now = float(&latest.value)?;
    let log = target.scale == Scale::Log.code();
    let positive = bound > 0.0 && comparable.iter().all(|(_, v)| *v > 0.0);
    let basis = if log && positive { Basis::Percent } else { Basis::Units };
    let met = if up { now >= bound } else { now <= bound };
    let needed = if met { 0.0 } else { per_year(basis, now, bound, years) };
    let better = |a: f64, b: f64| if up { a >= b } else { a <= b };
    let changes = changes(basis, &comparable);
    let best_of = |changes: &[YearlyChange]| {
        let better = |best: YearlyChange, next: YearlyChange| {
            if better(best.per_year, next.per_year) { best } else { next }
        };
        changes.iter().copied().reduce(better)
    };
    let as_good =
        |changes: &[YearlyChange]| changes.iter().filter(|c| better(c.per_year, needed)).count();
    let of_peer = |peer: &Peer| {
        let changes = self::changes(basis, &of_series(&peer.series, target.latest.as_ref()?.year));
        Some(PeerPace {
            name: peer.name.clone(),
            source: peer.source.clone(),
            best: best_of(&changes)?,
            as_good: as_good(&changes),
            seen: changes.len(),
        })
    };
    let alike = if target.own_series { peers } else { &[] };
    let mut peers: Vec<PeerPace> = alike.iter().filter_map(of_peer).collect();
    peers.sort_by(|a, b| {
        let order = a.best.per_year.total_cmp(&b.best.per_year);
        if up { order.reverse() } else { order }
    });
    let base = target.base.as_ref().map(|b| b.year);
    let base = comparable.iter().find(|(year, _)| Some(*year) == base).copied();
    Some(Scenario {
        basis,
        years,
        needed,
        average: base
            .filter(|(year, _)| *year < latest.year)
            .map(|base| change(basis, base, (latest.year, now))),
        best: best_of(&changes),
        as_good: as_good(&changes),
        seen: changes.len(),
        peers,
        asked: asked.filter(|a| a.is_finite()).map(|per_year| {
            let reached = reached(basis, now, per_year, years);
            let meets = if up { reached >= bound } else { reached <= bound };
            Asked { per_year, reached, meets }
        }),
        latest,
    })
}

fn float(text: &str) -> Option<f64> {
    Some(number(text.parse::<Figure>().ok()?))
}

/// Year and value of the figures that may be compared with the latest one.
fn comparable(target: &TargetResult, until: i32) -> Vec<(i32, f64)> {
    let since = target.breaks.iter().rev().find(|b| **b <= until).copied().unwrap_or(i32::MIN);
    let inside = target.figures.iter().filter(|p| since <= p.year && p.year <= until);
    inside.filter_map(|p| Some((p.year, float(&p.value)?))).collect()
}

/// Year and value of the figures of a series that may be compared with its latest one.
fn of_series(series: &Series, until: i32) -> Vec<(i32, f64)> {
    series.comparable(until).iter().map(|o| (o.year, number(o.value))).collect()
}

/// The changes between figures that follow one another; a growth rate needs positive ones.
fn changes(basis: Basis, figures: &[(i32, f64)]) -> Vec<YearlyChange> {
    let pairs = figures
        .windows(2)
        .filter(|pair| basis == Basis::Units || pair.iter().all(|(_, value)| *value > 0.0));
    pairs.map(|pair| change(basis, pair[0], pair[1])).collect()
}

fn change(basis: Basis, from: (i32, f64), to: (i32, f64)) -> YearlyChange {
    YearlyChange { from: from.0, to: to.0, per_year: per_year(basis, from.1, to.1, to.0 - from.0) }
}

fn per_year(basis: Basis, from: f64, to: f64, years: i32) -> f64 {
    let years = f64::from(years);
    match basis {
        Basis::Units => (to - from) / years,
        Basis::Percent => (libm::exp(libm::log(to / from) / years) - 1.0) * 100.0,
    }
}

fn reached(basis: Basis, now: f64, per_year: f64, years: i32) -> f64 {
    match basis {
        Basis::Units => now + per_year * f64::from(years),
        Basis::Percent => (0..years).fold(now, |value, _| value * (1.0 + per_year / 100.0)),
    }
}
