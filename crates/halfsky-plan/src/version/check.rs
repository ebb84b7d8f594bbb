//! Checks of what a person entered for a target.

use rust_decimal::Decimal;

use super::ReviewedTarget;
use crate::period::PlanPeriod;
use crate::target::TargetKind;
use crate::unit::Unit;

/// A field of a target that can be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetField {
    Indicator,
    Comparator,
    Value,
    Unit,
    By,
    BaseYear,
    Direction,
    Reference,
}

impl TargetField {
    /// The name of the form field.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Indicator => "indicator",
            Self::Comparator => "comparator",
            Self::Value => "value",
            Self::Unit => "unit",
            Self::By => "by",
            Self::BaseYear => "base_year",
            Self::Direction => "direction",
            Self::Reference => "reference",
        }
    }
}

/// One field that cannot be accepted, and why, in plain Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    pub field: TargetField,
    pub message: String,
}

/// Everything wrong with an entered target, in field order.
pub(super) fn problems(entered: &ReviewedTarget, period: PlanPeriod) -> Vec<FieldProblem> {
    let target = &entered.target;
    let mut found = Vec::new();
    let mut wrong = |field, message: String| found.push(FieldProblem { field, message });
    if target.indicator.trim().is_empty() {
        wrong(TargetField::Indicator, "请填写指标名称".to_owned());
    }
    match target.kind {
        TargetKind::Level
        | TargetKind::Coverage
        | TargetKind::AnnualChange
        | TargetKind::ChangeFromBase => {
            if target.comparator.is_none() {
                wrong(TargetField::Comparator, "有数值的目标须选择比较方式".to_owned());
            }
            if target.value.is_none() {
                wrong(
                    TargetField::Value,
                    "请填写目标值；没有数值的请把类型改为“趋势”或“定性”".to_owned(),
                );
            }
            if target.unit.is_none() {
                wrong(TargetField::Unit, "请选择计量单位".to_owned());
            }
        }
        TargetKind::Relative => {
            if target.reference.as_deref().unwrap_or("").trim().is_empty() {
                wrong(TargetField::Reference, "相对目标须写明与哪个指标比较".to_owned());
            }
            if target.direction.is_none() {
                wrong(TargetField::Direction, "请选择“不低于”或“相适应”".to_owned());
            }
        }
        TargetKind::Trend => {
            if target.direction.is_none() {
                wrong(TargetField::Direction, "趋势目标须选择方向".to_owned());
            }
        }
        TargetKind::Qualitative => {}
    }
    if let (TargetKind::Level | TargetKind::Coverage, Some(Unit::Percent), Some(value)) =
        (target.kind, target.unit, target.value)
    {
        let top = Decimal::from(if target.kind == TargetKind::Coverage { 100 } else { 200 });
        if value.decimal() < Decimal::ZERO || value.decimal() > top {
            wrong(TargetField::Value, format!("百分数应在0到{top}之间，现为{value}"));
        }
    }
    if !period.contains(target.by) {
        wrong(TargetField::By, format!("期限应在规划期{period}之内，现为{}年", target.by));
    }
    if target.kind == TargetKind::ChangeFromBase && target.base_year.is_none() {
        wrong(TargetField::BaseYear, "较基期变化的目标须填写基期年份".to_owned());
    }
    if let Some(base) = target.base_year.filter(|base| *base >= target.by) {
        wrong(TargetField::BaseYear, format!("基期{base}年应早于期限{}年", target.by));
    }
    found.sort_by_key(|p| p.field);
    found
}
