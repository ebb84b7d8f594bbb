//! What is broken in an installation is found.

use std::fs;

use halfsky_store::files::FileHash;
use halfsky_store::health::{self, FileReport};
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
        let report = health::check_files(&database.store).await.unwrap();
        assert_eq!(report, FileReport { kept: 1, ..FileReport::default() }, "{}", database.name);
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
        let report = health::check_files(&database.store).await.unwrap();
        let expected = FileReport { kept: 1, missing: vec![gone], changed: vec![changed] };
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
