//! Documents as a reader gets them: measured against the standard, opened by an office program, set as PDF.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use halfsky_report::check::check;
use halfsky_report::document::{
    Attachment, Composer, Document, Form, Head, Imprint, Level, Orientation, Signature,
};
use halfsky_report::fonts::Fonts;
use halfsky_report::render::docx::docx;
use halfsky_report::render::pdf::pdf;
use halfsky_report::table::{Column, Table};

/// What open fonts a Linux desktop has; None where they are missing.
pub(crate) fn fonts() -> Option<Fonts> {
    let folder = Path::new("/usr/share/fonts/opentype/noto");
    let names = ["NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"];
    let files: Result<Vec<Vec<u8>>, _> = names.iter().map(|n| fs::read(folder.join(n))).collect();
    Fonts::new(files.ok()?).ok()
}

pub(crate) fn skip(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "{what} is missing");
    println!("skipped: {what} is missing");
}

fn table(rows: usize) -> Table {
    let row =
        |n: usize| vec![format!("示例指标{n}"), format!("{}.{}", n, n % 10), "县教育局".into()];
    Table {
        title: "主要指标".to_owned(),
        columns: vec![Column::words("指标"), Column::numbers("2025年"), Column::words("责任单位")],
        rows: (1..=rows).map(row).collect(),
    }
}

fn paragraph(number: usize) -> String {
    format!(
        "第{number}段。{}",
        "规划实施以来全县妇女儿童发展状况持续改善各项指标稳步推进。".repeat(4)
    )
}

fn text(paragraphs: usize) -> Composer {
    let mut text = Composer::default();
    text.heading(Level::One, "总体情况");
    for number in 1..=paragraphs {
        if number % 5 == 1 {
            text.heading(Level::Two, &format!("第{number}部分"));
        }
        text.words(format!("p{number}"), paragraph(number));
    }
    text
}

fn document(form: Form, paragraphs: usize) -> Document {
    let mut attached = Composer::default();
    attached.table(table(30), &[3, 1, 2], Orientation::Upright, vec![]);
    let letter = form == Form::Letter;
    let issuer = match form {
        Form::Letter => "示例县妇女儿童工作委员会办公室",
        Form::Minutes => "示例县妇女儿童工作委员会会议纪要",
        Form::Official | Form::Report => "示例县妇女儿童工作委员会文件",
    };
    let organ = "示例县妇女儿童工作委员会办公室".to_owned();
    let date = "2026年3月5日".to_owned();
    let report = form == Form::Report;
    let mut blocks = text(paragraphs);
    if report {
        blocks.table(table(40), &[3, 1, 2], Orientation::Landscape, vec!["注：示例数据。".into()]);
        blocks.heading(Level::One, "工作建议").words("last", paragraph(99));
    }
    Document {
        form,
        title: match form {
            Form::Official => "关于2025年规划实施情况的通报".to_owned(),
            _ => "示例县2025年妇女儿童发展规划实施情况统计监测结果的说明".to_owned(),
        },
        byline: if report { vec!["示例县统计局".to_owned()] } else { vec![] },
        head: (!report).then(|| Head {
            issuer: issuer.to_owned(),
            number: "示妇儿办〔2026〕5号".to_owned(),
            ..Head::default()
        }),
        addressee: if matches!(form, Form::Letter | Form::Official) {
            "县教育局".to_owned()
        } else {
            String::new()
        },
        blocks: blocks.finish(),
        signature: (!report).then(|| Signature { organ: organ.clone(), date: date.clone() }),
        attachments: if matches!(form, Form::Letter | Form::Official) {
            vec![Attachment { title: "主要指标表".to_owned(), blocks: attached.finish() }]
        } else {
            vec![]
        },
        remark: String::new(),
        imprint: (!report).then(|| Imprint {
            copies: "县人民政府办公室".to_owned(),
            printed_by: if letter { String::new() } else { organ },
            printed_on: if letter { String::new() } else { date },
        }),
        basis: "数据版本：2025年第1版".to_owned(),
    }
}

const FORMS: [Form; 4] = [Form::Report, Form::Letter, Form::Official, Form::Minutes];

#[test]
fn our_documents_deviate_in_nothing() {
    for form in FORMS {
        let checked = check(&docx(&document(form, 12), None).unwrap()).unwrap();
        assert_eq!(checked.deviations, [], "{form:?}");
        assert!(checked.paragraphs > 12);
    }
}

/// The pages and the words of a docx as `LibreOffice` shows it; None without `LibreOffice`.
pub(crate) fn converted(bytes: &[u8], name: &str) -> Option<(usize, String)> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(format!("{name}.docx"));
    fs::write(&file, bytes).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", dir.path().join("profile").display());
    let run = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "pdf", "--outdir"])
        .arg(dir.path())
        .arg(&file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    run.ok()?;
    let set = dir.path().join(format!("{name}.pdf"));
    let bytes = fs::read(&set).expect("LibreOffice opens the document");
    if let Some(folder) = std::env::var_os("HALFSKY_SHOW") {
        fs::write(PathBuf::from(folder).join(format!("{name}-docx.pdf")), &bytes).unwrap();
    }
    words(&set)
}

/// Pages and words of a PDF; None without pdftotext.
pub(crate) fn words(file: &Path) -> Option<(usize, String)> {
    let run = Command::new("pdftotext").arg("-layout").arg(file).arg("-").output().ok()?;
    let text = String::from_utf8(run.stdout).unwrap();
    Some((text.matches('\u{c}').count(), text))
}

/// Words without the breaks of lines and pages.
pub(crate) fn joined(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn documents_open_in_an_office_program_and_say_everything() {
    for form in FORMS {
        let sample = document(form, 12);
        let bytes = docx(&sample, None).unwrap();
        let Some((pages, text)) = converted(&bytes, &format!("{form:?}")) else {
            return skip("LibreOffice or pdftotext");
        };
        // twelve paragraphs of 116 characters, 28 on a line, 22 lines on a page
        let least = 12 * 5 / 22 + 1;
        assert!((least..least + 5).contains(&pages), "{form:?}: {pages} pages");
        let text = joined(&text);
        for paragraph in sample.paragraphs() {
            let start: String = paragraph.text().chars().take(4).collect();
            assert!(text.contains(&start), "{form:?} says {start}");
        }
        assert!(text.contains("—1—") || form == Form::Letter, "{form:?} has page numbers");
        assert!(text.contains("—2—"));
        assert!(
            !(form == Form::Letter && text.contains("—1—")),
            "none on the first page of a letter"
        );
    }
}

#[test]
fn a_full_page_has_22_lines_of_28_characters() {
    let Some(fonts) = fonts() else { return skip("fonts-noto-cjk") };
    let mut sample = Composer::default();
    sample.words("long", "国".repeat(28 * 66));
    let sample = Document { blocks: sample.finish(), ..document(Form::Report, 1) };
    let lines_of_page = |text: &str, page: usize| -> Vec<usize> {
        let page = text.split('\u{c}').nth(page).unwrap();
        page.lines().map(|l| l.matches('国').count()).filter(|n| *n > 0).collect()
    };
    let set = pdf(&sample, &fonts).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("set.pdf");
    fs::write(&file, &set.bytes).unwrap();
    let Some((_, text)) = words(&file) else { return skip("pdftotext") };
    assert_eq!(lines_of_page(&text, 1), [28; 22], "pdf");
    let Some((_, text)) = converted(&docx(&sample, None).unwrap(), "full") else {
        return skip("LibreOffice");
    };
    assert_eq!(lines_of_page(&text, 1), [28; 22], "docx");
}

#[test]
fn a_pdf_says_everything_and_is_the_same_every_time() {
    let Some(fonts) = fonts() else { return skip("fonts-noto-cjk") };
    for form in FORMS {
        let sample = document(form, 12);
        let set = pdf(&sample, &fonts).unwrap();
        assert_eq!(set, pdf(&sample, &fonts).unwrap(), "{form:?}");
        assert!(set.remarks[0].starts_with("字体已替代"), "{:?}", set.remarks);
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("set.pdf");
        fs::write(&file, &set.bytes).unwrap();
        if let Some(folder) = std::env::var_os("HALFSKY_SHOW") {
            fs::write(PathBuf::from(folder).join(format!("{form:?}.pdf")), &set.bytes).unwrap();
        }
        let Some((pages, text)) = words(&file) else { return skip("pdftotext") };
        assert_eq!(pages, set.pages);
        let text = joined(&text);
        for paragraph in sample.paragraphs() {
            let start: String = paragraph.text().chars().take(4).collect();
            assert!(text.contains(&start), "{form:?} says {start}");
        }
    }
}

#[test]
fn characters_no_face_has_are_told() {
    let Some(fonts) = fonts() else { return skip("fonts-noto-cjk") };
    let mut text = Composer::default();
    text.words("a", "生僻字\u{2ffff}");
    let sample = Document { blocks: text.finish(), ..document(Form::Report, 1) };
    let told = pdf(&sample, &fonts).unwrap().remarks;
    assert!(
        told.iter().any(|t| t.contains("字体中没有这些字") && t.contains('\u{2ffff}')),
        "{told:?}"
    );
}
