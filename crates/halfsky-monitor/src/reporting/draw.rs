//! A draw over all plans of a region at once: what two plans ask of one unit is one duty.

use std::collections::BTreeSet;

use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::version::PlanVersion;
use jiff::civil::Date;

use super::{Assigned, NamedUnit, ReportingRole, assign};
use crate::definition::Definition;

/// Draws the duties of several plans for the indicators they are linked to. A unit that leads by one plan and
/// supports by another leads.
pub fn draw(
    plans: &[PlanVersion],
    definitions: &[Definition],
    units: &[NamedUnit],
    from: Date,
) -> Assigned {
    let mut drawn = Assigned::default();
    for plan in plans {
        let targets = plan.active_targets();
        let wanted: BTreeSet<&IndicatorCode> =
            targets.filter_map(|target| target.link.as_ref().map(|link| &link.code)).collect();
        let own: Vec<Definition> =
            definitions.iter().filter(|d| wanted.contains(&d.code)).cloned().collect();
        let one = assign(plan, &own, units, from);
        for duty in one.duties {
            let known = drawn
                .duties
                .iter_mut()
                .find(|d| (&d.indicator, &d.unit) == (&duty.indicator, &duty.unit));
            match known {
                None => drawn.duties.push(duty),
                Some(known) if duty.role < known.role => *known = duty,
                Some(_) => {}
            }
        }
        for name in one.unknown {
            if !drawn.unknown.contains(&name) {
                drawn.unknown.push(name);
            }
        }
        drawn.without_lead.extend(one.without_lead);
    }
    drawn.duties.sort();
    let led: BTreeSet<&IndicatorCode> = drawn
        .duties
        .iter()
        .filter(|d| d.role == ReportingRole::Lead)
        .map(|d| &d.indicator)
        .collect();
    drawn.without_lead.retain(|code| !led.contains(code));
    drawn.without_lead.sort();
    drawn.without_lead.dedup();
    drawn
}
