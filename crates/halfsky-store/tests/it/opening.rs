//! Opening and migrating: a place that cannot be used says why and what to do, without secrets.

use std::net::TcpListener;
use std::path::PathBuf;

use halfsky_store::audit::{self, Verification};
use halfsky_store::migrate::{MigrationReport, SchemaStatus, migrate, needed_version, status};
use halfsky_store::testing::{Cluster, ScratchDir, for_each_database};
use halfsky_store::{Error, Location, Store, plans};

use sqlx::Connection as _;

use crate::specimen::{area, connect, draft, entry, import, sqlite_of_first_release, tamper};

async fn check_refused(location: &Location, words: &[&str]) {
    let error = Store::open(location).await.expect_err("a refusal");
    let message = error.to_string();
    assert!(matches!(error, Error::Unusable(_)), "{error:?}");
    for word in words {
        assert!(message.contains(word), "“{word}” is not in “{message}”");
    }
    assert!(!message.contains("password"), "{message}");
}

fn postgres_at(url: String) -> Location {
    Location::Postgres { url, files_dir: PathBuf::from("unused") }
}

#[tokio::test]
async fn a_directory_is_refused_until_it_is_a_data_directory() {
    let dir = ScratchDir::new();
    let inside = Location::SqliteDir(dir.path().join("data"));
    check_refused(&inside, &["不存在", "halfsky migrate"]).await;
    assert!(inside.is_empty_directory().unwrap());
    std::fs::create_dir(dir.path().join("data")).unwrap();
    assert!(inside.is_empty_directory().unwrap());
    check_refused(&inside, &["不是半边天的数据目录", "halfsky migrate"]).await;
    let file = dir.path().join("data").join("halfsky.sqlite");
    std::fs::write(&file, "这不是数据库，只是一段很长的文字。".repeat(50)).unwrap();
    assert!(!inside.is_empty_directory().unwrap());
    check_refused(&inside, &["不是 SQLite 数据库"]).await;
    std::fs::write(&file, "").unwrap();
    check_refused(&inside, &["还没有建表", "halfsky migrate"]).await;
    let report = migrate(&inside).await.unwrap();
    assert_eq!((report.from, report.to), (0, needed_version()));
    Store::open(&inside).await.unwrap().close().await;
}

#[tokio::test]
async fn a_directory_with_odd_letters_works() {
    let dir = ScratchDir::new();
    let location = Location::SqliteDir(dir.path().join("数据 100%?#&=+"));
    migrate(&location).await.unwrap();
    let store = Store::open(&location).await.unwrap();
    store.ping().await.unwrap();
    store.close().await;
    assert!(dir.path().join("数据 100%?#&=+").join("halfsky.sqlite").is_file());
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    for_each_database(async |database| {
        let (key, _) = import(&database.store, &draft(3)).await;
        let report = migrate(&database.location).await.unwrap();
        let version = needed_version();
        let nothing = MigrationReport { from: version, to: version, applied: vec![], backup: None };
        assert_eq!(report, nothing, "{}", database.name);
        let current = status(&database.location).await.unwrap();
        assert_eq!(current, SchemaStatus::Current { version });
        let stored = plans::load(&database.store, &key).await.unwrap();
        assert_eq!(stored.version, draft(3), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    for_each_database(async |database| {
        tamper(database, "update _sqlx_migrations set version = 9000 where version = 1").await;
        check_refused(&database.location, &["第 9000 版", "新版 halfsky"]).await;
        let outcome = migrate(&database.location).await;
        assert!(matches!(outcome, Err(Error::Unusable(_))), "{}: {outcome:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn an_older_database_asks_for_migration() {
    for_each_database(async |database| {
        let sql = "delete from _sqlx_migrations where version > 1";
        tamper(database, sql).await;
        check_refused(&database.location, &["第 1 版", "请先运行 halfsky migrate"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_migration_that_was_changed_afterwards_is_refused() {
    for_each_database(async |database| {
        let sql = match database.location {
            Location::SqliteDir(_) => "update _sqlx_migrations set checksum = x'00'",
            Location::Postgres { .. } => "update _sqlx_migrations set checksum = '\\x00'",
        };
        tamper(database, sql).await;
        let outcome = migrate(&database.location).await;
        let refused = outcome.expect_err("a refusal").to_string();
        assert!(refused.contains("不一致"), "{}: {refused}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let dir = ScratchDir::new();
    let location = Location::SqliteDir(dir.path().to_path_buf());
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}/halfsky.sqlite?mode=rwc", dir.path().display());
    let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("create table theirs (id text)").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let refused = migrate(&location).await.expect_err("a refusal").to_string();
    assert!(refused.contains("其他程序"), "{refused}");
}

#[tokio::test]
async fn a_backup_is_made_before_an_embedded_database_changes() {
    let dir = ScratchDir::new();
    let location = sqlite_of_first_release(&dir).await;
    let report = migrate(&location).await.unwrap();
    assert_eq!((report.from, report.to), (3, needed_version()));
    assert!(report.applied.contains(&"0005 audit".to_owned()), "{report:?}");
    let copy = format!("sqlite://{}", report.backup.expect("a copy").display());
    let mut copy = sqlx::AnyConnection::connect(&copy).await.unwrap();
    let entries: i64 =
        sqlx::query_scalar("select count(*) from audit_entry").fetch_one(&mut copy).await.unwrap();
    assert_eq!(entries, 2);
    let outcome = sqlx::query("select * from audit_anchor").fetch_all(&mut copy).await;
    assert!(outcome.is_err(), "the copy was made before the migration");
    copy.close().await.unwrap();
}

#[tokio::test]
async fn a_chain_of_the_first_release_goes_on() {
    let dir = ScratchDir::new();
    let location = sqlite_of_first_release(&dir).await;
    migrate(&location).await.unwrap();
    let store = Store::open(&location).await.unwrap();
    let intact = |entries| Verification::Intact { entries };
    assert_eq!(audit::verify(&store, &area()).await.unwrap(), intact(2));
    store.begin(&area()).await.unwrap().commit(entry("plan.correct")).await.unwrap();
    assert_eq!(audit::verify(&store, &area()).await.unwrap(), intact(3));
    let entries = audit::entries(&store, &area(), 0, 10).await.unwrap();
    let rules: Vec<&str> = entries.iter().map(|entry| entry.hash_rule.as_str()).collect();
    assert_eq!(rules, ["sha256-1", "sha256-1", "sha256"]);
    // The first rule does not cover the later fields: they must stay empty.
    let mut connection = connect(&location).await;
    let sql = "update audit_entry set unit = '卫健局' where sequence = 2";
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let outcome = audit::verify(&store, &area()).await.unwrap();
    assert!(matches!(outcome, Verification::Broken { sequence: 2, .. }), "{outcome:?}");
    store.close().await;
}

#[tokio::test]
async fn postgres_refusals_are_told_apart() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.create_database().await;
    check_refused(&postgres_at(database.clone()), &["还没有建表", "halfsky migrate"]).await;
    check_refused(&postgres_at(cluster.url("nowhere")), &["nowhere", "不存在"]).await;
    let location = postgres_at(cluster.url_with_wrong_password("postgres"));
    check_refused(&location, &["用户名或密码不对"]).await;
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://office:password@127.0.0.1:{port}/halfsky");
    check_refused(&postgres_at(url), &["连不上", "拒绝连接", &port.to_string()]).await;
    check_refused(&postgres_at("mysql://office@host/halfsky".to_owned()), &["postgres://"]).await;
    let sorted = "encoding 'UTF8' lc_collate 'C' lc_ctype 'C' \
                  locale_provider icu icu_locale 'zh-CN'";
    let sorted = cluster.create_database_with(sorted).await;
    check_refused(&postgres_at(sorted), &["排序规则", "template0", "lc_collate 'C'"]).await;
    let latin = cluster.create_database_with("encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'");
    check_refused(&postgres_at(latin.await), &["SQL_ASCII", "UTF8"]).await;
}
