//! Versions of plans: what is saved is what is loaded, on both databases.

use halfsky_plan::period::PlanPeriod;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::{PlanId, PlanVersion, VersionStatus};
use halfsky_store::testing::for_each_database;
use halfsky_store::{Error, plans, regions};
use sqlx::{Connection as _, Row as _};

use crate::specimen::{area, at, draft, entry, import, raw, stamp};

#[tokio::test]
async fn a_version_comes_back_as_it_went_in() {
    for_each_database(async |database| {
        let version = draft(80);
        let (key, revision) = import(&database.store, &version).await;
        let stored = plans::load(&database.store, &key).await.unwrap();
        assert_eq!(stored.version, version, "{}", database.name);
        assert_eq!((stored.revision, stored.imported, stored.decided), (revision, stamp(), None));
    })
    .await;
}

#[tokio::test]
async fn a_list_counts_without_loading() {
    for_each_database(async |database| {
        let store = &database.store;
        import(store, &draft(80)).await;
        let other: RefArea = "990102".parse().unwrap();
        import(store, &PlanVersion { ref_area: other.clone(), ..draft(3) }).await;
        let list = plans::list(store, Some(&area())).await.unwrap();
        let counts: Vec<_> =
            list.iter().map(|l| (l.domains, l.objectives, l.targets, l.in_force)).collect();
        assert_eq!(counts, [(8, 80, 81, None)], "{}", database.name);
        assert_eq!((list[0].imported_at, list[0].decided_at), (at(0), None));
        let all: Vec<_> =
            plans::list(store, None).await.unwrap().into_iter().map(|l| l.ref_area).collect();
        assert_eq!(all, [area(), other.clone()]);
        assert_eq!(regions::find(store, &other).await.unwrap().unwrap().name, "云溪县");
    })
    .await;
}

#[tokio::test]
async fn what_the_plan_does_not_say_stays_unsaid() {
    for_each_database(async |database| {
        let mut version = draft(1);
        let target = &mut version.targets[0];
        target.target.value = None;
        target.target.unit = None;
        target.target.comparator = None;
        target.target.base_year = None;
        target.link = None;
        target.place = None;
        let (key, _) = import(&database.store, &version).await;
        let mut connection = raw(database).await;
        let row = sqlx::query("select * from target where number = 1")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        for column in ["section", "clause", "comparator", "target_value", "unit", "base_year"] {
            let kept: Option<String> = row.try_get_unchecked(column).unwrap();
            assert_eq!(kept, None, "{column} on {}", database.name);
        }
        connection.close().await.unwrap();
        let stored = plans::load(&database.store, &key).await.unwrap();
        assert_eq!(stored.version, version, "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn the_next_version_supersedes_when_it_is_confirmed() {
    for_each_database(async |database| {
        let store = &database.store;
        let (first, seen) = import(store, &draft(3)).await;
        confirm(store, &first, seen).await.unwrap();
        let second = PlanVersion { number: 2, ..draft(4) };
        let (second, seen) = import(store, &second).await;
        let shown = &plans::list(store, None).await.unwrap()[0];
        assert_eq!((shown.number, shown.status), (2, VersionStatus::Draft));
        assert_eq!(shown.in_force, Some(1));
        confirm(store, &second, seen).await.unwrap();
        let versions = plans::versions(store, &area(), &second.plan_id).await.unwrap();
        let states: Vec<_> = versions.iter().map(|v| (v.number, v.status, v.in_force)).collect();
        let superseded = (1, VersionStatus::Superseded, Some(2));
        assert_eq!(states, [superseded, (2, VersionStatus::Confirmed, Some(2))]);
        assert_eq!(versions[1].decided_at, Some(at(9)), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_draft_given_up_hides_behind_the_version_before() {
    for_each_database(async |database| {
        let store = &database.store;
        let (first, seen) = import(store, &draft(3)).await;
        confirm(store, &first, seen).await.unwrap();
        let (second, seen) = import(store, &PlanVersion { number: 2, ..draft(4) }).await;
        let mut tx = store.begin(&area()).await.unwrap();
        plans::discard(&mut tx, &second, seen, &stamp()).await.unwrap();
        tx.commit(entry("plan.discard")).await.unwrap();
        let list = plans::list(store, None).await.unwrap();
        let shown: Vec<_> = list.iter().map(|l| (l.number, l.status)).collect();
        assert_eq!(shown, [(1, VersionStatus::Confirmed)], "{}", database.name);
        let mut tx = store.begin(&area()).await.unwrap();
        assert_eq!(plans::next_number(&mut tx, &second.plan_id).await.unwrap(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_plan_is_found_by_whom_it_serves_and_when() {
    for_each_database(async |database| {
        let version = draft(1);
        import(&database.store, &version).await;
        let period = version.plan.period;
        let later = PlanPeriod { start: 2031, end: 2035 };
        let mut tx = database.store.begin(&area()).await.unwrap();
        let mut found = Vec::new();
        for (beneficiary, period) in [
            (Beneficiary::Women, period),
            (Beneficiary::Children, period),
            (Beneficiary::Women, later),
        ] {
            found.push(plans::find_plan(&mut tx, beneficiary, period).await.unwrap());
        }
        assert_eq!(found, [Some(version.plan_id), None, None], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_number_that_is_taken_is_a_conflict() {
    for_each_database(async |database| {
        let store = &database.store;
        import(store, &draft(1)).await;
        let mut tx = store.begin(&area()).await.unwrap();
        let outcome = plans::insert_draft(&mut tx, &draft(1), &stamp()).await;
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{}: {outcome:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_version_of_another_region_is_refused() {
    for_each_database(async |database| {
        let mut tx = database.store.begin(&"990102".parse().unwrap()).await.unwrap();
        let outcome = plans::insert_draft(&mut tx, &draft(1), &stamp()).await;
        assert!(matches!(outcome, Err(Error::Invalid(_))), "{}: {outcome:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_missing_version_is_not_found() {
    for_each_database(async |database| {
        let mut key = plans::VersionKey::of(&draft(1));
        key.plan_id = PlanId("none".to_owned());
        let outcome = plans::load(&database.store, &key).await;
        assert!(matches!(outcome, Err(Error::NotFound(_))), "{}: {outcome:?}", database.name);
    })
    .await;
}

async fn confirm(
    store: &halfsky_store::Store,
    key: &plans::VersionKey,
    seen: i64,
) -> halfsky_store::Result<()> {
    let mut tx = store.begin(&key.ref_area).await?;
    let decided = plans::Stamp { at: at(9), by: "wang".to_owned() };
    plans::confirm(&mut tx, key, seen, &decided).await?;
    tx.commit(entry("plan.confirm")).await.map(|_| ())
}
