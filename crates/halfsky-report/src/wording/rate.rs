//! Attainment rate (达标率) in words: always with numerator, denominator and rule.

use halfsky_evaluate::attainment_rate::{AttainmentRate, Counting, NearlyAttained};
use halfsky_plan::figure::Figure;

/// `在可监测的54项指标目标中，有44项达标，达标率为81.5%（可监测口径，含基本达标）`.
pub fn rate<K>(rate: &AttainmentRate<K>) -> String {
    let (above, below) = (rate.numerator.len(), rate.denominator.len());
    let of = match rate.counting {
        Counting::Monitorable => format!("在可监测的{below}项指标目标中"),
        Counting::All => format!("在全部{below}项指标目标中"),
    };
    let rule = match rate.nearly {
        NearlyAttained::Counts => format!("{}，含基本达标", rate.counting.label()),
        NearlyAttained::Apart => rate.counting.label().to_owned(),
    };
    match rate.percent {
        Some(percent) => {
            format!("{of}，有{above}项达标，达标率为{}%（{rule}）", Figure::new(percent).rounded(1))
        }
        None => format!("没有可以计算达标率的指标目标（{}）", rate.counting.label()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_evaluate::attainment::Fact;
    use halfsky_evaluate::attainment_rate::attainment_rate;

    fn told(facts: &[(Fact, usize)], counting: Counting, nearly: NearlyAttained) -> String {
        let all: Vec<(usize, Fact)> =
            facts.iter().flat_map(|(fact, n)| std::iter::repeat_n(*fact, *n)).enumerate().collect();
        rate(&attainment_rate(&all, all.len(), counting, nearly).unwrap())
    }

    #[test]
    fn numerator_denominator_and_rule_stand_beside_the_rate() {
        let national =
            [(Fact::AttainedEarly, 40), (Fact::NearlyAttained, 4), (Fact::NotAttained, 10)];
        assert_eq!(
            told(&national, Counting::Monitorable, NearlyAttained::Counts),
            "在可监测的54项指标目标中，有44项达标，达标率为81.5%（可监测口径，含基本达标）"
        );
        let with_gaps = [(Fact::Attained, 3), (Fact::NoData, 1)];
        assert_eq!(
            told(&with_gaps, Counting::All, NearlyAttained::Apart),
            "在全部4项指标目标中，有3项达标，达标率为75.0%（全指标口径）"
        );
    }

    #[test]
    fn nothing_monitorable_has_no_rate() {
        assert_eq!(
            told(&[(Fact::NoData, 2)], Counting::Monitorable, NearlyAttained::Apart),
            "没有可以计算达标率的指标目标（可监测口径）"
        );
    }
}
