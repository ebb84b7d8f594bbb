//! Wording (措辞): how a figure is written with its unit.

use halfsky_monitor::observation::{ConfStatus, Observation, Value};
use halfsky_plan::figure::Figure;
use halfsky_plan::unit::Unit;

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
    fn nothing_is_shown_as_zero_or_blank() {
        assert_eq!(cell(None), "–");
        assert_eq!(cell(Some(&Value::Figure(Figure::from(0)))), "0");
    }
}
