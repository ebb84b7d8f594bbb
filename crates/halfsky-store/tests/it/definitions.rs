//! Definition cards come back as they went in, version after version.

use halfsky_monitor::definition::{
    Bounds, Continuity, Definition, Level, PeriodRule, SmallNumberRule,
};
use halfsky_monitor::item;
use halfsky_monitor::observation::SourceVariant;
use halfsky_store::testing::for_each_database;
use halfsky_store::{Error, Store, definitions};

use crate::monitoring::{code, definitions as catalogue};
use crate::specimen::{entry, stamp};

async fn seed(store: &Store) -> usize {
    let cards = catalogue();
    let items: Vec<_> = item::items(&cards).into_values().collect();
    let mut tx = store.begin_reference().await.expect("a transaction");
    let added = definitions::seed(&mut tx, &cards, &items, &stamp()).await.expect("seeded");
    tx.commit(entry("definition.seed")).await.expect("a commit");
    added
}

async fn add(store: &Store, definition: &Definition) -> halfsky_store::Result<()> {
    let mut tx = store.begin_reference().await?;
    definitions::add_version(&mut tx, definition, &stamp()).await?;
    tx.commit(entry("definition.add")).await.map(|_| ())
}

/// A second version with every field filled.
fn changed(first: &Definition) -> Definition {
    let mut second = first.clone();
    second.version = 2;
    second.valid_from = 2023;
    "报告期末使用卫生厕所的农户数占农户总数的比重。".clone_into(&mut second.text);
    second.splits.residence = true;
    second.splits.ages = vec!["Y0T4".to_owned(), "Y5T9".to_owned()];
    second.splits.groups = vec!["DIS".to_owned()];
    "卫计统42表".clone_into(&mut second.source.form);
    second.source.variant = SourceVariant::Surveillance;
    "爱卫办".clone_into(&mut second.source.responsible);
    second.period_rule = PeriodRule::HealthYear;
    second.valid_level = Level::City;
    second.plausible.likely = Bounds {
        low: Some("40.0".parse().expect("a number")),
        high: Some("99.90".parse().expect("a number")),
    };
    second.small_numbers = SmallNumberRule { hide_below: 5, unreliable_below: 30 };
    second.continuity = Continuity::Bridge {
        factor: "0.95".parse().expect("a number"),
        reason: "改按农业农村部门口径".to_owned(),
    };
    second.replaces = Some(code("W-V02"));
    second
}

#[tokio::test]
async fn every_card_comes_back_as_it_went_in() {
    for_each_database(async |database| {
        assert_eq!(seed(&database.store).await, catalogue().len());
        let loaded = definitions::load_all(&database.store).await.unwrap();
        let loaded: Vec<_> = loaded.into_values().map(|d| d.versions()[0].clone()).collect();
        assert_eq!(loaded, catalogue(), "{}", database.name);
        let items = definitions::items(&database.store).await.unwrap();
        assert_eq!(items, item::items(&catalogue()), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_change_is_a_new_version() {
    for_each_database(async |database| {
        seed(&database.store).await;
        let first = definitions::load(&database.store, &code("W-V03")).await.unwrap();
        let second = changed(&first.versions()[0]);
        let third = Definition {
            version: 3,
            valid_from: 2025,
            continuity: Continuity::Break { reason: "口径调整".to_owned() },
            replaced_by: Some(code("W-V04")),
            ..second.clone()
        };
        add(&database.store, &second).await.unwrap();
        add(&database.store, &third).await.unwrap();
        let loaded = definitions::load(&database.store, &code("W-V03")).await.unwrap();
        let expected = [first.versions()[0].clone(), second, third];
        assert_eq!(loaded.versions(), expected, "{}", database.name);
        assert_eq!(seed(&database.store).await, 0, "what an office changed stays");
    })
    .await;
}

#[tokio::test]
async fn a_version_that_does_not_follow_is_a_conflict() {
    for_each_database(async |database| {
        seed(&database.store).await;
        let first = definitions::load(&database.store, &code("W-V03")).await.unwrap();
        let second = changed(&first.versions()[0]);
        let too_early = Definition { valid_from: 2021, ..second.clone() };
        let refused = add(&database.store, &too_early).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{}: {refused:?}", database.name);
        add(&database.store, &second).await.unwrap();
        let again = add(&database.store, &second).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{}: {again:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_card_that_is_not_there_is_not_found() {
    for_each_database(async |database| {
        let outcome = definitions::load(&database.store, &code("X-1")).await;
        assert!(matches!(outcome, Err(Error::NotFound(_))), "{outcome:?}");
    })
    .await;
}
