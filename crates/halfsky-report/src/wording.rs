//! Wording (措辞): how a figure is written with its unit.

pub mod comparison;
pub mod rate;
pub mod target;

use halfsky_monitor::observation::{ConfStatus, Observation, Value};
use halfsky_plan::figure::Figure;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

/// A figure with its unit: `12.5/10万`, `95.0%`, `15.5年`; yes and no in words.
pub fn with_unit(figure: Figure, unit: Unit) -> String {
    match unit {
        Unit::YesNo if figure == Figure::from(1) => "是".to_owned(),
        Unit::YesNo if figure == Figure::from(0) => "否".to_owned(),
        Unit::Ratio => figure.to_string(),
        unit => format!("{figure}{}", unit.label()),
    }
}

/// The unit as a heading or an axis says it: `1/10万`, `%`.
pub fn unit_heading(unit: Unit) -> String {
    let label = unit.label();
    if label.starts_with('/') { format!("1{label}") } else { label.to_owned() }
}

/// A change as statistical reports word it: percentages in 百分点 and 千分点, counts in per cent, everything else in
/// its own unit. Both figures must be of one definition.
pub fn change(now: Figure, before: Figure, unit: Unit) -> String {
    let (now, before) = (now.decimal(), before.decimal());
    if now == before {
        return "持平".to_owned();
    }
    let difference = now.saturating_sub(before);
    let sign = if difference.is_sign_positive() { "+" } else { "−" };
    let size = Figure::new(difference.abs());
    match unit {
        Unit::Percent | Unit::PercentagePoint => format!("{sign}{size}个百分点"),
        Unit::Permille => format!("{sign}{size}个千分点"),
        Unit::Count | Unit::Person | Unit::Count10k | Unit::Yuan | Unit::TenThousandYuan => {
            let ratio = difference.abs().checked_div(before.abs());
            match ratio.and_then(|r| r.checked_mul(Decimal::ONE_HUNDRED)) {
                Some(percent) => format!("{sign}{}%", Figure::new(percent).rounded(1)),
                None => format!("{sign}{}", with_unit(size, unit)),
            }
        }
        _ => format!("{sign}{}", with_unit(size, unit)),
    }
}

/// What a cell of a table shows: the figure, or a mark that is never 0 and never blank.
///
/// `…` stands for a figure that is not shown, `–` for one that does not exist.
pub fn cell(value: Option<&Value>) -> String {
    match value {
        Some(Value::Figure(figure)) => figure.to_string(),
        Some(Value::Missing(_)) => "…".to_owned(),
        None => "–".to_owned(),
    }
}

/// Why a figure is not shown, as a note under a table; None when it is shown.
pub fn why_not_shown(observation: &Observation) -> Option<String> {
    let Value::Missing(missing) = &observation.value else { return None };
    let reason = match observation.confidentiality {
        ConfStatus::Free | ConfStatus::Internal => missing.reason.label(),
        hidden => hidden.label(),
    };
    let note = if missing.note.is_empty() || missing.note == reason {
        String::new()
    } else {
        format!("（{}）", missing.note)
    };
    Some(format!("{reason}{note}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_with_their_unit() {
        let told = |figure: &str, unit| with_unit(figure.parse().unwrap(), unit);
        assert_eq!(told("12.50", Unit::Per100k), "12.50/10万");
        assert_eq!(told("95.0", Unit::Percent), "95.0%");
        assert_eq!(told("1", Unit::YesNo), "是");
        assert_eq!(told("1.08", Unit::Ratio), "1.08");
        assert_eq!(unit_heading(Unit::Per100k), "1/10万");
    }

    #[test]
    fn changes_are_worded_by_the_unit() {
        let told = |now: &str, before: &str, unit| {
            change(now.parse().unwrap(), before.parse().unwrap(), unit)
        };
        assert_eq!(told("47.5", "46.0", Unit::Percent), "+1.5个百分点");
        assert_eq!(told("3.0", "3.4", Unit::Permille), "−0.4个千分点");
        assert_eq!(told("17930", "12460", Unit::Person), "+43.9%");
        assert_eq!(told("9.8", "12.1", Unit::Per100k), "−2.3/10万");
        assert_eq!(told("3", "0", Unit::Person), "+3人");
        assert_eq!(told("3.0", "3", Unit::Years), "持平");
    }

    #[test]
    fn nothing_is_shown_as_zero_or_blank() {
        assert_eq!(cell(None), "–");
        assert_eq!(cell(Some(&Value::Figure(Figure::from(0)))), "0");
    }
}
