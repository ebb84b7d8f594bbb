//! Reports: drafts, rewritten paragraphs, steps.

use halfsky_monitor::period::Period;
use halfsky_plan::version::PlanId;
use halfsky_store::editions::EditionKey;
use halfsky_store::reports::{self, Asked, Frozen, ReportId, StoredEdit, StoredReport, StoredStep};
use halfsky_store::testing::for_each_database;
use halfsky_store::{Error, Store, report_templates};

use crate::monitoring::neighbour;
use crate::specimen::{area, entry, stamp};

fn id() -> ReportId {
    ReportId("r1".to_owned())
}

fn report() -> StoredReport {
    StoredReport {
        id: id(),
        kind: "annual".to_owned(),
        plan: PlanId("plan-1".to_owned()),
        plan_version: 2,
        year: 2025,
        edition: EditionKey { period: Period::year_of(2025).unwrap(), number: 1 },
        edition_hash: "0a".to_owned(),
        dated: "2026-07-01".to_owned(),
        title: "2025年统计监测报告".to_owned(),
        asked: Asked {
            unit: "县教育局".to_owned(),
            due: "2026-08-01".to_owned(),
            ..Asked::default()
        },
        reader: "public".to_owned(),
        state: "draft".to_owned(),
        revision: 1,
        created: stamp(),
    }
}

fn edit(content: &str) -> StoredEdit {
    StoredEdit {
        paragraph: "lead".to_owned(),
        content: content.to_owned(),
        replaced: "原文".to_owned(),
        changed: stamp(),
    }
}

fn step(step: &str, state: &str) -> StoredStep {
    StoredStep {
        step: step.to_owned(),
        state: state.to_owned(),
        reason: String::new(),
        taken: stamp(),
        frozen: Frozen {
            run_hash: "0b".to_owned(),
            docx: Some("0c".to_owned()),
            ..Frozen::default()
        },
    }
}

async fn kept(store: &Store) {
    let mut tx = store.begin(&area()).await.unwrap();
    reports::insert(&mut tx, &report()).await.unwrap();
    tx.commit(entry("report.draft")).await.unwrap();
}

#[tokio::test]
async fn a_report_comes_back_as_it_was_kept() {
    for_each_database(async |database| {
        let store = &database.store;
        kept(store).await;
        assert_eq!(reports::load(store, &area(), &id()).await.unwrap(), report());
        assert_eq!(reports::list(store, &area()).await.unwrap(), [report()], "{}", database.name);
        assert_eq!(reports::list(store, &neighbour()).await.unwrap(), []);
        let missing = reports::load(store, &neighbour(), &id()).await;
        assert!(matches!(missing, Err(Error::NotFound(_))), "{missing:?}");
    })
    .await;
}

#[tokio::test]
async fn the_last_words_of_a_paragraph_count_and_nobody_overwrites_unseen() {
    for_each_database(async |database| {
        let store = &database.store;
        kept(store).await;
        let mut tx = store.begin(&area()).await.unwrap();
        assert_eq!(reports::save_edit(&mut tx, &id(), 1, &edit("甲")).await.unwrap(), 2);
        assert_eq!(reports::save_edit(&mut tx, &id(), 2, &edit("乙")).await.unwrap(), 3);
        tx.commit(entry("report.edit")).await.unwrap();
        assert_eq!(reports::edits(store, &area(), &id()).await.unwrap(), [edit("乙")]);
        let mut tx = store.begin(&area()).await.unwrap();
        let unseen = reports::save_edit(&mut tx, &id(), 1, &edit("丙")).await;
        assert!(matches!(unseen, Err(Error::Conflict(_))), "{}: {unseen:?}", database.name);
        drop(tx);
        let mut tx = store.begin(&area()).await.unwrap();
        reports::drop_edit(&mut tx, &id(), 3, "lead").await.unwrap();
        tx.commit(entry("report.edit")).await.unwrap();
        assert_eq!(reports::edits(store, &area(), &id()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn steps_are_kept_and_what_left_the_draft_is_closed() {
    for_each_database(async |database| {
        let store = &database.store;
        kept(store).await;
        let (review, issue) = (step("review", "reviewed"), step("issue", "issued"));
        let mut tx = store.begin(&area()).await.unwrap();
        reports::take(&mut tx, &id(), 1, "draft", &review).await.unwrap();
        reports::take(&mut tx, &id(), 2, "reviewed", &issue).await.unwrap();
        tx.commit(entry("report.issue")).await.unwrap();
        assert_eq!(reports::steps(store, &area(), &id()).await.unwrap(), [review, issue]);
        let issued = reports::load(store, &area(), &id()).await.unwrap();
        assert_eq!((issued.state.as_str(), issued.revision), ("issued", 3), "{}", database.name);
        let mut tx = store.begin(&area()).await.unwrap();
        let late = reports::save_edit(&mut tx, &id(), 3, &edit("甲")).await;
        assert!(matches!(late, Err(Error::Conflict(_))), "{}: {late:?}", database.name);
        drop(tx);
    })
    .await;
}

#[tokio::test]
async fn a_draft_moves_to_a_newer_edition() {
    for_each_database(async |database| {
        let store = &database.store;
        kept(store).await;
        let newer = EditionKey { number: 2, ..report().edition };
        let mut tx = store.begin(&area()).await.unwrap();
        reports::renew(&mut tx, &id(), 1, newer, "0d").await.unwrap();
        tx.commit(entry("report.renew")).await.unwrap();
        let renewed = reports::load(store, &area(), &id()).await.unwrap();
        assert_eq!((renewed.edition, renewed.edition_hash.as_str()), (newer, "0d"));
    })
    .await;
}

#[tokio::test]
async fn a_template_is_written_over_what_was_seen_and_restored() {
    for_each_database(async |database| {
        let store = &database.store;
        let mut tx = store.begin(&area()).await.unwrap();
        report_templates::save(&mut tx, "annual-lead", 0, "甲", &stamp()).await.unwrap();
        tx.commit(entry("report.template")).await.unwrap();
        let mut tx = store.begin(&area()).await.unwrap();
        let twice = report_templates::save(&mut tx, "annual-lead", 0, "乙", &stamp()).await;
        assert!(matches!(twice, Err(Error::Conflict(_))), "{}: {twice:?}", database.name);
        drop(tx);
        let mut tx = store.begin(&area()).await.unwrap();
        report_templates::save(&mut tx, "annual-lead", 1, "乙", &stamp()).await.unwrap();
        tx.commit(entry("report.template")).await.unwrap();
        let sources = report_templates::sources(store, &area()).await.unwrap();
        assert_eq!(sources["annual-lead"], "乙");
        assert!(report_templates::sources(store, &neighbour()).await.unwrap().is_empty());
        let mut tx = store.begin(&area()).await.unwrap();
        let late = report_templates::restore(&mut tx, "annual-lead", 1).await;
        assert!(matches!(late, Err(Error::Conflict(_))), "{}: {late:?}", database.name);
        drop(tx);
        let mut tx = store.begin(&area()).await.unwrap();
        report_templates::restore(&mut tx, "annual-lead", 2).await.unwrap();
        tx.commit(entry("report.template")).await.unwrap();
        assert!(report_templates::list(store, &area()).await.unwrap().is_empty());
    })
    .await;
}
