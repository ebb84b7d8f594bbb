//! Word documents as Word and WPS write them.

use halfsky_plan::source::{Format, SourceError, read};

use super::make::{self, docx, paragraph, part};

fn check(body: &str, expect: &str) {
    check_numbered(body, "", "", expect);
}

fn check_numbered(body: &str, numbering: &str, styles: &str, expect: &str) {
    let source = read(&docx(body, numbering, styles), "规划.docx").unwrap();
    assert_eq!((source.format, source.text.as_str()), (Format::Docx, expect), "{body}");
    assert!(source.notes.is_empty(), "{:?}", source.notes);
}

fn run(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

/// A numbered paragraph.
fn item(list: u32, level: u8, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr></w:pPr>{}</w:p>",
        run(text)
    )
}

fn level(at: u8, format: &str, text: &str, more: &str) -> String {
    format!(
        "<w:lvl w:ilvl=\"{at}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/>{more}<w:lvlText w:val=\"{text}\"/></w:lvl>"
    )
}

fn numbering(levels: &str) -> String {
    format!(
        "<w:abstractNum w:abstractNumId=\"7\">{levels}</w:abstractNum><w:num w:numId=\"3\"><w:abstractNumId w:val=\"7\"/></w:num>"
    )
}

#[test]
fn runs_breaks_and_symbols() {
    let body = "<w:p><w:r><w:t>到2030年，</w:t></w:r><w:r><w:t xml:space=\"preserve\">达到 95%</w:t><w:br/><w:t>以上</w:t><w:tab/><w:t>&lt;甲&gt;&#x4E59;</w:t>\
        <w:noBreakHyphen/><w:sym w:font=\"Symbol\" w:char=\"F0B3\"/></w:r></w:p>";
    check(body, "到2030年，达到 95%\n以上 <甲>乙-≥\n");
}

#[test]
fn deleted_hidden_and_coded_text_is_left_out() {
    let body = "<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins>\
        <w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>显</w:t></w:r>\
        <w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:moveFrom><w:r><w:t>移</w:t></w:r></w:moveFrom></w:p>";
    check(body, "新显\n");
    let joined = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>上半句</w:t></w:r></w:p><w:p><w:r><w:t>下半句</w:t></w:r></w:p>";
    check(joined, "上半句下半句\n");
}

#[test]
fn text_boxes_are_told_once() {
    let content = "<w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>";
    let body = format!(
        "<w:p><w:r><w:t>甲</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><wps:txbx>{content}</wps:txbx></mc:Choice>\
         <mc:Fallback><w:pict><v:textbox>{content}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>乙</w:t></w:r></w:p>"
    );
    check(&body, "甲乙\n框内\n");
}

#[test]
fn automatic_numbers_are_written_out() {
    let levels = level(0, "chineseCounting", "%1、", "<w:suff w:val=\"nothing\"/>")
        + &level(1, "chineseCountingThousand", "（%2）", "")
        + &level(2, "decimal", "%3.", "<w:suff w:val=\"space\"/>")
        + &level(3, "decimalEnclosedCircleChinese", "%4", "<w:suff w:val=\"nothing\"/>");
    let body = [
        item(3, 0, "健康"),
        item(3, 1, "主要目标"),
        item(3, 2, "甲"),
        item(3, 2, "乙"),
        item(3, 1, "策略措施"),
        item(3, 2, "丙"),
        item(3, 3, "丁"),
        paragraph("正文"),
        item(3, 0, "教育"),
        item(3, 1, "主要目标"),
    ]
    .concat();
    let expect = "一、健康\n（一）主要目标\n1. 甲\n2. 乙\n（二）策略措施\n1. 丙\n①丁\n正文\n二、教育\n（一）主要目标\n";
    check_numbered(&body, &numbering(&levels), "", expect);
}

#[test]
fn numbers_over_ten_legal_numbers_and_restarts() {
    let levels = level(0, "chineseCounting", "第%1章", "<w:suff w:val=\"space\"/>")
        + &level(1, "decimal", "%1.%2", "<w:isLgl/><w:lvlRestart w:val=\"0\"/>");
    let chapters: String = (0..11).map(|_| item(3, 0, "章")).collect();
    let body = format!("{chapters}{}{}{}", item(3, 1, "节"), item(3, 0, "章"), item(3, 1, "节"));
    let source = read(&docx(&body, &numbering(&levels), ""), "a.docx").unwrap();
    let tail: Vec<_> = source.text.lines().skip(9).collect();
    assert_eq!(tail, ["第十章章", "第十一章章", "11.1 节", "第十二章章", "12.2 节"]);
}

#[test]
fn lists_of_one_template_count_on_unless_they_start_anew() {
    let numbering = numbering(&level(0, "decimal", "%1．", "<w:suff w:val=\"nothing\"/>"))
        + "<w:num w:numId=\"4\"><w:abstractNumId w:val=\"7\"/></w:num>\
           <w:num w:numId=\"5\"><w:abstractNumId w:val=\"7\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>";
    let body = [
        item(3, 0, "甲"),
        item(4, 0, "乙"),
        item(5, 0, "丙"),
        item(5, 0, "丁"),
        item(0, 0, "无号"),
    ]
    .concat();
    check_numbered(&body, &numbering, "", "1．甲\n2．乙\n1．丙\n2．丁\n无号\n");
}

#[test]
fn styles_number_paragraphs() {
    let numbering = numbering(
        &(level(0, "chineseCounting", "%1、", "")
            + &level(1, "decimal", "%2.", "<w:pStyle w:val=\"b\"/>")),
    );
    let styles = "<w:style w:type=\"paragraph\" w:styleId=\"a\"><w:pPr><w:numPr><w:numId w:val=\"3\"/></w:numPr></w:pPr></w:style>\
        <w:style w:type=\"paragraph\" w:styleId=\"b\"><w:basedOn w:val=\"a\"/><w:pPr><w:numPr><w:numId w:val=\"3\"/></w:numPr></w:pPr></w:style>\
        <w:style w:type=\"paragraph\" w:styleId=\"c\"><w:basedOn w:val=\"a\"/></w:style>";
    let written = |style: &str, text: &str| {
        format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>", run(text))
    };
    let body = [written("a", "健康"), written("b", "甲"), written("b", "乙"), written("c", "教育")]
        .concat();
    check_numbered(&body, &numbering, styles, "一、健康\n1. 甲\n2. 乙\n二、教育\n");
}

#[test]
fn bullets_show_only_dashes() {
    let numbering = numbering(&(level(0, "bullet", "—", "") + &level(1, "bullet", "\u{F06C}", "")));
    check_numbered(&[item(3, 0, "甲"), item(3, 1, "乙")].concat(), &numbering, "", "— 甲\n乙\n");
}

#[test]
fn tables_become_rows() {
    let cell = |properties: &str, text: &str| {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", paragraph(text))
    };
    let rows = [
        format!(
            "<w:tr>{}{}</w:tr>",
            cell("<w:vMerge w:val=\"restart\"/>", "领域"),
            cell("<w:gridSpan w:val=\"2\"/>", "目标值")
        ),
        format!(
            "<w:tr>{}{}{}</w:tr>",
            cell("<w:vMerge/>", ""),
            cell("", "2025年"),
            cell("", "2030年")
        ),
        format!("<w:tr><w:trPr><w:del/></w:trPr>{}</w:tr>", cell("", "删去的行")),
        format!("<w:tr>{}{}{}</w:tr>", cell("", "健康"), cell("", "90%"), cell("", "95%")),
    ];
    check(
        &format!("{}<w:tbl>{}</w:tbl>{}", paragraph("前"), rows.concat(), paragraph("后")),
        "前\n领域\t目标值\t\n领域\t2025年\t2030年\n健康\t90%\t95%\n后\n",
    );
}

#[test]
fn strict_documents_and_odd_part_names() {
    let document =
        part("document", make::STRICT, &format!("<w:body>{}</w:body>", paragraph("规划")));
    let bytes = make::zip(&[("WORD\\document.xml", document.as_bytes())]);
    assert_eq!(read(&bytes, "a.docx").unwrap().text, "规划\n");
    let utf16: Vec<u8> = "\u{FEFF}"
        .encode_utf16()
        .chain(document.replace("UTF-8", "UTF-16").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        read(&make::zip(&[("word/document.xml", &utf16)]), "a.docx").unwrap().text,
        "规划\n"
    );
}

#[test]
fn declarations_and_bombs_are_refused() {
    let refused = |document: &str| {
        read(&make::zip(&[("word/document.xml", document.as_bytes())]), "a.docx").unwrap_err()
    };
    let body = part("document", make::TRANSITIONAL, "<w:p><w:r><w:t>&甲;</w:t></w:r></w:p>");
    assert_eq!(refused(&body), SourceError::ForbiddenXml(Format::Docx));
    let declared = format!(
        "<!DOCTYPE a [<!ENTITY b \"c\">]>{}",
        part("document", make::TRANSITIONAL, &paragraph("甲")).split_once("?>").unwrap().1
    );
    assert_eq!(refused(&declared), SourceError::ForbiddenXml(Format::Docx));
    let deep = part(
        "document",
        make::TRANSITIONAL,
        &format!("{}{}", "<w:x>".repeat(2000), "</w:x>".repeat(2000)),
    );
    assert!(matches!(refused(&deep), SourceError::Excessive { .. }));
    let bomb = part("document", make::TRANSITIONAL, &" ".repeat(40 << 20));
    assert!(matches!(refused(&bomb), SourceError::Excessive { .. }));
    assert!(matches!(refused("<w:document>"), SourceError::Damaged { .. }));
    let many: Vec<(String, &[u8])> = (0..10_001).map(|i| (format!("word/{i}"), &b""[..])).collect();
    let many: Vec<(&str, &[u8])> =
        many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert!(matches!(
        read(&make::zip(&many), "a.docx").unwrap_err(),
        SourceError::Excessive { .. }
    ));
}

#[test]
fn a_broken_numbering_part_costs_only_the_numbers() {
    let document =
        part("document", make::TRANSITIONAL, &format!("<w:body>{}</w:body>", item(3, 0, "健康")));
    let bytes = make::zip(&[
        ("word/document.xml", document.as_bytes()),
        ("word/numbering.xml", b"<w:numbering"),
    ]);
    let source = read(&bytes, "a.docx").unwrap();
    assert_eq!(source.text, "健康\n");
    assert!(source.notes[0].message.contains("编号"));
}
