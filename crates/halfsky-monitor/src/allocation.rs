//! Allocation (任务分解): the targets of a plan, by responsible unit.

use std::collections::BTreeMap;

use halfsky_plan::version::PlanVersion;

use crate::organisation::standard_name;

/// What one unit is responsible for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitAllocation {
    /// The name as the plan first prints it.
    pub unit: String,
    /// The name its variants share.
    pub standard_name: String,
    /// Numbers of the targets it leads.
    pub lead: Vec<u32>,
    /// Numbers of the targets it supports.
    pub support: Vec<u32>,
}

/// The active targets of a version by unit: most led targets first, then by name.
pub fn allocate(version: &PlanVersion) -> Vec<UnitAllocation> {
    let mut units: BTreeMap<String, UnitAllocation> = BTreeMap::new();
    for target in version.active_targets() {
        for name in &target.lead {
            add(&mut units, name).lead.push(target.number);
        }
        for name in &target.support {
            add(&mut units, name).support.push(target.number);
        }
    }
    let mut list: Vec<UnitAllocation> = units.into_values().collect();
    for unit in &mut list {
        unit.lead.dedup();
        unit.support.dedup();
    }
    list.sort_by(|a, b| {
        (b.lead.len(), b.support.len())
            .cmp(&(a.lead.len(), a.support.len()))
            .then_with(|| a.standard_name.cmp(&b.standard_name))
    });
    list
}

fn add<'a>(units: &'a mut BTreeMap<String, UnitAllocation>, name: &str) -> &'a mut UnitAllocation {
    let standard_name = standard_name(name);
    units.entry(standard_name.clone()).or_insert_with(|| UnitAllocation {
        unit: name.to_owned(),
        standard_name,
        lead: Vec::new(),
        support: Vec::new(),
    })
}
