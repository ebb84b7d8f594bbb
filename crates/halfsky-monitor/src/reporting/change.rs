//! What a new draw of duties changes. Nothing is deleted: a duty that is drawn no longer ends.

use halfsky_plan::indicator::IndicatorCode;
use jiff::civil::Date;

use super::{Basis, ReportingDuty, ReportingRole, UnitId};

/// What is different after a draw.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Duties that begin.
    pub added: Vec<ReportingDuty>,
    /// Duties that end, with their last day.
    pub ended: Vec<ReportingDuty>,
    /// Duties that stay as they are.
    pub kept: usize,
    /// Drawn, but handed over to another unit before: they stay with that unit.
    pub handed_over: Vec<ReportingDuty>,
}

impl Changes {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.ended.is_empty()
    }

    /// The duties to be kept, ends first.
    pub fn duties(&self) -> Vec<ReportingDuty> {
        self.ended.iter().chain(&self.added).cloned().collect()
    }
}

/// Holds a draw against the duties of a region. What the office set by hand is never touched; a duty that began
/// on the day itself and is drawn no longer ends with that day.
pub fn changes(held: &[ReportingDuty], drawn: &[ReportingDuty], on: Date) -> Changes {
    let eve = on.yesterday().unwrap_or(on);
    let now: Vec<&ReportingDuty> = held.iter().filter(|d| d.holds_on(on)).collect();
    let mut changes = Changes::default();
    for duty in drawn {
        let duty = ReportingDuty { from: on, until: None, ..duty.clone() };
        match now.iter().find(|d| same(d, &duty)) {
            Some(own) if own.role == duty.role || own.basis == Basis::Set => changes.kept += 1,
            Some(own) => {
                // one that began on this day is replaced under the same key
                if own.from < on {
                    changes.ended.push(ReportingDuty { until: Some(eve), ..(*own).clone() });
                }
                changes.added.push(duty);
            }
            None if was_handed_over(held, &now, &duty, on) => changes.handed_over.push(duty),
            None => changes.added.push(duty),
        }
    }
    let gone =
        |d: &&&ReportingDuty| d.basis != Basis::Set && !drawn.iter().any(|duty| same(duty, d));
    for duty in now.iter().filter(gone) {
        changes.ended.push(ReportingDuty { until: Some(eve.max(duty.from)), ..(**duty).clone() });
    }
    changes.added.sort();
    changes.ended.sort();
    changes
}

fn same(a: &ReportingDuty, b: &ReportingDuty) -> bool {
    a.indicator == b.indicator && a.unit == b.unit
}

fn was_handed_over(
    held: &[ReportingDuty],
    now: &[&ReportingDuty],
    duty: &ReportingDuty,
    on: Date,
) -> bool {
    let over = |d: &ReportingDuty| same(d, duty) && d.until.is_some_and(|until| until < on);
    held.iter().any(over)
        && now.iter().any(|d| d.indicator == duty.indicator && d.basis == Basis::Set)
}

/// A duty the office gives a unit by hand, from a day on. What the unit has of this indicator until then ends.
pub fn set(
    held: &[ReportingDuty],
    (indicator, unit): (&IndicatorCode, &UnitId),
    role: ReportingRole,
    from: Date,
) -> Result<Vec<ReportingDuty>, SetRefusal> {
    let own = held.iter().find(|d| {
        d.indicator == *indicator && d.unit == *unit && d.until.is_none_or(|u| from <= u)
    });
    let duty = ReportingDuty {
        indicator: indicator.clone(),
        unit: unit.clone(),
        role,
        basis: Basis::Set,
        from,
        until: None,
    };
    match own {
        None => Ok(vec![duty]),
        Some(own) if own.role == role => Err(SetRefusal::HasIt),
        Some(own) if own.from > from => Err(SetRefusal::TooEarly),
        Some(own) if own.from == from => Ok(vec![duty]),
        Some(own) => {
            let ended = ReportingDuty { until: from.yesterday().ok(), ..own.clone() };
            Ok(vec![ended, duty])
        }
    }
}

/// Ends the duty of a unit with a day.
pub fn end(
    held: &[ReportingDuty],
    (indicator, unit): (&IndicatorCode, &UnitId),
    last: Date,
) -> Result<ReportingDuty, SetRefusal> {
    let own = held.iter().find(|d| {
        d.indicator == *indicator && d.unit == *unit && d.until.is_none_or(|until| last < until)
    });
    match own {
        None => Err(SetRefusal::HasNone),
        Some(own) if last < own.from => Err(SetRefusal::TooEarly),
        Some(own) => Ok(ReportingDuty { until: Some(last), ..own.clone() }),
    }
}

/// A duty that cannot be set or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetRefusal {
    #[error("该单位已承担这项填报任务")]
    HasIt,
    #[error("该单位没有可在这一天结束的填报任务")]
    HasNone,
    #[error("日期早于该单位现有任务的开始日期")]
    TooEarly,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::{HandOver, hand_over};
    use jiff::civil::date;

    const DAY: Date = date(2026, 3, 5);

    fn duty(indicator: &str, unit: &str, role: ReportingRole, basis: Basis) -> ReportingDuty {
        ReportingDuty {
            indicator: IndicatorCode(indicator.to_owned()),
            unit: UnitId(unit.to_owned()),
            role,
            basis,
            from: date(2021, 1, 1),
            until: None,
        }
    }

    fn plan(indicator: &str, unit: &str) -> ReportingDuty {
        duty(indicator, unit, ReportingRole::Lead, Basis::Allocation)
    }

    fn told(duties: &[ReportingDuty]) -> Vec<String> {
        duties.iter().map(|d| format!("{}{}", d.indicator, d.unit.0)).collect()
    }

    #[test]
    fn what_is_drawn_no_longer_ends_the_day_before() {
        let held = [plan("甲", "卫健"), plan("乙", "教育")];
        let after = changes(&held, &[plan("甲", "卫健"), plan("丙", "民政")], DAY);
        assert_eq!(
            (told(&after.added), told(&after.ended)),
            (vec!["丙民政".into()], vec!["乙教育".into()])
        );
        assert_eq!((after.kept, after.ended[0].until), (1, Some(date(2026, 3, 4))));
        assert_eq!(after.added[0].from, DAY);
        assert!(changes(&held, &held, DAY).is_empty());
    }

    #[test]
    fn what_the_office_set_stays() {
        let held = [duty("甲", "疾控", ReportingRole::Support, Basis::Set)];
        assert!(changes(&held, &[], DAY).is_empty());
        assert!(changes(&held, &[plan("甲", "疾控")], DAY).is_empty());
    }

    #[test]
    fn a_helper_that_leads_from_now_on_has_one_duty() {
        let held = [duty("甲", "卫健", ReportingRole::Support, Basis::Source)];
        let after = changes(&held, &[plan("甲", "卫健")], DAY);
        assert_eq!((after.added.len(), after.ended.len()), (1, 1));
        let again = changes(&after.duties(), &[plan("甲", "卫健")], DAY);
        assert!(again.is_empty());
    }

    #[test]
    fn a_new_draw_does_not_take_a_hand_over_back() {
        let order = HandOver {
            from: UnitId("卫健".into()),
            to: UnitId("疾控".into()),
            indicators: Vec::new(),
            on: date(2026, 1, 1),
        };
        let held = hand_over(vec![plan("甲", "卫健")], &order).unwrap();
        let after = changes(&held, &[plan("甲", "卫健")], DAY);
        assert!(after.is_empty(), "{after:?}");
        assert_eq!(told(&after.handed_over), ["甲卫健"]);
    }

    #[test]
    fn the_office_sets_and_ends() {
        let held = [duty("甲", "卫健", ReportingRole::Support, Basis::Source)];
        let key = (&IndicatorCode("甲".into()), &UnitId("卫健".into()));
        let after = set(&held, key, ReportingRole::Lead, DAY).unwrap();
        assert_eq!(after[0].until, Some(date(2026, 3, 4)));
        assert_eq!((after[1].role, after[1].basis), (ReportingRole::Lead, Basis::Set));
        assert_eq!(set(&held, key, ReportingRole::Support, DAY), Err(SetRefusal::HasIt));
        assert_eq!(end(&held, key, DAY).unwrap().until, Some(DAY));
        assert_eq!(end(&held, key, date(2020, 1, 1)), Err(SetRefusal::TooEarly));
        assert_eq!(end(&[], key, DAY), Err(SetRefusal::HasNone));
    }
}
