//! Reference data: the indicator catalogue, regions and settings.

use halfsky_plan::indicator::{Catalogue, Indicator, IndicatorCode};
use halfsky_store::regions::{self, Region, RegionLevel};
use halfsky_store::testing::for_each_database;
use halfsky_store::{Error, indicators, settings};

use crate::specimen::{area, entry};

#[tokio::test]
async fn the_built_in_catalogue_comes_back_whole() {
    for_each_database(async |database| {
        let builtin = Catalogue::builtin();
        let mut tx = database.store.begin_reference().await.unwrap();
        let added = indicators::seed(&mut tx, builtin.indicators()).await.unwrap();
        tx.commit(entry("indicator.seed")).await.unwrap();
        assert_eq!(added, builtin.indicators().len());
        let kept = indicators::load_catalogue(&database.store).await.unwrap();
        assert_eq!(kept, builtin.indicators(), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_card_of_the_office_stays_when_the_catalogue_is_seeded_again() {
    for_each_database(async |database| {
        let store = &database.store;
        let local = Indicator {
            code: IndicatorCode("L-001".to_owned()),
            name_zh: "示例率".to_owned(),
            aliases: vec!["示例比例".to_owned(), String::new()],
            evidence: "local".to_owned(),
            ..Catalogue::builtin().indicators()[0].clone()
        };
        let mut tx = store.begin_reference().await.unwrap();
        indicators::insert_indicator(&mut tx, &local).await.unwrap();
        let builtin = Catalogue::builtin();
        indicators::seed(&mut tx, builtin.indicators()).await.unwrap();
        assert_eq!(indicators::seed(&mut tx, builtin.indicators()).await.unwrap(), 0);
        tx.commit(entry("indicator.add")).await.unwrap();
        let kept = indicators::load_catalogue(store).await.unwrap();
        assert_eq!(kept.len(), builtin.indicators().len() + 1, "{}", database.name);
        assert!(kept.contains(&local));

        let mut tx = store.begin_reference().await.unwrap();
        let outcome = indicators::insert_indicator(&mut tx, &local).await;
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{}: {outcome:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn regions_are_listed_in_code_order() {
    for_each_database(async |database| {
        let city = Region {
            code: "990100".parse().unwrap(),
            name: "云江市".to_owned(),
            parent: None,
            level: RegionLevel::City,
        };
        let county = Region {
            code: area(),
            name: "云溪县".to_owned(),
            parent: Some(city.code.clone()),
            level: RegionLevel::County,
        };
        let mut tx = database.store.begin_reference().await.unwrap();
        regions::save(&mut tx, &Region { name: "旧名".to_owned(), ..county.clone() })
            .await
            .unwrap();
        regions::save(&mut tx, &city).await.unwrap();
        regions::save(&mut tx, &county).await.unwrap();
        tx.commit(entry("region.save")).await.unwrap();
        let kept = regions::list(&database.store).await.unwrap();
        assert_eq!(kept, [city, county.clone()], "{}", database.name);
        assert_eq!(regions::find(&database.store, &area()).await.unwrap(), Some(county));
    })
    .await;
}

#[tokio::test]
async fn a_setting_is_found_when_it_was_set() {
    for_each_database(async |database| {
        let store = &database.store;
        assert_eq!(settings::find(store, settings::EXAMPLE_DATA).await.unwrap(), None);
        for content in ["云溪县", "云江市"] {
            let mut tx = store.begin_reference().await.unwrap();
            settings::set(&mut tx, settings::EXAMPLE_DATA, content).await.unwrap();
            tx.commit(entry("setting.change")).await.unwrap();
        }
        let kept = settings::find(store, settings::EXAMPLE_DATA).await.unwrap();
        assert_eq!(kept.as_deref(), Some("云江市"), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_text_that_one_database_cannot_keep_is_refused_by_both() {
    for_each_database(async |database| {
        let mut tx = database.store.begin_reference().await.unwrap();
        let outcome = settings::set(&mut tx, "name", "a\0b").await;
        assert!(matches!(outcome, Err(Error::Invalid(_))), "{}: {outcome:?}", database.name);
    })
    .await;
}
