//! Finding audit entries again.

use halfsky_store::audit::search::{self, Filter, From, Place};
use halfsky_store::audit::{self, Entry};
use halfsky_store::testing::{TestDatabase, for_each_database};

use crate::specimen::{area, at};

/// Twelve entries, one a minute, of two people in two regions.
async fn entries(database: &TestDatabase) {
    for step in 0..12_i64 {
        let code = if step % 3 == 0 { "990102" } else { "990101" };
        let (name, account) = if step % 2 == 0 { ("张三", "a1") } else { ("李四", "a2") };
        let action = if step < 6 { "plan.import" } else { "plan.correct" };
        let entry = Entry::new(at(step * 60), name, action, &format!("plan p{step}/1"))
            .by(account, "卫健局")
            .about(&format!("目标100%_{step}"))
            .because(if step == 7 { "Corrected" } else { "" });
        let tx = database.store.begin(&code.parse().unwrap()).await.unwrap();
        tx.commit(entry).await.unwrap();
    }
}

/// The objects that a filter finds, newest first.
async fn found(database: &TestDatabase, filter: &Filter) -> Vec<String> {
    let found = search::find(&database.store, filter, &From::Newest, 100).await.unwrap();
    let count = search::count(&database.store, filter, 100).await.unwrap();
    assert_eq!(usize::try_from(count).unwrap(), found.entries.len(), "{filter:?}");
    found.entries.iter().map(|e| e.object["plan p".len()..].replace("/1", "")).collect()
}

#[tokio::test]
async fn every_filter_narrows() {
    for_each_database(async |database| {
        entries(database).await;
        let all = Filter::default();
        let text = str::to_owned;
        assert_eq!(found(database, &all).await.len(), 12, "{}", database.name);
        let region = Filter { ref_area: Some("990102".parse().unwrap()), ..all.clone() };
        assert_eq!(found(database, &region).await, ["9", "6", "3", "0"]);
        let time = Filter { from: Some(at(60)), until: Some(at(180)), ..all.clone() };
        assert_eq!(found(database, &time).await, ["2", "1"]);
        for actor in ["李四", "a2"] {
            let person = Filter { actor: text(actor), from: Some(at(480)), ..all.clone() };
            assert_eq!(found(database, &person).await, ["11", "9"]);
        }
        let action = Filter { action: text("plan.correct"), ..all.clone() };
        assert_eq!(found(database, &action).await.len(), 6);
        let group = Filter { action: text("plan"), ..all.clone() };
        assert_eq!(found(database, &group).await.len(), 12);
        let object = Filter { object: text("plan p1/1"), ..all.clone() };
        assert_eq!(found(database, &object).await, ["1"]);
        let prefix = Filter { object: text("plan"), ..all.clone() };
        assert_eq!(found(database, &prefix).await.len(), 12);
        let words = Filter { words: text("corrected"), ..all.clone() };
        assert_eq!(found(database, &words).await, ["7"]);
        let wildcard = Filter { words: text("0%_1"), ..all.clone() };
        assert_eq!(found(database, &wildcard).await, ["11", "10", "1"]);
        let nothing = Filter { words: text("0_%"), ..all };
        assert!(found(database, &nothing).await.is_empty(), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn pages_stay_where_they_are_while_entries_come() {
    for_each_database(async |database| {
        entries(database).await;
        let (store, filter) = (&database.store, Filter::default());
        let first = search::find(store, &filter, &From::Newest, 5).await.unwrap();
        assert!(!first.newer && first.older);
        let last = Place::of(first.entries.last().unwrap());
        let tx = store.begin(&area()).await.unwrap();
        tx.commit(Entry::new(at(9_000), "王五", "plan.import", "plan p12/1")).await.unwrap();
        let second = search::find(store, &filter, &From::OlderThan(last), 5).await.unwrap();
        let objects = |page: &search::Found| -> Vec<String> {
            page.entries.iter().map(|e| e.object.clone()).collect()
        };
        let expected = ["plan p6/1", "plan p5/1", "plan p4/1", "plan p3/1", "plan p2/1"];
        assert_eq!(objects(&second), expected, "{}", database.name);
        assert!(second.newer && second.older);
        let top = Place::of(&second.entries[0]);
        let back = search::find(store, &filter, &From::NewerThan(top), 5).await.unwrap();
        assert_eq!(objects(&back), objects(&first), "{}", database.name);
        assert!(back.newer && back.older, "a newer entry has come");
    })
    .await;
}

#[tokio::test]
async fn reading_is_recorded_in_the_region_of_the_data() {
    for_each_database(async |database| {
        let entry = Entry::new(at(0), "张三", "person.read", "person 1").about("困难妇女台账");
        audit::record_read(&database.store, Some(&area()), entry.clone()).await.unwrap();
        audit::record_read(&database.store, None, entry).await.unwrap();
        let kept = audit::entries(&database.store, &area(), 0, 10).await.unwrap();
        assert_eq!(kept.len(), 1, "{}", database.name);
        let kept = audit::entries(&database.store, &"000000".parse().unwrap(), 0, 10).await;
        assert_eq!(kept.unwrap().len(), 1, "{}", database.name);
        assert_eq!(search::actions(&database.store, None).await.unwrap(), ["person.read"]);
    })
    .await;
}
