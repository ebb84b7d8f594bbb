//! Editions: frozen, numbered, and every published number names its own.

use halfsky_monitor::data_set::Column;
use halfsky_monitor::edition::{Edition, EditionDraft, as_preliminary, publish};
use halfsky_monitor::observation::{Observation, Residence, Sex};
use halfsky_monitor::period::Period;
use halfsky_monitor::workbook::{MappedColumn, Mapping};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::form_mappings::{self, MappingKey};
use halfsky_store::observations::Years;
use halfsky_store::testing::for_each_database;
use halfsky_store::{Error, Result, Store};

use crate::monitoring::{code, name_region, neighbour, observed, unit};
use crate::specimen::{area, entry, stamp};

fn year(year: i32) -> Period {
    Period::year_of(year).expect("a year")
}

fn edition(figures: Vec<Observation>, notes: &str, previous: Option<&Edition>) -> Edition {
    let key = &figures[0].key;
    let draft = EditionDraft {
        ref_area: key.ref_area.clone(),
        period: year(key.period.year()),
        notes: notes.to_owned(),
        published_by: "liu".to_owned(),
        published_at: "2026-07-01T01:00:00Z".to_owned(),
        figures,
    };
    publish(draft, previous).expect("an edition")
}

async fn keep(store: &Store, edition: &Edition) -> Result<()> {
    let mut tx = store.begin(&edition.ref_area).await?;
    name_region(&mut tx, &edition.ref_area).await;
    editions::insert(&mut tx, edition).await?;
    tx.commit(entry("edition.publish")).await.map(|_| ())
}

fn both_years(ref_area: &RefArea) -> [Edition; 3] {
    let figures = |y: i32, value: &str| {
        let mut split = observed(ref_area, "W-H05", y, "缺");
        split.key.sex = Sex::Female;
        let whole = observed(ref_area, "W-H05", y, "缺");
        vec![observed(ref_area, "W-H02", y, value), whole, split]
    };
    let older = edition(figures(2024, "12.50"), "", None);
    let first = edition(figures(2025, "9.8"), "", None);
    let corrected = edition(figures(2025, "9.9"), "补报1例", Some(&first));
    [older, first, corrected]
}

#[tokio::test]
async fn an_edition_comes_back_as_it_was_published() {
    for_each_database(async |database| {
        let store = &database.store;
        for edition in &both_years(&area()) {
            keep(store, edition).await.unwrap();
            let loaded = editions::load(store, &area(), EditionKey::of(edition)).await.unwrap();
            assert_eq!(&loaded, edition, "{}", database.name);
            assert_eq!(loaded.computed_hash(), loaded.hash, "{}", database.name);
        }
        let [_, _, corrected] = both_years(&area());
        let newest = editions::newest(store, &area(), year(2025)).await.unwrap();
        assert_eq!(newest, Some(corrected), "{}", database.name);
        assert_eq!(editions::newest(store, &area(), year(2023)).await.unwrap(), None);
        let heads = editions::list(store, &area()).await.unwrap();
        let labels: Vec<_> = heads.iter().map(|h| h.key.label()).collect();
        assert_eq!(labels, ["2025年第2版", "2025年第1版", "2024年第1版"], "{}", database.name);
        assert_eq!(editions::list(store, &neighbour()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn published_figures_come_from_the_newest_edition() {
    for_each_database(async |database| {
        let store = &database.store;
        for edition in both_years(&area()).iter().chain(&both_years(&neighbour())) {
            keep(store, edition).await.unwrap();
        }
        let found = editions::of_indicator(store, &area(), &code("W-H02")).await.unwrap();
        let told: Vec<_> = found
            .iter()
            .map(|p| (p.edition.label(), p.observation.value.figure().unwrap().to_string()))
            .collect();
        let expected = [("2024年第1版", "12.50"), ("2025年第2版", "9.9")]
            .map(|(label, figure)| (label.to_owned(), figure.to_owned()));
        assert_eq!(told, expected, "{}", database.name);
        let years = Years { from: 2025, to: 2025 };
        let found = editions::of_years(store, &area(), years).await.unwrap();
        assert_eq!(found.len(), 3, "{}", database.name);
        let regions = editions::across_regions(
            store,
            &code("W-H02"),
            year(2025),
            (Sex::Total, Residence::Total),
            "99",
        )
        .await
        .unwrap();
        let told: Vec<_> =
            regions.iter().map(|(v, key)| (v.ref_area.as_str(), key.number)).collect();
        assert_eq!(told, [("990101", 2), ("990102", 2)], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn several_regions_are_read_at_once() {
    for_each_database(async |database| {
        let store = &database.store;
        let regions = [area(), neighbour()];
        assert_eq!(editions::years_of(store, &regions).await.unwrap(), None, "{}", database.name);
        let [older, first, corrected] = both_years(&area());
        for edition in [&older, &first, &corrected, &both_years(&neighbour())[1]] {
            keep(store, edition).await.unwrap();
        }
        let years = Years { from: 2024, to: 2025 };
        assert_eq!(editions::years_of(store, &regions).await.unwrap(), Some(years));
        assert_eq!(editions::years_of(store, &[]).await.unwrap(), None);
        let found = editions::of_regions(store, &regions, years).await.unwrap();
        let told: Vec<_> = found
            .iter()
            .filter(|p| p.observation.key.indicator == code("W-H02"))
            .map(|p| (p.observation.key.ref_area.as_str(), p.edition.label()))
            .collect();
        let expected =
            [("990101", "2024年第1版"), ("990101", "2025年第2版"), ("990102", "2025年第1版")];
        assert_eq!(told, expected.map(|(a, b)| (a, b.to_owned())), "{}", database.name);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_publishers_one_publishes() {
    for_each_database(async |database| {
        let [_, first, corrected] = both_years(&area());
        let skipped = keep(&database.store, &corrected).await;
        assert!(matches!(skipped, Err(Error::Conflict(_))), "{skipped:?}");
        let publishers: Vec<_> = (0..2)
            .map(|_| {
                let (store, first) = (database.store.clone(), first.clone());
                tokio::spawn(async move { keep(&store, &first).await })
            })
            .collect();
        let mut published = 0;
        for publisher in publishers {
            match publisher.await.unwrap() {
                Ok(()) => published += 1,
                Err(Error::Conflict(_)) => {}
                Err(other) => panic!("{}: {other:?}", database.name),
            }
        }
        assert_eq!(published, 1, "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_foreign_layout_is_remembered() {
    for_each_database(async |database| {
        let store = &database.store;
        let key = MappingKey {
            unit: unit("教育"),
            form: "F".to_owned(),
            name: "学籍系统导出表".to_owned(),
        };
        let mut mapping =
            Mapping { sheet: "Sheet1".to_owned(), first_row: 3, ..Mapping::default() };
        mapping.columns.insert(0, MappedColumn::Name);
        for first_column in [1, 2] {
            mapping.columns.insert(first_column, MappedColumn::Figure(Column::Total));
            let mut tx = store.begin(&area()).await.unwrap();
            name_region(&mut tx, &area()).await;
            form_mappings::save(&mut tx, &key, &mapping, &stamp()).await.unwrap();
            tx.commit(entry("mapping.save")).await.unwrap();
        }
        let found = form_mappings::list(store, &area(), &key.unit, "F").await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].mapping, mapping, "{}", database.name);
        let mut tx = store.begin(&area()).await.unwrap();
        form_mappings::delete(&mut tx, &key).await.unwrap();
        let again = form_mappings::delete(&mut tx, &key).await;
        assert!(matches!(again, Err(Error::NotFound(_))), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn a_figure_is_found_in_every_edition() {
    for_each_database(async |database| {
        let store = &database.store;
        let mut preliminary = both_years(&area());
        preliminary[0] = {
            let figures = as_preliminary(preliminary[0].figures.clone());
            edition(figures, "", None)
        };
        for edition in &preliminary {
            keep(store, edition).await.unwrap();
        }
        let key = &preliminary[1].figures[0].key;
        let found = editions::appearances(store, &area(), key).await.unwrap();
        let told: Vec<_> = found.iter().map(|p| p.edition.number).collect();
        assert_eq!(told, [1, 2], "{}", database.name);
        let marked = editions::preliminary(store, &area()).await.unwrap();
        assert_eq!(marked, [EditionKey::of(&preliminary[0])].into(), "{}", database.name);
        assert_eq!(editions::regions(store).await.unwrap(), [area()], "{}", database.name);
    })
    .await;
}
