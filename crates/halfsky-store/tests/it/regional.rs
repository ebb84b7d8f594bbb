//! What the level above counts, and the fast way of writing.

use std::cell::RefCell;
use std::collections::BTreeSet;

use halfsky_monitor::edition::{EditionDraft, publish};
use halfsky_monitor::period::Period;
use halfsky_monitor::round::Extension;
use halfsky_monitor::submission::{Submission, SubmissionState};
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::observations::{self, NewValue};
use halfsky_store::rounds::RoundId;
use halfsky_store::testing::for_each_database;
use halfsky_store::{audit, regional, rounds, tasks};
use jiff::civil::{Date, date};

use crate::monitoring::{
    name_region, neighbour, observed, open_round, open_round_in, round_id, task, unit,
};
use crate::specimen::{area, entry, stamp};

fn period() -> Period {
    Period::year_of(2025).unwrap()
}

fn submitted(name: &str, day: Date) -> Submission {
    let (state, first_submitted) = (SubmissionState::Submitted, Some(day));
    Submission { state, version: 1, first_submitted, ..Submission::new(unit(name)) }
}

#[tokio::test]
async fn units_are_counted_once_and_an_extension_counts() {
    for_each_database(async |database| {
        let store = &database.store;
        open_round(store).await;
        open_round_in(store, &neighbour(), &["卫健"]).await;
        let mut tx = store.begin(&area()).await.unwrap();
        // due on 20 May: one in time, one late with more time, one silent
        for (name, day) in [("卫健", date(2026, 5, 20)), ("教育", date(2026, 5, 25))] {
            tasks::save_step(&mut tx, &task(name), 1, &submitted(name, day), &stamp())
                .await
                .unwrap();
        }
        for until in [date(2026, 5, 22), date(2026, 5, 31)] {
            let extension = Extension {
                unit: unit("教育"),
                until,
                reason: "补充核实".to_owned(),
                granted_by: "liu".to_owned(),
                granted_at: "2026-05-19T01:00:00Z".to_owned(),
            };
            let seen = if until == date(2026, 5, 22) { 1 } else { 2 };
            rounds::extend(&mut tx, &round_id(), seen, &extension).await.unwrap();
        }
        tx.commit(entry("round.extend")).await.unwrap();
        let regions = [area(), neighbour(), "990103".parse().unwrap()];
        let found = regional::rounds_of(store, period(), &regions).await.unwrap();
        let told: Vec<_> = found
            .iter()
            .map(|r| (r.ref_area.as_str(), r.expected, r.received, r.on_time))
            .collect();
        assert_eq!(told, [("990101", 3, 2, 2), ("990102", 1, 0, 0)], "{}", database.name);
        assert_eq!((found[0].due, &found[0].handed_down_by), (date(2026, 5, 20), &None));
        let other = Period::year_of(2024).unwrap();
        assert!(regional::rounds_of(store, other, &regions).await.unwrap().is_empty());
        assert!(regional::rounds_of(store, period(), &[]).await.unwrap().is_empty());
        let holding = regional::holding(store, &round_id(), &regions).await.unwrap();
        assert_eq!(holding.into_iter().collect::<Vec<_>>(), [area(), neighbour()]);
        let none = RoundId("another".to_owned());
        assert!(regional::holding(store, &none, &regions).await.unwrap().is_empty());
    })
    .await;
}

/// The audit chain tells the same whatever driver wrote, and on whatever database.
#[tokio::test]
async fn the_driver_changes_nothing_of_the_content_hash() {
    let hashes = RefCell::new(BTreeSet::new());
    let values: Vec<NewValue> = (0..700)
        .map(|n| NewValue {
            observation: observed(&area(), &format!("X-{n:03}"), 2025, "12.50"),
            why: "年鉴".into(),
            from: None,
        })
        .collect();
    for bulk in [false, true] {
        for_each_database(async |database| {
            let store = &database.store;
            let area = area();
            let begun = if bulk { store.begin_bulk(&area).await } else { store.begin(&area).await };
            let mut tx = begun.unwrap();
            name_region(&mut tx, &area).await;
            observations::record(&mut tx, &values, &stamp()).await.unwrap();
            let sealed = tx.commit(entry("figures.import")).await.unwrap();
            hashes.borrow_mut().insert(sealed.content_hash);
        })
        .await;
    }
    assert_eq!(hashes.into_inner().len(), 1);
}

#[tokio::test]
async fn many_rows_arrive_as_they_would_one_by_one() {
    for_each_database(async |database| {
        let store = &database.store;
        // texts that the format of a stream must not take for its own marks
        let words = ["制表\t符", "反斜\\杠\\N", "换\n行\r", "“引号”'单'", "", "\\."];
        let figures: Vec<_> = (0..300)
            .map(|n| {
                let mut figure = observed(&area(), &format!("X-{n:03}"), 2025, "12.50");
                words[n % words.len()].clone_into(&mut figure.explanation);
                figure
            })
            .collect();
        let values: Vec<NewValue> = figures
            .iter()
            .map(|observation| NewValue {
                observation: observation.clone(),
                why: "".into(),
                from: None,
            })
            .collect();
        let mut tx = store.begin_bulk(&area()).await.unwrap();
        name_region(&mut tx, &area()).await;
        let recorded = observations::record(&mut tx, &values, &stamp()).await.unwrap();
        assert_eq!(recorded.added, 300);
        let draft = EditionDraft {
            ref_area: area(),
            period: period(),
            notes: String::new(),
            published_by: "liu".to_owned(),
            published_at: "2026-07-01T01:00:00Z".to_owned(),
            figures,
        };
        let edition = publish(draft, None).unwrap();
        editions::insert(&mut tx, &edition).await.unwrap();
        let sealed = tx.commit(entry("edition.publish")).await.unwrap();
        let key = EditionKey::of(&edition);
        assert_eq!(editions::load(store, &area(), key).await.unwrap(), edition);
        let last = audit::entries(store, &area(), 0, 10).await.unwrap().pop();
        assert_eq!(last, Some(sealed), "{}", database.name);
        let found = regional::editions_of(store, period(), &[area(), neighbour()]).await.unwrap();
        assert_eq!(found, [(area(), key)]);

        // revised the same way, and refused as a whole where one value cannot be kept
        let mut revised = values.clone();
        for value in &mut revised {
            value.observation.explanation.push('改');
            value.why = "核实".into();
        }
        let mut tx = store.begin_bulk(&area()).await.unwrap();
        let recorded = observations::record(&mut tx, &revised, &stamp()).await.unwrap();
        assert_eq!((recorded.added, recorded.revised), (0, 300));
        tx.commit(entry("figures.import")).await.unwrap();
        let mut broken: Vec<NewValue> = revised.clone();
        for value in &mut broken {
            value.observation.key.indicator.0.insert(0, 'Y');
        }
        broken[299].observation.explanation.push('\0');
        let mut tx = store.begin_bulk(&area()).await.unwrap();
        observations::record(&mut tx, &broken, &stamp()).await.unwrap_err();
        tx.rollback().await.unwrap();
        let mut tx = store.begin_bulk(&area()).await.unwrap();
        let again = observations::record(&mut tx, &revised, &stamp()).await.unwrap();
        assert_eq!(again.unchanged, 300);
        tx.rollback().await.unwrap();
    })
    .await;
}
