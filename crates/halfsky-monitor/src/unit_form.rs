//! Unit forms (分单位报表): what is to be reported in a round, shared out among the units that lead it.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_plan::indicator::IndicatorCode;
use jiff::civil::Date;

use crate::data_set::{DataSet, DataSetProblem};
use crate::definition::{Definition, Level};
use crate::period::PeriodKind;
use crate::progress;
use crate::reporting::{ReportingDuty, ReportingRole, UnitId, leads};

/// What forms are made from.
#[derive(Debug, Clone, Copy)]
pub struct Ingredients<'a> {
    pub duties: &'a [ReportingDuty],
    /// The cards that hold for the period, in code order.
    pub definitions: &'a [Definition],
    /// What the plans ask for.
    pub wanted: &'a BTreeSet<IndicatorCode>,
    /// The units that exist on the day, with their names.
    pub units: &'a BTreeMap<UnitId, String>,
    /// The day whose duties count.
    pub day: Date,
    pub kind: PeriodKind,
    pub level: Level,
}

/// The form of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitForm {
    pub unit: UnitId,
    /// How many indicators it leads; the items under them are rows, too.
    pub indicators: usize,
    pub form: DataSet,
}

/// The forms of a round, and what stands on none of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnitForms {
    /// By unit.
    pub forms: Vec<UnitForm>,
    /// Wanted, but led by no unit that exists.
    pub without_lead: Vec<IndicatorCode>,
    /// A region of this level has no true value of it.
    pub no_value_here: Vec<IndicatorCode>,
    /// Units whose rows make no form, with the reason.
    pub problems: Vec<(UnitId, DataSetProblem)>,
}

/// The code of a unit's yearly form.
pub fn form_code(unit: &UnitId) -> String {
    format!("unit-{}", unit.0)
}

/// The code and the name of a unit's form: what it tells in the course of a year stands on a form of its own.
fn titled(unit: &UnitId, name: &str, kind: PeriodKind) -> (String, String) {
    match kind {
        PeriodKind::Year | PeriodKind::HealthYear => {
            (form_code(unit), format!("{name}妇女儿童发展规划监测表"))
        }
        PeriodKind::HalfYear | PeriodKind::Quarter | PeriodKind::Month => {
            (format!("progress-{}", unit.0), format!("{name}妇女儿童发展规划进度自报表"))
        }
    }
}

/// One form per unit with the indicators it leads. An indicator with several leads stands on each of their forms. In
/// the course of a year the whole figures alone are asked for.
pub fn unit_forms(from: &Ingredients<'_>) -> UnitForms {
    if matches!(from.kind, PeriodKind::Year | PeriodKind::HealthYear) {
        return forms(from);
    }
    let cards: Vec<Definition> =
        from.definitions.iter().cloned().map(progress::whole_alone).collect();
    forms(&Ingredients { definitions: &cards, ..*from })
}

fn forms(from: &Ingredients<'_>) -> UnitForms {
    let mut made = UnitForms::default();
    let mut led: BTreeMap<&UnitId, Vec<Definition>> = BTreeMap::new();
    for definition in from.definitions.iter().filter(|d| asked(from, d)) {
        if !definition.valid_at(from.level) {
            made.no_value_here.push(definition.code.clone());
            continue;
        }
        let mut leading = leads(from.duties, &definition.code, from.day);
        leading.retain(|unit| from.units.contains_key(*unit));
        if leading.is_empty() {
            made.without_lead.push(definition.code.clone());
        }
        for unit in leading {
            led.entry(unit).or_default().push(definition.clone());
        }
    }
    for (unit, own) in led {
        let (code, name) = titled(unit, &from.units[unit], from.kind);
        match DataSet::worksheet(&code, &name, &own, from.definitions) {
            Ok(form) => {
                made.forms.push(UnitForm { unit: unit.clone(), indicators: own.len(), form });
            }
            Err(problem) => made.problems.push((unit.clone(), problem)),
        }
    }
    made
}

/// Whether a round asks for an indicator: the plans want it, or a unit was given it.
fn asked(from: &Ingredients<'_>, definition: &Definition) -> bool {
    let given = |d: &ReportingDuty| {
        d.indicator == definition.code && d.role == ReportingRole::Lead && d.holds_on(from.day)
    };
    progress::asks(from.kind, definition.period_rule)
        && (from.wanted.contains(&definition.code) || from.duties.iter().any(given))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card;
    use crate::data_set::Column;
    use crate::reporting::Basis;
    use halfsky_plan::indicator::Catalogue;
    use jiff::civil::date;

    fn unit(name: &str) -> UnitId {
        UnitId(name.to_owned())
    }

    fn duty(indicator: &str, name: &str, role: ReportingRole) -> ReportingDuty {
        ReportingDuty {
            indicator: IndicatorCode(indicator.to_owned()),
            unit: unit(name),
            role,
            basis: Basis::Allocation,
            from: date(2021, 1, 1),
            until: None,
        }
    }

    fn made(duties: &[ReportingDuty], wanted: &[&str], kind: PeriodKind) -> UnitForms {
        let definitions = card::definitions(&Catalogue::builtin()).unwrap();
        let wanted = wanted.iter().map(|c| IndicatorCode((*c).to_owned())).collect();
        let units = ["卫健", "教育"].map(|n| (unit(n), format!("县{n}局"))).into();
        unit_forms(&Ingredients {
            duties,
            definitions: &definitions,
            wanted: &wanted,
            units: &units,
            day: date(2026, 3, 5),
            kind,
            level: Level::County,
        })
    }

    #[test]
    fn each_unit_gets_what_it_leads() {
        let lead = ReportingRole::Lead;
        let duties = [
            duty("W-H02", "卫健", lead),
            duty("W-H05", "卫健", lead),
            duty("W-H05", "教育", ReportingRole::Support),
        ];
        let made = made(&duties, &["W-H02"], PeriodKind::Year);
        assert_eq!(made.forms.len(), 1);
        let form = &made.forms[0];
        assert_eq!((form.unit.0.as_str(), form.indicators), ("卫健", 2));
        assert!(form.form.rows().len() > 2, "items stand above their rates");
        assert!(made.without_lead.is_empty() && made.problems.is_empty());
    }

    #[test]
    fn what_nobody_leads_is_told() {
        let gone = duty("W-H05", "已撤并", ReportingRole::Lead);
        let made = made(&[gone], &["W-H02", "W-H05"], PeriodKind::Year);
        assert!(made.forms.is_empty());
        let codes: Vec<_> = made.without_lead.iter().map(|c| c.0.as_str()).collect();
        assert_eq!(codes, ["W-H02", "W-H05"]);
    }

    #[test]
    fn several_leads_have_it_on_each_form() {
        let duties = ["卫健", "教育"].map(|name| duty("W-H02", name, ReportingRole::Lead));
        assert_eq!(made(&duties, &[], PeriodKind::Year).forms.len(), 2);
    }

    #[test]
    fn a_quarter_asks_how_far_yearly_figures_have_come() {
        let duties = ["W-H02", "C-H10"].map(|code| duty(code, "卫健", ReportingRole::Lead));
        let made = |kind| made(&duties, &["W-H02"], kind).forms;
        let (quarter, year) = (made(PeriodKind::Quarter), made(PeriodKind::Year));
        assert_eq!(quarter.len(), 1);
        let codes = |form: &DataSet| -> Vec<IndicatorCode> {
            form.rows().iter().map(|row| row.code.clone()).collect()
        };
        assert_eq!(codes(&quarter[0].form), codes(&year[0].form));
        let whole = |form: &DataSet| form.rows().iter().all(|row| row.columns == [Column::Total]);
        assert!(whole(&quarter[0].form) && !whole(&year[0].form), "the whole alone");
        assert_eq!(quarter[0].form.name(), "县卫健局妇女儿童发展规划进度自报表");
        assert_ne!(quarter[0].form.code(), year[0].form.code());
        assert!(quarter[0].form.asks_the_same(&made(PeriodKind::HalfYear)[0].form));
    }
}
