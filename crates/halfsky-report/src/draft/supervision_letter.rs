//! Letters to a unit about its targets: 催报函, 提示函, 预警函, 督办函.
//!
//! A draft only: a person reviews, signs and sends.

use halfsky_evaluate::run::TargetResult;
use jiff::civil::Date;

use super::material::{Material, chinese_date, code, printed};
use super::{DraftError, sentences};
use crate::document::{
    Attachment, Composer, Document, Form, Head, Imprint, Level, Orientation, Run, Signature,
};
use crate::table::{Column, Table};
use crate::template::TemplateError;
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

/// A letter.
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

/// The letter to a unit about the targets it leads: those without data, or those in danger.
pub fn supervision_letter(
    material: &Material<'_>,
    letter: &Letter<'_>,
) -> Result<Document, DraftError> {
    let reminder = letter.kind == LetterKind::Reminder;
    let about: Vec<&TargetResult> = material
        .run
        .targets
        .iter()
        .filter(|t| t.lead.iter().any(|unit| unit == letter.unit))
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
        return Err(NothingToSay { unit: letter.unit.to_owned(), what, kind: letter.kind }.into());
    }
    let year = material.year();
    let mut text = Composer::default();
    let due = chinese_date(letter.due);
    if reminder {
        remind(&mut text, material, &about, &due)?;
    } else {
        warn(&mut text, material, letter.kind, &about, &due)?;
    }
    let contact = if letter.contact.is_empty() { "（请填写）" } else { letter.contact };
    text.words("contact", format!("联系人及电话：{contact}"));
    let subject = match about.as_slice() {
        [one] => format!("{}指标", one.indicator),
        several => format!("{}项指标", several.len()),
    };
    let what = if reminder { format!("{year}年数据报送") } else { "完成情况".to_owned() };
    let mut table = Composer::default();
    table.table(
        figures(material, &about),
        &[28, 18, 14, 14, 14, 12],
        Orientation::Upright,
        vec!["注：“…”表示数据缺失或不公布，“–”表示没有此项数据；均不等于0。".to_owned()],
    );
    let issuing = material.issuing;
    let copies = if letter.kind == LetterKind::Supervision {
        issuing.committee.clone()
    } else {
        String::new()
    };
    Ok(Document {
        form: Form::Letter,
        title: format!("关于{subject}{what}的{}", letter.kind.label()),
        byline: vec![],
        head: Some(Head {
            issuer: issuing.office.clone(),
            number: letter.number.to_owned(),
            ..Head::default()
        }),
        addressee: letter.unit.to_owned(),
        blocks: text.finish(),
        signature: Some(Signature { organ: issuing.office.clone(), date: issuing.date() }),
        attachments: vec![Attachment {
            title: "指标数据表".to_owned(), blocks: table.finish()
        }],
        remark: String::new(),
        imprint: (!copies.is_empty()).then(|| Imprint { copies, ..Imprint::default() }),
        basis: material.basis(),
    })
}

fn remind(
    text: &mut Composer,
    material: &Material<'_>,
    about: &[&TargetResult],
    due: &str,
) -> Result<(), TemplateError> {
    let mut names: Vec<&str> = about.iter().map(|t| t.indicator.as_str()).collect();
    names.dedup();
    let given = vec![("年", material.year().into()), ("指标", names.join("、").into())];
    text.words("missing", material.templates.fill("letter-missing", given)?);
    text.words("ask", material.templates.fill("letter-ask", vec![("期限", due.into())])?);
    Ok(())
}

fn warn(
    text: &mut Composer,
    material: &Material<'_>,
    kind: LetterKind,
    about: &[&TargetResult],
    due: &str,
) -> Result<(), TemplateError> {
    let standing = |id, given| material.templates.fill(id, given);
    text.heading(Level::One, "指标情况");
    for target in about {
        text.runs(format!("target-{}", target.key), situation(material, target)?);
    }
    text.heading(Level::One, "请你单位");
    text.heading(Level::Two, "核实数据来源和口径");
    text.words("ask-data", standing("letter-ask-data", vec![])?);
    text.heading(Level::Two, "分析原因");
    text.words("ask-causes", standing("letter-ask-causes", vec![])?);
    text.heading(Level::Two, "反馈整改措施");
    let given = vec![("期限", due.into()), ("文种", kind.label().into())];
    text.words("ask-answer", standing("letter-ask-answer", given)?);
    Ok(())
}

/// Definition, demand, base, the last three years, how it is judged, whether few cases are behind it.
fn situation(material: &Material<'_>, target: &TargetResult) -> Result<Vec<Run>, TemplateError> {
    let unit = material.definition(target).map(|d| d.unit);
    let mut runs =
        vec![Run::Text(format!("{}：规划要求{}年{}", target.indicator, target.by, target.demand))];
    if let Some(base) = &target.base {
        runs.push(Run::Text(format!("，基期{}年为{}", base.year, base.value)));
    }
    let now = code(target).and_then(|code| material.whole(&code, material.year()));
    match now.zip(unit).and_then(|(now, unit)| printed(now, unit)) {
        Some(figure) => {
            runs.push(Run::Text(format!("，{}年为", material.year())));
            runs.push(figure);
            let comparison = now.and_then(|now| sentences::comparison(material, now));
            runs.extend(comparison.map(|words| Run::Text(format!("，{words}"))));
        }
        None => runs.push(Run::Text(format!("，{}年无数据", material.year()))),
    }
    runs.push(Run::Text(format!("，研判为{}。", target.class.label())));
    if target.few_events.as_ref().is_some_and(|few| few.guards) {
        runs.push(Run::Text(material.templates.fill("letter-few-events", vec![])?));
    }
    Ok(runs)
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
    use crate::draft::testing::{Scene, words};
    use jiff::civil::date;

    fn letter(kind: LetterKind, unit: &str) -> Result<Document, DraftError> {
        let number = "示妇儿办函〔2026〕5号";
        let letter = Letter { kind, unit, number, due: date(2026, 8, 1), contact: "" };
        Scene::new().with(|m| supervision_letter(m, &letter))
    }

    #[test]
    fn a_reminder_asks_for_what_is_missing() {
        let document = letter(LetterKind::Reminder, "县教育局").unwrap();
        assert_eq!(document.title, "关于学前教育毛入园率指标2025年数据报送的催报函");
        assert!(words(&document, "missing").contains("你单位牵头的学前教育毛入园率尚无2025年数据"));
        assert!(words(&document, "ask").starts_with("请于2026年8月1日前报送"));
    }

    #[test]
    fn a_notice_tells_the_figures_and_asks_three_things() {
        let document = letter(LetterKind::Notice, "县教育局").unwrap();
        let about = document.paragraphs().find(|p| p.id.starts_with("target-")).unwrap().text();
        assert!(about.contains("2025年为91.9%，比2024年下降0.6个百分点"), "{about}");
        assert_eq!((document.form, document.attachments.len()), (Form::Letter, 1));
        let headings =
            document.blocks.iter().filter(|b| matches!(b, crate::document::Block::Heading(_)));
        assert_eq!(headings.count(), 5);
    }

    #[test]
    fn only_a_supervision_letter_is_copied_to_the_committee() {
        assert_eq!(letter(LetterKind::Notice, "县教育局").unwrap().imprint, None);
        let copied = letter(LetterKind::Supervision, "县教育局").unwrap().imprint.unwrap();
        assert_eq!(copied.copies, "示例县妇女儿童工作委员会");
    }

    #[test]
    fn a_unit_without_reason_gets_no_letter() {
        let refused = letter(LetterKind::Reminder, "县卫生健康局").unwrap_err();
        assert_eq!(refused.to_string(), "县卫生健康局没有缺数的牵头指标，不需要催报函");
    }
}
