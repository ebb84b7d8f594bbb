//! One page of the plans of many regions: the database filters, sorts and counts, so that only the plans of the page
//! have their clauses and targets counted.

use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::VersionStatus;

use super::PlanSummary;
use super::summary::{summary_of, summary_of_versions};
use crate::error::Result;
use crate::store::Store;
use crate::values::{Order, Slice, Value};

/// Which plans are meant; what is left empty does not matter.
#[derive(Debug, Clone, Copy)]
pub struct PlanFilter<'a> {
    pub regions: &'a [RefArea],
    /// What the title holds.
    pub title: &'a str,
    pub beneficiary: Option<Beneficiary>,
    /// Of the newest version that was not given up.
    pub status: Option<VersionStatus>,
    /// Without the plans of which every version was given up.
    pub alive: bool,
}

impl<'a> PlanFilter<'a> {
    /// Every plan of some regions.
    pub const fn of(regions: &'a [RefArea]) -> Self {
        Self { regions, title: "", beneficiary: None, status: None, alive: false }
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.title.into(),
            self.beneficiary.map_or("", Beneficiary::code).into(),
            self.status.map_or("", VersionStatus::code).into(),
            if self.alive { "alive" } else { "" }.into(),
        ]
    }

    fn list(&self) -> Vec<Value> {
        self.regions.iter().map(|code| code.as_str().into()).collect()
    }
}

/// What a list of plans is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanSort {
    Region,
    Title,
    Period,
    Targets,
    Status,
}

macro_rules! matching {
    () => {
        "v.ref_area in ({list}) and ($1 = '' or replace(v.title, $1, '') <> v.title) \
         and ($2 = '' or v.beneficiary = $2) and ($3 = '' or v.status = $3) \
         and ($4 = '' or v.status <> 'discarded') and v.version = coalesce(\
         (select max(n.version) from plan_version n where n.ref_area = v.ref_area \
         and n.plan_id = v.plan_id and n.status <> 'discarded'), \
         (select max(n.version) from plan_version n where n.ref_area = v.ref_area \
         and n.plan_id = v.plan_id))"
    };
}

macro_rules! sorted {
    ($order:literal) => {
        summary_of_versions!(matching!(), concat!($order, ", v.plan_id limit $5 offset $6"))
    };
}

/// How many plans match.
pub async fn count(store: &Store, filter: &PlanFilter<'_>) -> Result<usize> {
    let sql = concat!("select count(*) as found from plan_version v where ", matching!());
    let rows = store.rows_with_list(sql, &filter.values(), &filter.list()).await?;
    rows.first().map_or(Ok(0), |row| row.number("found"))
}

/// The plans of one page, in their order: of each the newest version that was not given up.
pub async fn find(
    store: &Store,
    filter: &PlanFilter<'_>,
    (sort, order): (PlanSort, Order),
    slice: Slice,
) -> Result<Vec<PlanSummary>> {
    // plans for women stand before those for children, which is not the order of the codes
    let sql = match (sort, order) {
        (PlanSort::Region, Order::Up) => sorted!("v.ref_area, v.beneficiary desc"),
        (PlanSort::Region, Order::Down) => sorted!("v.ref_area desc, v.beneficiary"),
        (PlanSort::Title, Order::Up) => sorted!("v.title, v.ref_area"),
        (PlanSort::Title, Order::Down) => sorted!("v.title desc, v.ref_area desc"),
        (PlanSort::Period, Order::Up) => {
            sorted!("v.start_year, v.end_year, v.ref_area, v.beneficiary desc")
        }
        (PlanSort::Period, Order::Down) => {
            sorted!("v.start_year desc, v.end_year desc, v.ref_area desc, v.beneficiary")
        }
        (PlanSort::Targets, Order::Up) => sorted!("targets, v.ref_area, v.beneficiary desc"),
        (PlanSort::Targets, Order::Down) => {
            sorted!("targets desc, v.ref_area desc, v.beneficiary")
        }
        (PlanSort::Status, Order::Up) => sorted!("v.status, v.ref_area, v.beneficiary desc"),
        (PlanSort::Status, Order::Down) => {
            sorted!("v.status desc, v.ref_area desc, v.beneficiary")
        }
    };
    let mut values = filter.values();
    values.extend(slice.values());
    let rows = store.rows_with_list(sql, &values, &filter.list()).await?;
    rows.iter().map(summary_of).collect()
}

/// How many plans of some regions are in force, and how many targets they have.
pub async fn in_force(store: &Store, regions: &[RefArea]) -> Result<(usize, usize)> {
    let sql = "select count(*) as plans, cast(coalesce(sum((select count(*) from target t \
               where t.ref_area = v.ref_area and t.plan_id = v.plan_id \
               and t.version = v.version and t.review <> 'left_out')), 0) as bigint) as targets \
               from plan_version v where v.status = 'confirmed' and v.ref_area in ({list})";
    let list: Vec<Value> = regions.iter().map(|code| code.as_str().into()).collect();
    let rows = store.rows_with_list(sql, &[], &list).await?;
    rows.first().map_or(Ok((0, 0)), |row| Ok((row.number("plans")?, row.number("targets")?)))
}
