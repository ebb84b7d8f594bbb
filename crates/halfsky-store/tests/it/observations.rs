//! Observations: what is in force, and every value there ever was.

use halfsky_monitor::observation::{ConfStatus, ObsStatus, Observation, Residence, Sex};
use halfsky_monitor::period::Period;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::observations::{self, FromSubmission, NewValue, Recording, Years, record};
use halfsky_store::testing::{TestDatabase, for_each_database};
use halfsky_store::{Error, Result, Store};
use sqlx::Connection as _;

use crate::monitoring::{code, neighbour, observed, round_id, unit};
use crate::specimen::{area, entry, raw, stamp};

fn new(observation: Observation, why: &str) -> NewValue {
    NewValue { observation, why: why.into(), from: None }
}

async fn keep(store: &Store, ref_area: &RefArea, values: &[NewValue]) -> Result<Recording> {
    let mut tx = store.begin(ref_area).await?;
    let recording = record(&mut tx, values, &stamp()).await?;
    tx.commit(entry("observation.record")).await?;
    Ok(recording)
}

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    for_each_database(async |database| {
        let mut split = observed(&area(), "W-H02", 2025, "9.80");
        split.key.sex = Sex::Female;
        split.key.residence = Residence::Rural;
        split.key.age = "Y15T49".to_owned();
        split.key.group = "DIS".to_owned();
        split.key.period = "2025-A1".parse().unwrap();
        split.unit_mult = 4;
        split.status = ObsStatus::Estimated;
        split.confidentiality = ConfStatus::SmallCount;
        split.explanation = "样本量小".to_owned();
        let all = [
            observed(&area(), "W-H02", 2024, "12.5"),
            observed(&area(), "W-H02", 2025, "缺"),
            split,
        ];
        let values: Vec<NewValue> = all.iter().cloned().map(|o| new(o, "")).collect();
        let recording = keep(&database.store, &area(), &values).await.unwrap();
        assert_eq!(recording, Recording { added: 3, revised: 0, unchanged: 0 });
        let loaded =
            observations::of_indicator(&database.store, &area(), &code("W-H02")).await.unwrap();
        assert_eq!(loaded, all, "{}", database.name);
        let years = Years { from: 2025, to: 2025 };
        let loaded = observations::of_years(&database.store, &area(), years).await.unwrap();
        assert_eq!(loaded, all[1..], "{}", database.name);
        let known = observations::years_of(&database.store, &area()).await.unwrap();
        assert_eq!(known, Some(Years { from: 2024, to: 2025 }));
    })
    .await;
}

#[tokio::test]
async fn every_value_is_kept_with_its_reason() {
    for_each_database(async |database| {
        let first = new(observed(&area(), "W-H02", 2025, "9.8"), "");
        let from = FromSubmission { round: round_id(), unit: unit("卫健"), number: 2 };
        let second = NewValue {
            from: Some(from),
            ..new(observed(&area(), "W-H02", 2025, "9.80"), "按两位小数公布")
        };
        keep(&database.store, &area(), std::slice::from_ref(&first)).await.unwrap();
        let again = keep(&database.store, &area(), std::slice::from_ref(&first)).await.unwrap();
        assert_eq!(again, Recording { added: 0, revised: 0, unchanged: 1 });
        let silent = new(second.observation.clone(), " ");
        let refused = keep(&database.store, &area(), &[silent]).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{}: {refused:?}", database.name);
        let before = revisions(database).await;
        let revised = keep(&database.store, &area(), std::slice::from_ref(&second)).await.unwrap();
        assert_eq!(revised, Recording { added: 0, revised: 1, unchanged: 0 });
        let after = revisions(database).await;
        assert_eq!(after[..before.len()], before, "{}: nothing is overwritten", database.name);
        let histories =
            observations::histories(&database.store, &area(), &code("W-H02")).await.unwrap();
        assert_eq!(histories.len(), 1);
        let told: Vec<_> = histories[0]
            .revisions()
            .iter()
            .map(|r| (r.number, r.observation.clone(), r.recorded.why.as_str()))
            .collect();
        let expected = [(1, first.observation, ""), (2, second.observation, "按两位小数公布")];
        assert_eq!(told, expected, "{}", database.name);
    })
    .await;
}

/// Every revision as the database holds it.
async fn revisions(database: &TestDatabase) -> Vec<(i64, Option<String>, String)> {
    let mut connection = raw(database).await;
    let sql = "select revision, figure, recorded_at from observation_revision \
               order by ref_area, indicator, period, revision";
    let rows = sqlx::query_as(sql).fetch_all(&mut connection).await.expect("rows");
    connection.close().await.expect("a closed connection");
    rows
}

#[tokio::test]
async fn a_refused_value_keeps_nothing_of_the_rest() {
    for_each_database(async |database| {
        keep(&database.store, &area(), &[new(observed(&area(), "W-H02", 2024, "1"), "")])
            .await
            .unwrap();
        let values = [
            new(observed(&area(), "W-H05", 2024, "90.0"), ""),
            new(observed(&area(), "W-H02", 2024, "2"), ""),
        ];
        assert!(keep(&database.store, &area(), &values).await.is_err());
        let twice = new(observed(&area(), "W-H05", 2024, "90.0"), "");
        assert!(keep(&database.store, &area(), &[twice.clone(), twice]).await.is_err());
        let foreign = new(observed(&neighbour(), "W-H05", 2024, "90.0"), "");
        assert!(keep(&database.store, &area(), &[foreign]).await.is_err());
        let loaded =
            observations::of_indicator(&database.store, &area(), &code("W-H05")).await.unwrap();
        assert_eq!(loaded, [], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn regions_are_compared_below_one_code() {
    for_each_database(async |database| {
        for (ref_area, told) in [("990101", "9.8"), ("990102", "缺"), ("980101", "1")] {
            let ref_area: RefArea = ref_area.parse().unwrap();
            let value = new(observed(&ref_area, "W-H02", 2025, told), "");
            keep(&database.store, &ref_area, &[value]).await.unwrap();
        }
        let found = observations::across_regions(
            &database.store,
            &code("W-H02"),
            Period::year_of(2025).unwrap(),
            (Sex::Total, Residence::Total),
            "9901",
        )
        .await
        .unwrap();
        let told: Vec<_> =
            found.iter().map(|v| (v.ref_area.as_str(), v.figure.is_some())).collect();
        assert_eq!(told, [("990101", true), ("990102", false)], "{}", database.name);
        let own =
            observations::of_years(&database.store, &neighbour(), Years { from: 2020, to: 2030 })
                .await
                .unwrap();
        assert_eq!(own.len(), 1, "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_value_tells_from_which_submission_it_comes() {
    for_each_database(async |database| {
        let store = &database.store;
        let from =
            |name: &str| Some(FromSubmission { round: round_id(), unit: unit(name), number: 1 });
        let births = observed(&area(), "W-H02-D", 2025, "2532");
        let none = observed(&area(), "W-H02-N", 2025, "缺");
        let values = [
            NewValue { from: from("卫健"), ..new(births.clone(), "") },
            NewValue { from: from("卫健"), ..new(none, "") },
            new(observed(&area(), "W-H05", 2025, "90"), ""),
        ];
        keep(store, &area(), &values).await.unwrap();
        let origins = observations::origins(store, &area(), &code("W-H02-D")).await.unwrap();
        let first = (births.key.clone(), 1);
        assert_eq!(origins.get(&first), from("卫健").as_ref(), "{}", database.name);
        let years = Years { from: 2025, to: 2025 };
        let others = async |name: &str| {
            observations::figures_of_others(store, &area(), years, &unit(name)).await.unwrap()
        };
        assert_eq!(others("教育").await, [births.key].into(), "{}", database.name);
        assert!(others("卫健").await.is_empty(), "{}", database.name);
    })
    .await;
}
