//! A backup that is not what was written is never taken for good.

use std::fs;
use std::path::Path;

use halfsky_store::Location;
use halfsky_store::backup::{self, Protection, Unlock};
use halfsky_store::testing::TestDatabase;

use super::{furnish, make, restore};

fn refused(path: &Path, unlock: &Unlock) -> bool {
    backup::verify(path, unlock, &mut |_| ()).is_err()
}

/// Every tenth part of the file, and its ends, with one bit turned.
async fn check_every_bit(protection: Protection, unlock: Unlock) {
    let database = TestDatabase::sqlite().await;
    furnish(&database.store).await;
    let made = make(&database, protection).await;
    let whole = fs::read(&made.path).unwrap();
    assert!(!refused(&made.path, &unlock));
    let copy = database.dir().join("damaged");
    let step = (whole.len() / 23).max(1);
    // The first ten bytes of a gzip file hold a time and an operating system that nobody reads.
    for place in (10..whole.len()).step_by(step).chain([whole.len() - 1]) {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        fs::write(&copy, &bytes).unwrap();
        assert!(refused(&copy, &unlock), "a turned bit at {place} of {}", whole.len());
    }
    for length in (0..whole.len()).step_by(step).chain([whole.len() - 1]) {
        fs::write(&copy, &whole[..length]).unwrap();
        assert!(refused(&copy, &unlock), "cut at {length} of {}", whole.len());
    }
}

#[tokio::test]
async fn damage_is_found_wherever_it_is() {
    check_every_bit(Protection::None, Unlock::Nothing).await;
}

#[tokio::test]
async fn damage_to_an_encrypted_backup_is_found() {
    let identity = age::x25519::Identity::generate();
    let secret = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
    let protection = Protection::recipient(&identity.to_public().to_string()).unwrap();
    check_every_bit(protection, Unlock::identity(&secret)).await;
}

#[tokio::test]
async fn a_damaged_backup_is_not_restored() {
    let database = TestDatabase::sqlite().await;
    furnish(&database.store).await;
    let made = make(&database, Protection::None).await;
    let whole = fs::read(&made.path).unwrap();
    fs::write(&made.path, &whole[..whole.len() - 20]).unwrap();
    let place = database.dir().join("new");
    let outcome = restore(&made.path, &Unlock::Nothing, &Location::SqliteDir(place.clone())).await;
    assert!(outcome.unwrap_err().to_string().contains("换用另一份"));
    assert!(!place.exists(), "nothing was begun");
}

#[test]
fn what_is_no_backup_says_so() {
    let dir = halfsky_store::testing::ScratchDir::new();
    let path = dir.path().join("halfsky-20260305-093000.tar.gz");
    for bytes in ["", "hello", "age-encryption.org/v1\nnonsense"] {
        fs::write(&path, bytes).unwrap();
        let outcome = backup::verify(&path, &Unlock::Nothing, &mut |_| ());
        assert!(outcome.unwrap_err().to_string().contains("备份"), "{bytes}");
    }
}
