//! Files by their hash.

use std::fs;
use std::path::PathBuf;

use halfsky_store::Error;
use halfsky_store::files::FileHash;
use halfsky_store::testing::TestDatabase;

async fn sqlite_with_path_of(bytes: &[u8]) -> (TestDatabase, FileHash, PathBuf) {
    let database = TestDatabase::sqlite().await;
    let hash = database.store.files().keep(bytes).expect("a kept file");
    let (folder, name) = hash.as_str().split_at(2);
    let path = database.location.files_dir().join(folder).join(name);
    (database, hash, path)
}

#[tokio::test]
async fn bytes_come_back_under_their_hash() {
    let (database, hash, path) = sqlite_with_path_of(b"abc").await;
    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hash.as_str(), known);
    assert_eq!(fs::read(path).unwrap(), b"abc");
    let files = database.store.files();
    assert_eq!(files.read(&hash).unwrap(), b"abc");
    assert_eq!(files.keep(b"abc").unwrap(), hash);
    assert!(files.holds(&hash) && !files.holds(&FileHash::of(b"other")));
}

#[tokio::test]
async fn changed_bytes_are_noticed_and_can_be_kept_again() {
    let (database, hash, path) = sqlite_with_path_of(b"abc").await;
    fs::write(&path, b"abd").unwrap();
    let outcome = database.store.files().read(&hash);
    assert!(matches!(outcome, Err(Error::Damaged(_))), "{outcome:?}");
    database.store.files().keep(b"abc").unwrap();
    assert_eq!(database.store.files().read(&hash).unwrap(), b"abc");
}

#[tokio::test]
async fn a_missing_file_is_not_found() {
    let (database, ..) = sqlite_with_path_of(b"abc").await;
    let outcome = database.store.files().read(&FileHash::of(b"other"));
    assert!(matches!(outcome, Err(Error::NotFound(_))), "{outcome:?}");
}

#[tokio::test]
async fn nothing_is_left_beside_the_files() {
    let (database, hash, _) = sqlite_with_path_of(b"abc").await;
    let names: Vec<_> = fs::read_dir(database.location.files_dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, [&hash.as_str()[..2]]);
}

#[test]
fn only_a_hash_becomes_a_path() {
    let good = "0f".repeat(32);
    assert_eq!(FileHash::parse(&good).unwrap().as_str(), good);
    for bad in ["", "../../etc/passwd", &"0F".repeat(32), &"0g".repeat(32), &"0f".repeat(31)] {
        assert_eq!(FileHash::parse(bad), None, "{bad}");
    }
}
