//! Whoever changes the audit chain past the program is found: by the chain, or by an anchor.

use halfsky_store::audit::{self, Anchor, Outcome, Verification, anchor};
use halfsky_store::settings;
use halfsky_store::testing::{TestDatabase, for_each_database};

use crate::specimen::{area, at, entry, tamper};

/// Changes of two regions and of reference data, and an anchor in the middle and one at the end.
async fn history(database: &TestDatabase) -> Anchor {
    for day in 0..2 {
        for step in 0..3 {
            let mut tx = database.store.begin(&area()).await.unwrap();
            settings::set(&mut tx, "step", &step.to_string()).await.unwrap();
            tx.commit(entry("plan.correct")).await.unwrap();
        }
        let other = "990102".parse().unwrap();
        database.store.begin(&other).await.unwrap().commit(entry("plan.import")).await.unwrap();
        take(database, day).await;
    }
    anchor::find(&database.store, 2).await.unwrap().unwrap()
}

async fn take(database: &TestDatabase, day: i64) -> Anchor {
    let entry = audit::Entry::new(at(day * 86_400), "审计员", "audit.anchor", "");
    anchor::take(&database.store, entry).await.unwrap()
}

async fn verify(database: &TestDatabase, kept: Option<&Anchor>) -> Outcome {
    audit::verify_all(&database.store, kept, &mut |_| ()).await.unwrap()
}

/// Tampers with a fresh history and expects a finding with these words.
async fn check(tampering: &'static str, words: &str) {
    for_each_database(async |database| {
        let kept = history(database).await;
        let before = verify(database, Some(&kept)).await;
        assert!(before.is_intact(), "{}: {:?}", database.name, before.findings());
        tamper(database, tampering).await;
        let outcome = verify(database, None).await;
        let findings = outcome.findings().join("；");
        assert!(!outcome.is_intact(), "{tampering} on {} was not seen", database.name);
        assert!(findings.contains(words), "{tampering} on {}: {findings}", database.name);
    })
    .await;
}

#[tokio::test]
async fn progress_ends_with_every_entry() {
    for_each_database(async |database| {
        history(database).await;
        let mut last = None;
        let outcome = audit::verify_all(&database.store, None, &mut |now| last = Some(now)).await;
        assert_eq!(outcome.unwrap().entries(), 10, "{}", database.name);
        let last = last.unwrap();
        assert_eq!((last.entries, last.total), (10, 10));
    })
    .await;
}

#[tokio::test]
async fn an_edited_entry_is_found() {
    check("update audit_entry set actor = '李四' where sequence = 2", "第 2 条的内容被改动").await;
}

#[tokio::test]
async fn a_removed_entry_is_found() {
    let sql = "delete from audit_entry where ref_area = '990101' and sequence = 4";
    check(sql, "区划 990101：缺少第 4 条").await;
}

#[tokio::test]
async fn reordered_entries_are_found() {
    let sql = "update audit_entry set sequence = -1 where ref_area = '990101' and sequence = 2;
        update audit_entry set sequence = 2 where ref_area = '990101' and sequence = 3;
        update audit_entry set sequence = 3 where ref_area = '990101' and sequence = -1";
    check(sql, "第 2 条").await;
}

#[tokio::test]
async fn a_changed_head_is_found() {
    check("update audit_head set hash = 'x' where ref_area = '990101'", "链尾").await;
    check("delete from audit_head where ref_area = '990101'", "链尾").await;
}

#[tokio::test]
async fn a_chain_cut_at_its_end_is_found_by_the_anchor() {
    let sql = "delete from audit_entry where ref_area = '990101' and sequence > 4;
        update audit_head set sequence = 4, hash = (select hash from audit_entry
            where ref_area = '990101' and sequence = 4) where ref_area = '990101'";
    check(sql, "第 2 号锚定记有区划 990101 的第 6 条，现已不在").await;
}

#[tokio::test]
async fn a_chain_that_is_gone_as_a_whole_is_found_by_the_anchor() {
    let sql = "delete from audit_entry where ref_area = '990102';
        delete from audit_head where ref_area = '990102'";
    check(sql, "990102").await;
}

#[tokio::test]
async fn tampering_with_anchors_is_found() {
    check(
        "update audit_anchor set heads = replace(heads, ' 6 ', ' 4 ') where number = 2",
        "第 2 号锚定的内容被改动",
    )
    .await;
    check("delete from audit_anchor where number = 1", "缺少第 1 号锚定").await;
    check("delete from audit_anchor where number = 2", "第 2 号锚定应当存在").await;
    check("update audit_anchor set previous_hash = '' where number = 2", "不相接").await;
}

#[tokio::test]
async fn an_invented_removal_is_found() {
    let sql = "insert into audit_start (ref_area, sequence, hash, anchor)
            select ref_area, sequence, hash, 1 from audit_entry
            where ref_area = '990101' and sequence = 3;
        delete from audit_entry where ref_area = '990101' and sequence <= 3";
    check(sql, "没有相应的清理记录").await;
}

/// Somebody with every right rewrites the whole chain and all anchors by the rules of the program itself.
/// Nothing inside contradicts it any more; the paper outside does.
#[tokio::test]
async fn a_history_written_anew_is_found_by_the_anchor_that_was_kept_elsewhere() {
    for_each_database(async |database| {
        let kept = history(database).await;
        for table in [
            "delete from audit_entry",
            "delete from audit_head",
            "delete from audit_anchor",
            "delete from setting",
        ] {
            tamper(database, table).await;
        }
        for _ in 0..6 {
            let tx = database.store.begin(&area()).await.unwrap();
            tx.commit(entry("plan.import")).await.unwrap();
        }
        take(database, 0).await;
        assert!(verify(database, None).await.is_intact(), "{}", database.name);
        let outcome = verify(database, Some(&kept)).await;
        assert!(outcome.findings()[0].contains("另存的是第 2 号锚定"), "{:?}", outcome.findings());
        take(database, 1).await;
        let outcome = verify(database, Some(&kept)).await;
        assert!(outcome.findings()[0].contains("与另存的不一致"), "{:?}", outcome.findings());
    })
    .await;
}

#[tokio::test]
async fn findings_name_the_first_broken_entry_of_each_chain() {
    for_each_database(async |database| {
        history(database).await;
        tamper(database, "update audit_entry set reason = 'x' where sequence in (1, 3)").await;
        let outcome = verify(database, None).await;
        let broken: Vec<_> = outcome
            .chains
            .iter()
            .filter_map(|(area, v)| match v {
                Verification::Broken { sequence, .. } => Some((area.as_str(), *sequence)),
                Verification::Intact { .. } => None,
            })
            .collect();
        assert_eq!(broken, [("000000", 1), ("990101", 1), ("990102", 1)], "{}", database.name);
    })
    .await;
}
