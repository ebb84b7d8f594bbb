//! Forms, duties, rounds and the tasks in them.

use halfsky_monitor::data_set::{DataSet, FormHeader};
use halfsky_monitor::reporting::{Basis, ReportingDuty, ReportingRole};
use halfsky_monitor::round::{Extension, LatePolicy, Round, RoundSubject};
use halfsky_monitor::submission::{Submission, SubmissionState};
use halfsky_monitor::text_report::TextKind;
use halfsky_store::data_sets::{self, DataSetKey};
use halfsky_store::rounds::{self, RoundId, RoundOrigin};
use halfsky_store::tasks;
use halfsky_store::testing::for_each_database;
use halfsky_store::{Error, Store, duties};
use jiff::civil::date;

use crate::monitoring::{
    code, definitions, form, name_region, neighbour, open_round, open_round_in, round, round_id,
    task, unit,
};
use crate::specimen::{area, entry, stamp};

#[tokio::test]
async fn a_form_comes_back_as_it_went_in() {
    for_each_database(async |database| {
        let all = definitions();
        let own: Vec<_> = all.iter().filter(|d| d.code.0.starts_with("C-")).cloned().collect();
        let worksheet = DataSet::worksheet("F", "全表", &own, &all).unwrap();
        let header = FormHeader::Statistical {
            number: "妇儿1表".to_owned(),
            issuer: "示例省统计局".to_owned(),
            approver: "国家统计局".to_owned(),
            approval_number: "示统函〔2025〕1号".to_owned(),
            valid_until: "2027年1月".to_owned(),
        };
        let rows = worksheet.rows().to_vec();
        let second = DataSet::new("F", "全表", 2, header, rows).unwrap();
        let mut tx = database.store.begin(&area()).await.unwrap();
        name_region(&mut tx, &area()).await;
        data_sets::insert(&mut tx, &worksheet, &stamp()).await.unwrap();
        let again = data_sets::insert(&mut tx, &worksheet, &stamp()).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        data_sets::insert(&mut tx, &second, &stamp()).await.unwrap();
        tx.commit(entry("form.add")).await.unwrap();
        for expected in [&worksheet, &second] {
            let key = DataSetKey::of(expected);
            let loaded = data_sets::load(&database.store, &area(), &key).await.unwrap();
            assert_eq!(&loaded, expected, "{}", database.name);
        }
        let newest = data_sets::newest(&database.store, &area()).await.unwrap();
        assert_eq!(newest.into_values().collect::<Vec<_>>(), [second], "{}", database.name);
        let elsewhere = data_sets::newest(&database.store, &neighbour()).await.unwrap();
        assert!(elsewhere.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_duty_ends_but_stays() {
    for_each_database(async |database| {
        let mut duty = ReportingDuty {
            indicator: code("W-H02"),
            unit: unit("卫健"),
            role: ReportingRole::Lead,
            basis: Basis::Allocation,
            from: date(2021, 1, 1),
            until: None,
        };
        let mut tx = database.store.begin(&area()).await.unwrap();
        name_region(&mut tx, &area()).await;
        duties::save(&mut tx, std::slice::from_ref(&duty)).await.unwrap();
        duty.until = Some(date(2026, 6, 30));
        let next = ReportingDuty {
            unit: unit("疾控"),
            from: date(2026, 7, 1),
            until: None,
            ..duty.clone()
        };
        duties::save(&mut tx, &[duty.clone(), next.clone()]).await.unwrap();
        tx.commit(entry("duty.hand_over")).await.unwrap();
        let loaded = duties::load(&database.store, &area()).await.unwrap();
        assert_eq!(loaded.len(), 2, "{}", database.name);
        assert!(loaded.contains(&duty) && loaded.contains(&next), "{}", database.name);
        assert_eq!(duties::load(&database.store, &neighbour()).await.unwrap(), []);
    })
    .await;
}

async fn open(store: &Store, id: &str, round: &Round, origin: &RoundOrigin) -> bool {
    let mut tx = store.begin(&area()).await.expect("an opened round");
    name_region(&mut tx, &area()).await;
    let opened = rounds::open(&mut tx, &RoundId(id.to_owned()), round, origin, &stamp())
        .await
        .expect("an opened round");
    tx.commit(entry("round.open")).await.expect("an opened round");
    opened
}

#[tokio::test]
async fn a_round_comes_back_with_its_window() {
    for_each_database(async |database| {
        let extension = Extension {
            unit: unit("教育"),
            until: date(2026, 5, 31),
            reason: "学籍数据尚在审定".to_owned(),
            granted_by: "liu".to_owned(),
            granted_at: "2026-05-20T02:00:00.000000Z".to_owned(),
        };
        let figures = round().extend(extension.clone()).unwrap();
        let text = Round {
            subject: RoundSubject::Text { kind: TextKind::YearlyReport, year: 2025 },
            reminder_days: Vec::new(),
            late: LatePolicy::MarkLate,
            to_whom: "县妇儿工委办".to_owned(),
            basis: "每年12月底前".to_owned(),
            due: date(2025, 12, 31),
            ..round()
        };
        open(&database.store, "a", &figures, &RoundOrigin::Office).await;
        open(&database.store, "b", &text, &RoundOrigin::Above("990100".parse().unwrap())).await;
        let loaded = rounds::list(&database.store, &area()).await.unwrap();
        let told: Vec<_> = loaded.iter().map(|r| r.round.clone()).collect();
        assert_eq!(told, [text, figures], "{}", database.name);
        assert_eq!(loaded[0].handed_down_by, Some("990100".parse().unwrap()));
        assert_eq!(rounds::list(&database.store, &neighbour()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn the_calendar_opens_a_round_once() {
    for_each_database(async |database| {
        let origin = RoundOrigin::Calendar(date(2026, 5, 20));
        assert!(open(&database.store, "a", &round(), &origin).await);
        // The office moved the last day; the calendar still knows the round.
        let seen = rounds::load(&database.store, &area(), &RoundId("a".to_owned())).await.unwrap();
        let later = Round { due: date(2026, 6, 1), reminder_days: vec![1], ..round() };
        let mut tx = database.store.begin(&area()).await.unwrap();
        rounds::change(&mut tx, &seen.id, seen.revision, &later).await.unwrap();
        tx.commit(entry("round.change")).await.unwrap();
        assert!(!open(&database.store, "b", &round(), &origin).await);
        let loaded = rounds::list(&database.store, &area()).await.unwrap();
        assert_eq!(loaded.len(), 1, "{}", database.name);
        assert_eq!(loaded[0].round, later, "{}", database.name);
        let mut tx = database.store.begin(&area()).await.unwrap();
        let stale = rounds::change(&mut tx, &seen.id, seen.revision, &round()).await;
        assert!(matches!(stale, Err(Error::Conflict(_))), "{}: {stale:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn units_have_tasks_and_regions_do_not_mix() {
    for_each_database(async |database| {
        open_round(&database.store).await;
        open_round_in(&database.store, &neighbour(), &["卫健"]).await;
        let tasks = tasks::of_round(&database.store, &area(), &round_id()).await.unwrap();
        assert_eq!(tasks.len(), 3, "{}", database.name);
        let own = tasks::of_unit(&database.store, &area(), &unit("教育")).await.unwrap();
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].submission, Submission::new(unit("教育")));
        assert_eq!(own[0].form, Some(DataSetKey { code: "F-990101".to_owned(), version: 1 }));
        let counts = tasks::counts(&database.store, &neighbour()).await.unwrap();
        assert_eq!(counts[&round_id()][&SubmissionState::NotStarted], 1, "{}", database.name);
        let forms = data_sets::of_round(&database.store, &area(), &round_id().0).await.unwrap();
        assert_eq!(forms.into_values().next(), Some(form(&["W-H02", "W-H05", "C-E01"])));
    })
    .await;
}

async fn accept(store: Store) -> halfsky_store::Result<i64> {
    let seen = tasks::load(&store, &task("卫健")).await?;
    let accepted = Submission {
        state: SubmissionState::Accepted,
        version: 1,
        first_submitted: Some(date(2026, 5, 20)),
        edition: None,
        correcting: true,
        ..seen.submission
    };
    tokio::task::yield_now().await;
    let mut tx = store.begin(&area()).await?;
    let revision =
        tasks::save_step(&mut tx, &task("卫健"), seen.revision, &accepted, &stamp()).await?;
    tx.commit(entry("task.accept")).await?;
    Ok(revision)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_reviewers_one_decides() {
    for_each_database(async |database| {
        open_round(&database.store).await;
        let seen = tasks::load(&database.store, &task("卫健")).await.unwrap();
        let stale = Submission { state: SubmissionState::InProgress, ..seen.submission };
        assert_eq!(accept(database.store.clone()).await.unwrap(), seen.revision + 1);
        let mut tx = database.store.begin(&area()).await.unwrap();
        let late = tasks::save_step(&mut tx, &task("卫健"), seen.revision, &stale, &stamp()).await;
        assert!(matches!(late, Err(Error::Conflict(_))), "{}: {late:?}", database.name);
        drop(tx);
        let reviewers: Vec<_> =
            (0..4).map(|_| tokio::spawn(accept(database.store.clone()))).collect();
        for reviewer in reviewers {
            match reviewer.await.unwrap() {
                Ok(_) | Err(Error::Conflict(_)) => {}
                Err(other) => panic!("{}: {other:?}", database.name),
            }
        }
        let now = tasks::load(&database.store, &task("卫健")).await.unwrap();
        assert_eq!(now.submission.first_submitted, Some(date(2026, 5, 20)));
        assert!(now.submission.correcting);
    })
    .await;
}
