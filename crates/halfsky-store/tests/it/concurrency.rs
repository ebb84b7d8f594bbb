//! Many writers at once, and writers that fail: nothing is lost, and nothing half done stays.

use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::{self, Verification};
use halfsky_store::testing::{TestDatabase, for_each_database};
use halfsky_store::{Error, Store, plans, settings};

use crate::specimen::{area, draft, entry, import, stamp, tamper};

const TASKS: usize = 8;
const STEPS: i64 = 25;

/// Reads a number and writes it back one higher, inside one transaction.
async fn count_up(store: Store, ref_area: RefArea) {
    for _ in 0..STEPS {
        let mut tx = store.begin(&ref_area).await.expect("a transaction");
        let number = plans::next_number(&mut tx, &draft(1).plan_id).await.expect("a number");
        let version =
            halfsky_plan::version::PlanVersion { ref_area: ref_area.clone(), number, ..draft(1) };
        plans::insert_draft(&mut tx, &version, &stamp()).await.expect("a free number");
        tx.commit(entry("plan.import")).await.expect("a commit");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_who_read_first_lose_nothing() {
    for_each_database(async |database| {
        let tasks: Vec<_> =
            (0..TASKS).map(|_| tokio::spawn(count_up(database.store.clone(), area()))).collect();
        for task in tasks {
            task.await.unwrap();
        }
        let expected = TASKS * usize::try_from(STEPS).unwrap();
        let versions = plans::versions(&database.store, &area(), &draft(1).plan_id).await.unwrap();
        assert_eq!(versions.len(), expected, "{}", database.name);
        let outcome = audit::verify(&database.store, &area()).await.unwrap();
        let entries = i64::try_from(expected).unwrap();
        assert_eq!(outcome, Verification::Intact { entries }, "{}", database.name);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_see_one_state_while_others_write() {
    for_each_database(async |database| {
        let store = database.store.clone();
        let (key, mut seen) = import(&store, &draft(20)).await;
        let writer = tokio::spawn({
            let (store, key) = (store.clone(), key.clone());
            async move {
                for _ in 0..20 {
                    let mut version = plans::load(&store, &key).await.unwrap().version;
                    let mut after = version.target(1).unwrap().clone();
                    after.lead.push("县妇联".to_owned());
                    let correction = version.correct(after).unwrap();
                    let mut tx = store.begin(&key.ref_area).await.unwrap();
                    seen =
                        plans::save_corrections(&mut tx, &key, seen, &[correction]).await.unwrap();
                    tx.commit(entry("plan.correct")).await.unwrap();
                }
            }
        });
        while !writer.is_finished() {
            let stored = plans::load(&store, &key).await.unwrap();
            let corrections = i64::try_from(stored.version.corrections.len()).unwrap();
            assert_eq!(corrections + 1, stored.revision, "{}", database.name);
            if let Some(last) = stored.version.corrections.last() {
                assert_eq!(stored.version.target(1), Some(&last.after), "{}", database.name);
            }
        }
        writer.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_error_before_the_commit_leaves_nothing() {
    for_each_database(async |database| {
        let store = &database.store;
        let mut version = draft(5);
        let twice = version.targets[0].clone();
        version.targets.push(twice);
        let mut tx = store.begin(&area()).await.unwrap();
        let outcome = plans::insert_draft(&mut tx, &version, &stamp()).await;
        assert!(matches!(outcome, Err(Error::Invalid(_))), "{outcome:?}");
        drop(tx);
        assert_eq!(plans::list(store, None).await.unwrap(), [], "{}", database.name);
        let chains = audit::verify_all(store, None, &mut |_| ()).await.unwrap().chains;
        assert_eq!(chains, [], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_request_that_is_given_up_leaves_nothing_and_blocks_nobody() {
    for_each_database(async |database| {
        let store = database.store.clone();
        let (begun, wait) = tokio::sync::oneshot::channel();
        let request = tokio::spawn({
            let store = store.clone();
            async move {
                let mut tx = store.begin(&area()).await.unwrap();
                settings::set(&mut tx, "name", "half").await.unwrap();
                begun.send(()).unwrap();
                std::future::pending::<()>().await;
                drop(tx);
            }
        });
        wait.await.unwrap();
        request.abort();
        let mut tx = store.begin(&area()).await.unwrap();
        settings::set(&mut tx, "other", "whole").await.unwrap();
        tx.commit(entry("setting.change")).await.unwrap();
        assert_eq!(settings::find(&store, "name").await.unwrap(), None, "{}", database.name);
        let whole = settings::find(&store, "other").await.unwrap();
        assert_eq!(whole.as_deref(), Some("whole"), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_drops_its_connections_is_used_again() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let mut tx = database.store.begin(&area()).await.unwrap();
    settings::set(&mut tx, "name", "half").await.unwrap();
    let sql = "select pg_terminate_backend(pid) from pg_stat_activity \
               where datname = current_database() and pid <> pg_backend_pid()";
    tamper(&database, sql).await;
    let outcome = tx.commit(entry("setting.change")).await;
    let message = outcome.expect_err("a lost connection").to_string();
    assert!(message.contains("连接中断"), "{message}");
    assert_eq!(settings::find(&database.store, "name").await.unwrap(), None);
    import(&database.store, &draft(1)).await;
}

#[tokio::test]
async fn a_writer_who_waits_too_long_is_told_that_the_database_is_busy() {
    for_each_database(async |database| {
        let _first = database.store.begin(&area()).await.unwrap();
        let second = Store::open(&database.location).await.unwrap();
        let outcome = second.begin(&area()).await;
        assert!(matches!(outcome, Err(Error::Busy)), "{}: {outcome:?}", database.name);
        second.close().await;
    })
    .await;
}
