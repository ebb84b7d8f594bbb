//! 提示函, 预警函, 督办函: drafted from the evidence of a warning; a person edits and signs it.

use halfsky_evaluate::run::{EvidenceResult, TargetResult};
use halfsky_evaluate::warning::{Level, Rule};
use jiff::civil::Date;

use crate::draft::material::chinese_date;
use crate::evaluation_wording::{few_events, summary, with_unit};
use crate::outlook_wording::probability;

/// A letter as data: what every format prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisionLetter {
    /// 提示函, 预警函 or 督办函.
    pub kind: String,
    pub title: String,
    /// 主送机关, without its colon.
    pub recipient: String,
    pub paragraphs: Vec<String>,
    pub signatory: String,
    pub dated: Date,
}

/// What a letter is written from.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    pub level: Level,
    /// None where a person or a visit opened the case.
    pub warning: Option<(Rule, &'a EvidenceResult)>,
    /// None where the target left the plan.
    pub target: Option<&'a TargetResult>,
    pub indicator: &'a str,
    pub reason: &'a str,
    pub recipient: &'a str,
    /// The office that signs.
    pub signatory: &'a str,
    pub dated: Date,
    /// Day by which the unit answers.
    pub answer_by: Date,
}

/// The draft of a letter.
pub fn draft(occasion: &Occasion<'_>) -> SupervisionLetter {
    let kind = occasion.level.letter().unwrap_or("提示函");
    let mut paragraphs = vec!["一、指标情况".to_owned()];
    match occasion.target {
        Some(target) => {
            paragraphs.push(summary(target));
            paragraphs.extend(figures(target));
            if let Some(few) = &target.few_events {
                paragraphs.push(format!("本指标属小数量指标：{}", few_events(few)));
            }
        }
        None => paragraphs.push(format!("{}。", occasion.reason.trim_end_matches('。'))),
    }
    paragraphs.extend(occasion.warning.map(|(rule, evidence)| grounds(rule, evidence)));
    paragraphs.extend([
        "二、请你单位做好以下工作".to_owned(),
        "（一）核实数据来源和统计口径，数据有误的，按程序更正。".to_owned(),
        "（二）分析原因，研究提出整改措施，明确责任人和完成时限。".to_owned(),
        format!(
            "（三）于{}前将整改方案书面反馈我办，并按期报送整改进展。",
            chinese_date(occasion.answer_by)
        ),
    ]);
    SupervisionLetter {
        kind: kind.to_owned(),
        title: format!("关于{}完成情况的{kind}", occasion.indicator),
        recipient: occasion.recipient.to_owned(),
        paragraphs,
        signatory: occasion.signatory.to_owned(),
        dated: occasion.dated,
    }
}

/// 基期值 and the last three figures.
fn figures(target: &TargetResult) -> Option<String> {
    let told = |year: i32, value: &str| format!("{year}年{}", with_unit(target, value));
    let mut parts: Vec<String> = Vec::new();
    if let Some(base) = &target.base {
        parts.push(format!("基期值{}", told(base.year, &base.value)));
    }
    let until = target.latest.as_ref()?.year;
    let known: Vec<_> = target.figures.iter().filter(|p| p.year <= until).collect();
    let last: Vec<String> =
        known.iter().rev().take(3).rev().map(|p| told(p.year, &p.value)).collect();
    parts.push(format!("近年数据：{}", last.join("，")));
    Some(format!("{}。", parts.join("；")))
}

/// The rule that fired with what it looked at.
fn grounds(rule: Rule, evidence: &EvidenceResult) -> String {
    let mut parts = vec![format!("预警依据：{}", rule.label())];
    parts.extend(evidence.probability.map(|p| format!("达标概率{}", probability(p))));
    parts.extend(evidence.events.map(|events| format!("近三年合计{events}例")));
    format!("{}。", parts.join("，"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_evaluate::status::Status;
    use jiff::civil::date;

    fn occasion(level: Level, evidence: Option<&EvidenceResult>) -> Occasion<'_> {
        Occasion {
            level,
            warning: evidence.map(|e| (Rule::OffTrack, e)),
            target: None,
            indicator: "宫颈癌人群筛查率",
            reason: "督导检查发现台账不全",
            recipient: "县卫生健康局",
            signatory: "云溪县妇儿工委办公室",
            dated: date(2026, 3, 2),
            answer_by: date(2026, 3, 20),
        }
    }

    #[test]
    fn the_level_decides_the_kind() {
        let kind = |level| draft(&occasion(level, None)).kind;
        assert_eq!(kind(Level::Yellow), "提示函");
        assert_eq!(kind(Level::Orange), "预警函");
        assert_eq!(kind(Level::Red), "督办函");
        let letter = draft(&occasion(Level::Red, None));
        assert_eq!(letter.title, "关于宫颈癌人群筛查率完成情况的督办函");
        assert!(letter.paragraphs.iter().any(|p| p.contains("于2026年3月20日前")));
    }

    #[test]
    fn the_grounds_are_the_evidence() {
        let evidence = EvidenceResult {
            status: Status::OffTrack,
            probability: Some(0.02),
            pace: None,
            figures: Vec::new(),
            events: Some(2),
            prior: None,
            method: "1".to_owned(),
        };
        let letter = draft(&occasion(Level::Red, Some(&evidence)));
        let grounds = letter.paragraphs.iter().find(|p| p.starts_with("预警依据")).unwrap();
        assert_eq!(grounds, "预警依据：预计达标困难，达标概率2%，近三年合计2例。");
    }

    /// gongwen.md: levels of the body, no trailing punctuation in the title, no leading zeros in the date.
    #[test]
    fn the_letter_keeps_to_the_format_of_official_letters() {
        let letter = draft(&occasion(Level::Orange, None));
        assert!(!letter.title.ends_with(['。', '，', '；']));
        let levels: Vec<&str> = letter
            .paragraphs
            .iter()
            .map(String::as_str)
            .filter(|p| p.starts_with(['一', '二']))
            .collect();
        assert_eq!(levels, ["一、指标情况", "二、请你单位做好以下工作"]);
        assert_eq!(chinese_date(letter.dated), "2026年3月2日");
    }
}
