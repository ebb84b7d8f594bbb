//! Rare events (小数量): what a handful of cases can prove, in the words of the field.

use halfsky_stats::funnel::alarming_count;
use halfsky_stats::small_number::{Count, Evidence, RELIABLE_FROM, SmallNumber, small_number};

/// Years that are pooled.
pub const WINDOW: usize = 3;

/// The words for what pooled cases prove.
pub const fn evidence_label(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Below => "证据显示低于目标值",
        Evidence::Above => "高于目标值",
        Evidence::Undetermined => "无法判定",
    }
}

/// The same words for a code of a stored run; an unknown code proves nothing.
pub fn evidence_words(code: &str) -> &'static str {
    let all = [Evidence::Below, Evidence::Above, Evidence::Undetermined];
    let found = all.into_iter().find(|e| e.code() == code);
    evidence_label(found.unwrap_or(Evidence::Undetermined))
}

/// Cases of a place and what they say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FewEvents {
    pub judged: SmallNumber,
    /// 县级警戒: the year's cases are more than chance produces once in a thousand at the target rate.
    pub alarming: bool,
}

impl FewEvents {
    /// Too few cases in the window to judge progress by a single year.
    pub fn guards(&self) -> bool {
        self.judged.pooled.events < RELIABLE_FROM
    }
}

/// Judges cases against a target rate per multiplier; None without exposure.
pub fn few_events(counts: &[Count], multiplier: f64, target: f64) -> Option<FewEvents> {
    let judged = small_number(counts, WINDOW, multiplier, target)?;
    let last = counts.last()?;
    let expected = target * last.exposure / multiplier;
    let alarming = alarming_count(expected).is_some_and(|least| last.events >= least);
    Some(FewEvents { judged, alarming })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(counts: &[(u64, f64)]) -> FewEvents {
        let counts: Vec<Count> =
            counts.iter().map(|&(events, exposure)| Count { events, exposure }).collect();
        few_events(&counts, 1e5, 12.0).unwrap()
    }

    #[test]
    fn one_death_is_no_alarm_and_four_are() {
        let one = judge(&[(0, 2610.0), (0, 2571.0), (1, 2532.0)]);
        assert!(one.guards() && !one.alarming);
        assert_eq!(evidence_label(one.judged.evidence), "无法判定");
        assert_eq!(evidence_words(Evidence::Above.code()), "高于目标值");
        assert!(judge(&[(4, 2532.0)]).alarming);
    }

    #[test]
    fn many_cases_need_no_guard() {
        assert!(!judge(&[(25, 180_000.0)]).guards());
        assert_eq!(few_events(&[], 1e5, 12.0), None);
    }
}
