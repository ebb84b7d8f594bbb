//! Documents to be measured, and broken ones.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::Deviation;
use crate::document::{
    Attachment, Composer, Document, Form, Head, Imprint, Level, Orientation, Signature,
};
use crate::render::docx::docx;
use crate::table::{Column, Table};

fn table() -> Table {
    Table {
        title: "主要指标".to_owned(),
        columns: vec![Column::words("指标"), Column::numbers("2025年")],
        rows: vec![vec!["孕产妇死亡率（1/10万）".to_owned(), "9.80".to_owned()]],
    }
}

/// A report with two levels and a table in a landscape section.
pub(super) fn report() -> Document {
    let mut text = Composer::default();
    text.heading(Level::One, "总体情况").heading(Level::Two, "妇女与健康");
    text.words("lead", "2025年，全县妇女发展状况持续改善。");
    text.table(
        table(),
        &[3, 1],
        Orientation::Landscape,
        vec!["注：数据版本为2025年第1版。".into()],
    );
    Document {
        form: Form::Report,
        title: "示例县2025年统计监测报告".to_owned(),
        byline: vec!["示例县统计局".to_owned()],
        head: None,
        addressee: String::new(),
        blocks: text.finish(),
        signature: None,
        attachments: vec![],
        remark: String::new(),
        imprint: None,
        basis: String::new(),
    }
}

/// A letter with an attachment.
pub(super) fn letter() -> Document {
    let mut text = Composer::default();
    text.heading(Level::One, "指标情况");
    text.words("figures", "孕产妇死亡率2025年为9.80/10万。");
    text.heading(Level::One, "请你单位");
    text.words("ask", "核实数据，分析原因，书面反馈整改措施。");
    let mut attached = Composer::default();
    attached.table(table(), &[3, 1], Orientation::Upright, vec![]);
    Document {
        form: Form::Letter,
        title: "关于孕产妇死亡率指标完成情况的提示函".to_owned(),
        head: Some(Head {
            issuer: "示例县妇女儿童工作委员会办公室".to_owned(),
            number: "示妇儿办函〔2026〕5号".to_owned(),
            ..Head::default()
        }),
        addressee: "县卫生健康局".to_owned(),
        blocks: text.finish(),
        signature: Some(Signature {
            organ: "示例县妇女儿童工作委员会办公室".to_owned(),
            date: "2026年3月5日".to_owned(),
        }),
        attachments: vec![Attachment {
            title: "指标数据表".to_owned(), blocks: attached.finish()
        }],
        imprint: Some(Imprint {
            copies: "县人民政府办公室".to_owned(), ..Imprint::default()
        }),
        byline: vec![],
        ..report()
    }
}

/// A request to the level above, with a red head.
pub(super) fn official() -> Document {
    Document {
        form: Form::Official,
        title: "关于召开妇女儿童工作会议的请示".to_owned(),
        head: Some(Head {
            issuer: "示例县妇女儿童工作委员会文件".to_owned(),
            number: "示妇儿〔2026〕3号".to_owned(),
            signed_by: "（姓名）".to_owned(),
            urgency: String::new(),
        }),
        addressee: "县人民政府".to_owned(),
        attachments: vec![],
        imprint: Some(Imprint {
            copies: String::new(),
            printed_by: "示例县妇女儿童工作委员会办公室".to_owned(),
            printed_on: "2026年3月6日".to_owned(),
        }),
        ..letter()
    }
}

/// The bytes of a document after replacements in its parts.
pub(super) fn broken(document: &Document, replacements: &[(&str, &str, &str)]) -> Vec<u8> {
    let bytes = docx(document, None).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut changed = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        for (part, from, to) in replacements.iter().filter(|(part, ..)| *part == name) {
            assert!(text.contains(from), "{part} has no {from}");
            text = text.replace(from, to);
        }
        changed.start_file(name, SimpleFileOptions::default()).unwrap();
        changed.write_all(text.as_bytes()).unwrap();
    }
    changed.finish().unwrap().into_inner()
}

/// The findings of a clause (`7.3.3`, or `7.3.3 标题` for those of one place) after replacements.
pub(super) fn check(
    document: &Document,
    replacements: &[(&str, &str, &str)],
    clause: &str,
    told: &[&str],
) {
    let checked = super::check(&broken(document, replacements)).unwrap();
    let (clause, place) = clause.split_once(' ').unwrap_or((clause, ""));
    let of_clause = |d: &&Deviation| d.clause.starts_with(clause) && d.place.starts_with(place);
    let found: Vec<String> = checked
        .deviations
        .iter()
        .filter(of_clause)
        .map(|d| format!("{}：{}，应为{}", d.place, d.found, d.wanted))
        .collect();
    assert_eq!(found, told);
}
