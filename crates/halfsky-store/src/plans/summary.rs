//! Lists of plans and of versions, each in one statement.

use halfsky_plan::period::PlanPeriod;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::{PlanId, VersionStatus};
use jiff::Timestamp;

use crate::error::Result;
use crate::plans::VersionKey;
use crate::row::{Row, parsed};
use crate::store::Store;
use crate::values::Value;

/// A version as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSummary {
    pub ref_area: RefArea,
    pub plan_id: PlanId,
    pub number: u32,
    pub title: String,
    pub region: String,
    pub beneficiary: Beneficiary,
    pub period: PlanPeriod,
    pub status: VersionStatus,
    pub revision: i64,
    pub domains: usize,
    pub objectives: usize,
    /// Targets a person has not left out.
    pub targets: usize,
    /// Targets in doubt.
    pub pending: usize,
    /// Targets nobody has looked at.
    pub unchecked: usize,
    pub source_name: String,
    pub source_sha256: String,
    pub example: bool,
    pub imported_at: Timestamp,
    pub imported_by: String,
    /// When it was confirmed or discarded.
    pub decided_at: Option<Timestamp>,
    /// Number of the plan's version in force, which may be another one.
    pub in_force: Option<u32>,
}

macro_rules! summary_of_versions {
    ($condition:expr) => {
        $crate::plans::summary::summary_of_versions!($condition, "v.ref_area, v.plan_id, v.version")
    };
    ($condition:expr, $end:expr) => {
        concat!(
            "select v.ref_area, v.plan_id, v.version, v.title, v.region, v.beneficiary, ",
            "v.start_year, v.end_year, v.status, v.revision, v.source_name, v.source_sha256, ",
            "v.example, v.imported_at, v.imported_by, v.decided_at, ",
            "(select count(*) from domain d where d.ref_area = v.ref_area ",
            "and d.plan_id = v.plan_id and d.version = v.version) as domains, ",
            "(select count(*) from clause c where c.ref_area = v.ref_area ",
            "and c.plan_id = v.plan_id and c.version = v.version ",
            "and c.section = 'objective') as objectives, ",
            "(select count(*) from target t where t.ref_area = v.ref_area ",
            "and t.plan_id = v.plan_id and t.version = v.version ",
            "and t.review <> 'left_out') as targets, ",
            "(select count(*) from target t where t.ref_area = v.ref_area ",
            "and t.plan_id = v.plan_id and t.version = v.version ",
            "and t.review = 'pending') as pending, ",
            "(select count(*) from target t where t.ref_area = v.ref_area ",
            "and t.plan_id = v.plan_id and t.version = v.version ",
            "and t.review = 'unchecked') as unchecked, ",
            "(select max(f.version) from plan_version f where f.ref_area = v.ref_area ",
            "and f.plan_id = v.plan_id and f.status = 'confirmed') as in_force ",
            "from plan_version v where ",
            $condition,
            " order by ",
            $end
        )
    };
}

pub(super) use summary_of_versions;

/// One line per plan, its newest version that was not given up; of one region or of all.
pub async fn list(store: &Store, ref_area: Option<&RefArea>) -> Result<Vec<PlanSummary>> {
    let sql = summary_of_versions!(
        "($1 is null or v.ref_area = $1) and v.version = coalesce(\
         (select max(n.version) from plan_version n where n.ref_area = v.ref_area \
         and n.plan_id = v.plan_id and n.status <> 'discarded'), \
         (select max(n.version) from plan_version n where n.ref_area = v.ref_area \
         and n.plan_id = v.plan_id))"
    );
    let values = [ref_area.map(RefArea::as_str).into()];
    store.rows(sql, &values).await?.iter().map(summary_of).collect()
}

/// Every draft of some regions, for those who review them.
pub async fn drafts(store: &Store, regions: &[RefArea]) -> Result<Vec<PlanSummary>> {
    let sql = summary_of_versions!("v.status = 'draft' and v.ref_area in ({list})");
    store.rows_with_list(sql, &[], &codes(regions)).await?.iter().map(summary_of).collect()
}

/// How many targets of each version of some regions, not left out, are due in a year; versions without any are
/// missing.
pub async fn due_in(
    store: &Store,
    year: i32,
    regions: &[RefArea],
) -> Result<Vec<(VersionKey, usize)>> {
    let sql = "select ref_area, plan_id, version, count(*) as targets from target \
               where deadline = $1 and review <> 'left_out' and ref_area in ({list}) \
               group by ref_area, plan_id, version order by ref_area, plan_id, version";
    let one = |row: &Row| {
        let key = VersionKey {
            ref_area: parsed("ref_area", &row.text("ref_area")?)?,
            plan_id: PlanId(row.text("plan_id")?),
            number: row.number("version")?,
        };
        Ok((key, row.number("targets")?))
    };
    store.rows_with_list(sql, &[year.into()], &codes(regions)).await?.iter().map(one).collect()
}

fn codes(regions: &[RefArea]) -> Vec<Value> {
    regions.iter().map(|region| region.as_str().into()).collect()
}

/// The first year of the earliest plan; None without plans.
pub async fn first_year(store: &Store) -> Result<Option<i32>> {
    let sql = "select min(start_year) as first from plan_version where status <> 'discarded'";
    store.rows(sql, &[]).await?.first().map_or(Ok(None), |row| row.optional_number("first"))
}

/// All versions of a plan, oldest first.
pub async fn versions(
    store: &Store,
    ref_area: &RefArea,
    plan_id: &PlanId,
) -> Result<Vec<PlanSummary>> {
    let sql = summary_of_versions!("v.ref_area = $1 and v.plan_id = $2");
    let values = [ref_area.as_str().into(), plan_id.0.as_str().into()];
    store.rows(sql, &values).await?.iter().map(summary_of).collect()
}

pub(super) fn summary_of(row: &Row) -> Result<PlanSummary> {
    Ok(PlanSummary {
        ref_area: parsed("ref_area", &row.text("ref_area")?)?,
        plan_id: PlanId(row.text("plan_id")?),
        number: row.number("version")?,
        title: row.text("title")?,
        region: row.text("region")?,
        beneficiary: row.coded("beneficiary", Beneficiary::from_code)?,
        period: PlanPeriod { start: row.number("start_year")?, end: row.number("end_year")? },
        status: row.coded("status", VersionStatus::from_code)?,
        revision: row.integer("revision")?,
        domains: row.number("domains")?,
        objectives: row.number("objectives")?,
        targets: row.number("targets")?,
        pending: row.number("pending")?,
        unchecked: row.number("unchecked")?,
        source_name: row.text("source_name")?,
        source_sha256: row.text("source_sha256")?,
        example: row.flag("example")?,
        imported_at: row.instant("imported_at")?,
        imported_by: row.text("imported_by")?,
        decided_at: row.optional_instant("decided_at")?,
        in_force: row.optional_number("in_force")?,
    })
}
