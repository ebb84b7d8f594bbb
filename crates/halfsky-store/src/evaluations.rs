//! Evaluations (评估): runs as they were computed, only ever inserted.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_evaluate::figures::Figures;
use halfsky_evaluate::run::{Material, PeopleJudgement, Run, UsedEdition};
use halfsky_evaluate::series::Series;
use halfsky_monitor::observation::Observation;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;

use crate::editions::EditionKey;
use crate::error::{Error, Result, is_taken};
use crate::files::FileHash;
use crate::observations::Years;
use crate::plans::{self, Stamp, VersionKey};
use crate::row::{Row, instant_text, parsed};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};
use crate::{definitions, editions, judgements, plan_parameters, submissions};

const RUN: Columns = Columns {
    table: "evaluation_run",
    names: &[
        "ref_area",
        "plan_id",
        "number",
        "plan_version",
        "year",
        "release",
        "method",
        "results",
        "hash",
        "followed",
        "made_at",
        "made_by",
    ],
};

/// Which run of which plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunKey {
    pub ref_area: RefArea,
    pub plan_id: PlanId,
    /// From 1 within a plan.
    pub number: u32,
}

impl RunKey {
    /// The run's name in audit entries.
    pub fn object(&self) -> String {
        format!("evaluation {}/{}", self.plan_id.0, self.number)
    }
}

/// A run without its results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunHead {
    pub key: RunKey,
    pub plan_version: u32,
    pub year: i32,
    /// Its editions as period/number, newest first.
    pub release: String,
    pub method: String,
    /// Lower-case hexadecimal SHA-256 of the record.
    pub hash: String,
    /// Whether warnings were followed through it.
    pub followed: bool,
    pub made: Stamp,
}

/// A run with its results.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRun {
    pub head: RunHead,
    pub run: Run,
}

/// Whether warnings are followed through a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Following {
    Yes,
    No,
}

/// Everything an evaluation of a plan needs. `year` is the last year looked at; None: the newest published year.
///
/// Comparable regions are those of the same level under the same region above.
pub async fn material(
    store: &Store,
    ref_area: &RefArea,
    plan: &PlanId,
    year: Option<i32>,
) -> Result<Material> {
    let versions = plans::versions(store, ref_area, plan).await?;
    let in_force = versions.iter().find_map(|v| v.in_force);
    let number =
        in_force.ok_or_else(|| Error::Conflict("这部规划还没有生效的版本，不能评估".to_owned()))?;
    let key = VersionKey { ref_area: ref_area.clone(), plan_id: plan.clone(), number };
    let version = plans::load(store, &key).await?.version;
    let mut heads = editions::list(store, ref_area).await?;
    heads.retain(|head| head.key.period.is_whole_year());
    // newest period and number first: the first of each period is the one in use
    let mut seen = BTreeSet::new();
    heads.retain(|head| seen.insert(head.key.period));
    heads.reverse();
    let newest = heads.iter().map(|head| head.key.period.year()).max();
    let newest = newest
        .ok_or_else(|| Error::Conflict("还没有发布数据，不能评估；请先发布一版数据".to_owned()))?;
    let year = year.unwrap_or(newest);
    if !heads.iter().any(|head| head.key.period.year() == year) {
        return Err(Error::Conflict(format!(
            "{year}年还没有发布数据，不能评估；最近发布的是{newest}年"
        )));
    }
    heads.retain(|head| head.key.period.year() <= year);
    let years = Years { from: FIRST_YEAR, to: year };
    let published = editions::of_years(store, ref_area, years).await?;
    Ok(Material {
        editions: heads
            .into_iter()
            .map(|head| UsedEdition {
                period: head.key.period.to_string(),
                number: head.key.number,
                hash: head.hash,
            })
            .collect(),
        observations: published.into_iter().map(|p| p.observation).collect(),
        definitions: definitions::load_all(store).await?,
        items: definitions::items(store).await?,
        peers: peers(store, ref_area, years).await?,
        judged: judged(store, ref_area, plan, year).await?,
        asked: submissions::asked(store, ref_area, years).await?,
        parameters: plan_parameters::load(store, ref_area, plan).await?.parameters,
        version,
        year,
    })
}

/// Figures from before this year are nobody's.
const FIRST_YEAR: i32 = 1949;

/// Published figures of the regions under the same region above, each in a list of its own.
async fn peers(store: &Store, ref_area: &RefArea, years: Years) -> Result<Vec<Vec<Observation>>> {
    let mut peers = Vec::new();
    for region in siblings(&editions::regions(store).await?, ref_area) {
        let published = editions::of_years(store, &region, years).await?;
        peers.push(published.into_iter().map(|p| p.observation).collect());
    }
    Ok(peers)
}

/// One indicator as a comparable region has published it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerSeries {
    pub ref_area: RefArea,
    /// The edition its latest figure stands in.
    pub edition: EditionKey,
    pub series: Series,
}

/// An indicator in the regions of the same level under the same region above, up to a year.
pub async fn peer_series(
    store: &Store,
    ref_area: &RefArea,
    indicator: &IndicatorCode,
    year: i32,
) -> Result<Vec<PeerSeries>> {
    let known = BTreeMap::from([(indicator.clone(), definitions::load(store, indicator).await?)]);
    let items = BTreeMap::new();
    let mut peers = Vec::new();
    for region in siblings(&editions::regions(store).await?, ref_area) {
        let mut published = editions::of_indicator(store, &region, indicator).await?;
        published.retain(|p| p.observation.key.period.year() <= year);
        let Some(edition) = published.iter().map(|p| p.edition).max() else { continue };
        let figures: Vec<Observation> = published.into_iter().map(|p| p.observation).collect();
        let figures = Figures::new(&figures, &known, &items, year);
        if let Some(series) = figures.whole(indicator) {
            peers.push(PeerSeries { ref_area: region, edition, series });
        }
    }
    Ok(peers)
}

/// The regions of the same level under the same region above, by the code of GB/T 2260.
fn siblings(regions: &[RefArea], own: &RefArea) -> Vec<RefArea> {
    let level = |code: &str| match code.as_bytes() {
        [.., b'0', b'0', b'0', b'0'] if code.len() == 6 => 2,
        [.., b'0', b'0'] if code.len() == 6 => 4,
        _ => code.len(),
    };
    let own = own.as_str();
    let above = level(own).saturating_sub(if own.len() > 6 { 3 } else { 2 });
    let Some(prefix) = own.get(..above) else { return Vec::new() };
    regions
        .iter()
        .filter(|r| r.as_str() != own && r.as_str().starts_with(prefix))
        .filter(|r| level(r.as_str()) == level(own))
        .cloned()
        .collect()
}

/// The newest judgement of every qualitative target up to a year.
async fn judged(
    store: &Store,
    ref_area: &RefArea,
    plan: &PlanId,
    year: i32,
) -> Result<BTreeMap<String, PeopleJudgement>> {
    let all = judgements::of_plan(store, ref_area, plan).await?;
    let newest = all.into_iter().filter_map(|(key, list)| {
        let last = list.into_iter().rev().find(|j| j.year <= year)?;
        let told = PeopleJudgement {
            progress: last.progress,
            year: last.year,
            reason: last.reason,
            by: last.stamp.by,
            at: instant_text(last.stamp.at),
            evidence: last.evidence.into_iter().map(|file| file.name).collect(),
        };
        Some((key, told))
    });
    Ok(newest.collect())
}

/// Keeps a run and gives it its number.
pub async fn insert(tx: &mut Tx, run: &Run, following: Following, stamp: &Stamp) -> Result<RunKey> {
    let area = tx.ref_area().to_owned();
    if run.ref_area != area {
        return Err(Error::Invalid("评估的规划不属于本地区".to_owned()));
    }
    let sql = "select coalesce(max(number), 0) as newest from evaluation_run \
               where ref_area = $1 and plan_id = $2";
    let rows = tx.rows(sql, &[area.as_str().into(), run.plan.as_str().into()]).await?;
    let newest: u32 = rows.first().map_or(Ok(0), |row| row.number("newest"))?;
    let number = newest + 1;
    let text = run.to_text();
    let hash = FileHash::of(text.as_bytes());
    let row: Vec<Value> = vec![
        area.as_str().into(),
        run.plan.as_str().into(),
        number.into(),
        run.version.into(),
        run.year.into(),
        run.release().into(),
        run.method.as_str().into(),
        text.into(),
        hash.as_str().into(),
        (following == Following::Yes).into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
    ];
    tx.insert(RUN, &[row]).await.map_err(|error| {
        if is_taken(&error) {
            Error::Conflict("这部规划刚被别人评估过，请刷新后重试".to_owned())
        } else {
            error
        }
    })?;
    Ok(RunKey { ref_area: parsed("ref_area", &area)?, plan_id: PlanId(run.plan.clone()), number })
}

/// Whether the warnings of a plan were followed through a release.
pub async fn was_followed(tx: &mut Tx, plan: &PlanId, release: &str) -> Result<bool> {
    let sql = "select number from evaluation_run where ref_area = $1 and plan_id = $2 \
               and release = $3 and followed = 1 order by number";
    let values = [tx.ref_area().into(), plan.0.as_str().into(), release.into()];
    Ok(!tx.rows(sql, &values).await?.is_empty())
}

macro_rules! heads {
    ($rest:literal) => {
        concat!(
            "select ref_area, plan_id, number, plan_version, year, release, method, hash, followed, ",
            "made_at, made_by from evaluation_run where ref_area = $1 ",
            $rest
        )
    };
}

/// The runs of a region, newest first.
pub async fn list(store: &Store, ref_area: &RefArea) -> Result<Vec<RunHead>> {
    let sql = heads!("order by made_at desc, plan_id, number desc");
    store.rows(sql, &[ref_area.as_str().into()]).await?.iter().map(head_of).collect()
}

/// The runs of a plan, newest first.
pub async fn of_plan(store: &Store, ref_area: &RefArea, plan: &PlanId) -> Result<Vec<RunHead>> {
    let sql = heads!("and plan_id = $2 order by number desc");
    let values = [ref_area.as_str().into(), plan.0.as_str().into()];
    store.rows(sql, &values).await?.iter().map(head_of).collect()
}

/// One run.
pub async fn load(store: &Store, key: &RunKey) -> Result<StoredRun> {
    let sql = "select ref_area, plan_id, number, plan_version, year, release, method, results, \
               hash, followed, made_at, made_by from evaluation_run \
               where ref_area = $1 and plan_id = $2 and number = $3";
    let values = [key.ref_area.as_str().into(), key.plan_id.0.as_str().into(), key.number.into()];
    let rows = store.rows(sql, &values).await?;
    let row =
        rows.first().ok_or_else(|| Error::NotFound(format!("规划的第{}次评估", key.number)))?;
    run_of(row)
}

/// The run of a plan that looks at the latest year; of several the last one made. None before the first.
pub async fn newest(store: &Store, ref_area: &RefArea, plan: &PlanId) -> Result<Option<StoredRun>> {
    let sql = "select ref_area, plan_id, number, plan_version, year, release, method, results, \
               hash, followed, made_at, made_by from evaluation_run \
               where ref_area = $1 and plan_id = $2 order by year desc, number desc limit 1";
    let values = [ref_area.as_str().into(), plan.0.as_str().into()];
    store.rows(sql, &values).await?.first().map(run_of).transpose()
}

/// The years some regions were evaluated for, newest first.
pub async fn years(store: &Store, regions: &[RefArea]) -> Result<Vec<i32>> {
    let sql = "select distinct year from evaluation_run where ref_area in ({list}) \
               order by year desc";
    let rows = store.rows_with_list(sql, &[], &codes(regions)).await?;
    rows.iter().map(|row| row.number("year")).collect()
}

/// The newest run for a year of each of some plans, in one statement; plans without one are missing.
pub async fn newest_of_year(
    store: &Store,
    plans: &BTreeSet<(RefArea, PlanId)>,
    year: i32,
) -> Result<Vec<StoredRun>> {
    let sql = "select e.ref_area, e.plan_id, e.number, e.plan_version, e.year, e.release, \
               e.method, e.results, e.hash, e.followed, e.made_at, e.made_by \
               from evaluation_run e where e.year = $1 and e.ref_area in ({list}) \
               and e.number = (select max(n.number) from evaluation_run n \
               where n.ref_area = e.ref_area and n.plan_id = e.plan_id and n.year = e.year) \
               order by e.ref_area, e.plan_id";
    let mut regions: Vec<RefArea> = plans.iter().map(|(region, _)| region.clone()).collect();
    regions.dedup();
    let rows = store.rows_with_list(sql, &[year.into()], &codes(&regions)).await?;
    let mut runs = Vec::new();
    for row in &rows {
        let key = (parsed("ref_area", &row.text("ref_area")?)?, PlanId(row.text("plan_id")?));
        // a record is long: only those asked for are read
        if plans.contains(&key) {
            runs.push(run_of(row)?);
        }
    }
    Ok(runs)
}

fn codes(regions: &[RefArea]) -> Vec<Value> {
    regions.iter().map(|region| region.as_str().into()).collect()
}

fn head_of(row: &Row) -> Result<RunHead> {
    Ok(RunHead {
        key: RunKey {
            ref_area: parsed("ref_area", &row.text("ref_area")?)?,
            plan_id: PlanId(row.text("plan_id")?),
            number: row.number("number")?,
        },
        plan_version: row.number("plan_version")?,
        year: row.number("year")?,
        release: row.text("release")?,
        method: row.text("method")?,
        hash: row.text("hash")?,
        followed: row.flag("followed")?,
        made: Stamp { at: row.instant("made_at")?, by: row.text("made_by")? },
    })
}

fn run_of(row: &Row) -> Result<StoredRun> {
    let (head, text) = (head_of(row)?, row.text("results")?);
    if FileHash::of(text.as_bytes()).as_str() != head.hash {
        return Err(Error::Damaged(format!("第{}次评估的内容与其校验值不符", head.key.number)));
    }
    let run = Run::from_text(&text).map_err(|problem| Error::Damaged(problem.to_string()))?;
    Ok(StoredRun { head, run })
}

#[cfg(test)]
mod tests {
    use super::siblings;

    #[test]
    fn siblings_share_level_and_region_above() {
        let areas = ["990000", "990100", "990101", "990102", "990200", "990201", "990101001000"];
        let areas: Vec<_> = areas.iter().map(|a| a.parse().unwrap()).collect();
        let of = |own: &str| -> Vec<String> {
            let own = own.parse().unwrap();
            siblings(&areas, &own).iter().map(ToString::to_string).collect()
        };
        assert_eq!(of("990101"), ["990102"]);
        assert_eq!(of("990100"), ["990200"]);
        assert!(of("990000").is_empty());
        assert!(of("990101001000").is_empty());
    }
}
