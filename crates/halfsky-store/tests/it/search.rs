//! Search in plans: what is found where, on both databases.

use halfsky_plan::version::{PlanVersion, VersionStatus};
use halfsky_store::search::{Hit, Kind, Question, count, find};
use halfsky_store::testing::for_each_database;
use halfsky_store::{Store, plans, regions};

use crate::specimen::{area, draft, entry, import, stamp};

async fn in_force(store: &Store, mut version: PlanVersion) {
    for target in &mut version.targets {
        target.review = halfsky_plan::version::Review::Confirmed;
    }
    let (key, seen) = import(store, &version).await;
    let mut tx = store.begin(&key.ref_area).await.unwrap();
    plans::confirm(&mut tx, &key, seen, &stamp()).await.unwrap();
    tx.commit(entry("plan.confirm")).await.unwrap();
}

async fn counts(store: &Store, typed: &str) -> Vec<(Kind, usize)> {
    count(store, &Question::read(typed, vec![area()])).await.unwrap()
}

async fn hits(store: &Store, typed: &str, kind: Kind) -> Vec<Hit> {
    find(store, &Question::read(typed, vec![area()]), kind, (3, 1)).await.unwrap()
}

#[tokio::test]
async fn a_plan_in_force_is_searched_whole() {
    for_each_database(async |database| {
        let store = &database.store;
        in_force(store, draft(8)).await;
        let objectives =
            [(Kind::Target, 9), (Kind::Objective, 8), (Kind::Measure, 16), (Kind::Rule, 3)];
        assert_eq!(counts(store, "示例").await, objectives, "{}", database.name);
        assert_eq!(counts(store, "发展规划").await, [(Kind::Plan, 1)]);
        let found = hits(store, "示例率 达到", Kind::Target).await;
        let shown: Vec<_> = found.iter().map(|h| (h.position, h.content.as_str())).collect();
        assert_eq!(shown, [(2, "示例率1"), (3, "示例率2"), (4, "示例率3")], "{}", database.name);
        assert_eq!(
            (found[0].quote.as_str(), found[0].status),
            ("示例率1达到21%以上", VersionStatus::Confirmed)
        );
        let clause = &hits(store, "第2条", Kind::Measure).await[0];
        assert_eq!((clause.section.as_str(), clause.domain, clause.position), ("measure", 1, 1));
    })
    .await;
}

#[tokio::test]
async fn of_a_draft_only_the_title_is_found() {
    for_each_database(async |database| {
        let store = &database.store;
        import(store, &draft(8)).await;
        assert_eq!(counts(store, "示例率").await, []);
        assert_eq!(counts(store, "云溪县").await, [(Kind::Plan, 1)]);
        assert_eq!(plans::drafts(store, &[area()]).await.unwrap().len(), 1);
        assert_eq!(plans::first_year(store).await.unwrap(), Some(2021));
        let due = plans::due_in(store, 2030, &[area()]).await.unwrap();
        assert_eq!(due.iter().map(|(key, n)| (key.number, *n)).collect::<Vec<_>>(), [(1, 9)]);
        assert_eq!(plans::due_in(store, 2025, &[area()]).await.unwrap(), []);
        assert_eq!(regions::with_plans(store).await.unwrap()[0].code, area());
    })
    .await;
}

#[tokio::test]
async fn every_word_must_occur_and_none_is_a_pattern() {
    for_each_database(async |database| {
        let store = &database.store;
        assert_eq!(plans::first_year(store).await.unwrap(), None);
        let mut version = draft(8);
        version.targets[0].target.indicator = "ABC_率".to_owned();
        in_force(store, version).await;
        assert_eq!(counts(store, "示例率3 达到23%").await, [(Kind::Target, 1)]);
        assert_eq!(counts(store, "示例率3 没有").await, []);
        for (typed, found) in [("abc", 1), ("ABC_", 1), ("abc!", 0), ("%率", 0), ("_率", 1)] {
            let count = counts(store, typed).await.iter().map(|(_, n)| n).sum::<usize>();
            assert_eq!(count, found, "{typed} on {}", database.name);
        }
        let elsewhere = Question::read("示例", vec!["990102".parse().unwrap()]);
        assert_eq!(count(store, &elsewhere).await.unwrap(), []);
    })
    .await;
}
