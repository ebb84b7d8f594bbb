//! Jobs shared by several processes: none lost, none done twice.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use halfsky_store::jobs::{self, End, Go, Job, JobKey, JobState, Lease, NewJob, Progress};
use halfsky_store::testing::for_each_database;
use halfsky_store::{Error, Store};

use crate::specimen::{area, at, entry, stamp};

fn job(id: &str, mark: Option<&str>) -> NewJob {
    NewJob {
        key: JobKey { ref_area: area(), id: id.to_owned() },
        kind: "remind".to_owned(),
        mark: mark.map(ToOwned::to_owned),
        arguments: "{\"day\":\"2026-05-13\"}".to_owned(),
        due: at(10),
    }
}

fn lease(holder: &str, until: i64) -> Lease {
    Lease { holder: holder.to_owned(), until: at(until) }
}

async fn claim(store: &Store, now: i64, lease: &Lease) -> Option<Job> {
    jobs::claim(store, at(now), lease).await.expect("an answer")
}

async fn schedule(store: &Store, job: &NewJob) -> bool {
    jobs::schedule(store, job, &stamp()).await.expect("an answer")
}

#[tokio::test]
async fn a_job_goes_its_way() {
    for_each_database(async |database| {
        let store = &database.store;
        let key = job("a", None).key;
        assert!(schedule(store, &job("a", None)).await);
        assert_eq!(claim(store, 9, &lease("甲", 60)).await, None, "not yet due");
        let claimed = claim(store, 10, &lease("甲", 60)).await.unwrap();
        assert_eq!((claimed.state, claimed.attempts), (JobState::Running, 1));
        assert_eq!(claim(store, 10, &lease("乙", 60)).await, None, "{}", database.name);
        let progress = Progress { done: 3, total: 9, what: "正在读取".to_owned() };
        let go = jobs::tell(store, &key, &lease("甲", 90), &progress).await.unwrap();
        assert_eq!(go, Go::On);
        assert_eq!(jobs::load(store, &key).await.unwrap().progress, progress);
        let end = End::Done("提醒3个单位".to_owned());
        jobs::finish(store, &key, "甲", &end, at(20)).await.unwrap();
        let done = jobs::load(store, &key).await.unwrap();
        assert_eq!((done.state, done.outcome.as_str()), (JobState::Done, "提醒3个单位"));
        assert_eq!(jobs::list(store, &area(), 5).await.unwrap(), [done], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn the_job_of_a_dead_process_is_taken_over() {
    for_each_database(async |database| {
        let store = &database.store;
        let key = job("a", None).key;
        schedule(store, &job("a", None)).await;
        claim(store, 10, &lease("甲", 60)).await.unwrap();
        assert_eq!(claim(store, 60, &lease("乙", 120)).await, None, "the lease still holds");
        let taken = claim(store, 61, &lease("乙", 120)).await.unwrap();
        assert_eq!(taken.attempts, 2, "{}", database.name);
        // The first process was only slow: it learns that the job is not its own any more.
        let go = jobs::tell(store, &key, &lease("甲", 200), &Progress::default()).await.unwrap();
        assert_eq!(go, Go::Lost, "{}", database.name);
        let mut tx = store.begin(&area()).await.unwrap();
        let end = End::Done(String::new());
        let late = jobs::complete(&mut tx, &key, "甲", &end, at(70)).await;
        assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
        jobs::complete(&mut tx, &key, "乙", &end, at(70)).await.unwrap();
        tx.commit(entry("job.done")).await.unwrap();
        assert_eq!(jobs::load(store, &key).await.unwrap().state, JobState::Done);
    })
    .await;
}

#[tokio::test]
async fn a_job_can_be_cancelled_and_tried_again() {
    for_each_database(async |database| {
        let store = &database.store;
        for id in ["a", "b"] {
            schedule(store, &job(id, None)).await;
        }
        let running = claim(store, 10, &lease("甲", 60)).await.unwrap().key;
        jobs::postpone(store, &running, "甲", at(30), "邮件服务器没有应答").await.unwrap();
        let other = claim(store, 11, &lease("甲", 60)).await.unwrap().key;
        assert_ne!(running, other);
        for key in [&running, &other] {
            let mut tx = store.begin(&area()).await.unwrap();
            jobs::cancel(&mut tx, key, at(12)).await.unwrap();
            tx.commit(entry("job.cancel")).await.unwrap();
        }
        assert_eq!(jobs::load(store, &running).await.unwrap().state, JobState::Cancelled);
        let go = jobs::tell(store, &other, &lease("甲", 60), &Progress::default()).await;
        assert_eq!(go.unwrap(), Go::Stop, "{}", database.name);
        jobs::finish(store, &other, "甲", &End::Cancelled, at(13)).await.unwrap();
        assert!(jobs::load(store, &other).await.unwrap().state.is_over());
        let mut tx = store.begin(&area()).await.unwrap();
        let over = jobs::cancel(&mut tx, &other, at(14)).await;
        assert!(matches!(over, Err(Error::Conflict(_))), "{}: {over:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn the_same_mark_is_the_same_job() {
    for_each_database(async |database| {
        let store = &database.store;
        assert!(schedule(store, &job("a", Some("2026-05-13"))).await);
        assert!(!schedule(store, &job("b", Some("2026-05-13"))).await);
        assert!(schedule(store, &job("c", Some("2026-05-14"))).await);
        assert!(schedule(store, &job("d", None)).await && schedule(store, &job("e", None)).await);
        assert_eq!(jobs::list(store, &area(), 9).await.unwrap().len(), 4, "{}", database.name);
    })
    .await;
}

/// A process that does every job it can get, and notes which.
async fn work(store: Store, holder: String, done: Arc<Mutex<BTreeMap<String, usize>>>) {
    let mut idle = 0;
    while idle < 20 {
        let Some(job) = claim(&store, 100, &lease(&holder, 1_000)).await else {
            idle += 1;
            tokio::task::yield_now().await;
            continue;
        };
        *done.lock().expect("the list").entry(job.key.id.clone()).or_default() += 1;
        let end = End::Done(holder.clone());
        jobs::finish(&store, &job.key, &holder, &end, at(101)).await.expect("an end");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_processes_do_forty_jobs_once_each() {
    for_each_database(async |database| {
        for number in 0..40 {
            schedule(&database.store, &job(&format!("{number:02}"), None)).await;
        }
        let done = Arc::new(Mutex::new(BTreeMap::new()));
        let processes: Vec<_> = (0..3)
            .map(|n| tokio::spawn(work(database.store.clone(), n.to_string(), Arc::clone(&done))))
            .collect();
        for process in processes {
            process.await.unwrap();
        }
        let done = done.lock().unwrap();
        assert_eq!(done.len(), 40, "{}: every job", database.name);
        assert!(done.values().all(|times| *times == 1), "{}: {done:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn what_is_due_or_open_is_seen_without_taking_it() {
    for_each_database(async |database| {
        let store = &database.store;
        assert!(!jobs::anything_due(store, at(0)).await.unwrap());
        assert!(schedule(store, &job("a", None)).await);
        assert!(!jobs::anything_due(store, at(9)).await.unwrap());
        assert!(jobs::anything_due(store, at(10)).await.unwrap(), "{}", database.name);
        let open = async || jobs::open(store, &area(), "remind").await.unwrap().len();
        assert_eq!(open().await, 1);
        let taken = claim(store, 10, &lease("甲", 60)).await.expect("a job");
        assert_eq!(open().await, 1);
        assert!(!jobs::anything_due(store, at(59)).await.unwrap());
        assert!(jobs::anything_due(store, at(61)).await.unwrap());
        let end = End::Done("好".to_owned());
        jobs::finish(store, &taken.key, "甲", &end, at(20)).await.unwrap();
        assert_eq!(open().await, 0);
        let newest = jobs::newest(store, &area(), "remind").await.unwrap().unwrap();
        assert_eq!(newest.outcome, "好", "{}", database.name);
        assert_eq!(jobs::newest(store, &area(), "other").await.unwrap(), None);
    })
    .await;
}
