//! Editions (版): published figures, only ever inserted.

use std::collections::BTreeSet;

use halfsky_monitor::edition::Edition;
use halfsky_monitor::observation::{Observation, ObservationKey, Residence, Sex};
use halfsky_monitor::period::Period;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;

use crate::error::{Error, Result, is_taken};
use crate::observations::{
    RegionValue, Years, figure_text, key_values, number_of, observation_of, region_value_of,
    told_columns, years_between,
};
use crate::row::{Row, parsed};
use crate::store::{Snapshot, Store};
use crate::tx::Tx;
use crate::values::{Columns, Value};

const HEAD: Columns = Columns {
    table: "edition",
    names: &[
        "ref_area",
        "period",
        "number",
        "notes",
        "figures",
        "published_at",
        "published_by",
        "previous_hash",
        "hash",
    ],
};

const FIGURE: Columns = Columns {
    table: "edition_figure",
    names: &[
        "ref_area",
        "edition_period",
        "edition_number",
        "indicator",
        "period",
        "sex",
        "residence",
        "age",
        "group_code",
        "source",
        "figure",
        "number",
        "missing",
        "missing_note",
        "missing_owner",
        "substitute",
        "definition_version",
        "status",
        "confidentiality",
        "unit_mult",
        "explanation",
    ],
};

/// Which edition inside a region: the name every published number carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EditionKey {
    pub period: Period,
    pub number: u32,
}

impl EditionKey {
    /// The key of an edition.
    pub const fn of(edition: &Edition) -> Self {
        Self { period: edition.period, number: edition.number }
    }

    /// The edition's name in audit entries.
    pub fn object(self) -> String {
        format!("edition {}/{}", self.period, self.number)
    }

    /// The name for people: `2025年第1版`.
    pub fn label(self) -> String {
        format!("{}年第{}版", self.period.year(), self.number)
    }
}

/// An edition without its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionHead {
    pub key: EditionKey,
    pub notes: String,
    pub figures: u64,
    /// ISO 8601 instant, as published.
    pub published_at: String,
    pub published_by: String,
    pub previous_hash: String,
    pub hash: String,
}

/// A published figure with the edition it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub edition: EditionKey,
    pub observation: Observation,
}

/// Keeps an edition. Its number must follow the newest one of its period; when somebody else published first, that
/// is a conflict.
pub async fn insert(tx: &mut Tx, edition: &Edition) -> Result<()> {
    let area = tx.ref_area().to_owned();
    if edition.ref_area.as_str() != area {
        return Err(Error::Invalid(format!("{}不属于本地区", edition.label())));
    }
    let conflict =
        || Error::Conflict(format!("{}年的数据刚被别人发布，请刷新后重试", edition.period.year()));
    let sql = "select coalesce(max(number), 0) as newest from edition \
               where ref_area = $1 and period = $2";
    let period = edition.period.to_string();
    let rows = tx.rows(sql, &[area.as_str().into(), period.as_str().into()]).await?;
    let newest: u32 = rows.first().map_or(Ok(0), |row| row.number("newest"))?;
    if edition.number != newest + 1 {
        return Err(conflict());
    }
    let head: Vec<Value> = vec![
        area.as_str().into(),
        period.as_str().into(),
        edition.number.into(),
        edition.notes.as_str().into(),
        Value::count(edition.figures.len())?,
        edition.published_at.as_str().into(),
        edition.published_by.as_str().into(),
        edition.previous_hash.as_str().into(),
        edition.hash.as_str().into(),
    ];
    tx.insert(HEAD, &[head])
        .await
        .map_err(|error| if is_taken(&error) { conflict() } else { error })?;
    let rows: Vec<Vec<Value>> = edition
        .figures
        .iter()
        .map(|figure| {
            let mut row = vec![area.as_str().into(), period.as_str().into(), edition.number.into()];
            row.extend(key_values(&figure.key));
            row.push(figure_text(&figure.value));
            row.push(number_of(&figure.value).into());
            row.extend(told_columns(figure));
            row
        })
        .collect();
    tx.insert(FIGURE, &rows).await
}

/// Every edition of a region: newest period first, newest number first.
pub async fn list(store: &Store, ref_area: &RefArea) -> Result<Vec<EditionHead>> {
    let sql = "select period, number, notes, figures, published_at, published_by, \
               previous_hash, hash from edition where ref_area = $1 \
               order by period desc, number desc";
    store.rows(sql, &[ref_area.as_str().into()]).await?.iter().map(head_of).collect()
}

/// One edition with its figures.
pub async fn load(store: &Store, ref_area: &RefArea, key: EditionKey) -> Result<Edition> {
    let mut snapshot = store.snapshot().await?;
    let found = load_from(&mut snapshot, ref_area, key).await;
    snapshot.end().await?;
    found?.ok_or_else(|| Error::NotFound(format!("区划 {ref_area} 的{}", key.label())))
}

/// The newest edition of a period; None before the first.
pub async fn newest(store: &Store, ref_area: &RefArea, period: Period) -> Result<Option<Edition>> {
    let sql = "select coalesce(max(number), 0) as newest from edition \
               where ref_area = $1 and period = $2";
    let mut snapshot = store.snapshot().await?;
    let values = [ref_area.as_str().into(), period.to_string().into()];
    let rows = snapshot.rows(sql, &values).await?;
    let number: u32 = rows.first().map_or(Ok(0), |row| row.number("newest"))?;
    let found = load_from(&mut snapshot, ref_area, EditionKey { period, number }).await;
    snapshot.end().await?;
    found
}

async fn load_from(
    snapshot: &mut Snapshot,
    ref_area: &RefArea,
    key: EditionKey,
) -> Result<Option<Edition>> {
    let values = [ref_area.as_str().into(), key.period.to_string().into(), key.number.into()];
    let heads = snapshot.rows(ONE_HEAD, &values).await?;
    let Some(head) = heads.first().map(head_of).transpose()? else { return Ok(None) };
    let rows = snapshot.rows(FIGURES, &values).await?;
    let mut figures: Vec<Observation> = rows.iter().map(observation_of).collect::<Result<_>>()?;
    // the hash is over the order of keys, which is not that of their codes (合计 comes before 女)
    figures.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(Some(Edition {
        ref_area: ref_area.clone(),
        period: key.period,
        number: key.number,
        notes: head.notes,
        published_by: head.published_by,
        published_at: head.published_at,
        figures,
        previous_hash: head.previous_hash,
        hash: head.hash,
    }))
}

macro_rules! figures {
    ($condition:literal) => {
        concat!(
            "select f.ref_area, f.edition_period, f.edition_number, f.indicator, f.period, ",
            "f.sex, f.residence, f.age, f.group_code, f.source, f.figure, f.missing, ",
            "f.missing_note, f.missing_owner, f.substitute, f.definition_version, f.status, ",
            "f.confidentiality, f.unit_mult, f.explanation from edition_figure f ",
            "where ",
            $condition,
            " order by f.ref_area, f.indicator, f.period, f.sex, f.residence, f.age, ",
            "f.group_code, f.source, f.edition_period, f.edition_number"
        )
    };
}

const ONE_HEAD: &str = "select period, number, notes, figures, published_at, published_by, \
    previous_hash, hash from edition where ref_area = $1 and period = $2 and number = $3";
const FIGURES: &str =
    figures!("f.ref_area = $1 and f.edition_period = $2 and f.edition_number = $3");

/// What is published of one indicator: each period from its newest edition, in key order.
pub async fn of_indicator(
    store: &Store,
    ref_area: &RefArea,
    indicator: &IndicatorCode,
) -> Result<Vec<Published>> {
    let sql = figures!(
        "f.ref_area = $1 and f.indicator = $2 and f.edition_number = (select max(e.number) \
         from edition e where e.ref_area = f.ref_area and e.period = f.edition_period)"
    );
    let values = [ref_area.as_str().into(), indicator.0.as_str().into()];
    store.rows(sql, &values).await?.iter().map(published_of).collect()
}

/// Everything published of some years: each period from its newest edition, in key order.
pub async fn of_years(store: &Store, ref_area: &RefArea, years: Years) -> Result<Vec<Published>> {
    of_regions(store, std::slice::from_ref(ref_area), years).await
}

/// Everything published of some years in several regions, in one statement: each period from its newest edition,
/// in key order.
pub async fn of_regions(
    store: &Store,
    regions: &[RefArea],
    years: Years,
) -> Result<Vec<Published>> {
    let sql = figures!(
        "f.edition_period >= $1 and f.edition_period < $2 and f.ref_area in ({list}) and \
         f.edition_number = (select max(e.number) from edition e \
         where e.ref_area = f.ref_area and e.period = f.edition_period)"
    );
    let rows = store.rows_with_list(sql, &years.bounds(), &codes(regions)).await?;
    rows.iter().map(published_of).collect()
}

/// What some regions have published of some indicators in some years, in one statement: each period from its newest
/// edition, in key order.
pub async fn of_indicators(
    store: &Store,
    (regions, indicators): (&[RefArea], &BTreeSet<IndicatorCode>),
    years: Years,
) -> Result<Vec<Published>> {
    let sql = figures!(
        "f.edition_period >= $1 and f.edition_period < $2 and f.ref_area in ({list}) and \
         f.indicator in ({second}) and f.edition_number = (select max(e.number) from edition e \
         where e.ref_area = f.ref_area and e.period = f.edition_period)"
    );
    let indicators: Vec<Value> = indicators.iter().map(|code| code.0.as_str().into()).collect();
    let lists = [&codes(regions)[..], &indicators[..]];
    let rows = store.rows_with_lists(sql, &years.bounds(), lists).await?;
    rows.iter().map(published_of).collect()
}

/// The first and the last year that one of some regions has published; None before the first edition.
pub async fn years_of(store: &Store, regions: &[RefArea]) -> Result<Option<Years>> {
    let sql = "select min(period) as first, max(period) as last from edition \
               where ref_area in ({list})";
    let rows = store.rows_with_list(sql, &[], &codes(regions)).await?;
    rows.first().map_or(Ok(None), years_between)
}

fn codes(regions: &[RefArea]) -> Vec<Value> {
    regions.iter().map(|region| region.as_str().into()).collect()
}

/// One figure in every edition it stands in, in the order of the editions.
pub async fn appearances(
    store: &Store,
    ref_area: &RefArea,
    key: &ObservationKey,
) -> Result<Vec<Published>> {
    let sql = figures!(
        "f.ref_area = $1 and f.indicator = $2 and f.period = $3 and f.sex = $4 \
         and f.residence = $5 and f.age = $6 and f.group_code = $7 and f.source = $8"
    );
    let mut values: Vec<Value> = vec![ref_area.as_str().into()];
    values.extend(key_values(key));
    store.rows(sql, &values).await?.iter().map(published_of).collect()
}

/// The editions of a region that hold preliminary figures (`OBS_STATUS` P).
pub async fn preliminary(store: &Store, ref_area: &RefArea) -> Result<BTreeSet<EditionKey>> {
    let sql = "select distinct edition_period, edition_number from edition_figure \
               where ref_area = $1 and status = 'P' order by edition_period, edition_number";
    store.rows(sql, &[ref_area.as_str().into()]).await?.iter().map(edition_key_of).collect()
}

/// The regions that have published anything, in code order.
pub async fn regions(store: &Store) -> Result<Vec<RefArea>> {
    let sql = "select distinct ref_area from edition order by ref_area";
    let rows = store.rows(sql, &[]).await?;
    rows.iter().map(|row| parsed("ref_area", &row.text("ref_area")?)).collect()
}

/// The same published figure in every region whose code begins with `prefix` (empty for all), in code order.
pub async fn across_regions(
    store: &Store,
    indicator: &IndicatorCode,
    period: Period,
    (sex, residence): (Sex, Residence),
    prefix: &str,
) -> Result<Vec<(RegionValue, EditionKey)>> {
    let sql = "select f.ref_area, f.figure, f.missing, f.definition_version, f.status, \
               f.confidentiality, f.edition_period, f.edition_number from edition_figure f \
               where f.indicator = $1 and f.period = $2 and f.sex = $3 and f.residence = $4 \
               and f.age = '_T' and f.group_code = '_T' and f.ref_area >= $5 \
               and f.ref_area < $6 and f.edition_number = (select max(e.number) \
               from edition e where e.ref_area = f.ref_area and e.period = f.edition_period) \
               order by f.ref_area, f.source";
    let values = [
        indicator.0.as_str().into(),
        period.to_string().into(),
        sex.code().into(),
        residence.code().into(),
        prefix.into(),
        format!("{prefix}:").into(),
    ];
    let rows = store.rows(sql, &values).await?;
    rows.iter().map(|row| Ok((region_value_of(row)?, edition_key_of(row)?))).collect()
}

fn edition_key_of(row: &Row) -> Result<EditionKey> {
    Ok(EditionKey {
        period: parsed("edition_period", &row.text("edition_period")?)?,
        number: row.number("edition_number")?,
    })
}

fn published_of(row: &Row) -> Result<Published> {
    Ok(Published { edition: edition_key_of(row)?, observation: observation_of(row)? })
}

fn head_of(row: &Row) -> Result<EditionHead> {
    Ok(EditionHead {
        key: EditionKey {
            period: parsed("period", &row.text("period")?)?,
            number: row.number("number")?,
        },
        notes: row.text("notes")?,
        figures: row.number("figures")?,
        published_at: row.text("published_at")?,
        published_by: row.text("published_by")?,
        previous_hash: row.text("previous_hash")?,
        hash: row.text("hash")?,
    })
}
