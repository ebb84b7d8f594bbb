//! Filling in: cell by cell, several people at once, nothing lost.

use halfsky_monitor::data_set::Column;
use halfsky_monitor::observation::MissingReason;
use halfsky_monitor::validation::{Explanation, Finding, Rule, Severity};
use halfsky_store::entries::{self, CellChange, Field, FindingCount, Saved, contents};
use halfsky_store::plans::Stamp;
use halfsky_store::testing::for_each_database;
use halfsky_store::{Error, Store, audit};

use crate::monitoring::{
    cell, change, code, entries as filled, neighbour, open_round, open_round_in, task,
};
use crate::specimen::{area, at, entry, stamp};

const TOTAL: Field = Field::Figure(Column::Total);

async fn save(store: &Store, by: &str, changes: &[CellChange]) -> Saved {
    let mut tx = store.begin(&area()).await.expect("a transaction");
    let stamp = Stamp { at: at(1), by: by.to_owned() };
    let saved = entries::save(&mut tx, &task("卫健"), changes, &stamp).await.expect("saved");
    tx.commit(entry("entry.save")).await.expect("a commit");
    saved
}

#[tokio::test]
async fn what_is_typed_comes_back() {
    for_each_database(async |database| {
        open_round(&database.store).await;
        let changes: Vec<CellChange> = filled()
            .iter()
            .flat_map(|(row, entry)| contents(entry).into_iter().map(|c| (row.clone(), c)))
            .map(|(row, (field, content))| CellChange { row, field, seen: 0, content })
            .collect();
        let saved = save(&database.store, "甲", &changes).await;
        assert_eq!(saved.written.len(), changes.len());
        let draft = entries::load(&database.store, &task("卫健")).await.unwrap();
        assert_eq!(draft.entries(), (filled(), Vec::new()), "{}", database.name);
        let cell = &draft.cells[&(code("W-H02-D"), TOTAL)];
        assert_eq!((cell.revision, cell.changed.by.as_str()), (1, "甲"));
        let other = entries::load(&database.store, &task("教育")).await.unwrap();
        assert!(other.cells.is_empty(), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn saving_the_same_again_changes_nothing() {
    for_each_database(async |database| {
        open_round(&database.store).await;
        let typed = [change("W-H02-D", TOTAL, 0, "2532")];
        save(&database.store, "甲", &typed).await;
        let again = save(&database.store, "乙", &typed).await;
        assert_eq!((again.unchanged, again.written.len(), again.conflicts.len()), (1, 0, 0));
        let draft = entries::load(&database.store, &task("卫健")).await.unwrap();
        assert_eq!(draft.cells[&(code("W-H02-D"), TOTAL)].changed.by, "甲", "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn the_second_editor_of_a_cell_is_told() {
    for_each_database(async |database| {
        open_round(&database.store).await;
        save(&database.store, "甲", &[change("W-H02-D", TOTAL, 0, "2532")]).await;
        let changes = [change("W-H02-D", TOTAL, 0, "2523"), change("W-H02-N", TOTAL, 0, "1")];
        let saved = save(&database.store, "乙", &changes).await;
        assert_eq!(saved.conflicts.len(), 1, "{}", database.name);
        assert_eq!(saved.conflicts[0].theirs.content, "2532");
        assert_eq!(saved.conflicts[0].theirs.changed.by, "甲");
        assert_eq!(saved.written.len(), 1, "the other cell is kept");
        let draft = entries::load(&database.store, &task("卫健")).await.unwrap();
        assert_eq!(draft.content(&code("W-H02-D"), TOTAL), "2532");
        // Having seen it, the second may still replace it.
        let seen = draft.revision(&code("W-H02-D"), TOTAL);
        let saved = save(&database.store, "乙", &[change("W-H02-D", TOTAL, seen, "2523")]).await;
        assert_eq!(saved.written[&(code("W-H02-D"), TOTAL)], 2, "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn an_emptied_cell_still_warns_the_other() {
    for_each_database(async |database| {
        open_round(&database.store).await;
        save(&database.store, "甲", &[change("W-H02-D", TOTAL, 0, "2532")]).await;
        save(&database.store, "甲", &[change("W-H02-D", TOTAL, 1, "")]).await;
        let saved = save(&database.store, "乙", &[change("W-H02-D", TOTAL, 1, "2523")]).await;
        assert_eq!(saved.conflicts.len(), 1, "{}", database.name);
        let draft = entries::load(&database.store, &task("卫健")).await.unwrap();
        assert!(draft.entries().0.is_empty(), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_figure_is_kept_and_told() {
    for_each_database(async |database| {
        open_round(&database.store).await;
        let changes = [
            change("W-H02-D", TOTAL, 0, "二千"),
            change("W-H02-N", Field::Missing, 0, "unknown"),
            change("W-H05", Field::Missing, 0, MissingReason::Secret.code()),
        ];
        save(&database.store, "甲", &changes).await;
        let draft = entries::load(&database.store, &task("卫健")).await.unwrap();
        let (entries, unreadable) = draft.entries();
        let told: Vec<_> = unreadable.iter().map(|u| u.content.as_str()).collect();
        assert_eq!(told, ["二千", "unknown"], "{}", database.name);
        let missing = entries[&code("W-H05")].missing.as_ref().unwrap();
        assert_eq!(missing.reason, MissingReason::Secret);
    })
    .await;
}

/// Types into a cell until it is kept, as a person does who looks at the other's figure and types again.
async fn insist(store: Store, by: String, row: usize) {
    for step in 0..5 {
        loop {
            let draft = entries::load(&store, &task("卫健")).await.expect("a draft");
            let name = format!("R{row}");
            let seen = draft.revision(&code(&name), TOTAL);
            let typed = change(&name, TOTAL, seen, &format!("{by}{step}"));
            if save(&store, &by, &[typed]).await.conflicts.is_empty() {
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_editors_lose_nothing() {
    for_each_database(async |database| {
        open_round(&database.store).await;
        // Four pairs, each on a cell of its own.
        let editors: Vec<_> = (0..8)
            .map(|n| tokio::spawn(insist(database.store.clone(), format!("人{n}"), n / 2)))
            .collect();
        for editor in editors {
            editor.await.unwrap();
        }
        let draft = entries::load(&database.store, &task("卫健")).await.unwrap();
        let revisions: Vec<i64> = draft.cells.values().map(|c| c.revision).collect();
        assert_eq!(revisions, [10; 4], "{}: every change counts once", database.name);
        let chain = audit::verify(&database.store, &area()).await.unwrap();
        assert!(matches!(chain, audit::Verification::Intact { .. }), "{chain:?}");
    })
    .await;
}

fn finding(row: &str, severity: Severity, rule: Rule) -> Finding {
    Finding {
        cell: cell(row, Column::Total),
        rule,
        severity,
        message: "较上年变化过大".to_owned(),
        what_to_do: "请核实".to_owned(),
    }
}

#[tokio::test]
async fn the_last_check_counts_and_words_are_kept() {
    for_each_database(async |database| {
        open_round(&database.store).await;
        let key = task("卫健");
        let first = [finding("W-H02", Severity::Error, Rule::Range)];
        let second = [
            finding("W-H05", Severity::Warning, Rule::LastYear),
            finding("W-H02", Severity::Warning, Rule::LastYear),
        ];
        let words = |text: &str| Explanation {
            cell: cell("W-H05", Column::Total),
            rule: Rule::LastYear,
            words: text.to_owned(),
        };
        let mut tx = database.store.begin(&area()).await.unwrap();
        entries::save_findings(&mut tx, &key, &first).await.unwrap();
        entries::save_findings(&mut tx, &key, &second).await.unwrap();
        entries::explain(&mut tx, &key, &[words("合并了乡镇")], &stamp()).await.unwrap();
        entries::explain(&mut tx, &key, &[words("合并了两个乡镇")], &stamp()).await.unwrap();
        tx.commit(entry("entry.check")).await.unwrap();
        assert_eq!(entries::findings(&database.store, &key).await.unwrap(), second);
        let counts = entries::finding_counts(&database.store, &area()).await.unwrap();
        let told = counts.get(&(key.round.clone(), key.unit.clone())).copied();
        let warnings = second.iter().filter(|f| f.severity == Severity::Warning).count();
        let errors = second.len() - warnings;
        assert_eq!(told, Some(FindingCount { errors, warnings }), "{}", database.name);
        let kept = entries::explanations(&database.store, &key).await.unwrap();
        assert_eq!(kept, [words("合并了两个乡镇")], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn the_same_unit_elsewhere_is_another_unit() {
    for_each_database(async |database| {
        open_round(&database.store).await;
        open_round_in(&database.store, &neighbour(), &["卫健"]).await;
        save(&database.store, "甲", &[change("W-H02-D", TOTAL, 0, "2532")]).await;
        let elsewhere = halfsky_store::tasks::TaskKey { ref_area: neighbour(), ..task("卫健") };
        let draft = entries::load(&database.store, &elsewhere).await.unwrap();
        assert!(draft.cells.is_empty(), "{}", database.name);
        let unknown = halfsky_store::tasks::load(&database.store, &task("公安")).await;
        assert!(matches!(unknown, Err(Error::NotFound(_))));
    })
    .await;
}
