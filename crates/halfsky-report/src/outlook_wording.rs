//! Words of the outlook: the reason of a status in one sentence, probabilities and limits as people read them.

use halfsky_evaluate::status::{NoProbability, Reason};

/// Probability in whole per cent, with “<1%” and “>99%” at the ends: more digits would promise too much.
pub fn probability(p: f64) -> String {
    let percent = p * 100.0;
    if percent < 1.0 {
        "<1%".to_owned()
    } else if percent > 99.0 {
        ">99%".to_owned()
    } else {
        format!("{percent:.0}%")
    }
}

/// A forecast value with the decimals of the published figures; an overflow is no number to print.
pub fn value(value: f64, decimals: u32) -> String {
    if !value.is_finite() || value.abs() >= 1e9 {
        return "过宽".to_owned();
    }
    let places = usize::try_from(decimals).unwrap_or(0);
    let text = format!("{value:.places$}");
    // a small negative rounds to a zero without sign
    if text.trim_start_matches(['-', '0', '.']).is_empty() {
        text.trim_start_matches('-').to_owned()
    } else {
        text
    }
}

/// Why a target has its status, in one sentence.
pub fn reason(reason: Reason) -> String {
    match reason {
        Reason::NoValue => "没有数据。".to_owned(),
        Reason::TargetYear { met: true } => "目标年数据已达到目标。".to_owned(),
        Reason::TargetYear { met: false } => "目标年数据未达到目标。".to_owned(),
        Reason::TargetYearMissing => "缺目标年数据，其后年份的数据不能代替。".to_owned(),
        Reason::MetNow { probability: p } => {
            format!("最新数据已达到目标，目标年仍达标的概率为{}。", probability(p))
        }
        Reason::MetNowWithout(why) => format!("最新数据已达到目标；{}。", silence(why)),
        Reason::LoneValue => "只有一个可比数据，不作研判。".to_owned(),
        Reason::NotMetWithout(why) => format!("最新数据未达到目标；{}。", silence(why)),
        Reason::NotMet { probability: p } => {
            format!("最新数据未达到目标，目标年达标的概率为{}。", probability(p))
        }
    }
}

/// Why there is no probability.
fn silence(why: NoProbability) -> &'static str {
    match why {
        NoProbability::AtTheEnd => "目标已到量程尽头，只看是否保持，不给概率",
        NoProbability::OutOfScale => "有数据不能在计算尺度上表示，不给概率",
        NoProbability::NoPrior => "差距类指标没有给定先验，不给概率",
        NoProbability::FewEvents => "事件数少，按小数量规则研判，不给概率",
        NoProbability::UnknownReference => "比较对象的未来值未知，不给概率",
        NoProbability::NotComparable => "与基期口径不可比，不作研判",
        NoProbability::YearPast => "目标年已过，只看事实",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_promise_no_more_than_whole_per_cents() {
        assert_eq!(probability(0.792), "79%");
        assert_eq!((probability(0.004), probability(0.997)), ("<1%".to_owned(), ">99%".to_owned()));
    }

    #[test]
    fn limits_have_the_published_decimals() {
        assert_eq!(value(15.649, 1), "15.6");
        assert_eq!(value(-0.04, 1), "0.0");
        assert_eq!(value(-2.04, 1), "-2.0");
        assert_eq!((value(f64::INFINITY, 1), value(0.0, 0)), ("过宽".to_owned(), "0".to_owned()));
    }

    #[test]
    fn every_reason_is_a_sentence() {
        for why in [
            Reason::NoValue,
            Reason::TargetYear { met: true },
            Reason::TargetYearMissing,
            Reason::LoneValue,
            Reason::MetNow { probability: 0.5 },
            Reason::NotMet { probability: 0.5 },
            Reason::MetNowWithout(NoProbability::AtTheEnd),
            Reason::NotMetWithout(NoProbability::NoPrior),
        ] {
            assert!(reason(why).ends_with('。'));
        }
    }
}
