//! What several processes know of one another: rate limits, uploads, leases. Each store here is another process:
//! it shares nothing with the others but the database.

use halfsky_store::files::FileHash;
use halfsky_store::jobs::{self, End, Go, JobKey, JobState, Lease, NewJob, Progress};
use halfsky_store::plan_uploads::{self, PlanUpload};
use halfsky_store::rate_limits::{self, Limit, Pace, Permits};
use halfsky_store::testing::{TestDatabase, for_each_database};
use halfsky_store::{Store, plans, settings};
use jiff::SignedDuration;

use crate::specimen::{area, at, draft, entry, import, stamp};

const LIMIT: Limit = Limit { most: 10, within: SignedDuration::from_mins(5) };

/// Two processes on one database.
async fn two(database: &TestDatabase) -> [Store; 2] {
    [database.store.clone(), Store::open(&database.location).await.unwrap()]
}

#[tokio::test]
async fn together_they_allow_what_one_would() {
    for_each_database(async |database| {
        let stores = two(database).await;
        let take = async |which: usize, second| {
            rate_limits::take(&stores[which], "login name li", LIMIT, at(second)).await.unwrap()
        };
        for number in 0..10 {
            assert_eq!(take(number % 2, 0).await, Pace::Allowed, "{}", database.name);
        }
        let wait = Pace::Wait(SignedDuration::from_mins(4));
        assert_eq!([take(0, 60).await, take(1, 60).await], [wait, wait], "{}", database.name);
        let other = rate_limits::take(&stores[0], "login name wang", LIMIT, at(60)).await.unwrap();
        assert_eq!(other, Pace::Allowed);
        // what turned out to be right does not count, even after somebody was refused
        rate_limits::give_back(&stores[1], "login name li").await.unwrap();
        assert_eq!(
            [take(0, 61).await, take(1, 61).await],
            [Pace::Allowed, Pace::Wait(SignedDuration::from_secs(239))]
        );
        assert_eq!(take(1, 300).await, Pace::Allowed, "a new window");
        stores[1].close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_slips_through_between_two_counts() {
    for_each_database(async |database| {
        let stores = two(database).await;
        let tasks: Vec<_> = (0..40)
            .map(|number| {
                let store = stores[number % 2].clone();
                tokio::spawn(async move { rate_limits::take(&store, "x", LIMIT, at(0)).await })
            })
            .collect();
        let mut allowed = 0;
        for task in tasks {
            allowed += usize::from(task.await.unwrap().unwrap() == Pace::Allowed);
        }
        assert_eq!(allowed, 10, "{}", database.name);
        stores[1].close().await;
    })
    .await;
}

/// What a process has taken ahead it hands out without the database; together they never pass the limit, and what the
/// other process holds is what one may miss.
#[tokio::test]
async fn blocks_of_permits_never_pass_the_limit() {
    for_each_database(async |database| {
        let stores = two(database).await;
        let permits = [Permits::default(), Permits::default()];
        let limit = (Limit { most: 34, within: SignedDuration::from_mins(1) }, 10);
        let take = async |which: usize, second| {
            permits[which].take(&stores[which], "write li", limit, at(second)).await.unwrap()
        };
        assert_eq!(take(0, 0).await, Pace::Allowed);
        let mut allowed = 0;
        while take(1, 1).await == Pace::Allowed {
            allowed += 1;
        }
        assert_eq!(allowed, 24, "{}: all but the block of the other", database.name);
        database.tamper("alter table rate_limit rename to elsewhere").await;
        for _ in 0..9 {
            assert_eq!(take(0, 2).await, Pace::Allowed, "at hand");
        }
        let wait = Pace::Wait(SignedDuration::from_secs(55));
        assert_eq!(take(1, 5).await, wait, "who is refused asks the database no more");
        database.tamper("alter table elsewhere rename to rate_limit").await;
        assert_eq!(
            [take(0, 5).await, take(0, 6).await],
            [wait, Pace::Wait(SignedDuration::from_secs(54))]
        );
        assert_eq!([take(0, 60).await, take(1, 60).await], [Pace::Allowed; 2], "a new window");
        stores[1].close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn blocks_taken_at_once_never_pass_the_limit() {
    for_each_database(async |database| {
        let stores = two(database).await;
        let permits = [Permits::default(), Permits::default()];
        let limit = (Limit { most: 25, within: SignedDuration::from_mins(1) }, 4);
        let tasks: Vec<_> = (0..80)
            .map(|number| {
                let (store, permits) = (stores[number % 2].clone(), permits[number % 2].clone());
                tokio::spawn(async move { permits.take(&store, "x", limit, at(0)).await })
            })
            .collect();
        let mut allowed = 0;
        for task in tasks {
            allowed += usize::from(task.await.unwrap().unwrap() == Pace::Allowed);
        }
        assert_eq!(allowed, 25, "{}: nothing is kept back from those who wait", database.name);
        stores[1].close().await;
    })
    .await;
}

/// A clock that stood ahead took permits for a window that has not begun.
#[tokio::test]
async fn permits_of_another_time_are_not_handed_out() {
    let database = TestDatabase::sqlite().await;
    let permits = Permits::default();
    let limit = (Limit { most: 10, within: SignedDuration::from_mins(5) }, 10);
    let take = async |second| permits.take(&database.store, "x", limit, at(second)).await.unwrap();
    for _ in 0..10 {
        assert_eq!(take(90_000).await, Pace::Allowed);
    }
    assert!(matches!(take(90_000).await, Pace::Wait(_)));
    assert_eq!(take(0).await, Pace::Allowed, "a day earlier");
}

#[tokio::test]
async fn a_clock_that_was_wrong_locks_nobody_out() {
    for_each_database(async |database| {
        let take = async |second| {
            rate_limits::take(&database.store, "x", LIMIT, at(second)).await.unwrap()
        };
        for _ in 0..10 {
            take(90_000).await;
        }
        assert!(matches!(take(90_000).await, Pace::Wait(_)));
        assert_eq!(take(0).await, Pace::Allowed, "{}: a day earlier", database.name);
    })
    .await;
}

#[tokio::test]
async fn windows_and_uploads_that_are_over_are_forgotten() {
    for_each_database(async |database| {
        let store = &database.store;
        rate_limits::take(store, "x", LIMIT, at(0)).await.unwrap();
        rate_limits::take(store, "y", LIMIT, at(60)).await.unwrap();
        assert_eq!(rate_limits::forget_ended(store, at(300)).await.unwrap(), 1);
        let upload = |id: &str, second| PlanUpload {
            id: id.to_owned(),
            ref_area: area(),
            region: "云溪县".to_owned(),
            file_name: "规划.docx".to_owned(),
            file: FileHash::of(b"a plan"),
            started: at(second),
        };
        plan_uploads::keep(store, &upload("a", 0)).await.unwrap();
        plan_uploads::keep(store, &upload("b", 60)).await.unwrap();
        let [_, other] = two(database).await;
        assert_eq!(plan_uploads::find(&other, "a").await.unwrap(), Some(upload("a", 0)));
        assert_eq!(plan_uploads::forget_before(store, at(60)).await.unwrap(), 1);
        assert_eq!(plan_uploads::find(&other, "a").await.unwrap(), None, "{}", database.name);
        assert_eq!(plan_uploads::find(&other, "b").await.unwrap(), Some(upload("b", 60)));
        other.close().await;
    })
    .await;
}

/// A process whose clock stands an hour ahead takes a job over although its holder lives: the holder learns it
/// with its next sign of life, and only one end is kept.
#[tokio::test]
async fn a_clock_ahead_takes_a_job_over_and_only_one_end_counts() {
    for_each_database(async |database| {
        let [right, ahead] = two(database).await;
        let key = JobKey { ref_area: area(), id: "a".to_owned() };
        let job = NewJob {
            key: key.clone(),
            kind: "remind".to_owned(),
            mark: None,
            arguments: String::new(),
            due: at(0),
        };
        jobs::schedule(&right, &job, &stamp()).await.unwrap();
        let lease = |holder: &str, until| Lease { holder: holder.to_owned(), until: at(until) };
        jobs::claim(&right, at(0), &lease("right", 60)).await.unwrap().unwrap();
        jobs::claim(&ahead, at(3600), &lease("ahead", 3660)).await.unwrap().unwrap();
        let go = jobs::tell(&right, &key, &lease("right", 61), &Progress::default()).await;
        assert_eq!(go.unwrap(), Go::Lost, "{}", database.name);
        let done = |who: &str| End::Done(who.to_owned());
        jobs::finish(&right, &key, "right", &done("right"), at(2)).await.unwrap();
        jobs::finish(&ahead, &key, "ahead", &done("ahead"), at(3602)).await.unwrap();
        let job = jobs::load(&right, &key).await.unwrap();
        assert_eq!((job.state, &*job.outcome), (JobState::Done, "ahead"), "{}", database.name);
        ahead.close().await;
    })
    .await;
}

/// The order of the chain is that of its numbers: an instant that goes back changes nothing about it.
#[tokio::test]
async fn a_clock_that_goes_back_leaves_the_chain_whole() {
    for_each_database(async |database| {
        let store = &database.store;
        for second in [100, 50, 75] {
            let mut tx = store.begin(&area()).await.unwrap();
            settings::set(&mut tx, "name", &second.to_string()).await.unwrap();
            let told = halfsky_store::audit::Entry { at: at(second), ..entry("setting.change") };
            tx.commit(told).await.unwrap();
        }
        let told = halfsky_store::audit::entries(store, &area(), 0, 9).await.unwrap();
        let order: Vec<_> = told.iter().map(|entry| entry.sequence).collect();
        assert_eq!(order, [1, 2, 3], "{}", database.name);
        let outcome = halfsky_store::audit::verify(store, &area()).await.unwrap();
        assert_eq!(outcome, halfsky_store::audit::Verification::Intact { entries: 3 });
    })
    .await;
}

/// Who saves a version that another process has changed meanwhile is told so.
#[tokio::test]
async fn two_processes_do_not_overwrite_each_other() {
    for_each_database(async |database| {
        let [one, other] = two(database).await;
        let (key, seen) = import(&one, &draft(3)).await;
        let save = async |store: &Store| {
            let mut version = plans::load(store, &key).await.unwrap().version;
            let corrections = version.confirm_unchecked().unwrap();
            let mut tx = store.begin(&area()).await.unwrap();
            plans::save_corrections(&mut tx, &key, seen, &corrections).await?;
            tx.commit(entry("plan.correct")).await
        };
        save(&one).await.unwrap();
        let late = {
            let mut tx = other.begin(&area()).await.unwrap();
            let mut version = draft(3);
            let corrections = version.confirm_unchecked().unwrap();
            plans::save_corrections(&mut tx, &key, seen, &corrections).await
        };
        assert!(matches!(late, Err(halfsky_store::Error::Conflict(_))), "{late:?}");
        other.close().await;
    })
    .await;
}
