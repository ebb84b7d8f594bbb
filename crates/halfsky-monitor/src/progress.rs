//! Progress (进度自报): what units tell in the course of a year of figures that are made once a year.
//!
//! It shows where a year is heading while there is time to act. It is not published and stands in no yearly series.

use std::collections::BTreeSet;

use halfsky_plan::indicator::IndicatorCode;

use crate::definition::{Definition, PeriodRule, SexSplit};
use crate::names::Names;
use crate::period::{Period, PeriodKind};

/// Whether a round over periods of a kind asks for an indicator: for its own figure or, in the course of a year, for
/// how far it has come. What is counted only in years of an election or a census has no progress to tell.
pub fn asks(kind: PeriodKind, rule: PeriodRule) -> bool {
    let own = rule.kind();
    match kind {
        // a yearly round collects the years of maternal and child health with the others
        PeriodKind::Year => matches!(own, PeriodKind::Year | PeriodKind::HealthYear),
        PeriodKind::HealthYear => own == kind,
        PeriodKind::HalfYear | PeriodKind::Quarter | PeriodKind::Month => {
            let yearly = matches!(own, PeriodKind::Year | PeriodKind::HealthYear);
            own == kind || (yearly && rule.every_year())
        }
    }
}

/// A card as progress asks for it: the whole alone, for women and men, towns and villages are told once a year.
pub fn whole_alone(mut card: Definition) -> Definition {
    if card.splits.sex == SexSplit::Split {
        card.splits.sex = SexSplit::None;
    }
    card.splits.residence = false;
    card
}

/// The indicators, with the items under them, whose figures are made for a part of a year. What else is told of it is
/// progress.
pub fn made_for(part: Period, names: &Names) -> BTreeSet<IndicatorCode> {
    let mut made = BTreeSet::new();
    let cards = names.in_year(part.year());
    for card in cards.into_iter().filter(|card| card.period_rule.kind() == part.kind()) {
        made.extend(names.named(&card.calculation.numerator));
        made.extend(names.named(&card.calculation.denominator));
        made.insert(card.code);
    }
    made
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::card;
    use crate::definition::Definitions;
    use crate::item::items;
    use halfsky_plan::indicator::Catalogue;

    #[test]
    fn a_part_of_a_year_asks_how_far_yearly_figures_have_come() {
        use PeriodKind::{HalfYear, HealthYear, Month, Quarter, Year};
        let kinds = [Year, HealthYear, HalfYear, Quarter, Month];
        let asked = |rule| kinds.map(|kind| asks(kind, rule));
        assert_eq!(asked(PeriodRule::CalendarYear), [true, false, true, true, true]);
        assert_eq!(asked(PeriodRule::HealthYear), [true, true, true, true, true]);
        assert_eq!(asked(PeriodRule::Quarter), [false, false, false, true, false]);
        assert_eq!(asked(PeriodRule::Term), [true, false, false, false, false]);
        assert_eq!(asked(PeriodRule::Census), [true, false, false, false, false]);
    }

    #[test]
    fn only_what_is_made_for_the_part_is_more_than_progress() {
        let mut cards = card::definitions(&Catalogue::builtin()).unwrap();
        let half: Period = "2025-S1".parse().unwrap();
        let names = |cards: &[crate::definition::Definition]| {
            let by_code: BTreeMap<_, _> = cards
                .iter()
                .map(|c| (c.code.clone(), Definitions::new(vec![c.clone()]).unwrap()))
                .collect();
            Names::new(by_code, items(cards))
        };
        assert_eq!(made_for(half, &names(&cards)), BTreeSet::new());
        let card = cards.iter_mut().find(|card| card.code.0 == "W-H05").unwrap();
        card.period_rule = PeriodRule::HalfYear;
        let made = made_for(half, &names(&cards));
        assert!(made.contains(&IndicatorCode("W-H05".to_owned())));
        assert!(made.contains(&IndicatorCode("W-H05-N".to_owned())), "{made:?}");
        assert!(!made.contains(&IndicatorCode("W-H02".to_owned())));
    }
}
