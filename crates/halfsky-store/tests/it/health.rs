//! What is broken in an installation is found.

use std::fs;

use halfsky_store::files::FileHash;
use halfsky_store::health::{self, Extent, FileReport, Unready};
use halfsky_store::testing::{TestDatabase, for_each_database};

use crate::specimen::{at, draft, import, tamper};

#[tokio::test]
async fn a_healthy_house_has_no_findings() {
    for_each_database(async |database| {
        assert_eq!(health::last_written(&database.store).await.unwrap(), None);
        let bytes = b"a plan".to_vec();
        let mut version = draft(3);
        version.source.sha256 = database.store.files().keep(&bytes).unwrap().as_str().to_owned();
        import(&database.store, &version).await;
        let findings = health::check_database(&database.location).await.unwrap();
        assert!(findings.is_empty(), "{}: {findings:?}", database.name);
        let report = health::check_files(&database.store, Extent::All).await.unwrap();
        assert_eq!(
            report,
            FileReport { kept: 1, read: 1, ..FileReport::default() },
            "{}",
            database.name
        );
        assert_eq!(health::last_written(&database.store).await.unwrap(), Some(at(0)));
    })
    .await;
}

#[tokio::test]
async fn missing_and_changed_files_are_named() {
    for_each_database(async |database| {
        let gone = FileHash::of(b"gone");
        let mut version = draft(3);
        gone.as_str().clone_into(&mut version.source.sha256);
        import(&database.store, &version).await;
        let changed = database.store.files().keep(b"as it was").unwrap();
        let (folder, name) = changed.as_str().split_at(2);
        fs::write(database.location.files_dir().join(folder).join(name), "otherwise").unwrap();
        let report = health::check_files(&database.store, Extent::All).await.unwrap();
        let expected = FileReport { kept: 1, read: 1, missing: vec![gone], changed: vec![changed] };
        assert_eq!(report, expected, "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn rows_that_point_nowhere_are_found() {
    let database = TestDatabase::sqlite().await;
    import(&database.store, &draft(3)).await;
    tamper(&database, "pragma foreign_keys = off; delete from plan").await;
    let findings = health::check_database(&database.location).await.unwrap();
    assert!(findings[0].contains("指向不存在的记录"), "{findings:?}");
}

#[tokio::test]
async fn a_sample_is_spread_over_all_files() {
    let database = TestDatabase::sqlite().await;
    for number in 0..30_u8 {
        database.store.files().keep(&[number]).unwrap();
    }
    let read = async |extent| health::check_files(&database.store, extent).await.unwrap().read;
    assert_eq!(read(Extent::All).await, 30);
    assert_eq!(read(Extent::Sample(10)).await, 10);
    assert_eq!(read(Extent::Sample(7)).await, 6);
    assert_eq!(read(Extent::Sample(100)).await, 30);
}

#[tokio::test]
async fn a_house_is_ready_until_something_is_missing() {
    for_each_database(async |database| {
        let ready = async || health::readiness(&database.store).await;
        assert_eq!(ready().await, Ok(()), "{}", database.name);
        let files = database.location.files_dir();
        fs::remove_dir_all(&files).unwrap();
        assert_eq!(ready().await, Err(Unready::Disk), "{}", database.name);
        fs::create_dir(&files).unwrap();
        tamper(database, "delete from _sqlx_migrations where version > 1").await;
        assert_eq!(ready().await, Err(Unready::Schema), "{}", database.name);
        database.store.close().await;
        assert_eq!(ready().await, Err(Unready::Database), "{}", database.name);
    })
    .await;
}

#[cfg(unix)]
#[test]
fn there_is_room_somewhere() {
    assert!(health::free_bytes(&std::env::temp_dir()).unwrap() > 0);
    assert!(health::free_bytes(std::path::Path::new("/no/such/place")).is_err());
}
