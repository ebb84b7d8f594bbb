//! Position (同级位置) as it is told: place, quarter, middle; never whose the other figures are.

use halfsky_evaluate::regional::position::{Position, position};
use halfsky_monitor::definition::{Definition, Direction};
use halfsky_plan::figure::Figure;

use super::{number, rounded};
use crate::wording::with_unit;

/// A position in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// 第3位
    pub place: String,
    /// 共8个
    pub of: String,
    pub quarter: &'static str,
    pub own: String,
    pub median: String,
    pub quartiles: String,
    /// What the first place means.
    pub order: &'static str,
}

/// Where a figure stands among all of them; None where there are too few.
pub fn stand(definition: &Definition, own: Figure, all: &[Figure]) -> Option<Told> {
    let values: Vec<f64> = all.iter().filter_map(|figure| number(*figure)).collect();
    let found = position(&values, number(own)?, definition.direction)?;
    Some(told(definition, own, &found))
}

fn told(definition: &Definition, own: Figure, position: &Position) -> Told {
    let value = |value: f64| {
        rounded(value, definition).map_or_else(String::new, |f| with_unit(f, definition.unit))
    };
    Told {
        place: format!("第{}位", position.place),
        of: format!("共{}个", position.regions),
        quarter: match position.quarter {
            1 => "前四分之一",
            2 => "第二个四分之一",
            3 => "第三个四分之一",
            _ => "后四分之一",
        },
        own: with_unit(own, definition.unit),
        median: value(position.median),
        quartiles: format!("{}—{}", value(position.lower_quartile), value(position.upper_quartile)),
        order: match definition.direction {
            Direction::Increase => "越高越好，从高到低",
            Direction::Decrease => "越低越好，从低到高",
            Direction::Balance | Direction::None => "不分好坏，从高到低",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::definition;
    use super::*;

    #[test]
    fn a_position_is_told_in_the_unit_of_the_indicator() {
        let all = ["90.0", "91.0", "93.5", "95.0", "97.0"].map(|v| v.parse().unwrap());
        let told = stand(&definition("W-H05"), all[2], &all).unwrap();
        assert_eq!((told.place.as_str(), told.of.as_str()), ("第3位", "共5个"));
        assert_eq!((told.quarter, told.own.as_str()), ("第三个四分之一", "93.5%"));
        assert_eq!((told.median.as_str(), told.quartiles.as_str()), ("93.5%", "91.0%—95.0%"));
        assert_eq!(told.order, "越高越好，从高到低");
    }
}
