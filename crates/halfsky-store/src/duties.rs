//! Reporting duties (填报任务): which unit reports which indicator, from when to when.

use halfsky_monitor::reporting::{Basis, ReportingDuty, ReportingRole, UnitId};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use jiff::civil::Date;

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

/// The indicators that the plans in force of a region have targets for and that no unit leads on a day, in code
/// order. One statement: the top bar of every page asks.
pub async fn without_lead(
    store: &Store,
    ref_area: &RefArea,
    day: Date,
) -> Result<Vec<IndicatorCode>> {
    let sql = "select distinct t.indicator_code from target t join plan_version v \
               on v.ref_area = t.ref_area and v.plan_id = t.plan_id and v.version = t.version \
               where t.ref_area = $1 and v.status = 'confirmed' and t.review <> 'left_out' \
               and t.indicator_code is not null and not exists \
               (select 1 from reporting_duty d where d.ref_area = t.ref_area \
               and d.indicator = t.indicator_code and d.role = 'lead' and d.valid_from <= $2 \
               and (d.valid_until is null or d.valid_until >= $2)) order by t.indicator_code";
    let values = [ref_area.as_str().into(), day.to_string().into()];
    let rows = store.rows(sql, &values).await?;
    rows.iter().map(|row| row.text("indicator_code").map(IndicatorCode)).collect()
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
