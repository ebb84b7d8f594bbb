//! Targets linked to indicators, of many plans at once: of each plan its version in force, or its newest draft.

use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::period::PlanPeriod;
use halfsky_plan::plan::ClausePlace;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::target::Target;
use halfsky_plan::version::{PlanId, VersionStatus};

use super::VersionKey;
use super::load::{place_of, target_of};
use crate::error::Result;
use crate::row::{Row, parsed};
use crate::store::Store;
use crate::values::{Slice, Value};

/// A target that is linked to an indicator, with what a list tells of its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedTarget {
    pub key: VersionKey,
    /// Title of the plan.
    pub plan: String,
    pub status: VersionStatus,
    pub period: PlanPeriod,
    pub example: bool,
    /// Domains of the plan.
    pub domains: usize,
    pub number: u32,
    pub indicator: IndicatorCode,
    /// None for a target of an annexed table.
    pub place: Option<ClausePlace>,
    pub target: Target,
    /// 牵头单位
    pub lead: Vec<String>,
}

macro_rules! linked {
    ($select:literal, $condition:literal, $end:literal) => {
        concat!(
            "select ",
            $select,
            " from target t join plan_version v on v.ref_area = t.ref_area ",
            "and v.plan_id = t.plan_id and v.version = t.version ",
            "where t.review <> 'left_out' and v.status <> 'discarded' and v.version = coalesce(",
            "(select max(f.version) from plan_version f where f.ref_area = v.ref_area ",
            "and f.plan_id = v.plan_id and f.status = 'confirmed'), ",
            "(select max(n.version) from plan_version n where n.ref_area = v.ref_area ",
            "and n.plan_id = v.plan_id and n.status <> 'discarded')) and ",
            $condition,
            $end
        )
    };
}

macro_rules! with_leads {
    ($condition:literal, $end:literal) => {
        concat!(
            "select f.*, u.name as lead_name, (select count(*) from domain d ",
            "where d.ref_area = f.ref_area and d.plan_id = f.plan_id ",
            "and d.version = f.version) as domains from (",
            linked!(
                "t.ref_area, t.plan_id, t.version, t.number, t.section, t.domain, t.clause, \
                 t.indicator, t.comparator, t.target_value, t.unit, t.deadline, t.base_year, \
                 t.kind, t.direction, t.reference, t.scope, t.soft, t.keep, t.baseline_value, \
                 t.baseline_year, t.baseline_span_start, t.baseline_span_end, t.binding, \
                 t.quote, t.span_start, t.span_end, t.indicator_code, v.title as plan_title, \
                 v.status as plan_status, v.start_year, v.end_year, v.example",
                $condition,
                $end
            ),
            ") f left join responsible_unit u on u.ref_area = f.ref_area ",
            "and u.plan_id = f.plan_id and u.version = f.version and u.owner = 'target' ",
            "and u.owner_number = f.number and u.role = 'lead' ",
            "order by f.ref_area, f.plan_id, f.number, u.position"
        )
    };
}

/// How many targets of some regions are linked to an indicator.
pub async fn count_linked(
    store: &Store,
    regions: &[RefArea],
    indicator: &IndicatorCode,
) -> Result<usize> {
    let sql = linked!("count(*) as found", "t.indicator_code = $1 and t.ref_area in ({list})", "");
    let rows = store.rows_with_list(sql, &[indicator.0.as_str().into()], &codes(regions)).await?;
    rows.first().map_or(Ok(0), |row| row.number("found"))
}

/// The targets of some regions that are linked to an indicator, by region, plan and number.
pub async fn linked_to(
    store: &Store,
    regions: &[RefArea],
    indicator: &IndicatorCode,
    slice: Slice,
) -> Result<Vec<LinkedTarget>> {
    let sql = with_leads!(
        "t.indicator_code = $1 and t.ref_area in ({list})",
        " order by t.ref_area, t.plan_id, t.number limit $2 offset $3"
    );
    let mut values = vec![indicator.0.as_str().into()];
    values.extend(slice.values());
    folded(&store.rows_with_list(sql, &values, &codes(regions)).await?)
}

/// Every target of a region's plans in force that is linked to any indicator, by plan and number.
pub async fn linked_in_force(store: &Store, ref_area: &RefArea) -> Result<Vec<LinkedTarget>> {
    let sql = with_leads!(
        "t.indicator_code is not null and t.ref_area = $1 and v.status = 'confirmed'",
        ""
    );
    folded(&store.rows(sql, &[ref_area.as_str().into()]).await?)
}

fn codes(regions: &[RefArea]) -> Vec<Value> {
    regions.iter().map(|region| region.as_str().into()).collect()
}

/// One target for each group of rows: they come once for each unit that leads it.
fn folded(rows: &[Row]) -> Result<Vec<LinkedTarget>> {
    let mut found: Vec<LinkedTarget> = Vec::new();
    for row in rows {
        let (key, number) = (key_of(row)?, row.number("number")?);
        let lead = row.optional_text("lead_name")?;
        match found.last_mut() {
            Some(last) if last.key == key && last.number == number => last.lead.extend(lead),
            _ => found.push(linked_of(row, (key, number), lead)?),
        }
    }
    Ok(found)
}

fn key_of(row: &Row) -> Result<VersionKey> {
    Ok(VersionKey {
        ref_area: parsed("ref_area", &row.text("ref_area")?)?,
        plan_id: PlanId(row.text("plan_id")?),
        number: row.number("version")?,
    })
}

fn linked_of(
    row: &Row,
    (key, number): (VersionKey, u32),
    lead: Option<String>,
) -> Result<LinkedTarget> {
    let place = match row.optional_text("section")? {
        Some(_) => Some(ClausePlace { clause: row.number("clause")?, ..place_of(row)? }),
        None => None,
    };
    Ok(LinkedTarget {
        key,
        plan: row.text("plan_title")?,
        status: row.coded("plan_status", VersionStatus::from_code)?,
        period: PlanPeriod { start: row.number("start_year")?, end: row.number("end_year")? },
        example: row.flag("example")?,
        domains: row.number("domains")?,
        number,
        indicator: IndicatorCode(row.text("indicator_code")?),
        place,
        target: target_of(row)?,
        lead: lead.into_iter().collect(),
    })
}
