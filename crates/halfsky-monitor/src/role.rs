//! Roles: what a person is appointed as. What each may do stands in the permission table of the web crate.

use halfsky_plan::coded;

coded! {
    /// What a person is appointed as.
    Role {
        /// The office of the coordinating body.
        CommitteeOffice "committee_office" "妇儿工委办",
        /// The monitoring group.
        Statistician "statistician" "统计（监测组）",
        /// Enters the figures of a unit.
        Reporter "reporter" "填报人",
        /// Checks the figures of a unit before they leave it.
        UnitReviewer "unit_reviewer" "单位审核人",
        /// Reads and signs.
        Leader "leader" "领导",
        /// The evaluation group, experts, third parties; always for a limited time.
        Evaluator "evaluator" "评估（评估组、专家、第三方）",
        /// The level above, which reads the regions below it.
        HigherLevel "higher_level" "上级",
        /// Keeps the system running: units, accounts, backups.
        SystemAdministrator "system_administrator" "系统管理员",
        /// Grants roles and rights.
        SecurityAdministrator "security_administrator" "安全管理员",
        /// Reads the audit log.
        Auditor "auditor" "审计员",
    }
}

/// Where an appointment to a role applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In one unit of a region.
    Unit,
    /// In a region.
    Region,
    /// In the whole installation.
    Installation,
}

impl Role {
    /// The three administrators (三员).
    pub const ADMINISTRATORS: [Self; 3] =
        [Self::SystemAdministrator, Self::SecurityAdministrator, Self::Auditor];

    /// Whether this is one of the three administrators, who have no access to business data.
    pub fn is_administrator(self) -> bool {
        Self::ADMINISTRATORS.contains(&self)
    }

    /// Whether one person may hold both at the same time: an administrator holds no other role at all
    /// (三员分立).
    pub fn goes_with(self, other: Self) -> bool {
        self == other || !(self.is_administrator() || other.is_administrator())
    }

    /// Where it applies.
    pub const fn place(self) -> Place {
        match self {
            Self::Reporter | Self::UnitReviewer => Place::Unit,
            Self::CommitteeOffice
            | Self::Statistician
            | Self::Leader
            | Self::Evaluator
            | Self::HigherLevel => Place::Region,
            Self::SystemAdministrator | Self::SecurityAdministrator | Self::Auditor => {
                Place::Installation
            }
        }
    }

    /// Whether an appointment must say when it ends.
    pub const fn must_end(self) -> bool {
        matches!(self, Self::Evaluator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_holds_nothing_else() {
        for one in Role::ALL {
            for other in Role::ALL {
                let mixed = one != other && (one.is_administrator() || other.is_administrator());
                assert_eq!(one.goes_with(*other), !mixed, "{one:?} {other:?}");
                assert_eq!(one.goes_with(*other), other.goes_with(*one));
            }
            assert_eq!(Role::from_code(one.code()), Some(*one));
        }
        assert_eq!(Role::ALL.iter().filter(|role| role.is_administrator()).count(), 3);
    }
}
