//! The indicator catalogue: cards with their aliases and source departments.

use std::collections::BTreeMap;

use halfsky_plan::indicator::{Indicator, IndicatorCode};
use halfsky_plan::plan::Beneficiary;

use crate::error::{Error, Result, is_taken};
use crate::row::Row;
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

const CARD: Columns = Columns {
    table: "indicator",
    names: &[
        "code",
        "name_zh",
        "name_en",
        "beneficiary",
        "unit",
        "direction",
        "sex",
        "numerator",
        "denominator",
        "multiplier",
        "domain",
        "county_value",
        "evidence",
    ],
};

const ALIAS: Columns = Columns { table: "indicator_alias", names: &["code", "position", "alias"] };

const DEPARTMENT: Columns =
    Columns { table: "indicator_department", names: &["code", "position", "department"] };

/// The whole catalogue, in code order.
pub async fn load_catalogue(store: &Store) -> Result<Vec<Indicator>> {
    let mut snapshot = store.snapshot().await?;
    let cards = snapshot
        .rows(
            "select code, name_zh, name_en, beneficiary, unit, direction, sex, numerator, \
             denominator, multiplier, domain, county_value, evidence from indicator order by code",
            &[],
        )
        .await?;
    let aliases = snapshot
        .rows("select code, alias as item from indicator_alias order by code, position", &[])
        .await?;
    let departments = snapshot
        .rows(
            "select code, department as item from indicator_department order by code, position",
            &[],
        )
        .await?;
    snapshot.end().await?;
    let (mut aliases, mut departments) = (by_code(&aliases)?, by_code(&departments)?);
    cards.iter().map(|row| card_of(row, &mut aliases, &mut departments)).collect()
}

/// Adds a card; a code that is taken is a conflict.
pub async fn insert_indicator(tx: &mut Tx, indicator: &Indicator) -> Result<()> {
    insert_all(tx, std::slice::from_ref(indicator)).await.map_err(|error| {
        if is_taken(&error) {
            Error::Conflict(format!("指标代码 {} 已被使用，请换一个代码", indicator.code))
        } else {
            error
        }
    })
}

/// Puts the cards of the built-in catalogue that are not there yet; cards an office changed stay.
/// Tells how many were added.
pub async fn seed(tx: &mut Tx, catalogue: &[Indicator]) -> Result<usize> {
    let known = tx.rows("select code from indicator order by code", &[]).await?;
    let known: std::collections::BTreeSet<String> =
        known.iter().map(|row| row.text("code")).collect::<Result<_>>()?;
    let fresh: Vec<Indicator> =
        catalogue.iter().filter(|card| !known.contains(&card.code.0)).cloned().collect();
    insert_all(tx, &fresh).await?;
    Ok(fresh.len())
}

async fn insert_all(tx: &mut Tx, cards: &[Indicator]) -> Result<()> {
    let rows: Vec<Vec<Value>> = cards.iter().map(card_row).collect();
    tx.insert(CARD, &rows).await?;
    tx.insert(ALIAS, &lists(cards, |card| &card.aliases)?).await?;
    tx.insert(DEPARTMENT, &lists(cards, |card| &card.source_departments)?).await
}

fn card_row(card: &Indicator) -> Vec<Value> {
    vec![
        card.code.0.as_str().into(),
        card.name_zh.as_str().into(),
        card.name_en.as_str().into(),
        card.beneficiary.code().into(),
        card.unit.as_str().into(),
        card.direction.as_str().into(),
        card.sex.as_str().into(),
        card.numerator.as_str().into(),
        card.denominator.as_str().into(),
        card.multiplier.as_str().into(),
        card.domain.as_str().into(),
        card.county_value.as_str().into(),
        card.evidence.as_str().into(),
    ]
}

fn lists(cards: &[Indicator], of: fn(&Indicator) -> &Vec<String>) -> Result<Vec<Vec<Value>>> {
    let mut rows = Vec::new();
    for card in cards {
        for (position, item) in of(card).iter().enumerate() {
            rows.push(vec![
                card.code.0.as_str().into(),
                Value::count(position)?,
                item.as_str().into(),
            ]);
        }
    }
    Ok(rows)
}

fn by_code(rows: &[Row]) -> Result<BTreeMap<String, Vec<String>>> {
    let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        map.entry(row.text("code")?).or_default().push(row.text("item")?);
    }
    Ok(map)
}

fn card_of(
    row: &Row,
    aliases: &mut BTreeMap<String, Vec<String>>,
    departments: &mut BTreeMap<String, Vec<String>>,
) -> Result<Indicator> {
    let code = row.text("code")?;
    Ok(Indicator {
        name_zh: row.text("name_zh")?,
        name_en: row.text("name_en")?,
        beneficiary: row.coded("beneficiary", Beneficiary::from_code)?,
        unit: row.text("unit")?,
        direction: row.text("direction")?,
        sex: row.text("sex")?,
        numerator: row.text("numerator")?,
        denominator: row.text("denominator")?,
        multiplier: row.text("multiplier")?,
        domain: row.text("domain")?,
        county_value: row.text("county_value")?,
        evidence: row.text("evidence")?,
        aliases: aliases.remove(&code).unwrap_or_default(),
        source_departments: departments.remove(&code).unwrap_or_default(),
        code: IndicatorCode(code),
    })
}
