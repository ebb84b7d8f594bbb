//! The gender block of a run: every indicator of the plan that is told for women and men.

use halfsky_plan::indicator::IndicatorCode;

use super::Inputs;
use super::record::GenderResult;
use crate::gender::{balance_label, gender_gap};

/// The gaps in the order of the indicators' codes.
pub(super) fn gaps(inputs: &Inputs<'_>) -> Vec<GenderResult> {
    let mut codes: Vec<&IndicatorCode> =
        inputs.version.active_targets().filter_map(|t| t.link.as_ref().map(|l| &l.code)).collect();
    codes.sort();
    codes.dedup();
    let base_year = inputs.version.plan.period.start - 1;
    codes.into_iter().filter_map(|code| gap(inputs, code, base_year)).collect()
}

fn gap(inputs: &Inputs<'_>, code: &IndicatorCode, base_year: i32) -> Option<GenderResult> {
    let (women, men) = inputs.figures.sexes(code)?;
    let found = gender_gap(&women, &men, base_year, inputs.year)?;
    let definition = inputs.figures.definition(code)?;
    Some(GenderResult {
        code: code.0.clone(),
        name: definition.name_zh.clone(),
        unit: definition.unit.label().to_owned(),
        year: found.year,
        women: found.women.to_string(),
        men: found.men.to_string(),
        gap: found.gap.to_string(),
        parity_index: found.parity.map(|p| p.index),
        adjusted_index: found.parity.map(|p| p.adjusted),
        balance: found.parity.map(|p| balance_label(p.balance).to_owned()),
        women_per_100_men: found.women_per_100_men,
        men_per_100_women: found.men_per_100_women,
        widening: found.widening.map(|w| w.to_string()),
    })
}
