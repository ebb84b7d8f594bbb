//! Reporting duties (填报任务): which unit reports which indicator, from when to when.

use halfsky_monitor::reporting::{Basis, ReportingDuty, ReportingRole, UnitId};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;

use crate::error::Result;
use crate::row::Row;
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Taken, Value};

const DUTY: Columns = Columns {
    table: "reporting_duty",
    names: &["ref_area", "indicator", "unit_id", "valid_from", "valid_until", "role", "basis"],
};

/// Every duty of a region, past ones too: by indicator, unit and first day.
pub async fn load(store: &Store, ref_area: &RefArea) -> Result<Vec<ReportingDuty>> {
    let sql = "select indicator, unit_id, valid_from, valid_until, role, basis \
               from reporting_duty where ref_area = $1 \
               order by ref_area, indicator, unit_id, valid_from";
    store.rows(sql, &[ref_area.as_str().into()]).await?.iter().map(duty_of).collect()
}

/// Keeps the duties as they are now, after an assignment or a hand-over: new ones are added, and those that are
/// there get the end, role and basis given. None is ever removed.
pub async fn save(tx: &mut Tx, duties: &[ReportingDuty]) -> Result<()> {
    let area = tx.ref_area().to_owned();
    let rows: Vec<Vec<Value>> = duties
        .iter()
        .map(|duty| {
            vec![
                area.as_str().into(),
                duty.indicator.0.as_str().into(),
                duty.unit.0.as_str().into(),
                duty.from.to_string().into(),
                duty.until.map(|day| day.to_string()).into(),
                duty.role.code().into(),
                duty.basis.code().into(),
            ]
        })
        .collect();
    tx.put(DUTY, Taken::Replace { key: 4 }, &rows).await.map(|_| ())
}

fn duty_of(row: &Row) -> Result<ReportingDuty> {
    Ok(ReportingDuty {
        indicator: IndicatorCode(row.text("indicator")?),
        unit: UnitId(row.text("unit_id")?),
        role: row.coded("role", ReportingRole::from_code)?,
        basis: row.coded("basis", Basis::from_code)?,
        from: row.day("valid_from")?,
        until: row.optional_day("valid_until")?,
    })
}
