//! Backups: what was saved comes back, on either database, and nothing that is not whole is taken for whole.

use std::fs;
use std::path::{Path, PathBuf};

use halfsky_store::audit::{self, Entry, anchor};
use halfsky_store::backup::{self, Made, Order, Protection, Restored, Unlock};
use halfsky_store::files::FileHash;
use halfsky_store::testing::{Cluster, ScratchDir, TestDatabase, for_each_database};
use halfsky_store::{Error, Location, Result, Store, plans, settings};

use crate::specimen::{area, at, draft, entry, import};

mod archive;
mod damage;

/// A house with a plan, files, settings and an anchor.
pub(crate) async fn furnish(store: &Store) {
    import(store, &draft(40)).await;
    let mut tx = store.begin_reference().await.unwrap();
    settings::set(&mut tx, "odd", "“引号”\n\\ \u{1F600} '").await.unwrap();
    tx.commit(entry("audit.set")).await.unwrap();
    for size in [0, 1, 70_000] {
        store.files().keep(&vec![7; size]).unwrap();
    }
    anchor::take(store, entry("audit.anchor")).await.unwrap();
}

pub(crate) fn order(dir: &Path, protection: Protection) -> Order {
    Order {
        dir: dir.join("backups"),
        at: at(0),
        protection,
        key_file: Some(dir.join("secret.key")),
    }
}

pub(crate) async fn make(database: &TestDatabase, protection: Protection) -> Made {
    let order = order(database.dir(), protection);
    backup::create(&database.store, &order, &mut |_| ()).await.unwrap()
}

pub(crate) fn restored_entry() -> Entry {
    Entry::new(at(60), "命令行", "backup.restore", "backup")
}

pub(crate) async fn restore(path: &Path, unlock: &Unlock, to: &Location) -> Result<Restored> {
    backup::restore(path, unlock, to, restored_entry(), &mut |_| ()).await
}

/// An empty place of each kind.
async fn empty_places(dir: &Path) -> Vec<Location> {
    let mut places = vec![Location::SqliteDir(dir.join("new"))];
    if let Some(cluster) = Cluster::shared() {
        let url = cluster.create_database().await;
        places.push(Location::Postgres { url, files_dir: dir.join("new-files") });
    }
    places
}

#[tokio::test]
async fn everything_comes_back_on_either_database() {
    for_each_database(async |database| {
        furnish(&database.store).await;
        let made = make(database, Protection::None).await;
        assert!(!made.key_included && made.size > 1_000);
        for place in empty_places(database.dir()).await {
            let back = restore(&made.path, &Unlock::Nothing, &place).await.unwrap();
            assert!(back.audit.is_intact(), "{}: {:?}", database.name, back.audit.findings());
            assert_eq!(back.manifest, made.manifest);
            let store = Store::open(&place).await.unwrap();
            check_same(&database.store, &store).await;
            store.close().await;
        }
    })
    .await;
}

/// The restored house is the old one, and one entry more tells of the restoration.
async fn check_same(old: &Store, new: &Store) {
    let key = plans::VersionKey::of(&draft(40));
    let load = async |store| plans::load(store, &key).await.unwrap();
    assert_eq!(load(old).await, load(new).await);
    let odd = async |store| settings::find(store, "odd").await.unwrap();
    assert_eq!(odd(old).await, odd(new).await);
    for size in [0, 1, 70_000] {
        let bytes = vec![7; size];
        assert_eq!(new.files().read(&FileHash::of(&bytes)).unwrap(), bytes);
    }
    let entries = async |store: &Store, area: &str| {
        audit::entries(store, &area.parse().unwrap(), 0, 100).await.unwrap()
    };
    assert_eq!(entries(old, "990101").await, entries(new, "990101").await);
    let (before, after) = (entries(old, "000000").await, entries(new, "000000").await);
    assert_eq!(before, after[..before.len()]);
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(after[before.len()].action, "backup.restore");
    assert_eq!(anchor::last(old, 9).await.unwrap(), anchor::last(new, 9).await.unwrap());
}

#[tokio::test]
async fn the_same_state_gives_the_same_backup() {
    for_each_database(async |database| {
        furnish(&database.store).await;
        let first = make(database, Protection::None).await;
        let bytes = fs::read(&first.path).unwrap();
        fs::remove_file(&first.path).unwrap();
        let second = make(database, Protection::None).await;
        assert!(bytes == fs::read(&second.path).unwrap(), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_backup_is_one_state_while_others_write() {
    for_each_database(async |database| {
        furnish(&database.store).await;
        let store = database.store.clone();
        let writing = tokio::spawn(async move {
            for step in 0..60 {
                let mut tx = store.begin(&area()).await.unwrap();
                settings::set(&mut tx, "step", &step.to_string()).await.unwrap();
                settings::set(&mut tx, "again", &step.to_string()).await.unwrap();
                tx.commit(entry("audit.set")).await.unwrap();
            }
        });
        let mut backups: Vec<PathBuf> = Vec::new();
        for round in 0..3 {
            let order = Order { at: at(round), ..order(database.dir(), Protection::None) };
            let made = backup::create(&database.store, &order, &mut |_| ()).await.unwrap();
            backups.push(made.path);
        }
        writing.await.unwrap();
        for (round, path) in backups.iter().enumerate() {
            let place = Location::SqliteDir(database.dir().join(format!("round{round}")));
            let back = restore(path, &Unlock::Nothing, &place).await.unwrap();
            assert!(back.audit.is_intact(), "{}: {:?}", database.name, back.audit.findings());
            let store = Store::open(&place).await.unwrap();
            let step = settings::find(&store, "step").await.unwrap();
            assert_eq!(step, settings::find(&store, "again").await.unwrap(), "{}", database.name);
            store.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_key_travels_only_encrypted_and_only_its_owner_opens_it() {
    let database = TestDatabase::sqlite().await;
    furnish(&database.store).await;
    fs::write(database.dir().join("secret.key"), "the key of the house").unwrap();
    let plain = make(&database, Protection::None).await;
    assert!(!plain.key_included);
    fs::remove_file(plain.path).unwrap();
    let identity = age::x25519::Identity::generate();
    let secret = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
    let protection = Protection::recipient(&identity.to_public().to_string()).unwrap();
    let made = make(&database, protection).await;
    assert!(made.key_included && made.path.extension().unwrap() == "age");
    let bytes = fs::read(&made.path).unwrap();
    let shows = |words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
    assert!(!shows(b"the key of the house") && !shows(b"manifest"));
    let place = Location::SqliteDir(database.dir().join("new"));
    let stranger = age::x25519::Identity::generate().to_string();
    let stranger = age::secrecy::ExposeSecret::expose_secret(&stranger).to_owned();
    for (unlock, words) in [
        (Unlock::Nothing, "--identity"),
        (Unlock::identity(&stranger), "不对"),
        (Unlock::identity("no key"), "age-keygen"),
        (Unlock::passphrase("some other words"), "不对"),
    ] {
        let refused = restore(&made.path, &unlock, &place).await.unwrap_err().to_string();
        assert!(refused.contains(words), "{refused}");
    }
    let file = format!("# created\n{secret}\n");
    let back = restore(&made.path, &Unlock::identity(&file), &place).await.unwrap();
    assert_eq!(back.key.unwrap(), b"the key of the house");
    let path = database.dir().join("put.key");
    assert!(backup::put_key(&path, b"one").unwrap());
    assert!(!backup::put_key(&path, b"two").unwrap(), "a key that is there stays");
    assert_eq!(fs::read(path).unwrap(), b"one");
}

#[tokio::test]
async fn a_passphrase_opens_what_it_closed() {
    let database = TestDatabase::sqlite().await;
    furnish(&database.store).await;
    let made = make(&database, Protection::passphrase("correct horse battery\n").unwrap()).await;
    let unlock = Unlock::passphrase("correct horse battery");
    backup::verify(&made.path, &unlock, &mut |_| ()).unwrap();
    let wrong = backup::verify(&made.path, &Unlock::passphrase("correct horse"), &mut |_| ());
    assert!(wrong.unwrap_err().to_string().contains("不对"));
}

#[tokio::test]
async fn a_place_with_data_is_left_alone() {
    for_each_database(async |database| {
        furnish(&database.store).await;
        let made = make(database, Protection::None).await;
        let refused = restore(&made.path, &Unlock::Nothing, &database.location).await;
        let message = refused.unwrap_err().to_string();
        assert!(message.contains("不是空的"), "{}: {message}", database.name);
        let strange = ScratchDir::new();
        fs::write(strange.path().join("notes.txt"), "x").unwrap();
        let place = Location::SqliteDir(strange.path().to_path_buf());
        let message = restore(&made.path, &Unlock::Nothing, &place).await.unwrap_err().to_string();
        assert!(message.contains("notes.txt"), "{message}");
    })
    .await;
}

#[tokio::test]
async fn data_make_room_only_when_asked_and_only_for_a_whole_backup() {
    let database = TestDatabase::sqlite().await;
    furnish(&database.store).await;
    let made = make(&database, Protection::None).await;
    let (place, nothing) = (database.location.clone(), Unlock::Nothing);
    let replace = async |path: &Path| {
        backup::replace(path, &nothing, &place, restored_entry(), &mut |_| ()).await
    };
    let busy = replace(&made.path).await.unwrap_err();
    assert!(busy.to_string().contains("正被另一个程序使用"), "{busy}");
    let mut tx = database.store.begin_reference().await.unwrap();
    settings::set(&mut tx, "later", "than the backup").await.unwrap();
    tx.commit(entry("audit.set")).await.unwrap();
    database.store.close().await;

    let broken = database.dir().join("broken.tar.gz");
    fs::write(&broken, &fs::read(&made.path).unwrap()[..900]).unwrap();
    replace(&broken).await.unwrap_err();
    let store = Store::open(&place).await.unwrap();
    assert!(settings::find(&store, "later").await.unwrap().is_some(), "nothing was moved");
    store.close().await;

    let (restored, aside) = replace(&made.path).await.unwrap();
    assert!(restored.audit.is_intact());
    let store = Store::open(&place).await.unwrap();
    assert_eq!(settings::find(&store, "later").await.unwrap(), None);
    store.close().await;
    let old = Store::open(&Location::SqliteDir(aside.unwrap())).await.unwrap();
    assert!(settings::find(&old, "later").await.unwrap().is_some(), "the old data are kept");
    old.close().await;
}

#[tokio::test]
async fn nothing_in_postgresql_is_replaced() {
    let Some(database) = TestDatabase::postgres().await else { return };
    furnish(&database.store).await;
    let made = make(&database, Protection::None).await;
    let to = &database.location;
    let refused =
        backup::replace(&made.path, &Unlock::Nothing, to, restored_entry(), &mut |_| ()).await;
    assert!(refused.unwrap_err().to_string().contains("新建一个空数据库"));
}

#[tokio::test]
async fn the_same_second_is_no_second_backup() {
    let database = TestDatabase::sqlite().await;
    make(&database, Protection::None).await;
    let order = order(database.dir(), Protection::None);
    let refused = backup::create(&database.store, &order, &mut |_| ()).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
}

#[tokio::test]
async fn a_damaged_file_stops_the_backup_and_is_named() {
    let database = TestDatabase::sqlite().await;
    furnish(&database.store).await;
    let hash = database.store.files().keep(b"to be damaged").unwrap();
    let (folder, name) = hash.as_str().split_at(2);
    let path = database.location.files_dir().join(folder).join(name);
    fs::write(path, "something else").unwrap();
    let order = order(database.dir(), Protection::None);
    let refused = backup::create(&database.store, &order, &mut |_| ()).await;
    let message = refused.unwrap_err().to_string();
    assert!(message.contains(name), "{message}");
    assert_eq!(fs::read_dir(&order.dir).unwrap().count(), 0, "nothing is left behind");
}

#[tokio::test]
async fn the_keeper_makes_one_at_a_time_and_removes_the_oldest() {
    use backup::runs::{self, Cause, RunOutcome};
    use backup::{Keeper, Policy};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};
    let database = TestDatabase::sqlite().await;
    let (store, seconds) = (&database.store, AtomicI64::new(0));
    let policy = Policy {
        dir: database.dir().join("backups"),
        hour: Some(2),
        keep: 2,
        protection: Protection::None,
        key_file: None,
    };
    let clock = Arc::new(move || at(seconds.fetch_add(1, Ordering::Relaxed)));
    let keeper = Keeper::new(store.clone(), policy, clock);
    let by = Entry::new(at(0), "系统", "", "");
    for _ in 0..3 {
        keeper.run(Cause::Daily, by.clone(), &mut |_| ()).await.unwrap();
    }
    let files = backup::files_in(&keeper.policy().dir).unwrap();
    assert_eq!(files.len(), 2);
    let last = runs::last_daily(store).await.unwrap().unwrap();
    assert!(matches!(&last.outcome, RunOutcome::Done { file, .. } if files[1].1.ends_with(file)));
    let mut second = None;
    let other = keeper.clone();
    let mut look = |_: &str| {
        second.get_or_insert_with(|| other.is_running());
    };
    keeper.run(Cause::Manual, by.clone(), &mut look).await.unwrap();
    assert_eq!(second, Some(true));
    fs::remove_dir_all(&keeper.policy().dir).unwrap();
    fs::write(&keeper.policy().dir, "a file where the directory should be").unwrap();
    keeper.run(Cause::Manual, by, &mut |_| ()).await.unwrap_err();
    let last = runs::last(store, 1).await.unwrap();
    assert!(matches!(&last[0].outcome, RunOutcome::Failed(why) if why.contains("backups")));
}

#[tokio::test]
async fn runs_are_remembered() {
    use backup::runs::{self, Cause, RunOutcome};
    for_each_database(async |database| {
        let store = &database.store;
        let told = |action: &str, seconds| Entry::new(at(seconds), "系统", action, "backup");
        let first = runs::begin(store, Cause::Daily, &Protection::None, told("backup.begin", 0))
            .await
            .unwrap();
        let done = RunOutcome::Done { file: "a.tar.gz".to_owned(), size: 12 };
        runs::finish(store, first, &done, told("backup.finish", 5)).await.unwrap();
        runs::begin(store, Cause::Manual, &Protection::None, told("backup.begin", 10))
            .await
            .unwrap();
        let closed = runs::close_abandoned(store, told("backup.finish", 20)).await.unwrap();
        assert_eq!(closed, 1, "{}", database.name);
        let last = runs::last(store, 10).await.unwrap();
        assert_eq!(last.len(), 2);
        assert!(matches!(&last[0].outcome, RunOutcome::Failed(why) if why.contains("中途")));
        assert_eq!((last[1].outcome.clone(), last[1].finished_at), (done, Some(at(5))));
        let kept = runs::last_done(store).await.unwrap().unwrap();
        assert_eq!(kept, last[1], "{}", database.name);
        assert_eq!(runs::close_abandoned(store, told("backup.finish", 30)).await.unwrap(), 0);
    })
    .await;
}
