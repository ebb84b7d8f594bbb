//! The text of a plan (规划文本) as a region would promulgate it, with targets that fit where it stands.

use std::fmt::Write as _;

use halfsky_plan::figure::Figure;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use super::chance::Chance;
use super::figures::{Profile, level};
use super::place::Place;
use super::recipe::Recipe;
use crate::data_set::Column;
use crate::definition::{Definition, Direction, Level};

/// The most targets of a domain.
const TARGETS_OF_A_DOMAIN: usize = 6;

const NUMERALS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

/// The text of a plan; None without targets.
pub(super) fn plan_text(
    recipe: &Recipe,
    country: Chance,
    place: &Place,
    beneficiary: Beneficiary,
) -> Option<String> {
    let (word, initial) = match beneficiary {
        Beneficiary::Women => ("妇女", 'W'),
        Beneficiary::Children => ("儿童", 'C'),
    };
    let profile = Profile::of(country, place);
    let mut domains: Vec<(&str, Vec<String>)> = Vec::new();
    for card in recipe.definitions().iter().filter(|d| d.code.0.starts_with(initial)) {
        let Some(target) = target(card, &profile) else { continue };
        match domains.iter_mut().find(|(name, _)| *name == card.domain) {
            Some((_, targets)) if targets.len() < TARGETS_OF_A_DOMAIN => targets.push(target),
            Some(_) => {}
            None => domains.push((&card.domain, vec![target])),
        }
    }
    if domains.is_empty() {
        return None;
    }
    let level = match place.level {
        Level::Province => "全省",
        Level::City => "全市",
        _ => "全县（区）",
    };
    let mut text = format!(
        "{}{word}发展规划（2021—2030年）\n\n为促进{word}全面发展，结合实际，制定本规划。\n\n\
         一、总体要求\n\n坚持以人民为中心，把{word}事业纳入经济社会发展全局，\
         推动{level}{word}事业高质量发展。\n\n二、发展领域、主要目标和策略措施\n",
        place.name
    );
    // Writing into a String cannot fail.
    for ((name, targets), numeral) in domains.iter().zip(NUMERALS) {
        let _ = write!(text, "\n（{numeral}）{name}\n\n主要目标：\n");
        for (number, target) in (1..).zip(targets) {
            let _ = write!(text, "\n{number}. {target}。\n");
        }
        text.push_str("\n策略措施：\n\n1. 完善工作机制，落实部门责任，加强经费保障。\n");
    }
    text.push_str("\n三、组织实施\n\n1. 县级以上人民政府将本规划纳入年度考核。\n");
    Some(text)
}

/// A target as plans word it: a step from the level of 2020 towards the better side.
fn target(card: &Definition, profile: &Profile) -> Option<String> {
    let share = !card.calculation.formula.is_empty();
    let now = *level(card, profile, 2020).get(&Column::Total)?;
    let now = if share { now * card.calculation.multiplier.to_f64()? } else { now };
    let unit = match card.unit {
        Unit::Percent => "%",
        Unit::Permille => "‰",
        Unit::Per100k => "/10万",
        _ => return None,
    };
    let ambition = profile.chance.of(&card.code.0).of("target").between(0.3, 0.9);
    let (words, value) = match card.direction {
        Direction::Increase if card.unit == Unit::Percent => {
            ("达到", now + (99.0 - now).max(0.0) * 0.5 * ambition)
        }
        Direction::Decrease => ("下降到", now * (1.0 - 0.3 * ambition)),
        _ => return None,
    };
    let decimals = u32::from(value < 10.0);
    let value = Figure::new(Decimal::from_f64(value)?).rounded(decimals);
    let side = if words == "达到" { "以上" } else { "以下" };
    Some(format!("{}{words}{value}{unit}{side}", card.name_zh))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card;
    use crate::imagined::place::places;
    use halfsky_plan::document;
    use halfsky_plan::indicator::Catalogue;

    #[test]
    fn the_text_reads_back_as_a_plan_with_its_targets() {
        let cards = card::definitions(&Catalogue::builtin()).unwrap();
        let recipe = Recipe::new(&cards, 120).unwrap();
        let place = &places(1)[0];
        for (beneficiary, word) in [(Beneficiary::Women, "妇女"), (Beneficiary::Children, "儿童")]
        {
            let text = plan_text(&recipe, Chance::new(3), place, beneficiary).unwrap();
            let parsed = document::parse(&text);
            let [plan] = &parsed.plans[..] else { panic!("{}", parsed.plans.len()) };
            assert_eq!(plan.beneficiary, beneficiary);
            let written = text.lines().filter(|l| l.ends_with("以上。") || l.ends_with("以下。"));
            let read: usize = plan.clauses().map(|(_, clause)| clause.targets.len()).sum();
            let written = written.count();
            assert!(written > 12 && read * 10 >= written * 9, "{word}: {read} of {written}");
        }
    }
}
