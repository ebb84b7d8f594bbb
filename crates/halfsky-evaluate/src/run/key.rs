//! The key of a target: what stays the same when a plan is revised, so that warnings and cases find it again.

use std::collections::BTreeMap;

use halfsky_plan::version::{PlanVersion, ReviewedTarget};

/// The keys of the active targets by number. Of two targets that say the same the later one gets a number of its own.
pub fn target_keys(version: &PlanVersion) -> BTreeMap<u32, String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut keys = BTreeMap::new();
    for target in version.active_targets() {
        let key = key(target);
        let times = seen.entry(key.clone()).or_default();
        *times += 1;
        let key = if *times == 1 { key } else { format!("{key}#{times}") };
        keys.insert(target.number, key);
    }
    keys
}

/// Indicator, kind, scope and deadline; not the value, which a revision may change.
fn key(reviewed: &ReviewedTarget) -> String {
    let target = &reviewed.target;
    let name = reviewed.link.as_ref().map_or(target.indicator.as_str(), |l| l.code.0.as_str());
    let scope = target.scope.as_deref().unwrap_or("");
    format!("{name}|{}|{scope}|{}", target.kind.code(), target.by)
}
