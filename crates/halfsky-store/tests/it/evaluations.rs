//! Evaluations: immutable runs, warnings told once, parameters and judgements of people.

use std::collections::BTreeMap;

use halfsky_evaluate::class::Class;
use halfsky_evaluate::delivery::Deadline;
use halfsky_evaluate::qualitative::Progress;
use halfsky_evaluate::run::{Material, PlanParameters, follow_run};
use halfsky_evaluate::warning::{Level, Rule};
use halfsky_monitor::edition::{EditionDraft, publish};
use halfsky_monitor::observation::Observation;
use halfsky_monitor::period::Period;
use halfsky_monitor::round::Extension;
use halfsky_monitor::text_report::Attachment;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::target::TargetKind;
use halfsky_plan::version::{IndicatorLink, PlanId, PlanVersion};
use halfsky_store::evaluations::{self, Following, RunKey};
use halfsky_store::judgements::{self, Judgement};
use halfsky_store::observations::{FromSubmission, NewValue};
use halfsky_store::submissions::HandedIn;
use halfsky_store::testing::for_each_database;
use halfsky_store::warnings::{self, Decided, Decision};
use halfsky_store::{
    Error, Store, definitions, editions, observations, plan_parameters, plans, rounds, submissions,
};
use jiff::civil::date;

use crate::monitoring::{self, code, name_region, neighbour, observed, task};
use crate::specimen::{area, at, draft, entry, import, stamp, tamper};

/// A confirmed plan of three targets, one of them qualitative, with figures of 2020 to 2024.
pub(crate) async fn evaluated_plan(store: &Store) -> PlanVersion {
    let mut version = draft(3);
    for target in &mut version.targets {
        target.link = None;
    }
    version.targets[0].link = Some(IndicatorLink { code: code("W-H05"), score: 100 });
    version.targets[0].lead = vec!["县卫生健康局".to_owned()];
    version.targets[0].target.value = Some("60".parse().unwrap());
    version.targets[1].target.kind = TargetKind::Qualitative;
    let (key, seen) = import(store, &version).await;
    let mut tx = store.begin(&area()).await.unwrap();
    plans::confirm(&mut tx, &key, seen, &stamp()).await.unwrap();
    tx.commit(entry("plan.confirm")).await.unwrap();
    let mut tx = store.begin_reference().await.unwrap();
    definitions::seed(&mut tx, &monitoring::definitions(), &[], &stamp()).await.unwrap();
    tx.commit(entry("indicator.seed")).await.unwrap();
    for (year, value) in (2020..).zip(["41.6", "42.0", "42.1", "42.3", "42.0"]) {
        publish_year(store, year, value).await;
    }
    version
}

async fn publish_year(store: &Store, year: i32, value: &str) {
    publish_in(store, &area(), year, value).await;
}

async fn publish_in(
    store: &Store,
    ref_area: &halfsky_plan::ref_area::RefArea,
    year: i32,
    value: &str,
) {
    let period = Period::year_of(year).unwrap();
    let previous = editions::newest(store, ref_area, period).await.unwrap();
    let draft = EditionDraft {
        ref_area: ref_area.clone(),
        period,
        notes: "示例".to_owned(),
        published_by: "liu".to_owned(),
        published_at: "2026-07-01T01:00:00Z".to_owned(),
        figures: vec![observed(ref_area, "W-H05", year, value)],
    };
    let edition = publish(draft, previous.as_ref()).unwrap();
    let mut tx = store.begin(ref_area).await.unwrap();
    name_region(&mut tx, ref_area).await;
    editions::insert(&mut tx, &edition).await.unwrap();
    tx.commit(entry("edition.publish")).await.unwrap();
}

async fn material(store: &Store, plan: &PlanId) -> Material {
    evaluations::material(store, &area(), plan, None).await.unwrap()
}

/// Keeps a run with its warnings, and tells how many steps there were.
async fn keep(store: &Store, material: &Material) -> (RunKey, usize) {
    let run = material.evaluate();
    let plan = PlanId(run.plan.clone());
    let mut tx = store.begin(&area()).await.unwrap();
    let followed = evaluations::was_followed(&mut tx, &plan, &run.release()).await.unwrap();
    let following = if followed { Following::No } else { Following::Yes };
    let key = evaluations::insert(&mut tx, &run, following, &stamp()).await.unwrap();
    let mut steps = 0;
    if following == Following::Yes {
        let states = warnings::states(&mut tx, &plan).await.unwrap();
        let followed = follow_run(&states, &run);
        steps = followed.steps.len();
        warnings::save_followed(&mut tx, &plan, key.number, &followed, &stamp()).await.unwrap();
    }
    tx.commit(entry("evaluation.run")).await.unwrap();
    (key, steps)
}

#[tokio::test]
async fn a_run_comes_back_byte_for_byte() {
    for_each_database(async |database| {
        let store = &database.store;
        let version = evaluated_plan(store).await;
        let material = material(store, &version.plan_id).await;
        assert_eq!(material.year, 2024);
        assert_eq!(material.editions.len(), 5, "{}", database.name);
        let (first, _) = keep(store, &material).await;
        let (second, steps) = keep(store, &material).await;
        assert_eq!((first.number, second.number, steps), (1, 2, 0), "{}", database.name);
        let one = evaluations::load(store, &first).await.unwrap();
        let other = evaluations::load(store, &second).await.unwrap();
        assert_eq!(one.run, material.evaluate());
        assert_eq!(one.head.hash, other.head.hash, "{}", database.name);
        assert!(one.head.followed && !other.head.followed);
        let newest = evaluations::newest(store, &area(), &version.plan_id).await.unwrap();
        assert_eq!(newest.unwrap().head.key, second);
        assert_eq!(evaluations::list(store, &area()).await.unwrap().len(), 2);
        assert_eq!(evaluations::list(store, &neighbour()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_year_without_figures_is_refused_with_the_one_that_has_them() {
    for_each_database(async |database| {
        let store = &database.store;
        let version = evaluated_plan(store).await;
        let plan = &version.plan_id;
        let refused = evaluations::material(store, &area(), plan, Some(2025)).await.unwrap_err();
        assert!(refused.to_string().contains("最近发布的是2024年"), "{refused}");
        let earlier = evaluations::material(store, &area(), plan, Some(2022)).await.unwrap();
        assert_eq!((earlier.editions.len(), earlier.observations.len()), (3, 3));
        let unknown = PlanId("没有".to_owned());
        assert!(evaluations::material(store, &area(), &unknown, None).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn warnings_keep_their_evidence_and_are_told_once() {
    for_each_database(async |database| {
        let store = &database.store;
        let version = evaluated_plan(store).await;
        let material = self::material(store, &version.plan_id).await;
        let (key, steps) = keep(store, &material).await;
        assert!(steps > 0, "{}", database.name);
        let standing = warnings::standing(store, &area()).await.unwrap();
        let off = standing.iter().find(|w| w.key.rule == Rule::OffTrack).unwrap();
        assert_eq!((off.to, off.run_number), (Some(Level::Red), key.number));
        assert_eq!(off.lead, ["县卫生健康局"]);
        let evidence = off.evidence.as_ref().unwrap();
        assert_eq!(evidence.figures.last().map(|p| p.value.as_str()), Some("42.0"));
        let run = material.evaluate();
        let mut tx = store.begin(&area()).await.unwrap();
        let kept = warnings::states(&mut tx, &version.plan_id).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(kept, follow_run(&BTreeMap::new(), &run).states, "{}", database.name);
        let again = {
            let mut tx = store.begin(&area()).await.unwrap();
            let followed = follow_run(&BTreeMap::new(), &run);
            warnings::save_followed(&mut tx, &version.plan_id, key.number, &followed, &stamp())
                .await
        };
        assert!(matches!(again, Err(Error::Conflict(_))), "{}: {again:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_better_release_ends_the_warning_and_a_decision_is_made_once() {
    for_each_database(async |database| {
        let store = &database.store;
        let version = evaluated_plan(store).await;
        let plan = &version.plan_id;
        keep(store, &material(store, plan).await).await;
        let off = warnings::standing(store, &area()).await.unwrap();
        let number = off.iter().find(|w| w.key.rule == Rule::OffTrack).unwrap().number;
        let decided = Decided {
            decision: Decision::Rejected,
            reason: "数据待核实".to_owned(),
            stamp: stamp(),
        };
        for taken in [false, true] {
            let mut tx = store.begin(&area()).await.unwrap();
            let outcome = warnings::decide(&mut tx, plan, number, &decided).await;
            assert_eq!(outcome.is_err(), taken, "{}", database.name);
            if outcome.is_ok() {
                tx.commit(entry("warning.decide")).await.unwrap();
            }
        }
        let found = warnings::find(store, &area(), plan, number).await.unwrap();
        assert_eq!(found.decision, Some(decided), "{}", database.name);
        publish_year(store, 2024, "61.0").await;
        let (_, steps) = keep(store, &material(store, plan).await).await;
        assert!(steps > 0);
        let standing = warnings::standing(store, &area()).await.unwrap();
        assert!(standing.iter().all(|w| w.key.rule != Rule::OffTrack), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_run_that_was_tampered_with_is_refused() {
    for_each_database(async |database| {
        let store = &database.store;
        let version = evaluated_plan(store).await;
        let (key, _) = keep(store, &material(store, &version.plan_id).await).await;
        tamper(database, "update evaluation_run set results = replace(results, '42.3', '52.3')")
            .await;
        let refused = evaluations::load(store, &key).await;
        assert!(matches!(refused, Err(Error::Damaged(_))), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn parameters_are_proposed_until_somebody_sets_them() {
    for_each_database(async |database| {
        let store = &database.store;
        let plan = evaluated_plan(store).await.plan_id;
        let proposed = plan_parameters::load(store, &area(), &plan).await.unwrap();
        assert_eq!((proposed.parameters, proposed.revision), (PlanParameters::default(), 0));
        let set = PlanParameters {
            hopeless: 10,
            gap: Level::Orange,
            tolerance: 5,
            nearly_counts: true,
            ..PlanParameters::default()
        };
        for (seen, conflict) in [(0, false), (0, true), (1, false), (1, true)] {
            let mut tx = store.begin(&area()).await.unwrap();
            let outcome = plan_parameters::save(&mut tx, &plan, seen, &set, &stamp()).await;
            assert_eq!(outcome.is_err(), conflict, "{} {seen}", database.name);
            if outcome.is_ok() {
                tx.commit(entry("parameters.set")).await.unwrap();
            }
        }
        let kept = plan_parameters::load(store, &area(), &plan).await.unwrap();
        assert_eq!((kept.parameters.clone(), kept.revision), (set.clone(), 2));
        assert_eq!(material(store, &plan).await.parameters, set, "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn the_newest_judgement_of_a_person_holds_and_the_older_ones_stay() {
    for_each_database(async |database| {
        let store = &database.store;
        let version = evaluated_plan(store).await;
        let plan = &version.plan_id;
        let qualitative = |run: &halfsky_evaluate::run::Run| {
            let found = run.targets.iter().find(|t| matches!(t.class, Class::People(_))).unwrap();
            (found.key.clone(), found.class)
        };
        let (key, class) = qualitative(&material(store, plan).await.evaluate());
        assert_eq!(class, Class::People(None));
        let judged = |progress, seconds| Judgement {
            progress,
            year: 2024,
            reason: "已建立工作机制".to_owned(),
            evidence: vec![Attachment {
                name: "通知.pdf".to_owned(),
                sha256: "a".repeat(64),
                size: 12,
            }],
            stamp: halfsky_store::plans::Stamp { at: at(seconds), by: "liu".to_owned() },
        };
        let (first, second) = (judged(Progress::InProgress, 1), judged(Progress::Done, 2));
        for (seen, judgement) in [(0, &first), (1, &second)] {
            let mut tx = store.begin(&area()).await.unwrap();
            judgements::add(&mut tx, plan, &key, seen, judgement).await.unwrap();
            tx.commit(entry("target.judge")).await.unwrap();
        }
        let mut tx = store.begin(&area()).await.unwrap();
        assert!(judgements::add(&mut tx, plan, &key, 1, &first).await.is_err());
        tx.rollback().await.unwrap();
        let kept = judgements::of_plan(store, &area(), plan).await.unwrap();
        assert_eq!(kept[&key], [first, second], "{}", database.name);
        let class = qualitative(&material(store, plan).await.evaluate()).1;
        assert_eq!(class, Class::People(Some(Progress::Done)), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn figures_of_siblings_are_peers() {
    for_each_database(async |database| {
        let store = &database.store;
        let plan = evaluated_plan(store).await.plan_id;
        publish_in(store, &neighbour(), 2024, "55.0").await;
        publish_in(store, &"990201".parse().unwrap(), 2024, "66.0").await;
        let found = material(store, &plan).await;
        assert_eq!(found.peers.len(), 1, "{}", database.name);
        assert_eq!(found.peers[0][0].key.ref_area, neighbour());
        assert_eq!(found.version.plan.beneficiary, Beneficiary::Women);
        publish_in(store, &neighbour(), 2025, "56.0").await;
        let told = evaluations::peer_series(store, &area(), &code("W-H05"), 2024).await.unwrap();
        assert_eq!(told.len(), 1, "{}", database.name);
        assert_eq!(
            (told[0].ref_area.clone(), told[0].edition.label()),
            (neighbour(), "2024年第1版".to_owned())
        );
        assert_eq!(told[0].series.observations().len(), 1, "{}", database.name);
    })
    .await;
}

/// Hands in a report of a unit and records one figure that it brought.
async fn hand_in(store: &Store, name: &str, (number, late): (u32, bool), figure: Observation) {
    let key = task(name);
    let handed_in = HandedIn {
        number,
        entries: monitoring::entries(),
        explanations: Vec::new(),
        forced: false,
        late,
    };
    let from = FromSubmission { round: key.round.clone(), unit: key.unit.clone(), number };
    let value = NewValue { observation: figure, why: "".into(), from: Some(from) };
    let mut tx = store.begin(&area()).await.unwrap();
    submissions::insert(&mut tx, &key, &handed_in, &stamp()).await.unwrap();
    observations::record(&mut tx, &[value], &stamp()).await.unwrap();
    tx.commit(entry("task.submit")).await.unwrap();
}

#[tokio::test]
async fn what_a_round_asks_for_is_due_on_its_last_day_extensions_included() {
    for_each_database(async |database| {
        let store = &database.store;
        let plan = evaluated_plan(store).await.plan_id;
        monitoring::open_round(store).await;
        publish_year(store, 2025, "41.9").await;
        let due = async |indicator: &str| {
            let asked = material(store, &plan).await.asked;
            asked.get(&(code(indicator), 2025)).map(|asked| (asked.due, asked.came_late))
        };
        assert_eq!(due("W-H05").await, Some((date(2026, 5, 20), None)), "{}", database.name);
        assert_eq!(due("W-H04").await, None, "{}", database.name);
        let extension = Extension {
            unit: monitoring::unit("教育"),
            until: date(2026, 6, 1),
            reason: "示例".to_owned(),
            granted_by: "liu".to_owned(),
            granted_at: at(0).to_string(),
        };
        let mut tx = store.begin(&area()).await.unwrap();
        rounds::extend(&mut tx, &monitoring::round_id(), 1, &extension).await.unwrap();
        tx.commit(entry("round.extend")).await.unwrap();
        assert_eq!(due("W-H05").await, Some((date(2026, 6, 1), None)), "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_late_report_on_a_part_of_a_year_makes_no_yearly_figure_late() {
    for_each_database(async |database| {
        let store = &database.store;
        let plan = evaluated_plan(store).await.plan_id;
        monitoring::open_round(store).await;
        let mut figure = observed(&area(), "W-H05", 2024, "42.0");
        figure.key.period = "2024-S1".parse().unwrap();
        hand_in(store, "卫健", (1, true), figure).await;
        let asked = material(store, &plan).await.asked;
        assert!(asked.is_empty(), "{}: {asked:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn an_edition_of_a_part_of_a_year_moves_no_evaluation_on() {
    for_each_database(async |database| {
        let store = &database.store;
        let plan = evaluated_plan(store).await.plan_id;
        let before = material(store, &plan).await;
        let period: Period = "2025-S1".parse().unwrap();
        let mut figure = observed(&area(), "W-H05", 2025, "99.0");
        figure.key.period = period;
        let draft = EditionDraft {
            ref_area: area(),
            period,
            notes: "示例".to_owned(),
            published_by: "liu".to_owned(),
            published_at: "2026-07-01T01:00:00Z".to_owned(),
            figures: vec![figure],
        };
        let mut tx = store.begin(&area()).await.unwrap();
        editions::insert(&mut tx, &publish(draft, None).unwrap()).await.unwrap();
        tx.commit(entry("edition.publish")).await.unwrap();
        let after = material(store, &plan).await;
        assert_eq!(after.year, 2024, "{}", database.name);
        assert_eq!(after.editions, before.editions, "{}", database.name);
        assert_eq!(after.evaluate().to_text(), before.evaluate().to_text(), "{}", database.name);
        let asked = evaluations::material(store, &area(), &plan, Some(2025)).await;
        assert!(matches!(asked, Err(Error::Conflict(_))), "{}: {asked:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_figure_is_late_if_the_first_report_that_brought_it_was() {
    for_each_database(async |database| {
        let store = &database.store;
        let plan = evaluated_plan(store).await.plan_id;
        assert!(material(store, &plan).await.asked.is_empty());
        monitoring::open_round(store).await;
        let of = |indicator, year, told| observed(&area(), indicator, year, told);
        hand_in(store, "卫健", (1, true), of("W-H05", 2024, "42.0")).await;
        hand_in(store, "卫健", (2, false), of("W-H04", 2023, "90")).await;
        hand_in(store, "教育", (1, false), of("W-H02", 2024, "10")).await;
        hand_in(store, "教育", (2, true), of("C-E01", 2024, "99")).await;
        hand_in(store, "人社", (1, true), of("W-H06", 2024, "缺")).await;
        let late = |asked: Deadline| Some((asked.due, asked.came_late?));
        let asked = material(store, &plan).await.asked;
        let told: Vec<_> =
            asked.into_iter().filter_map(|(key, asked)| Some((key, late(asked)?))).collect();
        let days = (date(2026, 5, 20), date(2023, 11, 15));
        let expected = [((code("W-H04"), 2023), days), ((code("W-H05"), 2024), days)];
        assert_eq!(told, expected, "{}", database.name);
    })
    .await;
}
