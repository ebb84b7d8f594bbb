//! What stands above and below a text: 版头, title, 主送, 附件说明, 落款, 附注, 版记.

use crate::document::{Document, Form, Head, Imprint, Signature};
use crate::layout::{
    FOOT_INDENT, INDENT, ISSUER_TOP, LETTER_ISSUER_TOP, LETTER_RULE, LETTER_RULE_LEFT, LINE,
    ONE_CHARACTER, RED, RULE_DISTANCE, SIZE_ISSUER, SIZE_ISSUER_LETTER, THICK, THIN, TOP,
    TYPE_WIDTH, issuer_size, title_lines,
};

use super::section::double_line;
use super::xml::{paragraph, run, run_with};

/// Everything above the text.
pub(super) fn above(document: &Document) -> String {
    let mut xml = String::new();
    match (document.form, &document.head) {
        (Form::Letter, Some(head)) => letter_head(&mut xml, head),
        (Form::Official | Form::Minutes, Some(head)) => red_head(&mut xml, head),
        _ => {}
    }
    let above = match document.form {
        Form::Report => LINE,
        Form::Letter | Form::Official | Form::Minutes => 2 * LINE,
    };
    // the name of minutes is their red head
    if document.form != Form::Minutes {
        let spacing = format!("<w:spacing w:before=\"{above}\"/>");
        xml.push_str(&paragraph("Title", &spacing, &lines(&document.title)));
    }
    for line in &document.byline {
        xml.push_str(&paragraph("Byline", "", &run(line)));
    }
    if !document.addressee.is_empty() {
        xml.push_str(&paragraph("Addressee", "", &run(&format!("{}：", document.addressee))));
    }
    xml
}

/// A title in lines that part no word.
fn lines(title: &str) -> String {
    title_lines(title).iter().map(|line| run(line)).collect::<Vec<_>>().join("<w:r><w:br/></w:r>")
}

/// The title of an attachment.
pub(super) fn attachment_title(title: &str) -> String {
    paragraph("AttachmentTitle", "", &lines(title))
}

/// The 发文机关标志 in the size that fits.
fn issuer(text: &str, width: u32, largest: u32) -> String {
    let size = issuer_size(text, width, largest);
    run_with(&format!("<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>"), text)
}

fn red_head(xml: &mut String, head: &Head) {
    let mut above = ISSUER_TOP - TOP;
    if !head.urgency.is_empty() {
        xml.push_str(&paragraph("Urgency", "", &run(&head.urgency)));
        above -= LINE;
    }
    let spacing = format!("<w:spacing w:before=\"{above}\"/>");
    xml.push_str(&paragraph("Issuer", &spacing, &issuer(&head.issuer, TYPE_WIDTH, SIZE_ISSUER)));
    let rule = format!(
        "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"{THICK}\" w:space=\"{}\" w:color=\"{RED}\"/></w:pBdr>",
        RULE_DISTANCE / 20
    );
    if head.signed_by.is_empty() {
        let centred = format!("{rule}<w:jc w:val=\"center\"/>");
        xml.push_str(&paragraph("DocumentNumber", &centred, &run(&head.number)));
    } else {
        let right = TYPE_WIDTH - ONE_CHARACTER;
        let properties = format!(
            "{rule}<w:tabs><w:tab w:val=\"right\" w:pos=\"{right}\"/></w:tabs>\
             <w:ind w:left=\"0\" w:firstLine=\"{ONE_CHARACTER}\"/><w:jc w:val=\"left\"/>"
        );
        let runs = format!(
            "{}<w:r><w:tab/></w:r>{}{}",
            run(&head.number),
            run("签发人："),
            run_with("<w:rStyle w:val=\"Signer\"/>", &head.signed_by)
        );
        xml.push_str(&paragraph("DocumentNumber", &properties, &runs));
    }
}

/// The 标志 and the first double line stand at their place on the paper; the text begins below them.
fn letter_head(xml: &mut String, head: &Head) {
    let high = SIZE_ISSUER_LETTER * 10 * 6 / 5;
    let frame = format!(
        "<w:framePr w:w=\"{LETTER_RULE}\" w:h=\"{high}\" w:hRule=\"exact\" w:wrap=\"around\" w:vAnchor=\"page\" \
         w:hAnchor=\"page\" w:x=\"{LETTER_RULE_LEFT}\" w:y=\"{LETTER_ISSUER_TOP}\"/>\
         <w:spacing w:before=\"0\" w:line=\"{high}\" w:lineRule=\"exact\"/>"
    );
    xml.push_str(&paragraph(
        "IssuerLetter",
        &frame,
        &issuer(&head.issuer, LETTER_RULE, SIZE_ISSUER_LETTER),
    ));
    let line = LETTER_ISSUER_TOP + high + RULE_DISTANCE;
    xml.push_str(&double_line(line, ["12", "4"]));
    // 7/8 of a 三号 character below the line
    let first = format!("<w:spacing w:before=\"{}\"/>", line + 30 + 280 - TOP);
    if head.urgency.is_empty() {
        xml.push_str(&paragraph("DocumentNumberLetter", &first, &run(&head.number)));
    } else {
        xml.push_str(&paragraph("Urgency", &first, &run(&head.urgency)));
        xml.push_str(&paragraph("DocumentNumberLetter", "", &run(&head.number)));
    }
}

/// What stands between text and attachments: 附件说明, 落款, 附注.
pub(super) fn below(document: &Document) -> String {
    let mut xml = String::new();
    if document.form != Form::Report {
        attachment_list(&mut xml, document);
    }
    if let Some(signature) = &document.signature {
        sign(&mut xml, signature);
    }
    if !document.remark.is_empty() {
        xml.push_str(&paragraph("Remark", "", &run(&format!("（{}）", document.remark))));
    }
    xml
}

fn attachment_list(xml: &mut String, document: &Document) {
    let titles: Vec<&str> = document.attachments.iter().map(|a| a.title.as_str()).collect();
    for (at, title) in titles.iter().enumerate() {
        // run-over lines begin under the first character of the name
        let (mark, hanging) = match (titles.len(), at) {
            (1, _) => ("附件：".to_owned(), 3 * ONE_CHARACTER),
            (_, 0) => ("附件：1.".to_owned(), 4 * ONE_CHARACTER),
            (_, at) => (format!("{}.", at + 1), ONE_CHARACTER),
        };
        let left = INDENT + if titles.len() == 1 { 3 } else { 4 } * ONE_CHARACTER;
        let before = if at == 0 { LINE } else { 0 };
        let properties = format!(
            "<w:keepNext/><w:spacing w:before=\"{before}\"/><w:ind w:left=\"{left}\" w:hanging=\"{hanging}\"/>"
        );
        xml.push_str(&paragraph("AttachmentList", &properties, &run(&format!("{mark}{title}"))));
    }
}

/// 落款 without a seal: the name two characters in from the right, the date two characters right of where it begins.
fn sign(xml: &mut String, signature: &Signature) {
    let (name, date) = (width(&signature.organ), width(&signature.date));
    let mut name_left = TYPE_WIDTH.saturating_sub(INDENT + name);
    let mut date_left = name_left + INDENT;
    if date_left + date > TYPE_WIDTH {
        // a date longer than the name: the date stands two characters in, the name moves left
        date_left = TYPE_WIDTH.saturating_sub(INDENT + date);
        name_left = date_left.saturating_sub(INDENT);
    }
    let at = |left: u32, before: u32, keep: &str| {
        format!("{keep}<w:spacing w:before=\"{before}\"/><w:ind w:left=\"{left}\"/>")
    };
    let first = at(name_left, LINE, "<w:keepNext/>");
    xml.push_str(&paragraph("Signature", &first, &run(&signature.organ)));
    xml.push_str(&paragraph("Signature", &at(date_left, 0, ""), &run(&signature.date)));
}

/// How wide words are in 三号, half-width characters at half.
fn width(text: &str) -> u32 {
    text.chars().map(|c| if c.is_ascii() { ONE_CHARACTER / 2 } else { ONE_CHARACTER - 5 }).sum()
}

/// 版记 on the bottom of the type area of the last page, as one frame.
pub(super) fn imprint(document: &Document) -> String {
    let mut xml = String::new();
    let Some(imprint) = &document.imprint else { return xml };
    let lines = document.form != Form::Letter;
    let border = |place: &str, size: u32| {
        format!("<w:{place} w:val=\"single\" w:sz=\"{size}\" w:space=\"0\" w:color=\"auto\"/>")
    };
    let copies = (!imprint.copies.is_empty()).then(|| format!("抄送：{}。", imprint.copies));
    let printed = (!imprint.printed_by.is_empty()).then(|| printed(imprint));
    let frame = format!(
        "<w:framePr w:w=\"{TYPE_WIDTH}\" w:wrap=\"around\" w:vAnchor=\"margin\" w:hAnchor=\"margin\" \
         w:xAlign=\"left\" w:yAlign=\"bottom\"/>"
    );
    let both = copies.is_some() && printed.is_some();
    if let Some(copies) = copies {
        let lower = if both { border("bottom", THIN) } else { border("bottom", THICK) };
        let borders = if lines {
            format!("<w:pBdr>{}{lower}</w:pBdr>", border("top", THICK))
        } else {
            String::new()
        };
        let hanging = 3 * FOOT_INDENT;
        let indent = format!(
            "<w:ind w:left=\"{}\" w:right=\"{FOOT_INDENT}\" w:hanging=\"{hanging}\"/>",
            FOOT_INDENT + hanging
        );
        xml.push_str(&paragraph("Imprint", &format!("{frame}{borders}{indent}"), &run(&copies)));
    }
    if let Some(printed) = printed {
        let upper = if both { String::new() } else { border("top", THICK) };
        let tab = TYPE_WIDTH - FOOT_INDENT;
        let properties = format!(
            "{frame}<w:pBdr>{upper}{}</w:pBdr><w:tabs><w:tab w:val=\"right\" w:pos=\"{tab}\"/></w:tabs>\
             <w:ind w:left=\"{FOOT_INDENT}\" w:right=\"{FOOT_INDENT}\"/>",
            border("bottom", THICK)
        );
        xml.push_str(&paragraph("Imprint", &properties, &printed));
    }
    // a frame hangs on the paragraph after it
    xml.push_str(&paragraph("Anchor", "", ""));
    xml
}

fn printed(imprint: &Imprint) -> String {
    format!(
        "{}<w:r><w:tab/></w:r>{}",
        run(&imprint.printed_by),
        run(&format!("{}印发", imprint.printed_on))
    )
}
