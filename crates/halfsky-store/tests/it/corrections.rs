//! Corrections of a draft: kept, taken back, and never lost between two people.

use halfsky_plan::version::{PlanVersion, Review, ReviewedTarget};
use halfsky_store::plans::{self, VersionKey};
use halfsky_store::testing::for_each_database;
use halfsky_store::{Error, Store};

use crate::specimen::{area, at, draft, entry, figure, import, stamp};

/// Target `number` with the value and units a person enters.
fn corrected(version: &PlanVersion, number: u32, value: &str) -> ReviewedTarget {
    let mut after = version.target(number).expect("a target").clone();
    after.target.value = Some(figure(value));
    after.lead = vec!["县统计局".to_owned()];
    after.review = Review::Confirmed;
    after
}

/// Corrects one target as a page does: load, correct, save.
async fn correct(
    store: &Store,
    key: &VersionKey,
    seen: i64,
    (number, value): (u32, &str),
) -> halfsky_store::Result<i64> {
    let mut version = plans::load(store, key).await?.version;
    let after = corrected(&version, number, value);
    let correction = version.correct(after).expect("an allowed correction");
    let mut tx = store.begin(&key.ref_area).await?;
    let revision = plans::save_corrections(&mut tx, key, seen, &[correction]).await?;
    tx.commit(entry("plan.correct")).await?;
    Ok(revision)
}

#[tokio::test]
async fn a_correction_is_kept_and_taken_back() {
    for_each_database(async |database| {
        let store = &database.store;
        let original = draft(5);
        let (key, seen) = import(store, &original).await;
        let seen = correct(store, &key, seen, (2, "77.5")).await.unwrap();
        let mut expected = original.clone();
        expected.correct(corrected(&original, 2, "77.5")).unwrap();
        let stored = plans::load(store, &key).await.unwrap();
        assert_eq!(stored.version, expected, "{}", database.name);
        assert_eq!(stored.revision, seen);

        let mut version = stored.version;
        let correction = version.undo().unwrap();
        let mut tx = store.begin(&area()).await.unwrap();
        plans::undo_correction(&mut tx, &key, seen, &correction).await.unwrap();
        tx.commit(entry("plan.undo")).await.unwrap();
        let stored = plans::load(store, &key).await.unwrap();
        assert_eq!(stored.version, original, "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn many_corrections_are_one_step() {
    for_each_database(async |database| {
        let store = &database.store;
        let (key, seen) = import(store, &draft(70)).await;
        let mut version = plans::load(store, &key).await.unwrap().version;
        let corrections = version.confirm_unchecked().unwrap();
        assert!(corrections.len() > 50);
        let mut tx = store.begin(&area()).await.unwrap();
        plans::save_corrections(&mut tx, &key, seen, &corrections).await.unwrap();
        tx.commit(entry("plan.correct")).await.unwrap();
        let stored = plans::load(store, &key).await.unwrap();
        assert_eq!(stored.version, version, "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn two_people_on_one_target_are_a_conflict() {
    for_each_database(async |database| {
        let store = &database.store;
        let (key, seen) = import(store, &draft(5)).await;
        correct(store, &key, seen, (2, "77.5")).await.unwrap();
        let second = correct(store, &key, seen, (2, "60")).await;
        assert!(matches!(second, Err(Error::Conflict(_))), "{}: {second:?}", database.name);
        let version = plans::load(store, &key).await.unwrap().version;
        assert_eq!(version.target(2).unwrap().target.value, Some(figure("77.5")));
    })
    .await;
}

#[tokio::test]
async fn two_people_on_two_targets_lose_nothing() {
    for_each_database(async |database| {
        let store = &database.store;
        let (key, seen) = import(store, &draft(5)).await;
        correct(store, &key, seen, (2, "77.5")).await.unwrap();
        correct(store, &key, seen, (3, "60")).await.unwrap();
        let version = plans::load(store, &key).await.unwrap().version;
        let values = [2, 3].map(|n| version.target(n).unwrap().target.value);
        assert_eq!(values, [Some(figure("77.5")), Some(figure("60"))], "{}", database.name);
        let sequences: Vec<_> = version.corrections.iter().map(|c| c.sequence).collect();
        assert_eq!(sequences, [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn taking_back_what_is_not_the_last_is_a_conflict() {
    for_each_database(async |database| {
        let store = &database.store;
        let (key, seen) = import(store, &draft(5)).await;
        let seen = correct(store, &key, seen, (2, "77.5")).await.unwrap();
        let mut version = plans::load(store, &key).await.unwrap().version;
        correct(store, &key, seen, (3, "60")).await.unwrap();
        let mut tx = store.begin(&area()).await.unwrap();
        let outcome = plans::undo_correction(&mut tx, &key, seen, &version.undo().unwrap()).await;
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{}: {outcome:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn confirming_what_changed_meanwhile_is_a_conflict() {
    for_each_database(async |database| {
        let store = &database.store;
        let (key, seen) = import(store, &draft(5)).await;
        correct(store, &key, seen, (2, "77.5")).await.unwrap();
        let mut tx = store.begin(&area()).await.unwrap();
        let outcome = plans::confirm(&mut tx, &key, seen, &stamp()).await;
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{}: {outcome:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_confirmed_version_cannot_be_corrected() {
    for_each_database(async |database| {
        let store = &database.store;
        let (key, seen) = import(store, &draft(5)).await;
        let mut version = plans::load(store, &key).await.unwrap().version;
        let after = corrected(&version, 1, "50");
        let correction = version.correct(after).unwrap();
        let mut tx = store.begin(&area()).await.unwrap();
        let decided = plans::Stamp { at: at(3), by: "wang".to_owned() };
        let seen = plans::confirm(&mut tx, &key, seen, &decided).await.unwrap();
        let outcome = plans::save_corrections(&mut tx, &key, seen, &[correction]).await;
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{}: {outcome:?}", database.name);
    })
    .await;
}
