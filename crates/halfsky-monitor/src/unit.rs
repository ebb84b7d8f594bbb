//! Responsible unit (责任单位): a department, organisation or township that is given targets and reports on them.

use std::fmt;

use halfsky_plan::ref_area::RefArea;

use crate::validity::Validity;
use halfsky_plan::coded;

/// Identifies a unit; units of different regions never share one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(pub String);

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

coded! {
    /// What kind of organisation a unit is.
    UnitKind {
        Government "government" "政府部门",
        Party "party" "党委部门",
        MassOrganisation "mass_organisation" "群团组织",
        Judiciary "judiciary" "司法机关",
        PublicInstitution "public_institution" "事业单位",
        Enterprise "enterprise" "企业",
        Township "township" "乡镇（街道）",
        Other "other" "其他",
    }
}

impl UnitKind {
    /// A guess from the name, to be offered when a unit is entered; people correct it.
    pub fn guess(name: &str) -> Self {
        const ENDINGS: [(&[&str], UnitKind); 7] = [
            (&["法院", "检察院"], UnitKind::Judiciary),
            (
                &[
                    "妇联",
                    "妇女联合会",
                    "团委",
                    "县委",
                    "市委",
                    "区委",
                    "总工会",
                    "工会",
                    "残联",
                    "科协",
                    "文联",
                    "关工委",
                    "工商联",
                    "联合会",
                    "红十字会",
                ],
                UnitKind::MassOrganisation,
            ),
            (
                &[
                    "组织部",
                    "宣传部",
                    "统战部",
                    "政法委",
                    "网信办",
                    "党校",
                    "编办",
                    "纪委",
                    "统一战线工作部",
                ],
                UnitKind::Party,
            ),
            (&["镇", "乡", "街道", "街道办事处", "人民政府"], UnitKind::Township),
            (&["公司", "集团"], UnitKind::Enterprise),
            (&["中心", "医院", "学校", "院", "馆", "台", "社"], UnitKind::PublicInstitution),
            (&["局", "委", "委员会", "办", "办公室", "厅", "队"], UnitKind::Government),
        ];
        ENDINGS
            .iter()
            .find(|(endings, _)| endings.iter().any(|ending| name.ends_with(ending)))
            .map_or(Self::Other, |(_, kind)| *kind)
    }
}

/// A responsible unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponsibleUnit {
    pub id: UnitId,
    pub ref_area: RefArea,
    /// The full name, as it is printed.
    pub name: String,
    /// The name used in lists; the full one where it is empty.
    pub short_name: String,
    pub kind: UnitKind,
    /// The unit of the same region above this one.
    pub parent: Option<UnitId>,
    pub validity: Validity,
}

impl ResponsibleUnit {
    /// The name for lists.
    pub fn listed_name(&self) -> &str {
        if self.short_name.is_empty() { &self.name } else { &self.short_name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, kind: UnitKind) {
        assert_eq!(UnitKind::guess(name), kind, "{name}");
    }

    #[test]
    fn the_kind_is_guessed_from_the_name() {
        check("县卫生健康局", UnitKind::Government);
        check("县委组织部", UnitKind::Party);
        check("团县委", UnitKind::MassOrganisation);
        check("县妇联", UnitKind::MassOrganisation);
        check("县人民法院", UnitKind::Judiciary);
        check("县融媒体中心", UnitKind::PublicInstitution);
        check("云溪镇", UnitKind::Township);
        check("各成员单位", UnitKind::Other);
    }

    #[test]
    fn codes_come_back() {
        for kind in UnitKind::ALL {
            assert_eq!(UnitKind::from_code(kind.code()), Some(*kind));
        }
    }
}
