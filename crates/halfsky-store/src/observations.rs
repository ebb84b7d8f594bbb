//! Observations (数据项): the value in force of each, and every value it ever had.
//!
//! Revisions are only ever inserted. The table of values in force is the short form of the last revision of
//! each, so that series and comparisons need not look at the past.

mod key;
mod record;

use std::collections::{BTreeMap, BTreeSet};

use halfsky_monitor::observation::{
    ConfStatus, History, Missing, MissingReason, ObsStatus, Observation, ObservationKey, Recorded,
    Residence, Sex, Value as Told,
};
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;

use crate::error::{Error, Result};
use crate::rounds::RoundId;
use crate::row::{Row, parsed, strange};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::Value;

pub(crate) use key::{
    key_of, key_values, number_of, tell_columns, tell_figure, tell_key, told_columns,
};
pub(crate) use record::INDICATORS_AT_A_TIME;
pub(crate) use record::figure_text;
pub use record::{FromSubmission, NewValue, Recording, record};

/// The first and the last year asked for, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Years {
    pub from: i32,
    pub to: i32,
}

impl Years {
    /// Bounds of the codes of periods, which begin with their year.
    pub(crate) fn bounds(self) -> [crate::values::Value; 2] {
        [format!("{:04}", self.from).into(), format!("{:04}", self.to.saturating_add(1)).into()]
    }
}

macro_rules! current {
    ($condition:literal) => {
        concat!(
            "select r.ref_area, r.indicator, r.period, r.sex, r.residence, r.age, r.group_code, ",
            "r.source, r.figure, r.missing, r.missing_note, r.missing_owner, r.substitute, ",
            "r.definition_version, r.status, r.confidentiality, r.unit_mult, r.explanation ",
            "from observation o join observation_revision r on r.ref_area = o.ref_area ",
            "and r.indicator = o.indicator and r.period = o.period and r.sex = o.sex ",
            "and r.residence = o.residence and r.age = o.age and r.group_code = o.group_code ",
            "and r.source = o.source and r.revision = o.revision where ",
            $condition,
            " order by o.ref_area, o.indicator, o.period, o.sex, o.residence, o.age, ",
            "o.group_code, o.source"
        )
    };
}

/// The values in force of one indicator in one region, in key order.
pub async fn of_indicator(
    store: &Store,
    ref_area: &RefArea,
    indicator: &IndicatorCode,
) -> Result<Vec<Observation>> {
    let sql = current!("o.ref_area = $1 and o.indicator = $2");
    let values = [ref_area.as_str().into(), indicator.0.as_str().into()];
    store.rows(sql, &values).await?.iter().map(observation_of).collect()
}

/// Every value in force of a region in some years, in key order.
pub async fn of_years(store: &Store, ref_area: &RefArea, years: Years) -> Result<Vec<Observation>> {
    let sql = current!("o.ref_area = $1 and o.period >= $2 and o.period < $3");
    let [from, to] = years.bounds();
    let values = [ref_area.as_str().into(), from, to];
    store.rows(sql, &values).await?.iter().map(observation_of).collect()
}

/// One value of a comparison between regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionValue {
    pub ref_area: RefArea,
    pub figure: Option<Figure>,
    pub missing: Option<MissingReason>,
    pub definition_version: u32,
    pub status: ObsStatus,
    pub confidentiality: ConfStatus,
}

/// The same figure in every region whose code begins with `prefix` (empty for all), in code order.
pub async fn across_regions(
    store: &Store,
    indicator: &IndicatorCode,
    period: Period,
    (sex, residence): (Sex, Residence),
    prefix: &str,
) -> Result<Vec<RegionValue>> {
    let sql = "select ref_area, figure, missing, definition_version, status, confidentiality \
               from observation where indicator = $1 and period = $2 and sex = $3 \
               and residence = $4 and age = '_T' and group_code = '_T' \
               and ref_area >= $5 and ref_area < $6 order by ref_area, source";
    let values = [
        indicator.0.as_str().into(),
        period.to_string().into(),
        sex.code().into(),
        residence.code().into(),
        prefix.into(),
        // ':' follows '9', so that every code with the prefix lies between.
        format!("{prefix}:").into(),
    ];
    store.rows(sql, &values).await?.iter().map(region_value_of).collect()
}

/// Every value each observation of one indicator ever had, in key order.
pub async fn histories(
    store: &Store,
    ref_area: &RefArea,
    indicator: &IndicatorCode,
) -> Result<Vec<History>> {
    let sql = "select ref_area, indicator, period, sex, residence, age, group_code, source, \
               revision, figure, missing, missing_note, missing_owner, substitute, \
               definition_version, status, confidentiality, unit_mult, explanation, recorded_at, \
               recorded_by, reason from observation_revision \
               where ref_area = $1 and indicator = $2 \
               order by ref_area, indicator, period, sex, residence, age, group_code, source, \
               revision";
    let values = [ref_area.as_str().into(), indicator.0.as_str().into()];
    let mut histories: BTreeMap<ObservationKey, History> = BTreeMap::new();
    for row in store.rows(sql, &values).await? {
        let observation = observation_of(&row)?;
        let recorded = Recorded {
            by: row.text("recorded_by")?,
            at: row.text("recorded_at")?,
            why: row.text("reason")?,
        };
        let key = observation.key.clone();
        let history = histories.remove(&key).unwrap_or_else(|| History::new(key.clone()));
        let history = history
            .append(observation, recorded)
            .map_err(|refusal| Error::Damaged(format!("指标 {indicator} 的修订记录：{refusal}")))?;
        histories.insert(key, history);
    }
    Ok(histories.into_values().collect())
}

/// From which submission each revision of one indicator's values comes, by key and revision; values that were
/// entered otherwise are not in it.
pub async fn origins(
    store: &Store,
    ref_area: &RefArea,
    indicator: &IndicatorCode,
) -> Result<BTreeMap<(ObservationKey, u32), FromSubmission>> {
    let sql = "select ref_area, indicator, period, sex, residence, age, group_code, source, \
               revision, round_id, unit_id, submission from observation_revision \
               where ref_area = $1 and indicator = $2 and round_id is not null \
               order by ref_area, indicator, period, sex, residence, age, group_code, source, \
               revision";
    let values = [ref_area.as_str().into(), indicator.0.as_str().into()];
    let rows = store.rows(sql, &values).await?;
    rows.iter()
        .map(|row| Ok(((key_of(row)?, row.number("revision")?), from_submission(row)?)))
        .collect()
}

/// The keys of the figures in force that units other than this one reported for some years.
pub async fn figures_of_others(
    store: &Store,
    ref_area: &RefArea,
    years: Years,
    unit: &UnitId,
) -> Result<BTreeSet<ObservationKey>> {
    let sql = "select o.ref_area, o.indicator, o.period, o.sex, o.residence, o.age, \
               o.group_code, o.source from observation o join observation_revision r \
               on r.ref_area = o.ref_area and r.indicator = o.indicator \
               and r.period = o.period and r.sex = o.sex and r.residence = o.residence \
               and r.age = o.age and r.group_code = o.group_code and r.source = o.source \
               and r.revision = o.revision where o.ref_area = $1 and o.period >= $2 \
               and o.period < $3 and o.figure is not null and r.unit_id is not null \
               and r.unit_id <> $4 order by o.ref_area, o.indicator, o.period, o.sex, \
               o.residence, o.age, o.group_code, o.source";
    let [from, to] = years.bounds();
    let values = [ref_area.as_str().into(), from, to, unit.0.as_str().into()];
    store.rows(sql, &values).await?.iter().map(key_of).collect()
}

/// The newest value of each figure of some years that came with no report but from elsewhere (a yearbook, the
/// annual of a department), with the words on where from, in key order.
pub async fn from_elsewhere(
    store: &Store,
    ref_area: &RefArea,
    years: Years,
) -> Result<Vec<(Observation, String)>> {
    let sql = "select ref_area, indicator, period, sex, residence, age, group_code, source, figure, \
               missing, missing_note, missing_owner, substitute, definition_version, status, \
               confidentiality, unit_mult, explanation, reason from observation_revision \
               where ref_area = $1 and period >= $2 and period < $3 and round_id is null \
               and figure is not null order by ref_area, indicator, period, sex, residence, age, \
               group_code, source, revision";
    let [from, to] = years.bounds();
    let values = [ref_area.as_str().into(), from, to];
    let mut newest: BTreeMap<ObservationKey, (Observation, String)> = BTreeMap::new();
    for row in store.rows(sql, &values).await? {
        let observation = observation_of(&row)?;
        newest.insert(observation.key.clone(), (observation, row.text("reason")?));
    }
    Ok(newest.into_values().collect())
}

fn from_submission(row: &Row) -> Result<FromSubmission> {
    let missing = || strange("round_id", "");
    Ok(FromSubmission {
        round: RoundId(row.optional_text("round_id")?.ok_or_else(missing)?),
        unit: UnitId(row.optional_text("unit_id")?.ok_or_else(missing)?),
        number: row.optional_number("submission")?.ok_or_else(missing)?,
    })
}

/// The unsplit values in force of some indicators, every year, as the transaction sees them: in key order of each.
pub async fn unsplit(
    tx: &mut Tx,
    indicators: &BTreeSet<IndicatorCode>,
) -> Result<Vec<Observation>> {
    let sql = "select r.ref_area, r.indicator, r.period, r.sex, r.residence, r.age, \
               r.group_code, r.source, r.figure, r.missing, r.missing_note, r.missing_owner, \
               r.substitute, r.definition_version, r.status, r.confidentiality, r.unit_mult, \
               r.explanation from observation o join observation_revision r \
               on r.ref_area = o.ref_area and r.indicator = o.indicator \
               and r.period = o.period and r.sex = o.sex and r.residence = o.residence \
               and r.age = o.age and r.group_code = o.group_code and r.source = o.source \
               and r.revision = o.revision where o.ref_area = $1 and o.sex = '_T' \
               and o.residence = '_T' and o.age = '_T' and o.group_code = '_T' \
               and o.indicator in ({list}) order by o.ref_area, o.indicator, o.period, o.source";
    let area = [tx.ref_area().to_owned().into()];
    let codes: Vec<Value> = indicators.iter().map(|code| code.0.as_str().into()).collect();
    let mut found = Vec::new();
    for some in codes.chunks(INDICATORS_AT_A_TIME) {
        for row in tx.rows_with_list(sql, &area, some).await? {
            found.push(observation_of(&row)?);
        }
    }
    Ok(found)
}

/// The first and the last year with a value in a region; None without any.
pub async fn years_of(store: &Store, ref_area: &RefArea) -> Result<Option<Years>> {
    let sql = "select min(period) as first, max(period) as last from observation \
               where ref_area = $1";
    let rows = store.rows(sql, &[ref_area.as_str().into()]).await?;
    rows.first().map_or(Ok(None), years_between)
}

/// The years of the periods `first` and `last` of a row.
pub(crate) fn years_between(row: &Row) -> Result<Option<Years>> {
    let (first, last) = (row.optional_text("first")?, row.optional_text("last")?);
    let (Some(first), Some(last)) = (first, last) else { return Ok(None) };
    let year = |code: &str| Ok::<_, Error>(parsed::<Period>("period", code)?.year());
    Ok(Some(Years { from: year(&first)?, to: year(&last)? }))
}

pub(crate) fn observation_of(row: &Row) -> Result<Observation> {
    Ok(Observation {
        key: key_of(row)?,
        value: told_of(row)?,
        definition_version: row.number("definition_version")?,
        status: row.coded("status", ObsStatus::from_code)?,
        confidentiality: row.coded("confidentiality", ConfStatus::from_code)?,
        unit_mult: row.number("unit_mult")?,
        explanation: row.text("explanation")?,
    })
}

fn told_of(row: &Row) -> Result<Told> {
    let missing = row.optional_coded("missing", MissingReason::from_code)?;
    match (row.optional_text("figure")?, missing) {
        (Some(figure), None) => Ok(Told::Figure(parsed("figure", &figure)?)),
        (None, Some(reason)) => Ok(Told::Missing(Missing {
            reason,
            note: row.text("missing_note")?,
            owner: row.text("missing_owner")?,
            substitute: row.text("substitute")?,
        })),
        (figure, _) => Err(strange("figure", &figure.unwrap_or_default())),
    }
}

pub(crate) fn region_value_of(row: &Row) -> Result<RegionValue> {
    Ok(RegionValue {
        ref_area: parsed("ref_area", &row.text("ref_area")?)?,
        figure: row.optional_text("figure")?.map(|f| parsed("figure", &f)).transpose()?,
        missing: row.optional_coded("missing", MissingReason::from_code)?,
        definition_version: row.number("definition_version")?,
        status: row.coded("status", ObsStatus::from_code)?,
        confidentiality: row.coded("confidentiality", ConfStatus::from_code)?,
    })
}
