//! Indicator (指标): the catalogue and its definition cards.

use std::fmt;

/// Code of an indicator in the catalogue (`W-H02`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndicatorCode(pub String);

impl fmt::Display for IndicatorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A definition card as far as the plan stage needs it. Fields that the catalogue leaves empty are empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    pub code: IndicatorCode,
    pub name_zh: String,
    pub name_en: String,
    pub beneficiary: crate::plan::Beneficiary,
    /// Code of the unit of measure.
    pub unit: String,
    /// `increase`, `decrease`, `balance` or `none`.
    pub direction: String,
    /// `split`, `female_only` or `none`.
    pub sex: String,
    pub numerator: String,
    pub denominator: String,
    pub multiplier: String,
    /// Departments the figures come from.
    pub source_departments: Vec<String>,
    pub domain: String,
    /// `yes`, `sample` or `no`: whether a county can have a true value.
    pub county_value: String,
    /// Other wordings found in plans.
    pub aliases: Vec<String>,
    /// Where the card comes from: `seed`, `published`, `unverified`, or `local` when an office made it.
    pub evidence: String,
}
