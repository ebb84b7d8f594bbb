//! What is handed in is frozen; what is decided comes back; texts have versions.

use halfsky_monitor::data_set::Column;
use halfsky_monitor::submission::{CellReturn, Submission, SubmissionState};
use halfsky_monitor::text_report::{Attachment, TextKind, TextReport};
use halfsky_monitor::validation::{Explanation, Rule};
use halfsky_store::files::FileHash;
use halfsky_store::submissions::{self, Decision, HandedIn, Scan};
use halfsky_store::testing::for_each_database;
use halfsky_store::{Error, Store, tasks, texts};

use crate::monitoring::{cell, code, entries, open_round, task};
use crate::specimen::{area, entry, stamp};

fn handed_in() -> HandedIn {
    let explanation = Explanation {
        cell: cell("W-H02-D", Column::Total),
        rule: Rule::LastYear,
        words: "出生人数减少".to_owned(),
    };
    HandedIn {
        number: 1,
        entries: entries(),
        explanations: vec![explanation],
        forced: true,
        late: false,
    }
}

async fn hand_in(store: &Store) {
    open_round(store).await;
    let seen = tasks::load(store, &task("卫健")).await.expect("a task");
    let submitted = Submission { state: SubmissionState::Submitted, version: 1, ..seen.submission };
    let mut tx = store.begin(&area()).await.expect("a transaction");
    submissions::insert(&mut tx, &task("卫健"), &handed_in(), &stamp()).await.expect("kept");
    tasks::save_step(&mut tx, &task("卫健"), seen.revision, &submitted, &stamp())
        .await
        .expect("a step");
    tx.commit(entry("task.submit")).await.expect("a commit");
}

#[tokio::test]
async fn a_submission_comes_back_as_it_was_handed_in() {
    for_each_database(async |database| {
        hand_in(&database.store).await;
        let (head, loaded) = submissions::load(&database.store, &task("卫健"), 1).await.unwrap();
        assert_eq!(loaded, handed_in(), "{}", database.name);
        assert_eq!(head.content_hash, handed_in().content_hash());
        let list = submissions::list(&database.store, &task("卫健")).await.unwrap();
        assert_eq!(list, std::slice::from_ref(&head), "{}", database.name);
        let newest = submissions::newest(&database.store, &area()).await.unwrap();
        let key = task("卫健");
        assert_eq!(newest.get(&(key.round, key.unit)), Some(&head), "{}", database.name);
        let mut tx = database.store.begin(&area()).await.unwrap();
        let twice = submissions::insert(&mut tx, &task("卫健"), &handed_in(), &stamp()).await;
        assert!(matches!(twice, Err(Error::Conflict(_))), "{}: {twice:?}", database.name);
    })
    .await;
}

#[test]
fn the_hash_follows_the_figures_alone() {
    let one = handed_in();
    let same = HandedIn { number: 2, forced: false, ..one.clone() };
    assert_eq!(one.content_hash(), same.content_hash());
    let mut other = one.clone();
    let row = other.entries.get_mut(&code("W-H02-D")).unwrap();
    row.figures.insert(Column::Total, "2533".parse().unwrap());
    assert_ne!(one.content_hash(), other.content_hash());
}

#[tokio::test]
async fn a_returned_cell_tells_why() {
    for_each_database(async |database| {
        hand_in(&database.store).await;
        let key = task("卫健");
        let returned = vec![CellReturn {
            cell: cell("W-H02-D", Column::Total),
            reason: "与公安户籍数不符".to_owned(),
        }];
        let decision =
            Decision::Returned { cells: returned.clone(), reason: "请核对".to_owned() };
        let mut tx = database.store.begin(&area()).await.unwrap();
        submissions::decide(&mut tx, &key, 1, &decision, &stamp()).await.unwrap();
        tx.commit(entry("task.return")).await.unwrap();
        let loaded = tasks::load(&database.store, &key).await.unwrap();
        assert_eq!(loaded.submission.returned, returned, "{}", database.name);
        let decisions = submissions::decisions(&database.store, &key).await.unwrap();
        assert_eq!(decisions[&1], (decision, stamp()), "{}", database.name);
        let mut tx = database.store.begin(&area()).await.unwrap();
        let twice = submissions::decide(&mut tx, &key, 1, &Decision::Accepted, &stamp()).await;
        assert!(matches!(twice, Err(Error::Conflict(_))), "{}: {twice:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn scans_of_the_signed_page_are_added() {
    for_each_database(async |database| {
        hand_in(&database.store).await;
        let hash = database.store.files().keep(b"%PDF-1.7 a scan").unwrap();
        let scan = |name: &str, sha256: FileHash| Scan {
            name: name.to_owned(),
            sha256,
            size: 15,
            added: stamp(),
        };
        let both = [scan("盖章页.pdf", hash.clone()), scan("盖章页（重扫）.pdf", hash)];
        let mut tx = database.store.begin(&area()).await.unwrap();
        for scan in &both {
            submissions::add_scan(&mut tx, &task("卫健"), 1, scan).await.unwrap();
        }
        tx.commit(entry("task.scan")).await.unwrap();
        let loaded = submissions::scans(&database.store, &task("卫健"), 1).await.unwrap();
        assert_eq!(loaded, both, "{}", database.name);
    })
    .await;
}

fn report(words: &str) -> TextReport {
    TextReport {
        kind: TextKind::YearlyReport,
        words: vec![
            ("targets".to_owned(), words.to_owned()),
            ("measures".to_owned(), "加强培训\r\n扩大覆盖".to_owned()),
        ],
        attachments: vec![Attachment {
            name: "总结.docx".to_owned(),
            sha256: "0".repeat(64),
            size: 12_345,
        }],
    }
}

#[tokio::test]
async fn a_text_has_versions() {
    for_each_database(async |database| {
        open_round(&database.store).await;
        let key = task("卫健");
        let mut tx = database.store.begin(&area()).await.unwrap();
        assert_eq!(texts::save(&mut tx, &key, 0, &report("一"), &stamp()).await.unwrap(), (1, 1));
        assert_eq!(texts::save(&mut tx, &key, 1, &report("二"), &stamp()).await.unwrap(), (1, 2));
        let stale = texts::save(&mut tx, &key, 1, &report("三"), &stamp()).await;
        assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
        let unfinished = texts::file(&mut tx, &key, 1, "妇儿备〔2026〕1号").await;
        assert!(matches!(unfinished, Err(Error::Conflict(_))), "{unfinished:?}");
        texts::hand_in(&mut tx, &key, 1, &stamp()).await.unwrap();
        assert_eq!(texts::save(&mut tx, &key, 0, &report("四"), &stamp()).await.unwrap(), (2, 1));
        texts::hand_in(&mut tx, &key, 2, &stamp()).await.unwrap();
        texts::file(&mut tx, &key, 2, "妇儿备〔2026〕1号").await.unwrap();
        let twice = texts::hand_in(&mut tx, &key, 2, &stamp()).await;
        assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
        tx.commit(entry("text.submit")).await.unwrap();
        let versions = texts::versions(&database.store, &key).await.unwrap();
        let told: Vec<_> = versions.iter().map(|v| v.report.clone()).collect();
        assert_eq!(told, [report("二"), report("四")], "{}", database.name);
        assert_eq!(versions[1].filing_number, "妇儿备〔2026〕1号");
    })
    .await;
}
