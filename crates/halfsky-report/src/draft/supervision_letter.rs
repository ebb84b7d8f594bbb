//! Letters to a unit about its targets: 催报函, 提示函, 预警函, 督办函.
//!
//! Drafted from the evidence; a person edits, signs and sends. The text a person edits is the text of the document.

use halfsky_evaluate::run::{EvidenceResult, TargetResult};
use halfsky_evaluate::warning::{Level as WarningLevel, Rule};
use jiff::civil::Date;

use super::material::{Material, chinese_date, code};
use super::{DraftError, sentences};
use crate::delivery_wording::{delivery, rule_name};
use crate::document::{
    Attachment, Block, Composer, Document, Form, Head, Heading, Imprint, Level, Orientation,
    Paragraph, Signature,
};
use crate::evaluation_wording::{decimals, few_events, summary, with_unit};
use crate::outlook_wording::{probability, value};
use crate::table::{Column, Table};
use crate::template::{TemplateError, Templates};
use crate::wording::cell;

/// Which letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterKind {
    /// Figures are missing.
    Reminder,
    Notice,
    Warning,
    Supervision,
}

impl LetterKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Reminder, Self::Notice, Self::Warning, Self::Supervision];

    /// The code used in commands and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Supervision => "supervision",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The letter a warning of a level leads to.
    pub const fn of(level: WarningLevel) -> Self {
        match level {
            WarningLevel::Blue | WarningLevel::Yellow => Self::Notice,
            WarningLevel::Orange => Self::Warning,
            WarningLevel::Red => Self::Supervision,
        }
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Reminder => "催报函",
            Self::Notice => "提示函",
            Self::Warning => "预警函",
            Self::Supervision => "督办函",
        }
    }
}

/// What a person fills in before the letter goes out.
pub const TO_FILL_IN: &str = "（请填写）";

/// The text of a letter: drafted, edited, signed, and printed in every format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterText {
    /// 提示函 …
    pub kind: String,
    /// 发文字号; empty where it is not given yet.
    pub number: String,
    pub title: String,
    /// 主送机关, without its colon.
    pub recipient: String,
    /// Headings carry their marks: 一、 and （一）.
    pub paragraphs: Vec<String>,
    pub signatory: String,
    pub dated: Date,
}

/// What a letter is written from.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    pub kind: LetterKind,
    /// Up to this year figures were looked at.
    pub year: i32,
    /// The targets it is about; none where the target of a case left the plan.
    pub about: &'a [&'a TargetResult],
    /// None where a person or a visit opened the case.
    pub warning: Option<(Rule, &'a EvidenceResult)>,
    /// What it is about, where no target is.
    pub indicator: &'a str,
    pub reason: &'a str,
    pub recipient: &'a str,
    /// 发文字号; empty where it is not given yet.
    pub number: &'a str,
    /// The office that signs.
    pub signatory: &'a str,
    pub dated: Date,
    /// Until when an answer is expected.
    pub due: Date,
    /// 联系人及电话; empty where the office writes it.
    pub contact: &'a str,
}

/// The draft of a letter, with the standing paragraphs of the region.
pub fn letter(occasion: &Occasion<'_>, templates: &Templates) -> Result<LetterText, TemplateError> {
    let kind = occasion.kind.label();
    let subject = match occasion.about {
        [] => occasion.indicator.to_owned(),
        [one] => one.indicator.clone(),
        several => format!("{}项", several.len()),
    };
    let (what, mut paragraphs) = match occasion.kind {
        LetterKind::Reminder => {
            (format!("{}年数据报送", occasion.year), reminder(occasion, templates)?)
        }
        _ => ("完成情况".to_owned(), demand(occasion, templates)?),
    };
    let contact = if occasion.contact.is_empty() { TO_FILL_IN } else { occasion.contact };
    paragraphs.push(format!("联系人及电话：{contact}"));
    Ok(LetterText {
        kind: kind.to_owned(),
        number: occasion.number.to_owned(),
        title: format!("关于{subject}指标{what}的{kind}"),
        recipient: occasion.recipient.to_owned(),
        paragraphs,
        signatory: occasion.signatory.to_owned(),
        dated: occasion.dated,
    })
}

fn reminder(occasion: &Occasion<'_>, templates: &Templates) -> Result<Vec<String>, TemplateError> {
    let mut names: Vec<&str> = occasion.about.iter().map(|t| t.indicator.as_str()).collect();
    names.dedup();
    let missing = vec![("年", occasion.year.into()), ("指标", names.join("、").into())];
    let due = vec![("期限", chinese_date(occasion.due).into())];
    Ok(vec![templates.fill("letter-missing", missing)?, templates.fill("letter-ask", due)?])
}

fn demand(occasion: &Occasion<'_>, templates: &Templates) -> Result<Vec<String>, TemplateError> {
    let mut paragraphs = vec!["一、指标情况".to_owned()];
    paragraphs.extend(occasion.about.iter().map(|target| situation(target)));
    if occasion.about.is_empty() {
        paragraphs.push(format!("{}。", occasion.reason.trim_end_matches('。')));
    }
    paragraphs.extend(occasion.warning.map(|warning| grounds(warning, occasion.dated)));
    let answer =
        vec![("期限", chinese_date(occasion.due).into()), ("文种", occasion.kind.label().into())];
    paragraphs.extend([
        "二、请你单位".to_owned(),
        "（一）核实数据来源和口径".to_owned(),
        templates.fill("letter-ask-data", vec![])?,
        "（二）分析原因".to_owned(),
        templates.fill("letter-ask-causes", vec![])?,
        "（三）反馈整改措施".to_owned(),
        templates.fill("letter-ask-answer", answer)?,
    ]);
    Ok(paragraphs)
}

/// Demand, figures and outlook of a target, and whether few cases are behind it.
fn situation(target: &TargetResult) -> String {
    let mut told = summary(target);
    told.extend(recent(target));
    told.extend(ahead(target));
    if let Some(few) = &target.few_events {
        told.push_str("本指标属小数量指标：");
        told.push_str(&few_events(few));
    }
    told
}

/// 基期值 and the last three figures.
fn recent(target: &TargetResult) -> Option<String> {
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

/// Where the figures lead, if an interval may be told.
fn ahead(target: &TargetResult) -> Option<String> {
    let outlook = target.outlook.as_ref().filter(|o| o.drawn)?;
    let told = |x: f64| value(x, decimals(target));
    let (median, low, high) = (outlook.median?, outlook.low80?, outlook.high80?);
    Some(format!(
        "按历年变化推算，{}年约为{}，80%区间{}～{}。",
        target.by,
        with_unit(target, &told(median)),
        told(low),
        told(high)
    ))
}

/// The rule that fired with what it looked at.
fn grounds((rule, evidence): (Rule, &EvidenceResult), dated: Date) -> String {
    let undelivered = evidence.undelivered.as_ref();
    let mut parts = vec![format!("预警依据：{}", rule_name(rule, undelivered))];
    parts.extend(undelivered.map(|told| delivery(told, dated).trim_end_matches('。').to_owned()));
    parts.extend(evidence.probability.map(|p| format!("达标概率{}", probability(p))));
    parts.extend(evidence.events.map(|events| format!("近三年合计{events}例")));
    format!("{}。", parts.join("，"))
}

impl LetterText {
    /// The letter as a document. `committee` gets a copy of a 督办函.
    pub fn document(&self, committee: &str) -> Document {
        let copied = self.kind == LetterKind::Supervision.label() && !committee.is_empty();
        Document {
            form: Form::Letter,
            title: self.title.clone(),
            byline: vec![],
            head: Some(Head {
                issuer: self.signatory.clone(),
                number: self.number.clone(),
                ..Head::default()
            }),
            addressee: self.recipient.clone(),
            blocks: self.paragraphs.iter().enumerate().map(|(at, line)| block(at, line)).collect(),
            signature: Some(Signature {
                organ: self.signatory.clone(),
                date: chinese_date(self.dated),
            }),
            attachments: vec![],
            remark: String::new(),
            imprint: copied.then(|| Imprint { copies: committee.to_owned(), ..Imprint::default() }),
            basis: String::new(),
        }
    }
}

/// A line of the text: a heading where it begins with the mark of one.
fn block(at: usize, line: &str) -> Block {
    match marked(line) {
        Some(level) => Block::Heading(Heading { level, text: line.to_owned() }),
        None => Block::Paragraph(Paragraph::words(format!("line-{}", at + 1), line)),
    }
}

/// The level whose mark a line begins with, of the two that have a face of their own.
fn marked(line: &str) -> Option<Level> {
    let numeral =
        |text: &str| !text.is_empty() && text.chars().all(|c| "一二三四五六七八九十".contains(c));
    let one = line.split_once('、').is_some_and(|(mark, _)| numeral(mark));
    let two = line
        .strip_prefix('（')
        .and_then(|rest| rest.split_once('）'))
        .is_some_and(|(mark, _)| numeral(mark));
    match (one, two) {
        (true, _) => Some(Level::One),
        (_, true) => Some(Level::Two),
        _ => None,
    }
}

/// A letter from the command line.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    pub kind: LetterKind,
    /// The unit it goes to.
    pub unit: &'a str,
    /// 发文字号; empty where it is not given yet.
    pub number: &'a str,
    /// Until when an answer is expected.
    pub due: Date,
    /// 联系人及电话; empty where the office writes it.
    pub contact: &'a str,
}

/// There is nothing to write about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{unit}没有{what}，不需要{}", .kind.label())]
pub struct NothingToSay {
    pub unit: String,
    pub what: &'static str,
    pub kind: LetterKind,
}

/// The letter to a unit about the targets it leads: those without data, or those in danger. The figures are attached.
pub fn supervision_letter(
    material: &Material<'_>,
    asked: &Letter<'_>,
) -> Result<Document, DraftError> {
    let reminder = asked.kind == LetterKind::Reminder;
    let about: Vec<&TargetResult> = material
        .run
        .targets
        .iter()
        .filter(|t| t.lead.iter().any(|unit| unit == asked.unit))
        .filter(|t| {
            if reminder {
                sentences::gap(material, t).is_some()
            } else {
                sentences::is_in_danger(t)
            }
        })
        .collect();
    if about.is_empty() {
        let what = if reminder { "缺数的牵头指标" } else { "需要提示的牵头目标" };
        return Err(NothingToSay { unit: asked.unit.to_owned(), what, kind: asked.kind }.into());
    }
    let issuing = material.issuing;
    let occasion = Occasion {
        kind: asked.kind,
        year: material.year(),
        about: &about,
        warning: None,
        indicator: "",
        reason: "",
        recipient: asked.unit,
        number: asked.number,
        signatory: &issuing.office,
        dated: issuing.on,
        due: asked.due,
        contact: asked.contact,
    };
    let text = letter(&occasion, material.templates)?;
    let mut table = Composer::default();
    table.table(
        figures(material, &about),
        &[28, 18, 14, 14, 14, 12],
        Orientation::Upright,
        vec!["注：“…”表示数据缺失或不公布，“–”表示没有此项数据；均不等于0。".to_owned()],
    );
    let attached = Attachment { title: "指标数据表".to_owned(), blocks: table.finish() };
    Ok(Document {
        attachments: vec![attached],
        basis: material.basis(),
        ..text.document(&issuing.committee)
    })
}

fn figures(material: &Material<'_>, about: &[&TargetResult]) -> Table {
    let year = material.year();
    let mut columns = vec![Column::words("指标"), Column::words("目标（期限）")];
    columns.extend((year - 2..=year).map(|year| Column::numbers(&format!("{year}年"))));
    columns.push(Column::words("判定"));
    let row = |t: &&TargetResult| {
        let mut row = vec![t.indicator.clone(), format!("{}（{}）", t.demand, t.by)];
        let code = code(t);
        row.extend((year - 2..=year).map(|year| {
            let found = code.as_ref().and_then(|code| material.whole(code, year));
            cell(found.map(|o| &o.value))
        }));
        row.push(t.class.label().to_owned());
        row
    };
    Table { title: "指标数据表".to_owned(), columns, rows: about.iter().map(row).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::testing::Scene;
    use halfsky_evaluate::status::Status;
    use jiff::civil::date;

    fn made(kind: LetterKind, unit: &str) -> Result<Document, DraftError> {
        let number = "示妇儿办函〔2026〕5号";
        let asked = Letter { kind, unit, number, due: date(2026, 8, 1), contact: "" };
        Scene::new().with(|m| supervision_letter(m, &asked))
    }

    /// A letter of a case whose target left the plan.
    fn of_case(level: WarningLevel, evidence: Option<&EvidenceResult>) -> LetterText {
        let occasion = Occasion {
            kind: LetterKind::of(level),
            year: 2025,
            about: &[],
            warning: evidence.map(|e| (Rule::OffTrack, e)),
            indicator: "宫颈癌人群筛查率",
            reason: "督导检查发现台账不全",
            recipient: "县卫生健康局",
            number: "",
            signatory: "云溪县妇儿工委办公室",
            dated: date(2026, 3, 2),
            due: date(2026, 3, 20),
            contact: "",
        };
        letter(&occasion, &Templates::default()).unwrap()
    }

    fn texts(document: &Document) -> Vec<String> {
        document.paragraphs().map(Paragraph::text).collect()
    }

    #[test]
    fn a_reminder_asks_for_what_is_missing() {
        let document = made(LetterKind::Reminder, "县教育局").unwrap();
        assert_eq!(document.title, "关于学前教育毛入园率指标2025年数据报送的催报函");
        let texts = texts(&document);
        assert!(texts[0].contains("你单位牵头的学前教育毛入园率尚无2025年数据"));
        assert!(texts[1].starts_with("请于2026年8月1日前报送"));
    }

    #[test]
    fn a_notice_tells_the_figures_and_asks_three_things() {
        let document = made(LetterKind::Notice, "县教育局").unwrap();
        let texts = texts(&document);
        assert!(texts[0].contains("2025年为91.9%") && texts[0].contains("近年数据："), "{texts:?}");
        assert_eq!((document.form, document.attachments.len()), (Form::Letter, 1));
        let headings = document.blocks.iter().filter(|b| matches!(b, Block::Heading(_)));
        assert_eq!(headings.count(), 5);
    }

    #[test]
    fn only_a_supervision_letter_is_copied_to_the_committee() {
        assert_eq!(made(LetterKind::Notice, "县教育局").unwrap().imprint, None);
        let copied = made(LetterKind::Supervision, "县教育局").unwrap().imprint.unwrap();
        assert_eq!(copied.copies, "示例县妇女儿童工作委员会");
    }

    #[test]
    fn a_unit_without_reason_gets_no_letter() {
        let refused = made(LetterKind::Reminder, "县卫生健康局").unwrap_err();
        assert_eq!(refused.to_string(), "县卫生健康局没有缺数的牵头指标，不需要催报函");
    }

    #[test]
    fn the_level_decides_the_kind() {
        assert_eq!(of_case(WarningLevel::Yellow, None).kind, "提示函");
        assert_eq!(of_case(WarningLevel::Orange, None).kind, "预警函");
        let text = of_case(WarningLevel::Red, None);
        assert_eq!(text.kind, "督办函");
        assert_eq!(text.title, "关于宫颈癌人群筛查率指标完成情况的督办函");
        assert!(text.paragraphs.contains(&"督导检查发现台账不全。".to_owned()));
        assert!(text.paragraphs.iter().any(|p| p.contains("请于2026年3月20日前")));
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
            undelivered: None,
            method: "1".to_owned(),
        };
        let text = of_case(WarningLevel::Red, Some(&evidence));
        let grounds = text.paragraphs.iter().find(|p| p.starts_with("预警依据")).unwrap();
        assert_eq!(grounds, "预警依据：预计达标困难，达标概率2%，近三年合计2例。");
    }

    #[test]
    fn the_document_prints_the_text_a_person_edited() {
        let mut text = of_case(WarningLevel::Red, None);
        text.paragraphs = vec![
            "一、指标情况".to_owned(),
            "十分紧急、须立即办理的事项如下。".to_owned(),
            "（一）先做这件事。".to_owned(),
            "（略）不是层次。".to_owned(),
        ];
        let document = text.document("云溪县妇儿工委");
        let shown: Vec<(Option<Level>, String)> = document
            .blocks
            .iter()
            .map(|block| match block {
                Block::Heading(h) => (Some(h.level), h.text.clone()),
                Block::Paragraph(p) => (None, p.text()),
                other => panic!("{other:?}"),
            })
            .collect();
        let levels: Vec<_> = shown.iter().map(|(level, _)| *level).collect();
        assert_eq!(levels, [Some(Level::One), None, Some(Level::Two), None]);
        assert!(shown.iter().map(|(_, text)| text).eq(&text.paragraphs));
        let signature = document.signature.unwrap();
        assert_eq!(signature.organ, text.signatory);
        assert_eq!(signature.date, "2026年3月2日");
        assert_eq!(document.imprint.unwrap().copies, "云溪县妇儿工委");
    }
}
