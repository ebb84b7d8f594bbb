//! Units (责任单位) of the regions.

use halfsky_monitor::unit::{ResponsibleUnit, UnitId, UnitKind};
use halfsky_plan::ref_area::RefArea;

use crate::error::{Error, Result, is_taken};
use crate::row::{Row, parsed};
use crate::store::Store;
use crate::tx::Tx;

/// A unit with the number of its state, for saving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredUnit {
    pub unit: ResponsibleUnit,
    pub revision: i64,
}

/// The units of a region or of all, by region and id.
pub async fn list(store: &Store, ref_area: Option<&RefArea>) -> Result<Vec<StoredUnit>> {
    let sql = "select ref_area, unit_id, name, short_name, kind, parent_id, valid_from, \
               valid_until, revision from organisation_unit \
               where ($1 is null or ref_area = $1) order by ref_area, unit_id";
    let values = [ref_area.map(RefArea::as_str).into()];
    store.rows(sql, &values).await?.iter().map(unit_of).collect()
}

/// One unit of a region.
pub async fn find(store: &Store, ref_area: &RefArea, id: &UnitId) -> Result<Option<StoredUnit>> {
    let sql = "select ref_area, unit_id, name, short_name, kind, parent_id, valid_from, \
               valid_until, revision from organisation_unit where ref_area = $1 and unit_id = $2";
    let values = [ref_area.as_str().into(), id.0.as_str().into()];
    store.rows(sql, &values).await?.first().map(unit_of).transpose()
}

/// Adds a unit to the region of the transaction.
pub async fn insert(tx: &mut Tx, unit: &ResponsibleUnit) -> Result<()> {
    let sql = "insert into organisation_unit (ref_area, unit_id, name, short_name, kind, \
               parent_id, valid_from, valid_until, revision) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, 1)";
    let values = [
        tx.ref_area().into(),
        unit.id.0.as_str().into(),
        unit.name.as_str().into(),
        unit.short_name.as_str().into(),
        unit.kind.code().into(),
        unit.parent.as_ref().map(|id| id.0.as_str()).into(),
        unit.validity.from.into(),
        unit.validity.until.into(),
    ];
    match tx.execute(sql, &values).await {
        Ok(_) => Ok(()),
        Err(error) if is_taken(&error) => {
            Err(Error::Conflict(format!("单位“{}”已存在", unit.name)))
        }
        Err(error) => Err(error),
    }
}

/// Changes a unit that still stands as it was seen.
pub async fn save(tx: &mut Tx, unit: &ResponsibleUnit, seen: i64) -> Result<()> {
    let sql = "update organisation_unit set name = $4, short_name = $5, kind = $6, \
               parent_id = $7, valid_from = $8, valid_until = $9, revision = revision + 1 \
               where ref_area = $1 and unit_id = $2 and revision = $3";
    let values = [
        tx.ref_area().into(),
        unit.id.0.as_str().into(),
        seen.into(),
        unit.name.as_str().into(),
        unit.short_name.as_str().into(),
        unit.kind.code().into(),
        unit.parent.as_ref().map(|id| id.0.as_str()).into(),
        unit.validity.from.into(),
        unit.validity.until.into(),
    ];
    if tx.execute(sql, &values).await? == 1 {
        return Ok(());
    }
    Err(Error::Conflict("这个单位刚被他人改动，本次没有保存；请刷新后核对".to_owned()))
}

fn unit_of(row: &Row) -> Result<StoredUnit> {
    Ok(StoredUnit {
        unit: ResponsibleUnit {
            id: UnitId(row.text("unit_id")?),
            ref_area: parsed("ref_area", &row.text("ref_area")?)?,
            name: row.text("name")?,
            short_name: row.text("short_name")?,
            kind: row.coded("kind", UnitKind::from_code)?,
            parent: row.optional_text("parent_id")?.map(UnitId),
            validity: row.validity()?,
        },
        revision: row.integer("revision")?,
    })
}
