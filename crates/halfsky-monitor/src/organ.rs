//! Organs of a region: who coordinates the plan, keeps its office, leads monitoring and evaluation.
//!
//! Plans differ: a committee, a joint conference, another centre for one of two plans. So every organ is a
//! dated entry with its printed name and the unit that holds it; nothing in the program names one.

use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use jiff::civil::Date;

use crate::unit::UnitId;
use crate::validity::Validity;
use halfsky_plan::coded;

coded! {
    /// What an organ does.
    OrganKind {
        /// Organises and coordinates the plan.
        Coordination "coordination" "议事协调机构",
        /// Does the daily work of the coordinating body.
        Office "office" "办事机构",
        /// Leads the monitoring group.
        MonitoringLead "monitoring_lead" "监测组牵头单位",
        /// Leads the evaluation group.
        EvaluationLead "evaluation_lead" "评估组牵头单位",
    }
}

/// An organ as a plan or a decision names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organ {
    pub ref_area: RefArea,
    pub kind: OrganKind,
    /// The plans it is for; None for both.
    pub beneficiary: Option<Beneficiary>,
    /// The name that is printed in letters and reports.
    pub printed_name: String,
    /// The unit that holds it, where it is one.
    pub unit: Option<UnitId>,
    pub validity: Validity,
}

/// The name under which the office of a region signs: as it is printed, else by the region's name.
pub fn office_name(organs: &[Organ], region: &str, day: Date) -> String {
    let office = organs.iter().find(|o| o.kind == OrganKind::Office && o.validity.holds_on(day));
    office.map_or_else(|| format!("{region}妇儿工委办公室"), |o| o.printed_name.clone())
}

/// The name of the body that coordinates a plan: as it is printed, else by the region's name.
pub fn committee_name(
    organs: &[Organ],
    beneficiary: Beneficiary,
    region: &str,
    day: Date,
) -> String {
    let found = organ_on(organs, OrganKind::Coordination, beneficiary, day);
    found.map_or_else(|| format!("{region}妇女儿童工作委员会"), |o| o.printed_name.clone())
}

impl Organ {
    /// Whether two entries would both answer the same question on the same day.
    pub fn collides(&self, other: &Self) -> bool {
        self.ref_area == other.ref_area
            && self.kind == other.kind
            && self.beneficiary == other.beneficiary
            && self.validity.overlaps(other.validity)
    }
}

/// The organ that holds on a day: one named for the beneficiary comes before one for both.
pub fn organ_on(
    organs: &[Organ],
    kind: OrganKind,
    beneficiary: Beneficiary,
    day: Date,
) -> Option<&Organ> {
    let fits = |organ: &&Organ| organ.kind == kind && organ.validity.holds_on(day);
    let named = |wanted: Option<Beneficiary>| {
        organs.iter().filter(fits).find(|organ| organ.beneficiary == wanted)
    };
    named(Some(beneficiary)).or_else(|| named(None))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn organ(name: &str, beneficiary: Option<Beneficiary>, from: i16) -> Organ {
        Organ {
            ref_area: "990101".parse().unwrap(),
            kind: OrganKind::EvaluationLead,
            beneficiary,
            printed_name: name.to_owned(),
            unit: None,
            validity: Validity::from(date(from, 1, 1)),
        }
    }

    #[test]
    fn each_plan_may_have_its_own() {
        let organs =
            [organ("办公室", None, 2021), organ("权益保障中心", Some(Beneficiary::Women), 2022)];
        let named = |beneficiary, year| {
            organ_on(&organs, OrganKind::EvaluationLead, beneficiary, date(year, 6, 1))
                .map(|organ| organ.printed_name.as_str())
        };
        assert_eq!(named(Beneficiary::Women, 2023), Some("权益保障中心"));
        assert_eq!(named(Beneficiary::Women, 2021), Some("办公室"));
        assert_eq!(named(Beneficiary::Children, 2023), Some("办公室"));
        assert_eq!(named(Beneficiary::Women, 2020), None);
        assert!(organs[0].collides(&organ("另一个", None, 2030)));
        assert!(!organs[0].collides(&organs[1]));
    }
}
