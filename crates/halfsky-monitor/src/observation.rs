//! Observation (数据项): one figure, what it speaks of, and every value it ever had.
//!
//! The words underneath are those of SDMX: `OBS_STATUS`, `CONF_STATUS`, `UNIT_MULT`.

use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;

use crate::period::Period;
use halfsky_plan::coded;

coded! {
    /// SDMX `SEX`.
    Sex { Total "_T" "合计", Female "F" "女", Male "M" "男" }
}

coded! {
    /// 城乡: total, urban, rural.
    Residence { Total "_T" "合计", Urban "U" "城镇", Rural "R" "农村" }
}

coded! {
    /// 取数方式: figures of different origin are never mixed in one series.
    SourceVariant {
        FullCount "full_count" "全面统计",
        Surveillance "surveillance" "监测点监测",
        Survey "survey" "抽样调查",
        Census "census" "普查",
        /// Worked out by the level above from a sample of its own.
        Modelled "modelled" "上级推算",
    }
}

coded! {
    /// 缺数原因: why there is no figure.
    MissingReason {
        NotReported "not_reported" "未填报",
        /// No such statistics exist.
        NoStatistics "no_statistics" "无此项统计",
        /// The level above samples; a county has no figure of its own.
        SampledAbove "sampled_above" "上级抽样推算，无县级数据",
        /// The event or the survey has not taken place yet.
        NotYet "not_yet" "尚未产生（非调查年份）",
        BeingRedefined "being_redefined" "口径调整中",
        Secret "secret" "涉密或不宜公开",
        NotApplicable "not_applicable" "不适用",
        Other "other" "其他",
    }
}

impl MissingReason {
    /// The SDMX status that says the same.
    pub const fn status(self) -> ObsStatus {
        match self {
            Self::NotReported | Self::Other => ObsStatus::Missing,
            Self::NoStatistics | Self::NotYet | Self::BeingRedefined => ObsStatus::NotCollected,
            Self::SampledAbove | Self::NotApplicable => ObsStatus::CannotExist,
            Self::Secret => ObsStatus::Suppressed,
        }
    }

    /// Whether the reason needs a few words beside it.
    pub const fn needs_note(self) -> bool {
        matches!(self, Self::Other)
    }
}

coded! {
    /// SDMX `OBS_STATUS`, as far as it is used here.
    ObsStatus {
        Normal "A" "正常",
        Provisional "P" "初步数",
        Estimated "E" "估算数",
        Break "B" "口径断点",
        DefinitionDiffers "D" "口径不同",
        LowReliability "U" "可靠性较低",
        Missing "O" "缺数",
        NotCollected "L" "未统计",
        CannotExist "M" "不可能有数",
        Suppressed "Q" "不公布",
    }
}

coded! {
    /// SDMX `CONF_STATUS`, as far as it is used here.
    ConfStatus {
        Free "F" "可公开",
        Internal "N" "内部使用",
        Confidential "C" "涉密",
        /// Hidden because the count is small.
        SmallCount "A" "小样本不公开",
        /// Hidden because a hidden small count could be worked out from it.
        Complementary "S" "为保护小样本不公开",
    }
}

/// A figure that is not there, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub reason: MissingReason,
    /// A few words; required for [`MissingReason::Other`].
    pub note: String,
    /// The unit that should have the figure.
    pub owner: String,
    /// What can stand in for it meanwhile (全市推算数, 相近指标); empty when nothing can.
    pub substitute: String,
}

/// What stands in a cell: a figure as printed, or the reason there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Figure(Figure),
    Missing(Missing),
}

impl Value {
    /// The figure, if there is one.
    pub const fn figure(&self) -> Option<Figure> {
        match self {
            Self::Figure(figure) => Some(*figure),
            Self::Missing(_) => None,
        }
    }

    /// Whether both are printed alike: 9.8 and 9.80 are the same number but not the same print.
    pub fn printed_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Figure(a), Self::Figure(b)) => a.to_string() == b.to_string(),
            (a, b) => a == b,
        }
    }
}

/// What an observation speaks of. The order of the fields is the order of the keys in the store and in SDMX.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObservationKey {
    pub ref_area: RefArea,
    /// An indicator or a reported item.
    pub indicator: IndicatorCode,
    pub period: Period,
    pub sex: Sex,
    pub residence: Residence,
    /// Age group (`Y0T4`); `_T` for all ages.
    pub age: String,
    /// Open group dimension (disability, nationality, school stage); `_T` when not split.
    pub group: String,
    pub source: SourceVariant,
}

/// The code of an unsplit dimension.
pub const TOTAL: &str = "_T";

impl ObservationKey {
    /// The unsplit figure of an indicator.
    pub fn total(ref_area: RefArea, indicator: IndicatorCode, period: Period) -> Self {
        Self {
            ref_area,
            indicator,
            period,
            sex: Sex::Total,
            residence: Residence::Total,
            age: TOTAL.to_owned(),
            group: TOTAL.to_owned(),
            source: SourceVariant::FullCount,
        }
    }
}

/// One value of an observation with its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    pub key: ObservationKey,
    pub value: Value,
    /// Version of the definition it was reported under.
    pub definition_version: u32,
    pub status: ObsStatus,
    pub confidentiality: ConfStatus,
    /// SDMX `UNIT_MULT`: the printed figure counts in tens to this power (万 = 4).
    pub unit_mult: i8,
    /// The reporter's words on an unusual value; they travel with the figure.
    pub explanation: String,
}

/// Who recorded a value, when and why. Instants are ISO 8601 text made at the edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub by: String,
    pub at: String,
    pub why: String,
}

/// One entry of a history, numbered from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub number: u32,
    pub observation: Observation,
    pub recorded: Recorded,
}

/// Every value of one observation, oldest first. Nothing is ever taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    key: ObservationKey,
    revisions: Vec<Revision>,
}

/// A revision that the history does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RevisionRefusal {
    #[error("修订的不是同一数据项：指标、地区、报告期、分组和取数方式必须一致")]
    AnotherKey,
    #[error("数值和说明均与现有记录相同，无需修订")]
    NothingChanged,
    #[error("修订已有数值时必须写明原因")]
    NoReason,
}

impl History {
    /// A history without a value yet.
    pub const fn new(key: ObservationKey) -> Self {
        Self { key, revisions: Vec::new() }
    }

    /// What it speaks of.
    pub const fn key(&self) -> &ObservationKey {
        &self.key
    }

    /// All revisions, oldest first.
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// The value in force.
    pub fn current(&self) -> Option<&Observation> {
        self.revisions.last().map(|r| &r.observation)
    }

    /// The history with one more revision; the first value needs no reason, every later one does.
    pub fn append(
        mut self,
        observation: Observation,
        recorded: Recorded,
    ) -> Result<Self, RevisionRefusal> {
        if observation.key != self.key {
            return Err(RevisionRefusal::AnotherKey);
        }
        if let Some(current) = self.current() {
            if *current == observation && current.value.printed_alike(&observation.value) {
                return Err(RevisionRefusal::NothingChanged);
            }
            if recorded.why.trim().is_empty() {
                return Err(RevisionRefusal::NoReason);
            }
        }
        let number = u32::try_from(self.revisions.len()).unwrap_or(u32::MAX).saturating_add(1);
        self.revisions.push(Revision { number, observation, recorded });
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ObservationKey {
        let period = Period::year_of(2025).unwrap();
        ObservationKey::total("000101".parse().unwrap(), IndicatorCode("W-H02".to_owned()), period)
    }

    fn observed(value: &str) -> Observation {
        Observation {
            key: key(),
            value: Value::Figure(value.parse().unwrap()),
            definition_version: 1,
            status: ObsStatus::Normal,
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        }
    }

    fn recorded(why: &str) -> Recorded {
        Recorded {
            by: "示例".to_owned(),
            at: "2026-03-01T08:00:00Z".to_owned(),
            why: why.to_owned(),
        }
    }

    #[test]
    fn every_value_is_kept() {
        let history = History::new(key())
            .append(observed("9.8"), recorded(""))
            .and_then(|h| h.append(observed("9.9"), recorded("补报1例")))
            .unwrap();
        let values: Vec<_> =
            history.revisions().iter().map(|r| r.observation.value.figure().unwrap()).collect();
        assert_eq!(values, ["9.8".parse().unwrap(), "9.9".parse().unwrap()]);
        assert_eq!(history.revisions()[1].number, 2);
        assert_eq!(history.current(), Some(&observed("9.9")));
    }

    #[test]
    fn a_change_needs_a_reason_and_a_difference() {
        let history = History::new(key()).append(observed("9.8"), recorded("")).unwrap();
        let refusal = history.clone().append(observed("9.9"), recorded(" ")).unwrap_err();
        assert_eq!(refusal, RevisionRefusal::NoReason);
        let refusal = history.clone().append(observed("9.8"), recorded("无")).unwrap_err();
        assert_eq!(refusal, RevisionRefusal::NothingChanged);
        let mut other = observed("9.9");
        other.key.sex = Sex::Female;
        assert_eq!(history.append(other, recorded("无")), Err(RevisionRefusal::AnotherKey));
    }

    #[test]
    fn printed_digits_are_a_change() {
        let history = History::new(key()).append(observed("9.8"), recorded("")).unwrap();
        assert!(history.append(observed("9.80"), recorded("按两位小数公布")).is_ok());
    }

    #[test]
    fn every_code_finds_its_value() {
        for reason in MissingReason::ALL {
            assert_eq!(MissingReason::from_code(reason.code()), Some(*reason));
        }
        assert_eq!(MissingReason::Secret.status().code(), "Q");
    }
}
