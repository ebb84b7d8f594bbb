//! Comparison (比较): how a figure stands to an earlier one, in the words of statistical reports.
//!
//! The rules and their examples are those of published national monitoring reports.

use halfsky_monitor::definition::Direction;
use halfsky_plan::figure::Figure;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use super::with_unit;

/// From here on a share that did not move is said to keep its high level, in per cent.
const HIGH_LEVEL: Decimal = Decimal::from_parts(99, 0, 0, false, 0);

/// Two figures of one definition that can be compared.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    pub now: Figure,
    pub before: Figure,
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
}

/// What happened between two figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Equal as printed: 持平.
    Equal,
    /// One unit of the last printed digit apart: 基本持平.
    Steady,
    Up,
    Down,
}

/// How a unit tells its changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// 百分点, 千分点
    Points(&'static str),
    /// Per cent of the earlier figure: rates of rare events.
    Relative,
    /// In the unit itself.
    Amount,
}

const fn manner(unit: Unit) -> Manner {
    match unit {
        Unit::Percent | Unit::PercentagePoint => Manner::Points("百分点"),
        Unit::Permille => Manner::Points("千分点"),
        Unit::Per100k => Manner::Relative,
        _ => Manner::Amount,
    }
}

const fn is_count(unit: Unit) -> bool {
    matches!(unit, Unit::Count | Unit::Person | Unit::Count10k | Unit::Yuan | Unit::TenThousandYuan)
}

impl Pair {
    /// What happened. Counts of single people and things are never 基本持平: one more is one more.
    pub fn movement(&self) -> Move {
        let (now, before) = (self.now.decimal(), self.before.decimal());
        let difference = now.saturating_sub(before);
        let scale = now.scale().max(before.scale());
        let smallest = Decimal::new(1, scale);
        if difference.is_zero() {
            Move::Equal
        } else if difference.abs() == smallest && scale > 0 && !is_count(self.unit) {
            Move::Steady
        } else if difference.is_sign_positive() {
            Move::Up
        } else {
            Move::Down
        }
    }

    /// Whether it moved the wrong way.
    pub fn is_worse(&self) -> bool {
        matches!(
            (self.movement(), self.direction),
            (Move::Up, Direction::Decrease) | (Move::Down, Direction::Increase)
        )
    }

    /// The difference without its sign, as printed: `2.5%`, `3.9个百分点`, `42.0万人`.
    pub fn size(&self) -> String {
        let (now, before) = (self.now.decimal(), self.before.decimal());
        let difference = now.saturating_sub(before).abs();
        match manner(self.unit) {
            Manner::Points(word) => format!("{}个{word}", Figure::new(difference)),
            Manner::Relative => {
                let share = difference
                    .checked_div(before.abs())
                    .and_then(|share| share.checked_mul(Decimal::ONE_HUNDRED));
                match share {
                    Some(share) => format!("{}%", short(share)),
                    None => with_unit(Figure::new(difference), self.unit),
                }
            }
            Manner::Amount => with_unit(Figure::new(difference), self.unit),
        }
    }

    /// The verb of the movement: 提高, 下降, 增加, 减少, 降低, 上升.
    pub fn verb(&self) -> &'static str {
        let up = self.now.decimal() > self.before.decimal();
        match (up, manner(self.unit)) {
            (true, _) if is_count(self.unit) => "增加",
            (false, _) if is_count(self.unit) => "减少",
            (true, Manner::Relative) => "上升",
            (true, _) if self.direction == Direction::Decrease => "上升",
            (true, _) => "提高",
            (false, Manner::Points(_)) => "下降",
            (false, _) => "降低",
        }
    }

    /// `比2021年降低2.5%`, `与2023年持平`, `与2021年基本持平`; a worse rate is told from where it came.
    pub fn against(&self, year: i32) -> String {
        match self.movement() {
            Move::Equal if self.unit == Unit::Percent && self.now.decimal() >= HIGH_LEVEL => {
                format!("继续保持在{}的水平", with_unit(self.now, self.unit))
            }
            Move::Equal => format!("与{year}年持平"),
            Move::Steady => format!("与{year}年基本持平"),
            Move::Up if self.is_worse() && self.unit == Unit::Per100k => format!(
                "由{year}年的{}上升到{}",
                with_unit(self.before, self.unit),
                with_unit(self.now, self.unit)
            ),
            Move::Up | Move::Down => format!("比{year}年{}{}", self.verb(), self.size()),
        }
    }
}

/// One decimal, and none where it would be a zero: `2.5`, `39`.
fn short(share: Decimal) -> String {
    let rounded = Figure::new(share).rounded(1).decimal().normalize();
    Figure::new(rounded).to_string()
}

/// What is said where two figures cannot be compared.
pub fn not_comparable(year: i32) -> String {
    format!("统计口径调整，与{year}年不可比")
}

/// `分别提高0.7个和3.0个百分点`: changes of parallel items against the same year.
pub fn respectively(pairs: &[Pair], year: i32) -> String {
    let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else { return String::new() };
    let alike = pairs.iter().all(|p| {
        matches!(p.movement(), Move::Up | Move::Down)
            && p.verb() == first.verb()
            && manner(p.unit) == manner(first.unit)
    });
    match (alike, manner(first.unit)) {
        (true, Manner::Points(word)) => {
            let sizes: Vec<String> =
                pairs.iter().map(|p| p.size().trim_end_matches(word).to_owned()).collect();
            format!("比{year}年分别{}{}{word}", first.verb(), joined(&sizes))
        }
        (true, _) => {
            let sizes: Vec<String> = pairs.iter().map(Pair::size).collect();
            format!("比{year}年分别{}{}", last.verb(), joined(&sizes))
        }
        (false, _) if pairs.iter().all(|p| p.movement() == Move::Equal) => {
            format!("均与{year}年持平")
        }
        (false, _) if pairs.iter().all(|p| matches!(p.movement(), Move::Equal | Move::Steady)) => {
            format!("均与{year}年基本持平")
        }
        (false, _) => {
            let told = |p: &Pair| match p.movement() {
                Move::Equal => "持平".to_owned(),
                Move::Steady => "基本持平".to_owned(),
                Move::Up | Move::Down => format!("{}{}", p.verb(), p.size()),
            };
            let told: Vec<String> = pairs.iter().map(told).collect();
            format!("与{year}年相比分别{}", told.join("、"))
        }
    }
}

/// `甲和乙`, `甲、乙和丙`
pub fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{}和{last}", rest.join("、")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(before: &str, now: &str, unit: Unit, direction: Direction) -> Pair {
        Pair { now: now.parse().unwrap(), before: before.parse().unwrap(), unit, direction }
    }

    fn check(before: &str, now: &str, unit: Unit, direction: Direction, told: &str) {
        assert_eq!(pair(before, now, unit, direction).against(2021), told);
    }

    #[test]
    fn published_sentences_are_worded_alike() {
        use Direction::{Decrease, Increase, None};
        check("16.1", "15.7", Unit::Per100k, Decrease, "比2021年降低2.5%");
        check("12.5", "12.5", Unit::Per100k, Decrease, "与2021年持平");
        check("16.6", "16.5", Unit::Per100k, Decrease, "与2021年基本持平");
        check("46.7", "46.6", Unit::Percent, None, "与2021年基本持平");
        check("70.9", "74.8", Unit::Percent, Increase, "比2021年提高3.9个百分点");
        check("99.9", "99.9", Unit::Percent, Increase, "继续保持在99.9%的水平");
        check("5.3", "5.0", Unit::Permille, Decrease, "比2021年下降0.3个千分点");
        check("20.0", "21.1", Unit::Per100k, Decrease, "由2021年的20.0/10万上升到21.1/10万");
        let people = pair("7366.9", "7408.9", Unit::Count10k, None);
        assert_eq!((people.verb(), people.movement()), ("增加", Move::Up));
        assert!(people.size().starts_with("42.0"), "{}", people.size());
    }

    #[test]
    fn relative_changes_are_those_that_were_printed() {
        for (before, now, printed) in [
            ("16.1", "15.7", "2.5%"),
            ("17.0", "15.9", "6.5%"),
            ("15.1", "14.3", "5.3%"),
            ("15.7", "15.1", "3.8%"),
            ("14.3", "12.5", "12.6%"),
            ("15.4", "14.3", "7.1%"),
            ("19.6", "18.3", "6.6%"),
            ("30", "18.3", "39%"),
        ] {
            assert_eq!(pair(before, now, Unit::Per100k, Direction::Decrease).size(), printed);
        }
    }

    #[test]
    fn parallel_items_share_their_verb() {
        let of = |before, now| pair(before, now, Unit::Percent, Direction::Increase);
        let told = |pairs: &[Pair]| respectively(pairs, 2021);
        let published = [of("92.9", "93.6"), of("85.7", "88.7")];
        assert_eq!(told(&published), "比2021年分别提高0.7个和3.0个百分点");
        assert_eq!(
            told(&[of("92.9", "93.6"), of("85.7", "85.0")]),
            "与2021年相比分别提高0.7个百分点、下降0.7个百分点"
        );
        assert_eq!(told(&[of("92.9", "92.9"), of("85.7", "85.7")]), "均与2021年持平");
        assert_eq!(told(&[of("92.9", "92.9"), of("85.7", "85.8")]), "均与2021年基本持平");
        assert_eq!(told(&[]), "");
    }

    #[test]
    fn one_more_person_is_no_steady_state() {
        check("3", "4", Unit::Person, Direction::None, "比2021年增加1人");
    }

    #[test]
    fn a_rate_that_should_fall_rises() {
        check("50.1", "51.3", Unit::Percent, Direction::Decrease, "比2021年上升1.2个百分点");
        assert!(pair("50.1", "51.3", Unit::Percent, Direction::Decrease).is_worse());
    }

    #[test]
    fn a_change_from_zero_has_no_per_cent() {
        check("0.0", "9.8", Unit::Per100k, Direction::Increase, "比2021年上升9.8/10万");
    }

    #[test]
    fn breaks_are_told() {
        assert_eq!(not_comparable(2022), "统计口径调整，与2022年不可比");
    }
}
