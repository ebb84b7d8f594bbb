//! Entry text (填报的文字): what people type or paste into a cell, read as a figure.

use halfsky_plan::figure::Figure;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use crate::data_set::Row;

/// A text that is no figure of its row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryProblem {
    #[error("“{0}”不是数字；请只填数字，没有数据的请清空并选择缺数原因")]
    NotAFigure(String),
    #[error("“{typed}”的单位与本行计量单位“{unit}”不符；请换算后只填数字")]
    OtherUnit { typed: String, unit: &'static str },
}

/// Longest text that can be a figure.
const LONGEST: usize = 60;

/// Units people write behind a figure.
const SUFFIXES: [(&str, &[Unit]); 8] = [
    ("个百分点", &[Unit::PercentagePoint]),
    ("/10万", &[Unit::Per100k, Unit::CountPer100k]),
    ("%", &[Unit::Percent]),
    ("‰", &[Unit::Permille]),
    ("万人", &[]),
    ("万元", &[Unit::TenThousandYuan]),
    ("万个", &[Unit::Count10k]),
    ("万", &[Unit::Count10k, Unit::TenThousandYuan]),
];

/// Reads a cell of a row. Blank, “—” and “…” are no figure; full-width digits, thousands separators and the row's own
/// unit behind the figure are understood.
pub fn read_figure(text: &str, row: &Row) -> Result<Option<Figure>, EntryProblem> {
    let plain: String = text.chars().filter_map(plain).take(LONGEST + 1).collect();
    if matches!(plain.as_str(), "" | "-" | "--" | "—" | "——" | "…" | "……") {
        return Ok(None);
    }
    let refused = || EntryProblem::NotAFigure(text.trim().chars().take(20).collect());
    if plain.len() > LONGEST {
        return Err(refused());
    }
    if let Some(answer) = yes_no(&plain, row.unit) {
        return Ok(Some(answer));
    }
    let label = row.unit.label();
    let bare = plain.strip_suffix(label).unwrap_or(&plain);
    if let Some((suffix, units)) = SUFFIXES.iter().find(|(s, _)| bare.ends_with(s))
        && !units.contains(&row.unit)
    {
        let typed = format!("{}{suffix}", bare.strip_suffix(suffix).unwrap_or(bare));
        return Err(EntryProblem::OtherUnit { typed, unit: label });
    }
    let bare = SUFFIXES.iter().find_map(|(s, _)| bare.strip_suffix(s)).unwrap_or(bare);
    let digits = without_separators(bare).ok_or_else(refused)?;
    digits.parse().map(Some).map_err(|_| refused())
}

/// A number of a spreadsheet: 15 digits are exact there, what follows is noise of binary arithmetic.
pub fn read_number(number: f64, row: &Row) -> Result<Option<Figure>, EntryProblem> {
    let refused = || EntryProblem::NotAFigure(format!("{number}"));
    let exact = Decimal::from_scientific(&format!("{number:.14e}")).map_err(|_| refused())?;
    let mut value = exact.normalize();
    if value.scale() < row.decimals {
        // the sheet shows 12.5 as 12.50 when the definition asks for two decimals
        value.rescale(row.decimals);
    }
    Ok(Some(Figure::new(value)))
}

fn yes_no(text: &str, unit: Unit) -> Option<Figure> {
    match (unit, text) {
        (Unit::YesNo, "是") => Some(Figure::from(1)),
        (Unit::YesNo, "否") => Some(Figure::from(0)),
        _ => None,
    }
}

/// Full-width forms as half-width ones; blanks vanish.
fn plain(c: char) -> Option<char> {
    match c {
        c if c.is_whitespace() || c == '\u{feff}' => None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        '−' | '–' => Some('-'),
        '。' => Some('.'),
        c => Some(c),
    }
}

/// `1,234,567.8` without its commas; None when they stand elsewhere than between groups of three.
fn without_separators(text: &str) -> Option<String> {
    if !text.contains(',') {
        return Some(text.to_owned());
    }
    let whole = text.split('.').next().unwrap_or(text);
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next()?.len();
    let three = groups.all(|group| group.len() == 3);
    ((1..=3).contains(&first) && three).then(|| text.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_set::{Column, RowKind};
    use crate::definition::{PeriodRule, Plausible};
    use crate::observation::SourceVariant;
    use halfsky_plan::indicator::IndicatorCode;
    use proptest::prelude::*;

    fn row(unit: Unit, decimals: u32) -> Row {
        Row {
            code: IndicatorCode("R".to_owned()),
            name: "率".to_owned(),
            unit,
            decimals,
            kind: RowKind::Reported,
            columns: vec![Column::Total],
            part_of: None,
            fraction: None,
            plausible: Plausible::default(),
            source: String::new(),
            variant: SourceVariant::FullCount,
            period_rule: PeriodRule::CalendarYear,
            definition_version: 1,
        }
    }

    fn check(text: &str, unit: Unit, expect: &str) {
        let found = match read_figure(text, &row(unit, 1)) {
            Ok(None) => String::new(),
            Ok(Some(figure)) => figure.to_string(),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn figures_are_read_as_people_write_them() {
        check("95.0", Unit::Percent, "95.0");
        check(" ９５．０％ ", Unit::Percent, "95.0");
        check("1,234,567", Unit::Person, "1234567");
        check("12.5/10万", Unit::Per100k, "12.5");
        check("−0.5", Unit::PercentagePoint, "-0.5");
        check("2532人", Unit::Person, "2532");
        check("是", Unit::YesNo, "1");
    }

    #[test]
    fn dashes_and_blanks_are_no_figure() {
        for text in ["", "  ", "—", "-", "……"] {
            check(text, Unit::Percent, "");
        }
    }

    #[test]
    fn another_unit_is_told() {
        check("5.0‰", Unit::Percent, "“5.0‰”的单位与本行计量单位“%”不符；请换算后只填数字");
        check("12万", Unit::Person, "“12万”的单位与本行计量单位“人”不符；请换算后只填数字");
    }

    #[test]
    fn words_are_refused() {
        let message = "不是数字；请只填数字，没有数据的请清空并选择缺数原因";
        check("约90", Unit::Percent, &format!("“约90”{message}"));
        check("1,23", Unit::Person, &format!("“1,23”{message}"));
    }

    #[test]
    fn noise_of_binary_arithmetic_is_dropped() {
        let read =
            |number| read_number(number, &row(Unit::Percent, 1)).unwrap().unwrap().to_string();
        assert_eq!(read(0.1 + 0.2), "0.3");
        assert_eq!(read(95.0), "95.0");
        assert_eq!(read(12.345), "12.345");
        assert!(read_number(f64::NAN, &row(Unit::Percent, 1)).is_err());
        assert!(read_number(1e300, &row(Unit::Percent, 1)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
            for unit in Unit::ALL {
                let _ = read_figure(&text, &row(*unit, 2));
            }
        }

        #[test]
        fn any_number_is_read_or_refused(number in any::<f64>()) {
            let _ = read_number(number, &row(Unit::Percent, 2));
        }

        #[test]
        fn printed_figures_are_read_back(digits in -1_000_000_000i64..1_000_000_000, scale in 0u32..6) {
            let figure = Figure::new(Decimal::new(digits, scale));
            let read = read_figure(&figure.to_string(), &row(Unit::Percent, 1));
            prop_assert_eq!(read, Ok(Some(figure)));
        }
    }
}
