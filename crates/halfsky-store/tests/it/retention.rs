//! Old entries go when their time is over; what stays can still be verified.

use halfsky_store::Error;
use halfsky_store::audit::retention::{FEWEST_DAYS, Removed, prune};
use halfsky_store::audit::{self, Entry, HashRule, Keep, Outcome, Policy, anchor};
use halfsky_store::testing::{TestDatabase, for_each_database};

use crate::specimen::{area, at, tamper};

const DAY: i64 = 86_400;

fn on(day: i64, action: &str) -> Entry {
    Entry::new(at(day * DAY), "审计员", action, "")
}

/// One entry a day for so many days, and an anchor at the end of every tenth.
async fn days(database: &TestDatabase, days: std::ops::Range<i64>) {
    for day in days {
        let tx = database.store.begin(&area()).await.unwrap();
        tx.commit(on(day, "plan.correct")).await.unwrap();
        if day % 10 == 9 {
            anchor::take(&database.store, on(day, "audit.anchor")).await.unwrap();
        }
    }
}

async fn verify(database: &TestDatabase) -> Outcome {
    audit::verify_all(&database.store, None, &mut |_| ()).await.unwrap()
}

async fn prune_on(database: &TestDatabase, day: i64) -> Vec<Removed> {
    prune(&database.store, FEWEST_DAYS, &on(day, "audit.prune")).await.unwrap()
}

#[tokio::test]
async fn entries_go_up_to_the_newest_anchor_that_is_old_enough() {
    for_each_database(async |database| {
        days(database, 0..40).await;
        assert_eq!(prune_on(database, FEWEST_DAYS + 5).await, [], "{}", database.name);
        let removed = prune_on(database, FEWEST_DAYS + 25).await;
        let of = |ref_area: &str, entries, until| Removed {
            ref_area: ref_area.to_owned(),
            entries,
            until,
        };
        // The second anchor was taken on day 19, after 20 entries and one anchor.
        assert_eq!(removed, [of("000000", 1, 1), of("990101", 20, 20)], "{}", database.name);
        let outcome = verify(database).await;
        assert!(outcome.is_intact(), "{}: {:?}", database.name, outcome.findings());
        let left = audit::entries(&database.store, &area(), 0, 100).await.unwrap();
        assert_eq!((left[0].sequence, left.len()), (21, 21), "{}", database.name);
        assert_eq!(left[20].action, "audit.prune");
        assert!(audit::sentence(&left[20]).contains("第20条及以前"));
        // Once more the same day: nothing is old enough any more.
        assert_eq!(prune_on(database, FEWEST_DAYS + 25).await, [], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_chain_can_be_shortened_again_and_again() {
    for_each_database(async |database| {
        days(database, 0..30).await;
        prune_on(database, FEWEST_DAYS + 12).await;
        days(database, 200..230).await;
        let removed = prune_on(database, FEWEST_DAYS + 215).await;
        assert_eq!(removed.len(), 2, "{}", database.name);
        let outcome = verify(database).await;
        assert!(outcome.is_intact(), "{}: {:?}", database.name, outcome.findings());
    })
    .await;
}

#[tokio::test]
async fn less_than_half_a_year_is_refused() {
    for_each_database(async |database| {
        let refused = prune(&database.store, FEWEST_DAYS - 1, &on(900, "audit.prune")).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{}: {refused:?}", database.name);
        let policy = Policy { hash: HashRule::Sm3, keep: Keep::Days(FEWEST_DAYS - 1) };
        let refused = audit::set_policy(&database.store, policy, on(0, "audit.set")).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{}: {refused:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_broken_chain_is_not_shortened() {
    for_each_database(async |database| {
        days(database, 0..20).await;
        let sql = "update audit_entry set actor = 'x' where ref_area = '990101' and sequence = 7";
        tamper(database, sql).await;
        let refused = prune(&database.store, FEWEST_DAYS, &on(900, "audit.prune")).await;
        assert!(matches!(refused, Err(Error::Damaged(_))), "{}: {refused:?}", database.name);
        let left = audit::entries(&database.store, &area(), 0, 100).await.unwrap();
        assert_eq!(left.len(), 20, "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_start_that_no_anchor_proves_is_found() {
    for_each_database(async |database| {
        days(database, 0..30).await;
        prune_on(database, FEWEST_DAYS + 25).await;
        tamper(database, "update audit_start set anchor = 1 where ref_area = '990101'").await;
        let outcome = verify(database).await;
        assert!(outcome.findings()[0].contains("没有锚定可以证明"), "{:?}", outcome.findings());
    })
    .await;
}

#[tokio::test]
async fn the_policy_is_kept_and_its_change_is_an_entry() {
    for_each_database(async |database| {
        let store = &database.store;
        let first = Policy { hash: HashRule::Sha256, keep: Keep::Forever };
        assert_eq!(audit::policy(store).await.unwrap(), first, "{}", database.name);
        let wanted = Policy { hash: HashRule::Sm3, keep: Keep::Days(365) };
        for _ in 0..2 {
            audit::set_policy(store, wanted, on(0, "audit.set").about("审计")).await.unwrap();
        }
        assert_eq!(audit::policy(store).await.unwrap(), wanted, "{}", database.name);
        let entries = audit::entries(store, &"000000".parse().unwrap(), 0, 10).await.unwrap();
        assert_eq!(entries.len(), 1, "{}", database.name);
        assert_eq!(
            audit::sentence(&entries[0]),
            "审计员修改了审计设置 审计：校验算法由“SHA-256”改为“SM3”；保留期限由“永久”改为“365天”"
        );
    })
    .await;
}
