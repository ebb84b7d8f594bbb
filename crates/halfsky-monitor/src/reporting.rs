//! Reporting duties (填报任务): which unit reports which indicator, from when to when.
//!
//! They come from the plan's allocation and from the source departments of the catalogue, and are handed over
//! when departments change. Nothing is ever deleted: a duty ends.

mod change;
mod draw;

pub use change::{Changes, SetRefusal, changes, end, set};
pub use draw::draw;

use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::version::PlanVersion;
use jiff::civil::Date;

use crate::definition::Definition;
use crate::organisation::standard_name;
use halfsky_plan::coded;

/// Identifier of a reporting unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(pub String);

coded! {
    /// Whether a unit answers for the figure or only helps with it.
    ReportingRole { Lead "lead" "牵头", Support "support" "配合" }
}

coded! {
    /// What a duty rests on.
    Basis {
        /// The plan or its 任务分工 names the unit.
        Allocation "allocation" "规划分工",
        /// The catalogue names the department as source.
        Source "source" "数据来源部门",
        /// Set by the office.
        Set "set" "办公室指定",
    }
}

/// One unit and one indicator, for a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportingDuty {
    pub indicator: IndicatorCode,
    pub unit: UnitId,
    pub role: ReportingRole,
    pub basis: Basis,
    pub from: Date,
    /// Last day; None while it lasts.
    pub until: Option<Date>,
}

impl ReportingDuty {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// A unit by one of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedUnit {
    pub id: UnitId,
    pub name: String,
}

/// Duties drawn from a plan and a catalogue, and the names that belong to no known unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assigned {
    pub duties: Vec<ReportingDuty>,
    /// Names to be matched by a person, in order, each once.
    pub unknown: Vec<String>,
    /// Indicators nobody leads.
    pub without_lead: Vec<IndicatorCode>,
}

/// Draws the duties: leads of the plan's targets first; where the plan names nobody, the source departments lead.
pub fn assign(
    version: &PlanVersion,
    definitions: &[Definition],
    units: &[NamedUnit],
    from: Date,
) -> Assigned {
    let mut assigned = Assigned::default();
    for target in version.active_targets() {
        let Some(link) = &target.link else { continue };
        for (names, role) in
            [(&target.lead, ReportingRole::Lead), (&target.support, ReportingRole::Support)]
        {
            for name in names {
                assigned.add(
                    &link.code,
                    name,
                    Share { role, basis: Basis::Allocation, from },
                    units,
                );
            }
        }
    }
    for definition in definitions {
        let led =
            |d: &ReportingDuty| d.indicator == definition.code && d.role == ReportingRole::Lead;
        let role = if assigned.duties.iter().any(led) {
            ReportingRole::Support
        } else {
            ReportingRole::Lead
        };
        for name in &definition.source.departments {
            assigned.add(&definition.code, name, Share { role, basis: Basis::Source, from }, units);
        }
        if !assigned.duties.iter().any(led) {
            assigned.without_lead.push(definition.code.clone());
        }
    }
    assigned.duties.sort();
    assigned
}

/// What a named unit is to do.
#[derive(Clone, Copy)]
struct Share {
    role: ReportingRole,
    basis: Basis,
    from: Date,
}

impl Assigned {
    fn add(&mut self, indicator: &IndicatorCode, name: &str, share: Share, units: &[NamedUnit]) {
        let wanted = standard_name(name);
        let Some(unit) = units.iter().find(|u| standard_name(&u.name) == wanted) else {
            if !self.unknown.iter().any(|n| n == name) {
                self.unknown.push(name.to_owned());
            }
            return;
        };
        let known = |d: &ReportingDuty| d.indicator == *indicator && d.unit == unit.id;
        if !self.duties.iter().any(known) {
            let (indicator, unit) = (indicator.clone(), unit.id.clone());
            let Share { role, basis, from } = share;
            self.duties.push(ReportingDuty { indicator, unit, role, basis, from, until: None });
        }
    }
}

/// Who leads an indicator on a day; several units may.
pub fn leads<'a>(
    duties: &'a [ReportingDuty],
    indicator: &IndicatorCode,
    day: Date,
) -> Vec<&'a UnitId> {
    duties
        .iter()
        .filter(|d| d.indicator == *indicator && d.role == ReportingRole::Lead && d.holds_on(day))
        .map(|d| &d.unit)
        .collect()
}

/// A unit passes its duties on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    pub from: UnitId,
    pub to: UnitId,
    /// The indicators passed on; empty means all.
    pub indicators: Vec<IndicatorCode>,
    /// First day of the new unit.
    pub on: Date,
}

/// A hand-over that cannot be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandOverRefusal {
    #[error("移交单位和接收单位是同一单位")]
    SameUnit,
    #[error("移交单位在移交日没有可移交的填报任务")]
    NothingToHandOver,
    #[error("移交日应晚于任务开始日")]
    TooEarly,
}

/// The duties after a hand-over: the old ones end the day before, the new ones begin on the day and rest on the
/// office's word from then on.
pub fn hand_over(
    mut duties: Vec<ReportingDuty>,
    order: &HandOver,
) -> Result<Vec<ReportingDuty>, HandOverRefusal> {
    if order.from == order.to {
        return Err(HandOverRefusal::SameUnit);
    }
    let eve = order.on.yesterday().map_err(|_| HandOverRefusal::TooEarly)?;
    let mut passed = Vec::new();
    for duty in &mut duties {
        let named = order.indicators.is_empty() || order.indicators.contains(&duty.indicator);
        if duty.unit != order.from || !named || !duty.holds_on(order.on) {
            continue;
        }
        if duty.from > eve {
            return Err(HandOverRefusal::TooEarly);
        }
        passed.push(ReportingDuty {
            unit: order.to.clone(),
            basis: Basis::Set,
            from: order.on,
            ..duty.clone()
        });
        duty.until = Some(eve);
    }
    if passed.is_empty() {
        return Err(HandOverRefusal::NothingToHandOver);
    }
    for duty in passed {
        let held = |d: &ReportingDuty| {
            d.indicator == duty.indicator && d.unit == duty.unit && d.holds_on(duty.from)
        };
        match duties.iter_mut().find(|d| held(d)) {
            // it helped before: now it leads if the other unit led
            Some(own) if own.role > duty.role => {
                own.until = Some(eve);
                duties.push(duty);
            }
            Some(_) => {}
            None => duties.push(duty),
        }
    }
    duties.sort();
    Ok(duties)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn duty(indicator: &str, unit: &str, role: ReportingRole) -> ReportingDuty {
        ReportingDuty {
            indicator: IndicatorCode(indicator.to_owned()),
            unit: UnitId(unit.to_owned()),
            role,
            basis: Basis::Set,
            from: date(2021, 1, 1),
            until: None,
        }
    }

    fn order(indicators: &[&str], on: Date) -> HandOver {
        HandOver {
            from: UnitId("卫健".to_owned()),
            to: UnitId("疾控".to_owned()),
            indicators: indicators.iter().map(|i| IndicatorCode((*i).to_owned())).collect(),
            on,
        }
    }

    #[test]
    fn several_units_may_lead() {
        let duties =
            [duty("甲", "教育", ReportingRole::Lead), duty("甲", "人社", ReportingRole::Lead)];
        let day = date(2025, 1, 1);
        assert_eq!(leads(&duties, &IndicatorCode("甲".to_owned()), day).len(), 2);
        assert!(leads(&duties, &IndicatorCode("甲".to_owned()), date(2020, 12, 31)).is_empty());
    }

    #[test]
    fn a_hand_over_ends_one_duty_and_begins_another() {
        let duties =
            vec![duty("甲", "卫健", ReportingRole::Lead), duty("乙", "卫健", ReportingRole::Lead)];
        let day = date(2026, 7, 1);
        let after = hand_over(duties, &order(&["甲"], day)).unwrap();
        let lead = |code: &str, day| {
            let code = IndicatorCode(code.to_owned());
            leads(&after, &code, day).into_iter().map(|u| u.0.clone()).collect::<Vec<_>>()
        };
        assert_eq!(lead("甲", date(2026, 6, 30)), ["卫健"]);
        assert_eq!(lead("甲", day), ["疾控"]);
        assert_eq!(lead("乙", day), ["卫健"]);
    }

    #[test]
    fn a_helper_that_takes_over_leads_once() {
        let duties = vec![
            duty("甲", "卫健", ReportingRole::Lead),
            duty("甲", "疾控", ReportingRole::Support),
        ];
        let after = hand_over(duties, &order(&[], date(2026, 7, 1))).unwrap();
        let now: Vec<_> = after.iter().filter(|d| d.holds_on(date(2026, 7, 1))).collect();
        assert_eq!(now.len(), 1);
        assert_eq!(now[0].role, ReportingRole::Lead);
    }

    #[test]
    fn refusals_say_why() {
        let duties = || vec![duty("甲", "卫健", ReportingRole::Lead)];
        let refuse = |order: &HandOver| hand_over(duties(), order).unwrap_err();
        assert_eq!(refuse(&order(&["乙"], date(2026, 7, 1))), HandOverRefusal::NothingToHandOver);
        assert_eq!(refuse(&order(&[], date(2021, 1, 1))), HandOverRefusal::TooEarly);
        let same = HandOver { to: UnitId("卫健".to_owned()), ..order(&[], date(2026, 7, 1)) };
        assert_eq!(refuse(&same), HandOverRefusal::SameUnit);
    }
}
