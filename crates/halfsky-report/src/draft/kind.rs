//! Every kind of document by its code: what has to be given for it, and how it is made.

use jiff::civil::Date;

use super::annual::annual;
use super::assessment::{Stage, assessment};
use super::brief::brief;
use super::official::{Heading, OfficialKind, official};
use super::supervision_letter::{Letter, LetterKind, supervision_letter};
use super::unit_report::unit_report;
use super::yearbook_document::yearbook_of;
use super::{DraftError, Material};
use crate::document::Document;
use crate::issue::ReportKind;

/// What only a person knows of a document; empty where its kind does not ask for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    /// The unit that reports, or that a letter goes to.
    pub unit: String,
    /// 主送机关
    pub addressee: String,
    /// 发文字号
    pub number: String,
    /// 签发人
    pub signed_by: String,
    /// 联系人及电话
    pub contact: String,
    /// Until when an answer is expected.
    pub due: Option<Date>,
}

/// A field of `Details`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Unit,
    Addressee,
    Number,
    SignedBy,
    Contact,
    Due,
}

impl ReportKind {
    /// What a person has to give, or can.
    pub const fn asks(self) -> &'static [Detail] {
        match self {
            Self::Annual | Self::Brief | Self::Yearbook | Self::Midterm | Self::Final => &[],
            Self::Unit => &[Detail::Unit],
            Self::Reminder | Self::Notice | Self::Warning | Self::Supervision => {
                &[Detail::Unit, Detail::Due, Detail::Number, Detail::Contact]
            }
            Self::Report => &[Detail::Addressee, Detail::Number, Detail::SignedBy],
            Self::Request => {
                &[Detail::Addressee, Detail::Number, Detail::SignedBy, Detail::Contact]
            }
            Self::Circular => &[Detail::Addressee, Detail::Number],
            Self::Minutes => &[Detail::Number],
        }
    }

    /// Which letter it is; None for what is no letter.
    pub const fn letter(self) -> Option<LetterKind> {
        match self {
            Self::Reminder => Some(LetterKind::Reminder),
            Self::Notice => Some(LetterKind::Notice),
            Self::Warning => Some(LetterKind::Warning),
            Self::Supervision => Some(LetterKind::Supervision),
            _ => None,
        }
    }

    /// Which red-headed document it is; None for another one.
    pub const fn official(self) -> Option<OfficialKind> {
        match self {
            Self::Report => Some(OfficialKind::Report),
            Self::Request => Some(OfficialKind::Request),
            Self::Circular => Some(OfficialKind::Circular),
            Self::Minutes => Some(OfficialKind::Minutes),
            _ => None,
        }
    }
}

/// The document of a kind.
pub fn draft(
    material: &Material<'_>,
    kind: ReportKind,
    details: &Details,
) -> Result<Document, DraftError> {
    if let Some(kind) = kind.letter() {
        let due = details.due.ok_or(DraftError::Lacking("反馈期限"))?;
        let letter = Letter {
            kind,
            unit: &details.unit,
            number: &details.number,
            due,
            contact: &details.contact,
        };
        return supervision_letter(material, &letter);
    }
    if let Some(kind) = kind.official() {
        let heading = Heading {
            kind,
            number: &details.number,
            to: &details.addressee,
            signed_by: &details.signed_by,
            contact: &details.contact,
        };
        return Ok(official(material, &heading)?);
    }
    match kind {
        ReportKind::Brief => Ok(brief(material)?),
        ReportKind::Yearbook => Ok(yearbook_of(material)),
        ReportKind::Unit => unit_report(material, &details.unit),
        ReportKind::Midterm => Ok(assessment(material, Stage::Midterm)?),
        ReportKind::Final => Ok(assessment(material, Stage::Final)?),
        _ => Ok(annual(material)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::testing::Scene;
    use crate::template::{Templates, all};
    use jiff::civil::date;

    fn details() -> Details {
        Details {
            unit: "县教育局".to_owned(),
            addressee: "县人民政府".to_owned(),
            due: Some(date(2026, 8, 1)),
            ..Details::default()
        }
    }

    #[test]
    fn every_kind_makes_a_document_of_its_own() {
        let mut titles: Vec<String> = Vec::new();
        for kind in ReportKind::ALL {
            let made = Scene::new().with(|m| draft(m, *kind, &details()));
            titles.push(made.unwrap_or_else(|e| panic!("{kind:?}: {e}")).title);
        }
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), ReportKind::ALL.len(), "{titles:?}");
    }

    #[test]
    fn a_letter_without_a_day_is_refused() {
        let nothing = Details { due: None, ..details() };
        let refused = Scene::new().with(|m| draft(m, ReportKind::Notice, &nothing));
        assert_eq!(refused.unwrap_err().to_string(), "没有写明反馈期限");
    }

    /// A template nobody fills could be changed without effect.
    #[test]
    fn every_template_is_filled_by_a_document() {
        let documents = [
            include_str!("annual.rs"),
            include_str!("brief.rs"),
            include_str!("unit_report.rs"),
            include_str!("assessment.rs"),
            include_str!("supervision_letter.rs"),
            include_str!("official.rs"),
        ];
        for template in all() {
            let name = format!("\"{}\"", template.id);
            assert!(documents.iter().any(|d| d.contains(&name)), "{}", template.id);
        }
    }

    #[test]
    fn the_words_of_an_office_stand_in_its_documents() {
        let own = [("annual-lead".to_owned(), "{{ 年 }}年监测情况如下。".to_owned())];
        let templates = Templates::new(own.into());
        let made = Scene::new().with(|m| {
            draft(&Material { templates: &templates, ..*m }, ReportKind::Annual, &details())
        });
        assert_eq!(crate::draft::testing::words(&made.unwrap(), "lead"), "2025年监测情况如下。");
    }
}
