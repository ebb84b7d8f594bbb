//! Killed at any moment, the data open again with every transaction whole or absent: a hundred times, during
//! import, save, backup and migration.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use halfsky_store::audit::{self, SealedEntry};
use halfsky_store::backup::{self, Unlock};
use halfsky_store::health::{self, Extent};
use halfsky_store::{Location, Store, accounts, appointments, migrate, plans, settings};
use tempfile::TempDir;

use crate::{command, copy, halfsky, tamper};

/// How often each of the four is killed.
const KILLS: u32 = 25;

/// One step of waiting.
const STEP: Duration = Duration::from_millis(4);

/// Runs a command and kills it after so many steps; how many it took when it ended before.
fn kill_after(dir: &Path, arguments: &[&str], steps: u32) -> Option<u32> {
    let mut command = command(dir, arguments);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for step in 0..steps {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{arguments:?}: {status}");
            return Some(step);
        }
        std::thread::sleep(STEP);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

/// Kills a command at moments spread over the time it takes; checks after every kill. `arguments` and `check`
/// are given the number of the run.
fn kill_often(
    dir: &Path,
    arguments: impl Fn(u32) -> Vec<String>,
    before: impl Fn(u32),
    check: impl Fn(u32),
) {
    let run = |number: u32, steps: u32| {
        before(number);
        let words = arguments(number);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ended = kill_after(dir, &words, steps);
        check(number);
        ended
    };
    let mut whole = run(0, 30_000).expect("an end");
    let mut killed = 0;
    let mut number = 0;
    while killed < KILLS {
        number += 1;
        assert!(number < 8 * KILLS, "the command ends before it can be killed");
        // the last quarter of the time is when it writes
        let part = 20 + 80 * killed / KILLS;
        match run(number, (whole * part / 100).max(1)) {
            None => killed += 1,
            // the machine has become faster: what was measured at first is too long
            Some(steps) => whole = steps.max(2),
        }
    }
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A new data directory.
fn fresh() -> TempDir {
    let dir = TempDir::new().unwrap();
    halfsky(dir.path(), &["migrate", "--dir", "data"]).ok();
    dir
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Opens what is left and looks at all of it.
async fn open(data: &Path) -> Store {
    let location = Location::SqliteDir(data.to_owned());
    let found = health::check_database(&location).await.unwrap();
    assert!(found.is_empty(), "{found:?}");
    let store = Store::open(&location).await.unwrap();
    let outcome = audit::verify_all(&store, None, &mut |_| ()).await.unwrap();
    assert!(outcome.is_intact(), "{:?}", outcome.findings());
    let files = health::check_files(&store, Extent::All).await.unwrap();
    assert!(files.missing.is_empty() && files.changed.is_empty(), "{files:?}");
    store
}

async fn entries(store: &Store, area: &str, action: &str) -> Vec<SealedEntry> {
    let all = audit::entries(store, &area.parse().unwrap(), 0, 100_000).await.unwrap();
    all.into_iter().filter(|entry| entry.action == action).collect()
}

#[test]
fn during_an_import() {
    let dir = fresh();
    let data = dir.path().join("data");
    let file: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/yunxi-children.txt");
    let words = ["plan", "import", file.to_str().unwrap(), "--ref-area", "990101", "--again"];
    let words = [&words[..], &["--dir", "data"]].concat();
    let check = |_| {
        block_on(async {
            let store = open(&data).await;
            let kept = plans::list(&store, None).await.unwrap();
            let told = entries(&store, "990101", "plan.import").await;
            let newest = kept.iter().map(|plan| plan.number).max().unwrap_or(0);
            assert_eq!(told.len(), usize::try_from(newest).unwrap());
            for plan in kept {
                let key = plans::VersionKey {
                    ref_area: plan.ref_area,
                    plan_id: plan.plan_id,
                    number: plan.number,
                };
                let stored = plans::load(&store, &key).await.unwrap();
                assert_eq!(stored.version.plan.domains.len(), 7, "a whole plan");
            }
            store.close().await;
        });
    };
    kill_often(dir.path(), |_| strings(&words), |_| (), check);
}

#[test]
fn during_a_save() {
    let dir = fresh();
    let data = dir.path().join("data");
    let arguments = |number: u32| {
        let login = format!("login{number}");
        let words = ["account", "create", "--login", &login, "--name", "示例人员"];
        strings(&[&words[..], &["--role", "auditor", "--dir", "data"]].concat())
    };
    let check = |_| {
        block_on(async {
            let store = open(&data).await;
            let people = accounts::list(&store).await.unwrap().len();
            let held = appointments::list(&store, None).await.unwrap().len();
            let told = entries(&store, "000000", "account.create").await.len();
            assert_eq!((people, people), (held, told), "account, appointment and entry");
            store.close().await;
        });
    };
    kill_often(dir.path(), arguments, |_| (), check);
}

#[test]
fn during_a_backup() {
    let dir = crate::example();
    let data = dir.path().join("data");
    let arguments = |number: u32| {
        let to = format!("backups{number}");
        strings(&["backup", "create", "--dir", "data", "--to", &to])
    };
    let check = |number: u32| {
        let made = std::fs::read_dir(dir.path().join(format!("backups{number}")));
        for entry in made.into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "gz") {
                backup::verify(&path, &Unlock::Nothing, &mut |_| ()).unwrap();
            }
        }
        block_on(async { open(&data).await.close().await });
    };
    kill_often(dir.path(), arguments, |_| (), check);
}

#[test]
fn during_a_migration() {
    let dir = TempDir::new().unwrap();
    let old = dir.path().join("old");
    block_on(migrate::migrate_to(&Location::SqliteDir(old.clone()), Some(1))).unwrap();
    tamper(
        &old,
        "create table witness (x text not null primary key); insert into witness values ('was here')",
    );
    let place = |number: u32| format!("data{number}");
    let check = |number: u32| {
        let data = dir.path().join(place(number));
        // what was begun is finished by the next start
        halfsky(dir.path(), &["migrate", "--dir", &place(number)]).ok();
        assert_eq!(crate::number(&data, "select count(*) from witness where x = 'was here'"), 1);
        block_on(async {
            let store = open(&data).await;
            assert!(settings::find(&store, settings::SECRET_PROOF).await.unwrap().is_some());
            store.close().await;
        });
        std::fs::remove_dir_all(data).unwrap();
    };
    let before = |number: u32| copy(&old, &dir.path().join(place(number)));
    let arguments = |number: u32| strings(&["migrate", "--dir", &place(number)]);
    kill_often(dir.path(), arguments, before, check);
}
