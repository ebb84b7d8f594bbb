//! Every draft of the example county, from its plan to the file: measured, opened, read back.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use halfsky_evaluate::run::UsedEdition;
use halfsky_monitor::definition::{Definition, Definitions};
use halfsky_monitor::edition::{Edition, EditionDraft, publish};
use halfsky_monitor::item;
use halfsky_monitor::observation::{
    ConfStatus, ObsStatus, Observation, ObservationKey, Sex, Value,
};
use halfsky_monitor::period::Period;
use halfsky_plan::document::parse;
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::{Catalogue, IndicatorCode};
use halfsky_plan::version::{DraftHeader, PlanId, PlanVersion, SourceFile};
use halfsky_report::check::check;
use halfsky_report::document::Document;
use halfsky_report::draft::annual::annual;
use halfsky_report::draft::unit_report::units;
use halfsky_report::draft::{Details, Prepared, Published, View, draft};
use halfsky_report::issue::ReportKind;
use halfsky_report::portal::{Place, Portal};
use halfsky_report::render::docx::docx;
use halfsky_report::render::pdf::pdf;
use halfsky_report::template::Templates;
use halfsky_report::wording::with_unit;
use jiff::civil::date;
use rust_decimal::Decimal;

use crate::documents::{converted, fonts, joined, skip, words};

const YEAR: i32 = 2025;

/// The plan of the example.
fn version() -> PlanVersion {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../halfsky/demo/yunxi-women.txt");
    let text = fs::read_to_string(file).unwrap();
    let plan = parse(&text).plans.into_iter().next().unwrap();
    let header = DraftHeader {
        ref_area: "990101".parse().unwrap(),
        plan_id: PlanId("plan".to_owned()),
        number: 1,
        source: SourceFile {
            name: "plan.txt".to_owned(),
            sha256: String::new(),
            size: 0,
            format: "txt".to_owned(),
        },
        text,
        example: true,
    };
    PlanVersion::draft(header, plan, Catalogue::builtin().indicators())
}

/// A figure that fits the unit of its card, another one for every indicator and year.
fn figure(index: usize, year: i32, card: &Definition) -> Figure {
    let index = i64::try_from(index).unwrap();
    let year = i64::from(year - 2020);
    let value = if matches!(card.unit.code(), "per_100k" | "permille") {
        Decimal::new(150 - index % 70 - year * 8, 1)
    } else {
        Decimal::new(520 + index * 37 % 400 + year * (11 + index % 9) - (year % 3) * 6, 1)
    };
    Figure::new(value).rounded(card.decimals)
}

/// What is published of the example: six years of every linked indicator but the last.
fn published(version: &PlanVersion) -> Published {
    let cards = halfsky_monitor::card::definitions(&Catalogue::builtin()).unwrap();
    let items = item::items(&cards);
    let definitions: BTreeMap<IndicatorCode, Definitions> = cards
        .into_iter()
        .map(|card| (card.code.clone(), Definitions::new(vec![card]).unwrap()))
        .collect();
    let mut codes: Vec<IndicatorCode> =
        version.active_targets().filter_map(|t| t.link.as_ref()).map(|l| l.code.clone()).collect();
    codes.sort();
    codes.dedup();
    codes.pop();
    let of_year = |year: i32| -> Vec<Observation> {
        let observed = |(index, code): (usize, &IndicatorCode)| {
            let card = definitions[code].of_year(year)?;
            let mut key = ObservationKey::total(
                version.ref_area.clone(),
                code.clone(),
                Period::new(card.period_rule.kind(), year, 1).ok()?,
            );
            key.source = card.source.variant;
            if card.splits.sex.code() == "female_only" {
                key.sex = Sex::Female;
            }
            Some(Observation {
                key,
                value: Value::Figure(figure(index, year, card)),
                definition_version: card.version,
                status: ObsStatus::Normal,
                confidentiality: ConfStatus::Free,
                unit_mult: 0,
                explanation: String::new(),
            })
        };
        codes.iter().enumerate().filter_map(observed).collect()
    };
    let edition = |year: i32| -> Edition {
        publish(
            EditionDraft {
                ref_area: version.ref_area.clone(),
                period: Period::year_of(year).unwrap(),
                notes: String::new(),
                published_by: "示例".to_owned(),
                published_at: format!("{}-06-01T00:00:00Z", year + 1),
                figures: of_year(year),
            },
            None,
        )
        .unwrap()
    };
    let editions = (2020..=YEAR).map(|year| {
        let edition = edition(year);
        let used = UsedEdition { period: year.to_string(), number: 1, hash: edition.hash };
        (used, edition.figures)
    });
    Published {
        region: "云溪县".to_owned(),
        edition: edition(YEAR),
        editions: editions.collect(),
        definitions,
        items,
        organs: Vec::new(),
        templates: Templates::default(),
        on: date(2026, 7, 1),
        view: View::Internal,
    }
}

/// Every kind of document with a name for its file.
fn documents() -> Vec<(String, Document)> {
    let version = version();
    let published = published(&version);
    let prepared = Prepared::new(published, version, None);
    let material = prepared.material();
    let made = |kind: &ReportKind| {
        let of = |unit: String| {
            let details = Details {
                unit,
                addressee: "县人民政府".to_owned(),
                number: "云妇儿办函〔2026〕5号".to_owned(),
                due: Some(date(2026, 8, 1)),
                ..Details::default()
            };
            draft(&material, *kind, &details).ok()
        };
        (kind.code().to_owned(), units(&material).into_iter().find_map(of).unwrap())
    };
    ReportKind::ALL.iter().map(made).collect()
}

fn show(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("HALFSKY_SHOW") {
        fs::write(PathBuf::from(folder).join(name), bytes).unwrap();
    }
}

/// The words of the main part of a docx.
fn read_back(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let parts = xml.split("<w:t xml:space=\"preserve\">").skip(1);
    parts.filter_map(|part| part.split("</w:t>").next()).collect()
}

#[test]
fn every_document_deviates_in_nothing_and_opens() {
    let Some(fonts) = fonts() else {
        return skip("fonts-noto-cjk");
    };
    for (name, document) in documents() {
        let bytes = docx(&document, Some(&fonts)).unwrap();
        assert_eq!(bytes, docx(&document, Some(&fonts)).unwrap(), "{name}");
        show(&format!("{name}.docx"), &bytes);
        assert_eq!(check(&bytes).unwrap().deviations, [], "{name}");
        let set = pdf(&document, &fonts).unwrap();
        show(&format!("{name}.pdf"), &set.bytes);
        assert_eq!(set.bytes, pdf(&document, &fonts).unwrap().bytes, "{name}");
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("set.pdf");
        fs::write(&file, &set.bytes).unwrap();
        let (Some((pages, shown)), Some((_, told))) = (converted(&bytes, &name), words(&file))
        else {
            return skip("LibreOffice or pdftotext");
        };
        assert!(pages.abs_diff(set.pages) <= 1 + pages / 8, "{name}: {pages}, {} pages", set.pages);
        if name == "brief" {
            assert_eq!((pages, set.pages), (1, 1), "one page");
        }
        let (shown, told) = (joined(&shown), joined(&told));
        for paragraph in document.paragraphs() {
            let start: String = paragraph.text().chars().take(6).collect();
            assert!(shown.contains(&start) && told.contains(&start), "{name} says {start}");
        }
    }
}

#[test]
fn every_figure_in_the_file_is_that_of_the_edition() {
    let Some(fonts) = fonts() else { return skip("fonts-noto-cjk") };
    let version = version();
    let published = published(&version);
    let (figures, names) = (published.edition.figures.clone(), published.names());
    let prepared = Prepared::new(published, version, None);
    let document = annual(&prepared.material()).unwrap();
    let read = read_back(&docx(&document, Some(&fonts)).unwrap());
    assert!(figures.len() > 20, "{}", figures.len());
    for observation in &figures {
        let (code, value) = (&observation.key.indicator, observation.value.figure().unwrap());
        let printed = format!("为{}", with_unit(value, names.unit(code).unwrap()));
        assert!(read.contains(&printed), "{}{printed}", names.name(code));
    }
    for (text, key) in document.figures() {
        let observation = figures.iter().find(|o| o.key == *key).unwrap();
        let value = observation.value.figure().unwrap();
        assert_eq!(text, with_unit(value, names.unit(&key.indicator).unwrap()));
    }
    assert!(read.contains("不作评价"));
}

#[test]
fn the_public_site_of_the_example_is_whole() {
    let version = version();
    let published = published(&version).seen_by(View::Public);
    let prepared = Prepared::new(published, version, None);
    let plans = [prepared.material()];
    let site = Portal { region: "云溪县", plans: &plans, reports: &[], place: Place::Files };
    let paths = site.paths();
    assert!(paths.len() > 60, "{}", paths.len());
    for path in paths {
        let page = site.page(&path).unwrap();
        if let Some(folder) = std::env::var_os("HALFSKY_SHOW") {
            let file = PathBuf::from(folder).join("site").join(&path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, page.bytes).unwrap();
        }
    }
}
