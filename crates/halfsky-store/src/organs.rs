//! Organs of the regions: who coordinates, keeps the office, leads monitoring and evaluation.

use halfsky_monitor::organ::{Organ, OrganKind};
use halfsky_monitor::unit::UnitId;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use jiff::civil::Date;

use crate::error::{Error, Result, is_taken};
use crate::row::{Row, parsed};
use crate::store::Store;
use crate::tx::Tx;

const OF_REGION: &str = "select ref_area, kind, beneficiary, valid_from, valid_until, printed_name, \
    unit_id from organ where ref_area = $1 order by ref_area, kind, beneficiary, valid_from";

/// The organs of a region, also those of the past.
pub async fn list(store: &Store, ref_area: &RefArea) -> Result<Vec<Organ>> {
    store.rows(OF_REGION, &[ref_area.as_str().into()]).await?.iter().map(organ_of).collect()
}

/// The organs of every region, also those of the past.
pub async fn of_all(store: &Store) -> Result<Vec<Organ>> {
    let sql = "select ref_area, kind, beneficiary, valid_from, valid_until, printed_name, unit_id \
               from organ order by ref_area, kind, beneficiary, valid_from";
    store.rows(sql, &[]).await?.iter().map(organ_of).collect()
}

/// The organs of the transaction's region as they stand until it ends.
pub async fn held(tx: &mut Tx) -> Result<Vec<Organ>> {
    let values = [tx.ref_area().into()];
    tx.rows(OF_REGION, &values).await?.iter().map(organ_of).collect()
}

/// Adds an organ to the region of the transaction.
pub async fn insert(tx: &mut Tx, organ: &Organ) -> Result<()> {
    let sql = "insert into organ (ref_area, kind, beneficiary, valid_from, valid_until, \
               printed_name, unit_id) values ($1, $2, $3, $4, $5, $6, $7)";
    let values = [
        tx.ref_area().into(),
        organ.kind.code().into(),
        beneficiary_code(organ.beneficiary).into(),
        organ.validity.from.into(),
        organ.validity.until.into(),
        organ.printed_name.as_str().into(),
        organ.unit.as_ref().map(|id| id.0.as_str()).into(),
    ];
    match tx.execute(sql, &values).await {
        Ok(_) => Ok(()),
        Err(error) if is_taken(&error) => {
            Err(Error::Conflict(format!("同一天起已有另一个{}，请先核对日期", organ.kind.label())))
        }
        Err(error) => Err(error),
    }
}

/// Ends an organ with a day.
pub async fn end(tx: &mut Tx, organ: &Organ, last: Date) -> Result<()> {
    let sql = "update organ set valid_until = $5 where ref_area = $1 and kind = $2 \
               and beneficiary = $3 and valid_from = $4";
    let values = [
        tx.ref_area().into(),
        organ.kind.code().into(),
        beneficiary_code(organ.beneficiary).into(),
        organ.validity.from.into(),
        last.into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

fn beneficiary_code(beneficiary: Option<Beneficiary>) -> &'static str {
    beneficiary.map_or("", Beneficiary::code)
}

fn organ_of(row: &Row) -> Result<Organ> {
    let beneficiary = match row.text("beneficiary")?.as_str() {
        "" => None,
        _ => Some(row.coded("beneficiary", Beneficiary::from_code)?),
    };
    Ok(Organ {
        ref_area: parsed("ref_area", &row.text("ref_area")?)?,
        kind: row.coded("kind", OrganKind::from_code)?,
        beneficiary,
        printed_name: row.text("printed_name")?,
        unit: row.optional_text("unit_id")?.map(UnitId),
        validity: row.validity()?,
    })
}
