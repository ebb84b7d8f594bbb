//! Appointments (任职): a person holds a role in a unit or region, from a day and perhaps until one.

use std::fmt;

use halfsky_plan::ref_area::RefArea;
use jiff::civil::Date;

use crate::role::{Place, Role};
use crate::unit::UnitId;
use crate::validity::Validity;

/// Identifies a person with an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub String);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The region code of appointments that apply to the whole installation.
pub const INSTALLATION: &str = "000000";

/// One role of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    pub id: String,
    pub account: AccountId,
    pub role: Role,
    /// The region; [`INSTALLATION`] for a role of the whole installation.
    pub ref_area: RefArea,
    /// The unit, for roles inside a unit; for others the unit the person belongs to, where it is known.
    pub unit: Option<UnitId>,
    pub validity: Validity,
}

/// Why an appointment is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppointmentRefusal {
    #[error("“{}”必须属于一个单位，请选择单位", .0.label())]
    NeedsAUnit(Role),
    #[error("“{}”必须写明任职到哪一天，请填写结束日期", .0.label())]
    NeedsAnEnd(Role),
    #[error("“{}”对全系统任职，不能限定地区", .0.label())]
    IsForTheInstallation(Role),
    #[error("“{}”必须属于一个地区，请选择地区", .0.label())]
    NeedsARegion(Role),
    #[error("“{}”与“{}”不能由同一人担任：系统管理员、安全管理员、审计员三员分立，也不兼业务角色", .0.label(), .1.label())]
    Excluded(Role, Role),
    #[error("这个人已有相同的任职，期限与本次重叠，请先结束原任职")]
    Repeated,
}

/// Whether an appointment may be added to those a person has.
pub fn check(new: &Appointment, existing: &[Appointment]) -> Result<(), AppointmentRefusal> {
    let installation = new.ref_area.as_str() == INSTALLATION;
    match new.role.place() {
        Place::Unit if new.unit.is_none() => return Err(AppointmentRefusal::NeedsAUnit(new.role)),
        Place::Unit | Place::Region if installation => {
            return Err(AppointmentRefusal::NeedsARegion(new.role));
        }
        Place::Installation if !installation => {
            return Err(AppointmentRefusal::IsForTheInstallation(new.role));
        }
        _ => {}
    }
    if new.role.must_end() && new.validity.until.is_none() {
        return Err(AppointmentRefusal::NeedsAnEnd(new.role));
    }
    let same_person = existing.iter().filter(|old| old.account == new.account && old.id != new.id);
    for old in same_person.filter(|old| old.validity.overlaps(new.validity)) {
        if !old.role.goes_with(new.role) {
            return Err(AppointmentRefusal::Excluded(new.role, old.role));
        }
        if (old.role, &old.ref_area, &old.unit) == (new.role, &new.ref_area, &new.unit) {
            return Err(AppointmentRefusal::Repeated);
        }
    }
    Ok(())
}

/// The appointments that hold on a day.
pub fn valid_on(appointments: &[Appointment], day: Date) -> Vec<Appointment> {
    appointments.iter().filter(|a| a.validity.holds_on(day)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn appointment(id: &str, role: Role, days: (Date, Option<Date>)) -> Appointment {
        let region = if role.is_administrator() { INSTALLATION } else { "990101" };
        Appointment {
            id: id.to_owned(),
            account: AccountId("zhang".to_owned()),
            role,
            ref_area: region.parse().unwrap(),
            unit: (role.place() == Place::Unit).then(|| UnitId("health".to_owned())),
            validity: Validity::between(days.0, days.1).unwrap(),
        }
    }

    fn of_year(id: &str, role: Role, year: i16) -> Appointment {
        appointment(id, role, (date(year, 1, 1), Some(date(year, 12, 31))))
    }

    #[test]
    fn an_evaluator_is_appointed_for_a_time() {
        let open = appointment("1", Role::Evaluator, (date(2026, 1, 1), None));
        assert_eq!(check(&open, &[]), Err(AppointmentRefusal::NeedsAnEnd(Role::Evaluator)));
        assert_eq!(check(&of_year("1", Role::Evaluator, 2026), &[]), Ok(()));
    }

    #[test]
    fn a_reporter_belongs_to_a_unit_and_an_administrator_to_no_region() {
        let nowhere = Appointment { unit: None, ..of_year("1", Role::Reporter, 2026) };
        assert_eq!(check(&nowhere, &[]), Err(AppointmentRefusal::NeedsAUnit(Role::Reporter)));
        let bounded = Appointment {
            ref_area: "990101".parse().unwrap(),
            ..of_year("1", Role::Auditor, 2026)
        };
        let refusal = AppointmentRefusal::IsForTheInstallation(Role::Auditor);
        assert_eq!(check(&bounded, &[]), Err(refusal));
        let everywhere = Appointment {
            ref_area: INSTALLATION.parse().unwrap(),
            ..of_year("1", Role::Leader, 2026)
        };
        let refusal = AppointmentRefusal::NeedsARegion(Role::Leader);
        assert_eq!(check(&everywhere, &[]), Err(refusal));
    }

    #[test]
    fn a_former_administrator_may_take_another_role() {
        let former = [of_year("1", Role::SystemAdministrator, 2025)];
        assert_eq!(check(&of_year("2", Role::Reporter, 2026), &former), Ok(()));
        let now = [of_year("1", Role::SystemAdministrator, 2026)];
        let refusal = check(&of_year("2", Role::Reporter, 2026), &now).unwrap_err();
        assert!(refusal.to_string().contains("三员分立"), "{refusal}");
    }

    #[test]
    fn several_roles_at_once_but_none_twice() {
        let held = [of_year("1", Role::Reporter, 2026)];
        assert_eq!(check(&of_year("2", Role::UnitReviewer, 2026), &held), Ok(()));
        let again = check(&of_year("2", Role::Reporter, 2026), &held);
        assert_eq!(again, Err(AppointmentRefusal::Repeated));
        assert_eq!(valid_on(&held, date(2026, 6, 1)).len(), 1);
        assert!(valid_on(&held, date(2027, 1, 1)).is_empty());
    }

    proptest! {
        /// However appointments are added, nobody ever holds an administrator's role and another one
        /// on the same day.
        #[test]
        fn the_three_stay_apart(roles in prop::collection::vec((0_usize..10, 2020_i16..2030), 0..12)) {
            let mut held: Vec<Appointment> = Vec::new();
            for (number, (role, year)) in roles.into_iter().enumerate() {
                let new = of_year(&number.to_string(), Role::ALL[role], year);
                if check(&new, &held).is_ok() {
                    held.push(new);
                }
            }
            for year in 2020..2030 {
                let roles: Vec<Role> =
                    valid_on(&held, date(year, 6, 1)).iter().map(|a| a.role).collect();
                let administers = roles.iter().any(|role| role.is_administrator());
                prop_assert!(!administers || roles.len() == 1, "{roles:?}");
            }
        }
    }
}
