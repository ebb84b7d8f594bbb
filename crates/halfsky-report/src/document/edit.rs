//! Edited paragraphs: the words of a person survive when the document is made anew.

use super::{Block, Document, Paragraph, Run, TextState};

/// What a person wrote in place of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The paragraph.
    pub id: String,
    pub text: String,
    /// The made text it replaced: when the program makes another one now, the figures changed.
    pub replaced: String,
}

/// The document with the words people wrote, and the edits whose paragraph is not there any more.
pub fn apply(mut document: Document, edits: &[Edit]) -> (Document, Vec<Edit>) {
    let mut unused = edits.to_vec();
    let attached = document.attachments.iter_mut().flat_map(|a| &mut a.blocks);
    for block in document.blocks.iter_mut().chain(attached) {
        let Block::Paragraph(paragraph) = block else { continue };
        if let Some(at) = unused.iter().position(|edit| edit.id == paragraph.id) {
            write(paragraph, &unused.remove(at));
        }
    }
    (document, unused)
}

/// Figures that the new words still print keep their trail.
fn write(paragraph: &mut Paragraph, edit: &Edit) {
    let made = paragraph.text();
    paragraph.state = if made == edit.replaced { TextState::Edited } else { TextState::Outdated };
    let figures = paragraph.runs.iter().filter(|run| matches!(run, Run::Figure { .. }));
    let mut rest = edit.text.as_str();
    let mut runs = Vec::new();
    for figure in figures {
        if let Some((before, after)) = split_at_figure(rest, figure.text()) {
            if !before.is_empty() {
                runs.push(Run::Text(before.to_owned()));
            }
            runs.push(figure.clone());
            rest = after;
        }
    }
    if !rest.is_empty() {
        runs.push(Run::Text(rest.to_owned()));
    }
    paragraph.runs = runs;
}

/// The text around a figure that is not part of a longer number.
fn split_at_figure<'a>(text: &'a str, figure: &str) -> Option<(&'a str, &'a str)> {
    let part_of_number = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || c == '.');
    text.match_indices(figure).find_map(|(at, found)| {
        let (before, after) = (&text[..at], &text[at + found.len()..]);
        let longer = part_of_number(before.chars().next_back())
            || (part_of_number(found.chars().next_back()) && part_of_number(after.chars().next()));
        (!longer).then_some((before, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Form;
    use halfsky_monitor::observation::ObservationKey;
    use halfsky_monitor::period::Period;
    use halfsky_plan::indicator::IndicatorCode;

    fn document(figure: &str) -> Document {
        let key = ObservationKey::total(
            "000101".parse().unwrap(),
            IndicatorCode("W-H02".to_owned()),
            Period::year_of(2025).unwrap(),
        );
        let runs = vec![
            Run::Text("孕产妇死亡率为".to_owned()),
            Run::Figure { text: figure.to_owned(), key: Box::new(key) },
            Run::Text("。".to_owned()),
        ];
        Document {
            form: Form::Report,
            title: "报告".to_owned(),
            byline: vec![],
            head: None,
            addressee: String::new(),
            blocks: vec![Block::Paragraph(Paragraph::new("health", runs))],
            signature: None,
            attachments: vec![],
            remark: String::new(),
            imprint: None,
            basis: String::new(),
        }
    }

    fn edit(text: &str) -> Edit {
        Edit {
            id: "health".to_owned(),
            text: text.to_owned(),
            replaced: "孕产妇死亡率为9.8/10万。".to_owned(),
        }
    }

    #[test]
    fn the_words_of_a_person_stay_and_its_figures_keep_their_trail() {
        let edits = [edit("全县孕产妇死亡率降至9.8/10万，为历年最低。")];
        let (document, unused) = apply(document("9.8/10万"), &edits);
        let paragraph = document.paragraphs().next().unwrap();
        assert_eq!(paragraph.text(), edits[0].text);
        assert_eq!(paragraph.state, TextState::Edited);
        assert_eq!(document.figures().map(|f| f.0).collect::<Vec<_>>(), ["9.8/10万"]);
        assert!(unused.is_empty());
    }

    #[test]
    fn a_changed_figure_flags_the_edited_paragraph() {
        let edits = [edit("全县孕产妇死亡率降至9.8/10万。")];
        let (document, _) = apply(document("10.1/10万"), &edits);
        let paragraph = document.paragraphs().next().unwrap();
        assert_eq!(paragraph.state, TextState::Outdated);
        assert_eq!(document.figures().count(), 0, "9.8 is no longer the published figure");
    }

    #[test]
    fn a_longer_number_is_not_the_figure() {
        let edits = [edit("去年为19.8/10万。")];
        let (document, _) = apply(document("9.8/10万"), &edits);
        assert_eq!(document.figures().count(), 0);
    }

    #[test]
    fn an_edit_without_its_paragraph_is_given_back() {
        let lost = Edit { id: "gone".to_owned(), ..edit("文字") };
        let (after, unused) = apply(document("9.8/10万"), std::slice::from_ref(&lost));
        assert_eq!((after, unused), (document("9.8/10万"), vec![lost]));
    }
}
