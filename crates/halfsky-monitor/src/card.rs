//! The cards of the built-in catalogue, completed: what the plan stage does not need but a figure does.
//!
//! `data/cards.tsv` says what differs from the usual of a unit: decimals, the reporting year of maternal and child
//! health (1 October to 30 September), years of a census, urban and rural parts, the source form where its number
//! is public, likely bounds, the definition in words.

use std::collections::BTreeMap;

use halfsky_plan::indicator::{Catalogue, Indicator};
use halfsky_plan::unit::Unit;

use crate::definition::{Bounds, CardProblem, Definition, PeriodRule};

/// First year the built-in definitions hold for: the plans before the present ones began then.
pub const FIRST_YEAR: i32 = 2011;

const CARDS: &str = include_str!("../data/cards.tsv");

/// A first version of every card of the catalogue, in code order.
pub fn definitions(catalogue: &Catalogue) -> Result<Vec<Definition>, CardProblem> {
    let lines: BTreeMap<&str, Vec<&str>> = CARDS
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
        .map(|(code, rest)| (code, rest.split('\t').collect()))
        .collect();
    catalogue
        .indicators()
        .iter()
        .map(|card| {
            let mut definition = Definition::from_catalogue(card, FIRST_YEAR)?;
            definition.text = in_words(card, definition.unit);
            if let Some(line) = lines.get(card.code.0.as_str()) {
                complete(&mut definition, line)?;
            }
            Ok(definition)
        })
        .collect()
}

fn complete(definition: &mut Definition, line: &[&str]) -> Result<(), CardProblem> {
    let code = definition.code.clone();
    let problem =
        |field, text: &str| CardProblem { code: code.clone(), field, text: text.to_owned() };
    let [decimals, rule, residence, form, low, high, words] = line else {
        return Err(problem("栏数", &line.len().to_string()));
    };
    if !decimals.is_empty() {
        definition.decimals = decimals.parse().map_err(|_| problem("小数位数", decimals))?;
    }
    if !rule.is_empty() {
        definition.period_rule =
            PeriodRule::from_code(rule).ok_or_else(|| problem("报告期规则", rule))?;
    }
    definition.splits.residence = *residence == "yes";
    (*form).clone_into(&mut definition.source.form);
    let bound = |text: &str| match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| problem("合理范围", text)),
    };
    if !(low.is_empty() && high.is_empty()) {
        definition.plausible.likely = Bounds { low: bound(low)?, high: bound(high)? };
    }
    if !words.is_empty() {
        (*words).clone_into(&mut definition.text);
    }
    Ok(())
}

/// The definition that follows from numerator and denominator, where nobody has worded a better one.
fn in_words(card: &Indicator, unit: Unit) -> String {
    let (part, whole) = (&card.numerator, &card.denominator);
    if part.is_empty() {
        return String::new();
    }
    if whole.is_empty() {
        return format!("报告期{part}。");
    }
    match unit {
        Unit::Percent => format!("报告期{part}与{whole}之比，以百分数表示。"),
        Unit::Permille => format!("报告期{part}与{whole}之比，以千分数表示。"),
        Unit::Per100k | Unit::CountPer100k => format!("报告期每10万{whole}中的{part}。"),
        Unit::CountPer10k => format!("报告期每万{whole}的{part}。"),
        Unit::CountPer1000 => format!("报告期每千{whole}的{part}。"),
        _ => format!("报告期{part}与{whole}之比。"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::PeriodKind;
    use halfsky_plan::indicator::IndicatorCode;

    fn card(code: &str) -> Definition {
        let all = definitions(&Catalogue::builtin()).unwrap();
        all.into_iter().find(|d| d.code.0 == code).unwrap()
    }

    #[test]
    fn every_line_completes_a_card() {
        let catalogue = Catalogue::builtin();
        let all = definitions(&catalogue).unwrap();
        assert_eq!(all.len(), catalogue.indicators().len());
        for code in CARDS.lines().skip(1).filter_map(|line| line.split('\t').next()) {
            assert!(catalogue.find(&IndicatorCode(code.to_owned())).is_some(), "{code}");
        }
        for definition in all {
            assert!(!definition.text.is_empty(), "{}", definition.code);
            let (likely, possible) = (definition.plausible.likely, definition.plausible.possible);
            for bound in [likely.low, likely.high].into_iter().flatten() {
                assert!(possible.contain(bound), "{}: {bound}", definition.code);
            }
        }
    }

    #[test]
    fn maternal_health_has_its_own_year_and_form() {
        let deaths = card("W-H02");
        assert_eq!(deaths.period_rule.kind(), PeriodKind::HealthYear);
        assert!(deaths.source.form.contains("卫统48表"), "{}", deaths.source.form);
        assert_eq!(card("W-J02").period_rule.kind(), PeriodKind::Year);
    }

    #[test]
    fn decimals_and_parts_follow_the_figures_that_are_printed() {
        assert_eq!((card("W-F02").decimals, card("W-V04").decimals), (2, 1));
        assert!(card("W-H05").splits.residence && !card("W-H02").splits.residence);
    }

    #[test]
    fn a_card_without_words_gets_them_from_its_parts() {
        assert_eq!(card("W-P19").text, "报告期女性负责人数与社会组织负责人数之比，以百分数表示。");
        assert_eq!(card("C-V05").text, "报告期建成的儿童友好社区数。");
    }
}
