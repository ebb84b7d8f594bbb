//! Edition (版): the figures of a region and a period as they were published, numbered, hashed, never changed.
//!
//! A correction makes the next edition, and [`differences`] says what changed.

use std::collections::BTreeMap;

use halfsky_plan::ref_area::RefArea;
use sha2::{Digest, Sha256};

use crate::observation::{ObsStatus, Observation, ObservationKey, Value};
use crate::period::{Period, PeriodKind};
use halfsky_plan::coded;

coded! {
    /// How final an edition is.
    EditionKind {
        /// 初步数据: figures that will still be verified.
        Preliminary "preliminary" "初步",
        /// 正式数据
        Final "final" "正式",
        /// A correction of final figures.
        Revised "revised" "修订",
    }
}

/// The kinds of the editions of one period, in the order of their numbers, told by which are preliminary.
pub fn kinds(preliminary: &[bool]) -> Vec<EditionKind> {
    let mut finals = 0;
    let kind = |preliminary: &bool| {
        if *preliminary {
            return EditionKind::Preliminary;
        }
        finals += 1;
        if finals == 1 { EditionKind::Final } else { EditionKind::Revised }
    };
    preliminary.iter().map(kind).collect()
}

/// Whether a figure of one period goes into an edition of another: an edition of a year takes the calendar year
/// and the year of maternal and child health.
pub fn belongs(figure: Period, edition: Period) -> bool {
    let yearly = |p: Period| matches!(p.kind(), PeriodKind::Year | PeriodKind::HealthYear);
    figure == edition || (yearly(figure) && yearly(edition) && figure.year() == edition.year())
}

/// The same figures marked as preliminary (`OBS_STATUS` P); what says something else of itself stays.
pub fn as_preliminary(figures: Vec<Observation>) -> Vec<Observation> {
    let mark = |figure: Observation| match figure.status {
        ObsStatus::Normal => Observation { status: ObsStatus::Provisional, ..figure },
        _ => figure,
    };
    figures.into_iter().map(mark).collect()
}

/// A published set of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub ref_area: RefArea,
    pub period: Period,
    /// From 1 within region and period.
    pub number: u32,
    /// What readers should know; for a correction, what was corrected and why.
    pub notes: String,
    pub published_by: String,
    /// ISO 8601 instant.
    pub published_at: String,
    /// Figures in key order.
    pub figures: Vec<Observation>,
    /// Hash of the edition before; empty for the first.
    pub previous_hash: String,
    /// Lower-case hexadecimal SHA-256 of everything above.
    pub hash: String,
}

/// What is to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionDraft {
    pub ref_area: RefArea,
    pub period: Period,
    pub notes: String,
    pub published_by: String,
    pub published_at: String,
    pub figures: Vec<Observation>,
}

/// Why nothing is published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishRefusal {
    #[error("没有已接受的数据，不能发布")]
    Empty,
    #[error("“{0}”有两个数值，请先核定其中一个")]
    Twice(String),
    #[error("“{0}”不属于本地区或本报告期，不能列入本版")]
    Elsewhere(String),
    #[error("与上一版完全相同，不必发布新版")]
    NothingChanged,
    #[error("更正已发布的数据时，须在说明中写明更正内容和原因")]
    NoNotes,
    #[error("上一版属于另一地区或另一报告期")]
    OtherPrevious,
}

/// Makes the next edition.
pub fn publish(draft: EditionDraft, previous: Option<&Edition>) -> Result<Edition, PublishRefusal> {
    let EditionDraft { ref_area, period, notes, published_by, published_at, mut figures } = draft;
    if figures.is_empty() {
        return Err(PublishRefusal::Empty);
    }
    figures.sort_by(|a, b| a.key.cmp(&b.key));
    if let Some(pair) = figures.windows(2).find(|pair| pair[0].key == pair[1].key) {
        return Err(PublishRefusal::Twice(pair[0].key.indicator.0.clone()));
    }
    // yearly figures of the health year belong to the year they are labelled by
    let elsewhere =
        |f: &&Observation| f.key.ref_area != ref_area || f.key.period.year() != period.year();
    if let Some(figure) = figures.iter().find(elsewhere) {
        return Err(PublishRefusal::Elsewhere(figure.key.indicator.0.clone()));
    }
    if let Some(previous) = previous {
        if previous.ref_area != ref_area || previous.period != period {
            return Err(PublishRefusal::OtherPrevious);
        }
        if lines(&previous.figures) == lines(&figures) {
            return Err(PublishRefusal::NothingChanged);
        }
        if notes.trim().is_empty() {
            return Err(PublishRefusal::NoNotes);
        }
    }
    let mut edition = Edition {
        ref_area,
        period,
        number: previous.map_or(1, |p| p.number.saturating_add(1)),
        notes,
        published_by,
        published_at,
        figures,
        previous_hash: previous.map_or_else(String::new, |p| p.hash.clone()),
        hash: String::new(),
    };
    edition.hash = edition.computed_hash();
    Ok(edition)
}

impl Edition {
    /// The hash of its content; differs from [`Edition::hash`] when somebody changed the record.
    pub fn computed_hash(&self) -> String {
        let mut hash = Sha256::new();
        let head = [
            self.ref_area.as_str(),
            &self.period.to_string(),
            &self.number.to_string(),
            &self.notes,
            &self.published_by,
            &self.published_at,
            &self.previous_hash,
        ];
        hash.update(head.map(field).join("\t"));
        for line in lines(&self.figures) {
            hash.update("\n");
            hash.update(line);
        }
        crate::workbook::hex(&hash.finalize())
    }

    /// Whether any of its figures is preliminary.
    pub fn is_preliminary(&self) -> bool {
        self.figures.iter().any(|figure| figure.status == ObsStatus::Provisional)
    }

    /// The hash of its figures alone, to tell whether two drafts would publish the same.
    pub fn content_hash(figures: &[Observation]) -> String {
        let mut sorted: Vec<&Observation> = figures.iter().collect();
        sorted.sort_by(|a, b| a.key.cmp(&b.key));
        let mut hash = Sha256::new();
        for figure in sorted {
            hash.update(line(figure));
            hash.update("\n");
        }
        crate::workbook::hex(&hash.finalize())
    }

    /// The name every number of it is cited by: `2025年第1版`.
    pub fn label(&self) -> String {
        format!("{}年第{}版", self.period.year(), self.number)
    }
}

/// One line for each figure: everything that is published of it.
fn lines(figures: &[Observation]) -> Vec<String> {
    figures.iter().map(line).collect()
}

fn line(figure: &Observation) -> String {
    let key = &figure.key;
    let value = match &figure.value {
        Value::Figure(figure) => figure.to_string(),
        Value::Missing(missing) => {
            format!("{}|{}|{}", missing.reason.code(), missing.note, missing.substitute)
        }
    };
    [
        key.ref_area.as_str(),
        &key.indicator.0,
        &key.period.to_string(),
        key.sex.code(),
        key.residence.code(),
        &key.age,
        &key.group,
        key.source.code(),
        &value,
        &figure.definition_version.to_string(),
        figure.status.code(),
        figure.confidentiality.code(),
        &figure.unit_mult.to_string(),
        &figure.explanation,
    ]
    .map(field)
    .join("\t")
}

/// A field without the marks that part fields and lines, so that no two records have one text.
fn field(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n")
}

/// A figure that differs between two editions: added when it was not there before, taken out when it is not there after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference<'a> {
    pub before: Option<&'a Observation>,
    pub after: Option<&'a Observation>,
}

/// What changed between two editions, in key order.
pub fn differences<'a>(before: &'a Edition, after: &'a Edition) -> Vec<Difference<'a>> {
    let mut all: BTreeMap<&ObservationKey, Difference<'a>> = BTreeMap::new();
    let none = Difference { before: None, after: None };
    for figure in &before.figures {
        all.entry(&figure.key).or_insert(none).before = Some(figure);
    }
    for figure in &after.figures {
        all.entry(&figure.key).or_insert(none).after = Some(figure);
    }
    all.into_values().filter(|d| d.before.map(line) != d.after.map(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{ConfStatus, ObsStatus, Sex};
    use halfsky_plan::indicator::IndicatorCode;

    fn area() -> RefArea {
        "000101".parse().unwrap()
    }

    fn figure(code: &str, value: &str) -> Observation {
        let period = Period::year_of(2025).unwrap();
        Observation {
            key: ObservationKey::total(area(), IndicatorCode(code.to_owned()), period),
            value: Value::Figure(value.parse().unwrap()),
            definition_version: 1,
            status: ObsStatus::Normal,
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        }
    }

    fn draft(figures: Vec<Observation>, notes: &str) -> EditionDraft {
        EditionDraft {
            ref_area: area(),
            period: Period::year_of(2025).unwrap(),
            notes: notes.to_owned(),
            published_by: "示例".to_owned(),
            published_at: "2026-07-01T01:00:00Z".to_owned(),
            figures,
        }
    }

    fn first() -> Edition {
        publish(draft(vec![figure("B", "2"), figure("A", "1")], ""), None).unwrap()
    }

    #[test]
    fn an_edition_is_numbered_sorted_and_hashed() {
        let edition = first();
        assert_eq!((edition.number, edition.label().as_str()), (1, "2025年第1版"));
        assert_eq!(edition.figures[0].key.indicator.0, "A");
        assert_eq!(edition.hash, edition.computed_hash());
        let mut touched = edition.clone();
        touched.figures[0].value = Value::Figure("1.0".parse().unwrap());
        assert_ne!(touched.computed_hash(), edition.hash, "printed digits count");
    }

    #[test]
    fn a_correction_makes_the_next_edition_and_says_what_changed() {
        let figures = vec![figure("A", "1.5"), figure("C", "3")];
        let second = publish(draft(figures, "A更正"), Some(&first())).unwrap();
        assert_eq!((second.number, &second.previous_hash), (2, &first().hash));
        let first = first();
        let code = |f: Option<&Observation>| f.map(|f| f.key.indicator.0.clone());
        let told: Vec<_> = differences(&first, &second)
            .iter()
            .map(|d| format!("{:?} {:?}", code(d.before), code(d.after)))
            .collect();
        let expected = [r#"Some("A") Some("A")"#, r#"Some("B") None"#, r#"None Some("C")"#];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_correction_of_final_figures_is_a_revision() {
        use EditionKind::{Final, Preliminary, Revised};
        assert_eq!(kinds(&[true, false, false]), [Preliminary, Final, Revised]);
        assert_eq!(kinds(&[false, true]), [Final, Preliminary]);
        assert_eq!(kinds(&[]), []);
    }

    #[test]
    fn an_edition_of_a_year_takes_the_health_year_but_no_quarter() {
        let check = |figure: &str, edition: &str, expected| {
            assert_eq!(belongs(figure.parse().unwrap(), edition.parse().unwrap()), expected);
        };
        check("2025-A1", "2025", true);
        check("2025", "2025", true);
        check("2024-A1", "2025", false);
        check("2025-Q1", "2025", false);
        check("2025-Q1", "2025-Q1", true);
    }

    #[test]
    fn final_figures_after_preliminary_ones_are_a_new_edition() {
        let preliminary = as_preliminary(vec![figure("A", "1")]);
        let first = publish(draft(preliminary.clone(), ""), None).unwrap();
        assert!(first.is_preliminary());
        let second = publish(draft(vec![figure("A", "1")], "核定"), Some(&first)).unwrap();
        assert!(!second.is_preliminary());
        let hash = Edition::content_hash;
        assert_ne!(hash(&preliminary), hash(&[figure("A", "1")]));
        let (a, b) = (figure("A", "1"), figure("B", "1"));
        assert_eq!(hash(&[a.clone(), b.clone()]), hash(&[b, a]));
    }

    #[test]
    fn refusals_say_why() {
        let refuse =
            |figures, notes, previous| publish(draft(figures, notes), previous).unwrap_err();
        assert_eq!(refuse(vec![], "", None), PublishRefusal::Empty);
        let twice = vec![figure("A", "1"), figure("A", "2")];
        assert_eq!(refuse(twice, "", None), PublishRefusal::Twice("A".to_owned()));
        let mut other = figure("A", "1");
        other.key.period = Period::year_of(2024).unwrap();
        assert_eq!(refuse(vec![other], "", None), PublishRefusal::Elsewhere("A".to_owned()));
        let first = first();
        let same = first.figures.clone();
        assert_eq!(refuse(same, "更正", Some(&first)), PublishRefusal::NothingChanged);
        assert_eq!(refuse(vec![figure("A", "9")], " ", Some(&first)), PublishRefusal::NoNotes);
    }

    #[test]
    fn fields_cannot_be_shifted() {
        let (mut a, mut b) = (figure("A", "1"), figure("A", "1"));
        a.key.age = "x\ty".to_owned();
        b.key.age = "x".to_owned();
        b.key.group = "y".to_owned();
        assert_ne!(line(&a), line(&b));
        a.key.sex = Sex::Female;
        assert_ne!(line(&a), line(&figure("A", "1")));
    }
}
