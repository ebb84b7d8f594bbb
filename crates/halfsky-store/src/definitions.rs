//! Definition cards (指标解释) in versions, and the reported items (数据项) under them.
//!
//! A version is only ever added: what was reported under it keeps its meaning.

mod table;

pub(crate) use table::plausible_of;

use std::collections::BTreeMap;

use halfsky_monitor::definition::{Definition, Definitions};
use halfsky_monitor::item::Item;
use halfsky_monitor::names::Names;
use halfsky_plan::indicator::IndicatorCode;

use crate::error::{Error, Result, is_taken};
use crate::plans::Stamp;
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Taken, Value};

const ITEM: Columns = Columns { table: "reported_item", names: &["code", "name", "unit"] };

/// Every version of every card, in code order.
pub async fn load_all(store: &Store) -> Result<BTreeMap<IndicatorCode, Definitions>> {
    load_matching(store, None).await
}

/// The names of all figures.
pub async fn names(store: &Store) -> Result<Names> {
    Ok(Names::new(load_all(store).await?, items(store).await?))
}

/// Every version of one card.
pub async fn load(store: &Store, code: &IndicatorCode) -> Result<Definitions> {
    let found = load_matching(store, Some(code)).await?;
    found.into_values().next().ok_or_else(|| Error::NotFound(format!("指标 {code} 的指标解释")))
}

async fn load_matching(
    store: &Store,
    code: Option<&IndicatorCode>,
) -> Result<BTreeMap<IndicatorCode, Definitions>> {
    let values = [code.map(|c| c.0.as_str()).into()];
    let mut snapshot = store.snapshot().await?;
    let cards = snapshot.rows(table::CARDS, &values).await?;
    let lists = snapshot.rows(table::LISTS, &values).await?;
    snapshot.end().await?;
    let mut lists = table::lists_of(&lists)?;
    let mut versions: BTreeMap<IndicatorCode, Vec<Definition>> = BTreeMap::new();
    for row in &cards {
        let definition = table::definition_of(row, &mut lists)?;
        versions.entry(definition.code.clone()).or_default().push(definition);
    }
    versions
        .into_iter()
        .map(|(code, versions)| {
            let whole = Definitions::new(versions)
                .map_err(|problem| Error::Damaged(format!("指标 {code} 的指标解释：{problem}")))?;
            Ok((code, whole))
        })
        .collect()
}

/// The items by name, as the formulas name them.
pub async fn items(store: &Store) -> Result<BTreeMap<String, Item>> {
    let sql = "select code, name, unit from reported_item order by code";
    let rows = store.rows(sql, &[]).await?;
    rows.iter().map(table::item_of).map(|item| item.map(|i| (i.name.clone(), i))).collect()
}

/// How many versions of cards and how many items there are: both are only ever added, so that nothing has changed as
/// long as the numbers stay.
pub async fn extent(store: &Store) -> Result<(i64, i64)> {
    let sql = "select (select count(*) from definition) as cards, \
               (select count(*) from reported_item) as items";
    let rows = store.rows(sql, &[]).await?;
    let Some(row) = rows.first() else { return Ok((0, 0)) };
    Ok((row.number("cards")?, row.number("items")?))
}

/// Puts first versions and items that are not there yet; what an office changed stays. Tells how many cards
/// were added.
pub async fn seed(
    tx: &mut Tx,
    definitions: &[Definition],
    items: &[Item],
    stamp: &Stamp,
) -> Result<usize> {
    let known = tx.rows("select code from definition where version = 1 order by code", &[]).await?;
    let known: std::collections::BTreeSet<String> =
        known.iter().map(|row| row.text("code")).collect::<Result<_>>()?;
    let fresh: Vec<Definition> =
        definitions.iter().filter(|d| !known.contains(&d.code.0)).cloned().collect();
    insert(tx, &fresh, stamp).await?;
    let known = tx.rows("select name from reported_item order by code", &[]).await?;
    let known: std::collections::BTreeSet<String> =
        known.iter().map(|row| row.text("name")).collect::<Result<_>>()?;
    let rows: Vec<Vec<Value>> = items
        .iter()
        .filter(|item| !known.contains(&item.name))
        .map(|i| vec![i.code.0.as_str().into(), i.name.as_str().into(), i.unit.code().into()])
        .collect();
    tx.put(ITEM, Taken::Keep, &rows).await?;
    Ok(fresh.len())
}

/// Adds the next version of a card. Its number must follow the newest one; when somebody else was faster, that
/// is a conflict.
pub async fn add_version(tx: &mut Tx, definition: &Definition, stamp: &Stamp) -> Result<()> {
    let sql = "select coalesce(max(version), 0) as newest, coalesce(max(valid_from), 0) as since \
               from definition where code = $1";
    let rows = tx.rows(sql, &[definition.code.0.as_str().into()]).await?;
    let (newest, since) = match rows.first() {
        Some(row) => (row.number::<u32>("newest")?, row.number::<i32>("since")?),
        None => (0, 0),
    };
    if definition.version != newest + 1 || (newest > 0 && definition.valid_from <= since) {
        return Err(Error::Conflict(format!(
            "指标 {} 的指标解释已有第{newest}版（{since}年起）；新版应为第{}版，启用年份应更晚，请刷新后重试",
            definition.code,
            newest + 1
        )));
    }
    insert(tx, std::slice::from_ref(definition), stamp).await.map_err(|error| {
        if is_taken(&error) {
            Error::Conflict(format!("指标 {} 的指标解释刚被别人修改，请刷新", definition.code))
        } else {
            error
        }
    })
}

async fn insert(tx: &mut Tx, definitions: &[Definition], stamp: &Stamp) -> Result<()> {
    let rows: Vec<Vec<Value>> = definitions.iter().map(|d| table::row_of(d, stamp)).collect();
    tx.insert(table::CARD, &rows).await?;
    let mut lists = Vec::new();
    for definition in definitions {
        table::push_lists(&mut lists, definition)?;
    }
    tx.insert(table::LIST, &lists).await
}
