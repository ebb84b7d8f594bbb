use std::io::{Cursor, Read};
use std::path::Path;

use zip::ZipArchive;

use super::*;
use crate::document::{Composer, Imprint, Signature};

fn document(text: &str) -> Document {
    let mut composer = Composer::default();
    composer.words("a", text);
    Document {
        form: Form::Letter,
        title: "标题".to_owned(),
        byline: vec![],
        head: Some(crate::document::Head { issuer: "机关".to_owned(), ..Default::default() }),
        addressee: "各单位".to_owned(),
        blocks: composer.finish(),
        signature: Some(Signature {
            organ: "机关".to_owned(), date: "2026年3月5日".to_owned()
        }),
        attachments: vec![],
        remark: String::new(),
        imprint: Some(Imprint { copies: "某局".to_owned(), ..Imprint::default() }),
        basis: String::new(),
    }
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let one = document("正文");
    assert_eq!(docx(&one, None).unwrap(), docx(&one, None).unwrap());
}

#[test]
fn every_part_is_well_formed_and_declared() {
    let bytes = docx(&document("甲<乙>&“丙”\u{1}"), None).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let names: Vec<String> = (0..archive.len())
        .map(|at| archive.by_index(at).unwrap().name().unwrap().into_owned())
        .collect();
    let types = part(&bytes, "[Content_Types].xml");
    let links = part(&bytes, "word/_rels/document.xml.rels");
    for name in &names {
        let text = part(&bytes, name);
        let mut reader = quick_xml::Reader::from_str(&text);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
        if let Some(word) = name
            .strip_prefix("word/")
            .filter(|n| Path::new(n).extension().is_some_and(|e| e == "xml"))
        {
            assert!(types.contains(&format!("/word/{word}")), "{name} is declared");
            assert!(word == "document.xml" || links.contains(word), "{name} is linked");
        }
    }
    for declared in types.split("PartName=\"/").skip(1) {
        let declared = declared.split('"').next().unwrap();
        assert!(names.iter().any(|n| n == declared), "{declared} is there");
    }
    assert!(part(&bytes, "word/document.xml").contains("甲&lt;乙&gt;&amp;"));
}

#[test]
fn a_rare_character_asks_for_a_larger_face() {
    assert_eq!(Faces::of(&document("常用字")), Faces::Gb2312);
    let rare_name = document("王玥");
    assert_eq!((Faces::of(&rare_name), rare(&rare_name)), (Faces::Wide, vec!['玥']));
    let styles = part(&docx(&rare_name, None).unwrap(), "word/styles.xml");
    assert!(styles.contains("\"仿宋\"") && !styles.contains("仿宋_GB2312"));
}

#[test]
fn styles_stand_in_the_order_of_the_schema() {
    let styles = part(&docx(&document("正文"), None).unwrap(), "word/styles.xml");
    for style in styles.split("<w:style ").skip(1).filter(|s| s.contains("<w:pPr>")) {
        let places: Vec<Option<usize>> =
            ["<w:name", "<w:basedOn", "<w:qFormat", "<w:pPr>", "<w:rPr>"]
                .map(|e| style.find(e))
                .into();
        let places: Vec<usize> = places.into_iter().flatten().collect();
        assert!(places.is_sorted(), "{style}");
    }
}
