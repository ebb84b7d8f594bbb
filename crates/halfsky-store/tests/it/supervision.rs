//! Supervision cases: opened once, moved by steps, with letters, files and visits.

use halfsky_evaluate::supervision::{Actor, RectificationPlan, Stage, Step, Taken};
use halfsky_evaluate::warning::Level;
use halfsky_monitor::text_report::Attachment;
use halfsky_monitor::unit::{ResponsibleUnit, UnitId, UnitKind};
use halfsky_monitor::validity::Validity;
use halfsky_plan::version::PlanId;
use halfsky_store::supervision::{self, CaseHead, CaseId, Letter};
use halfsky_store::testing::for_each_database;
use halfsky_store::visits::{self, Item, Outcome, Visit};
use halfsky_store::{Error, Store, units};
use jiff::civil::{Date, date};

use crate::evaluations::evaluated_plan;
use crate::monitoring::neighbour;
use crate::specimen::{area, at, entry, stamp, tamper};

fn head(id: &str, plan: &PlanId) -> CaseHead {
    CaseHead {
        id: CaseId(id.to_owned()),
        number: 0,
        plan_id: plan.clone(),
        target_key: "W-H05|level||2030".to_owned(),
        indicator: "示例率".to_owned(),
        demand: "不低于60%".to_owned(),
        level: Level::Red,
        warning: None,
        visit: None,
        reason: "预计达标困难".to_owned(),
        opened_on: date(2026, 3, 1),
        opened: stamp(),
    }
}

async fn open(store: &Store, head: &CaseHead) -> u32 {
    let mut tx = store.begin(&area()).await.unwrap();
    let number = supervision::open(&mut tx, head).await.unwrap();
    tx.commit(entry("case.open")).await.unwrap();
    number
}

fn office(step: Step, on: Date) -> Taken {
    Taken { step, by: Actor::Office { person: "刘一".to_owned() }, on }
}

fn health(step: Step, on: Date) -> Taken {
    let by = Actor::Unit { unit: "卫健".to_owned(), person: "陈二".to_owned() };
    Taken { step, by, on }
}

/// Every kind of step, in the order of a case that was sent back once.
fn steps() -> Vec<Taken> {
    let text = str::to_owned;
    let plan = RectificationPlan {
        causes: text("山区交通不便"),
        measures: text("巡回筛查"),
        person: text("陈二"),
        deadline: date(2026, 9, 30),
    };
    let dispatch = Step::Dispatch {
        lead: text("卫健"),
        support: vec![text("财政"), text("妇联")],
        plan_due: date(2026, 3, 20),
    };
    vec![
        office(dispatch, date(2026, 3, 2)),
        health(Step::Acknowledge, date(2026, 3, 3)),
        health(Step::SubmitPlan(plan.clone()), date(2026, 3, 10)),
        office(Step::ReturnPlan { reason: text("措施不具体") }, date(2026, 3, 12)),
        health(Step::SubmitPlan(plan), date(2026, 3, 15)),
        office(
            Step::Remark { leader: text("分管领导"), text: text("抓紧整改") },
            date(2026, 3, 16),
        ),
        health(Step::Report { text: text("已筛查3000人") }, date(2026, 5, 1)),
        office(
            Step::Escalate { to: text("县人民政府"), reason: text("进度偏慢") },
            date(2026, 6, 1),
        ),
        health(Step::AskForRecheck { evidence: text("筛查率已达61%") }, date(2026, 8, 1)),
        office(Step::Recheck { passed: false, reason: text("数据未核实") }, date(2026, 8, 5)),
        health(Step::AskForRecheck { evidence: text("附核实材料") }, date(2026, 8, 20)),
        office(Step::Recheck { passed: true, reason: text("已核实") }, date(2026, 8, 25)),
        office(Step::Close { reason: text("整改到位") }, date(2026, 8, 26)),
    ]
}

#[tokio::test]
async fn a_case_comes_back_with_every_step() {
    for_each_database(async |database| {
        let store = &database.store;
        let plan = evaluated_plan(store).await.plan_id;
        let head = head("case-1", &plan);
        assert_eq!(open(store, &head).await, 1);
        let scan = Attachment { name: "方案.pdf".to_owned(), sha256: "b".repeat(64), size: 9 };
        let mut expected = supervision::load(store, &area(), &head.id).await.unwrap().case;
        for (seen, taken) in steps().into_iter().enumerate() {
            expected = expected.apply(taken.clone()).unwrap();
            let files: &[Attachment] = if seen == 2 { std::slice::from_ref(&scan) } else { &[] };
            let mut tx = store.begin(&area()).await.unwrap();
            supervision::take(&mut tx, &head.id, seen, (&taken, files), at(1)).await.unwrap();
            tx.commit(entry("case.step")).await.unwrap();
        }
        let kept = supervision::load(store, &area(), &head.id).await.unwrap();
        assert_eq!(kept.case, expected, "{}", database.name);
        assert_eq!((kept.case.stage(), kept.case.escalations()), (Stage::Closed, 1));
        assert_eq!(kept.files[2], [scan]);
        assert_eq!(kept.head, CaseHead { number: 1, ..head.clone() }, "{}", database.name);
        assert_eq!(kept.head.label(), "督办〔2026〕1号");
        let lost = supervision::load(store, &neighbour(), &head.id).await;
        assert!(matches!(lost, Err(Error::NotFound(_))), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn two_people_cannot_both_take_the_next_step() {
    for_each_database(async |database| {
        let store = &database.store;
        let plan = evaluated_plan(store).await.plan_id;
        let head = head("case-1", &plan);
        open(store, &head).await;
        for late in [false, true] {
            let mut tx = store.begin(&area()).await.unwrap();
            let taken = &steps()[0];
            let outcome = supervision::take(&mut tx, &head.id, 0, (taken, &[]), at(1)).await;
            match outcome {
                Ok(()) => drop(tx.commit(entry("case.step")).await.unwrap()),
                Err(error) => {
                    assert!(late && matches!(error, Error::Conflict(_)), "{}", database.name);
                }
            }
        }
        assert_eq!(supervision::list(store, &area()).await.unwrap()[0].case.steps().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn numbers_rise_within_a_year() {
    for_each_database(async |database| {
        let store = &database.store;
        let plan = evaluated_plan(store).await.plan_id;
        assert_eq!(open(store, &head("case-1", &plan)).await, 1);
        assert_eq!(open(store, &head("case-2", &plan)).await, 2);
        let next = CaseHead { opened_on: date(2027, 1, 4), ..head("case-3", &plan) };
        assert_eq!(open(store, &next).await, 1, "{}", database.name);
        let order: Vec<String> = supervision::list(store, &area())
            .await
            .unwrap()
            .into_iter()
            .map(|c| c.head.id.0)
            .collect();
        assert_eq!(order, ["case-3", "case-2", "case-1"], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_letter_stays_as_it_was_signed() {
    for_each_database(async |database| {
        let store = &database.store;
        let plan = evaluated_plan(store).await.plan_id;
        let head = head("case-1", &plan);
        open(store, &head).await;
        let letter = Letter {
            kind: "督办函".to_owned(),
            document_number: "云妇儿办函〔2026〕3号".to_owned(),
            title: "关于示例率完成情况的督办函".to_owned(),
            recipient: "县卫生健康局".to_owned(),
            paragraphs: vec!["一、指标情况。".to_owned(), "二、请你单位整改。".to_owned()],
            signatory: "云溪县妇儿工委办公室".to_owned(),
            dated: date(2026, 3, 2),
            signed_by: "刘一".to_owned(),
            sent_at: at(5),
        };
        let mut tx = store.begin(&area()).await.unwrap();
        supervision::send(&mut tx, &head.id, 0, &letter).await.unwrap();
        tx.commit(entry("letter.send")).await.unwrap();
        let mut tx = store.begin(&area()).await.unwrap();
        assert!(supervision::send(&mut tx, &head.id, 0, &letter).await.is_err());
        tx.rollback().await.unwrap();
        let kept = supervision::load(store, &area(), &head.id).await.unwrap();
        assert_eq!(kept.letters, [letter], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn steps_that_no_case_allows_are_damage() {
    for_each_database(async |database| {
        let store = &database.store;
        let plan = evaluated_plan(store).await.plan_id;
        let head = head("case-1", &plan);
        open(store, &head).await;
        let mut tx = store.begin(&area()).await.unwrap();
        supervision::take(&mut tx, &head.id, 0, (&steps()[0], &[]), at(1)).await.unwrap();
        tx.commit(entry("case.step")).await.unwrap();
        tamper(database, "update supervision_step set kind = 'close'").await;
        let refused = supervision::load(store, &area(), &head.id).await;
        assert!(matches!(refused, Err(Error::Damaged(_))), "{}: {refused:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_visit_keeps_its_checklist_and_photos() {
    for_each_database(async |database| {
        let store = &database.store;
        let plan = evaluated_plan(store).await.plan_id;
        let mut tx = store.begin(&area()).await.unwrap();
        let health = ResponsibleUnit {
            id: UnitId("卫健".to_owned()),
            ref_area: area(),
            name: "县卫生健康局".to_owned(),
            short_name: "卫健局".to_owned(),
            kind: UnitKind::ALL[0],
            parent: None,
            validity: Validity::from(date(2020, 1, 1)),
        };
        units::insert(&mut tx, &health).await.unwrap();
        let item = |outcome, finding: &str| Item {
            plan_id: plan.clone(),
            target_key: "W-H05|level||2030".to_owned(),
            indicator: "示例率".to_owned(),
            outcome,
            finding: finding.to_owned(),
        };
        let visit = Visit {
            id: "visit-1".to_owned(),
            visited_on: date(2026, 4, 1),
            unit: UnitId("卫健".to_owned()),
            visitors: "督导一组".to_owned(),
            summary: "查看筛查台账".to_owned(),
            items: vec![item(Outcome::InOrder, ""), item(Outcome::Problem, "台账不全")],
            files: vec![Attachment {
                name: "现场.jpg".to_owned(),
                sha256: "c".repeat(64),
                size: 7,
            }],
            made: stamp(),
        };
        visits::insert(&mut tx, &visit).await.unwrap();
        tx.commit(entry("visit.record")).await.unwrap();
        assert_eq!(visits::load(store, &area(), "visit-1").await.unwrap(), visit);
        assert_eq!(visits::list(store, &neighbour()).await.unwrap(), [], "{}", database.name);
    })
    .await;
}
