//! The audit chain: what was done stands there, and nobody changes it unnoticed.

use halfsky_store::audit::{self, HashRule, SealedEntry, Verification};
use halfsky_store::settings;
use halfsky_store::testing::{TestDatabase, for_each_database};
use sqlx::Connection as _;

use crate::specimen::{area, at, draft, entry, import, raw, tamper};

/// A chain of five entries.
async fn chain(database: &TestDatabase) {
    for step in 0..5 {
        let mut tx = database.store.begin(&area()).await.expect("a transaction");
        settings::set(&mut tx, "step", &step.to_string()).await.expect("a setting");
        let entry = audit::Entry::new(at(step), "liu", "setting.change", "setting step");
        tx.commit(entry.because("核对")).await.expect("a commit");
    }
}

#[tokio::test]
async fn an_untouched_chain_is_intact() {
    for_each_database(async |database| {
        chain(database).await;
        let outcome = audit::verify(&database.store, &area()).await.unwrap();
        assert_eq!(outcome, Verification::Intact { entries: 5 }, "{}", database.name);
        let entries = audit::entries(&database.store, &area(), 3, 10).await.unwrap();
        let told: Vec<_> = entries.iter().map(|e| (e.sequence, e.at.as_str())).collect();
        assert_eq!(told, [(4, "2023-11-14T22:13:23.000000Z"), (5, "2023-11-14T22:13:24.000000Z")]);
        assert_eq!(entries[0].reason, "核对");
        assert_eq!(entries[1].previous_hash, entries[0].hash);
    })
    .await;
}

#[tokio::test]
async fn every_edited_field_is_found() {
    const FIELDS: [&str; 15] = [
        "sequence",
        "at",
        "actor",
        "account",
        "unit",
        "origin",
        "action",
        "object",
        "subject",
        "changes",
        "reason",
        "hash_rule",
        "content_hash",
        "previous_hash",
        "hash",
    ];
    for_each_database(async |database| {
        chain(database).await;
        let mut connection = raw(database).await;
        for field in FIELDS {
            let edit = if field == "sequence" { "sequence + 10" } else { "'x' || at" };
            let sql = format!(
                "begin; create table kept as select * from audit_entry; \
                 update audit_entry set {field} = {edit} where sequence = 3; commit"
            );
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
            let outcome = audit::verify(&database.store, &area()).await.unwrap();
            assert!(
                matches!(outcome, Verification::Broken { sequence: 3, .. }),
                "{field} on {}: {outcome:?}",
                database.name
            );
            let restore = "begin; delete from audit_entry; \
                           insert into audit_entry select * from kept; drop table kept; commit";
            sqlx::raw_sql(restore).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
        let outcome = audit::verify(&database.store, &area()).await.unwrap();
        assert_eq!(outcome, Verification::Intact { entries: 5 }, "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_removed_entry_is_found_wherever_it_stood() {
    for_each_database(async |database| {
        chain(database).await;
        for (remove, broken_at) in [
            ("delete from audit_entry where sequence = 5", 5),
            ("delete from audit_entry where sequence = 3", 3),
            ("delete from audit_entry where sequence = 1", 1),
        ] {
            tamper(database, remove).await;
            let outcome = audit::verify(&database.store, &area()).await.unwrap();
            let Verification::Broken { sequence, .. } = outcome else {
                panic!("{remove} on {}: {outcome:?}", database.name)
            };
            assert_eq!(sequence, broken_at, "{remove} on {}", database.name);
        }
    })
    .await;
}

#[tokio::test]
async fn an_entry_moved_to_another_region_is_found() {
    for_each_database(async |database| {
        chain(database).await;
        tamper(database, "update audit_entry set ref_area = '990102' where sequence = 1").await;
        let outcome = audit::verify_all(&database.store, None, &mut |_| ()).await.unwrap().chains;
        assert_eq!(outcome.len(), 2, "{}", database.name);
        for (area, verification) in outcome {
            let found = matches!(verification, Verification::Broken { sequence: 1, .. });
            assert!(found, "{area} on {}: {verification:?}", database.name);
        }
    })
    .await;
}

#[tokio::test]
async fn the_content_hash_follows_from_what_was_written() {
    for_each_database(async |database| {
        let mut hashes = Vec::new();
        for content in ["a", "a", "b"] {
            let mut tx = database.store.begin(&area()).await.unwrap();
            settings::set(&mut tx, "name", content).await.unwrap();
            hashes.push(tx.commit(entry("setting.change")).await.unwrap().content_hash);
        }
        assert_eq!(hashes[0], hashes[1], "{}", database.name);
        assert_ne!(hashes[1], hashes[2], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn the_same_import_has_the_same_entry_on_both_databases() {
    let seen = std::sync::Mutex::new(Vec::new());
    for_each_database(async |database| {
        import(&database.store, &draft(12)).await;
        let entries = audit::entries_about(&database.store, &area(), "plan").await.unwrap();
        seen.lock().unwrap().push(entries);
    })
    .await;
    let seen = seen.into_inner().unwrap();
    assert!(seen.iter().all(|entries| entries.len() == 1 && *entries == seen[0]));
}

#[tokio::test]
async fn the_hash_can_be_changed_from_now_on() {
    for_each_database(async |database| {
        chain(database).await;
        let mut tx = database.store.begin_reference().await.unwrap();
        settings::set(&mut tx, settings::AUDIT_HASH, HashRule::Sm3.code()).await.unwrap();
        let entry = entry("setting.change").changed("审计校验算法", "SHA-256", "SM3");
        assert_eq!(tx.commit(entry).await.unwrap().rule(), Some(HashRule::Sha256));
        chain(database).await;
        let entries = audit::entries(&database.store, &area(), 4, 2).await.unwrap();
        let rules: Vec<_> = entries.iter().map(SealedEntry::rule).collect();
        assert_eq!(rules, [Some(HashRule::Sha256), Some(HashRule::Sm3)], "{}", database.name);
        let outcome = audit::verify(&database.store, &area()).await.unwrap();
        assert_eq!(outcome, Verification::Intact { entries: 10 }, "{}", database.name);
        // Calling an entry's hash by the other name does not make it fit.
        tamper(database, "update audit_entry set hash_rule = 'sha256' where sequence = 8").await;
        let outcome = audit::verify(&database.store, &area()).await.unwrap();
        assert!(matches!(outcome, Verification::Broken { sequence: 8, .. }), "{outcome:?}");
    })
    .await;
}

#[tokio::test]
async fn an_unknown_hash_in_the_settings_stops_writing() {
    for_each_database(async |database| {
        tamper(database, "insert into setting (name, content) values ('audit_hash', 'md5')").await;
        let refused = database.store.begin(&area()).await.expect_err("a refusal").to_string();
        assert!(refused.contains("md5"), "{}: {refused}", database.name);
    })
    .await;
}

#[tokio::test]
async fn everything_told_is_kept() {
    for_each_database(async |database| {
        let tx = database.store.begin(&area()).await.unwrap();
        let told = audit::Entry::new(at(0), "张三", "plan.correct", "plan a/1 target 3")
            .by("0192", "卫健局")
            .from("10.0.0.1")
            .about("2025年 孕产妇死亡率")
            .changed("", "12.1", "10.1")
            .changed("单位", "1/10万", "1/10万")
            .because("更正笔误");
        let sealed = tx.commit(told).await.unwrap();
        let kept = audit::entries_about(&database.store, &area(), "plan a/1 target 3").await;
        let kept = kept.unwrap();
        assert_eq!(kept, [sealed], "{}", database.name);
        assert_eq!(
            audit::sentence(&kept[0]),
            "张三（卫健局）将 2025年 孕产妇死亡率 由 12.1 改为 10.1，原因：更正笔误"
        );
        assert_eq!((kept[0].account.as_str(), kept[0].origin.as_str()), ("0192", "10.0.0.1"));
    })
    .await;
}

#[tokio::test]
async fn the_last_entries_of_an_object_and_one_by_its_place() {
    for_each_database(async |database| {
        let store = &database.store;
        for number in 0..3 {
            let tx = store.begin(&area()).await.unwrap();
            let object = if number == 1 { "plan b" } else { "plan a" };
            let told = audit::Entry::new(at(number), "张三", "plan.correct", object);
            tx.commit(told).await.unwrap();
        }
        let last = audit::last_about(store, &area(), "plan a", 1).await.unwrap();
        assert_eq!(last.iter().map(|e| e.sequence).collect::<Vec<_>>(), [3], "{}", database.name);
        let one = audit::entry_at(store, &area(), 2).await.unwrap().unwrap();
        assert_eq!(one.object, "plan b");
        assert_eq!(audit::entry_at(store, &area(), 4).await.unwrap(), None);
        assert!(audit::areas(store).await.unwrap().contains(&area().to_string()));
    })
    .await;
}
