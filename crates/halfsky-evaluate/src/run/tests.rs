//! Runs of a small plan.

use std::collections::BTreeMap;

use halfsky_monitor::observation::{MissingReason, Sex, Value};
use jiff::civil::{Date, date};

use super::testing::Scene;
use super::{
    Basis, Cause, Change, GenderIndexResult, InputGap, Peer, PeopleJudgement, Run, TargetResult,
    compare, follow_run, preview, scenario, target_read_outs,
};
use crate::attainment::Fact;
use crate::class::Class;
use crate::delivery::Deadline;
use crate::figures::{Figures, merged};
use crate::outlook::PriorOrigin;
use crate::qualitative::Progress;
use crate::series::tests::series;
use crate::status::Status;
use crate::trend::TrendStatus;
use crate::warning::{Level, Rule};
use crate::working::NotWorking;

/// Some met, some hard, one small-number trap.
fn scene() -> Scene {
    let mut scene = Scene::new();
    scene.publish("孕产妇死亡率", &["14.40", "0", "38.31", "0", "39.49"]);
    scene.count(
        "孕产妇死亡率",
        &["1", "0", "1", "0", "1"],
        &["6944", "2680", "2610", "2571", "2532"],
    );
    scene.publish("宫颈癌", &["41.6", "42.0", "42.1", "42.3", "42.0"]);
    scene.publish("系统管理率", &["91.3", "92.4", "93.0", "93.6", "94.1"]);
    scene.publish("高中阶段毛入学率", &["92.8", "93.4", "94.2", "95.0", "95.7"]);
    scene.publish("平均受教育年限", &["10.1", "10.2", "10.4", "10.5", "10.7"]);
    scene
}

fn target<'a>(run: &'a Run, scene: &Scene, part: &str, by: i32) -> &'a TargetResult {
    run.target(scene.number(part, by)).unwrap()
}

#[test]
fn every_kind_of_target_has_a_class_and_a_cause() {
    let scene = scene();
    let run = scene.run();
    assert_eq!(run.targets.len(), scene.version.active_targets().count());
    let screening = target(&run, &scene, "宫颈癌", 2030);
    assert_eq!(screening.class, Class::Goal(Status::OffTrack));
    assert_eq!(screening.fact, Some(Fact::NotAttained));
    assert!(matches!(screening.cause, Cause::NotMet { probability } if probability < 0.15));
    let outlook = screening.outlook.as_ref().unwrap();
    assert_eq!((outlook.prior.origin, outlook.path.len()), (PriorOrigin::Generic, 6));
    assert!(outlook.path.last().unwrap().median == outlook.median);
    let managed = target(&run, &scene, "系统管理率", 2030);
    assert_eq!(managed.class.status().unwrap().grade().map(|g| g <= 1), Some(true));
    let years = target(&run, &scene, "平均受教育年限", 2030);
    assert_eq!(years.class, Class::Trend(TrendStatus::Improving));
    assert!(!years.quantified);
    let mechanism = run.targets.iter().find(|t| t.class == Class::People(None)).unwrap();
    assert_eq!((mechanism.quantified, mechanism.cause), (false, Cause::People));
}

#[test]
fn a_handful_of_cases_has_no_probability_and_stays_blue() {
    let scene = scene();
    let run = scene.run();
    let deaths = target(&run, &scene, "孕产妇死亡率", 2030);
    let few = deaths.few_events.as_ref().unwrap();
    assert_eq!((few.events, few.evidence.as_str(), few.guards), (2, "undetermined", true));
    assert_eq!(deaths.outlook.as_ref().and_then(|o| o.probability), None);
    assert!(deaths.findings.iter().all(|f| f.level == Level::Blue));
}

#[test]
fn small_counts_are_hidden_and_everything_else_stays() {
    let scene = scene();
    let run = scene.run();
    let public = run.clone().without_small_counts();
    let deaths = target(&public, &scene, "孕产妇死亡率", 2030);
    assert!(deaths.few_events.is_none() && deaths.figures.iter().all(|p| p.value == "…"));
    assert!(!public.to_text().contains("39.49"));
    let managed = |run| target(run, &scene, "系统管理率", 2030).clone();
    assert_eq!(managed(&public), managed(&run));
}

#[test]
fn the_status_of_every_year_is_that_of_its_time() {
    let scene = scene();
    let run = scene.run();
    let managed = target(&run, &scene, "系统管理率", 2030);
    let years: Vec<i32> = managed.years.iter().map(|y| y.year).collect();
    assert_eq!(years, [2021, 2022, 2023, 2024]);
    let mut then = self::scene();
    then.year = 2022;
    let earlier = then.run();
    let of_2022 = target(&earlier, &then, "系统管理率", 2030).class;
    assert_eq!(managed.years[1].class, of_2022);
    assert_eq!(managed.years[1].value.as_deref(), Some("93.0"));
}

#[test]
fn both_rates_name_what_they_count() {
    let mut scene = scene();
    scene.observations.retain(|o| !o.key.indicator.0.starts_with("none"));
    let run = scene.run();
    let of = |counting: &str| {
        run.rates.iter().find(|r| r.by == "plan" && r.counting == counting).unwrap()
    };
    let quantified = run.targets.iter().filter(|t| t.quantified && !t.soft).count();
    assert_eq!(of("all").denominator.len(), quantified);
    let (monitorable, all) = (of("monitorable"), of("all"));
    assert_eq!(
        monitorable.denominator.len(),
        all.denominator.len() - all.no_data.len() - all.not_comparable.len()
    );
    assert!(run.rates.iter().any(|r| r.by == "unit" && r.group.contains("卫生健康")));
    assert!(run.rates.iter().any(|r| r.by == "domain" && r.group.contains("教育")));
}

#[test]
fn a_milestone_missed_is_red_on_the_later_date() {
    let mut scene = scene();
    scene.publish("宫颈癌", &["", "", "", "", "", "43.0"]);
    scene.year = 2025;
    let run = scene.run();
    let first = target(&run, &scene, "宫颈癌", 2025);
    assert_eq!(first.class, Class::Goal(Status::NotAttained));
    let last = target(&run, &scene, "宫颈癌", 2030);
    let missed = last.findings.iter().find(|f| f.rule == Rule::MilestoneMissed).unwrap();
    assert_eq!(missed.level, Level::Red);
    assert_eq!(missed.evidence.figures[0].value, "43.0");
    assert!(first.findings.iter().all(|f| f.rule != Rule::MilestoneMissed));
}

#[test]
fn across_a_break_nothing_is_compared() {
    let mut scene = scene();
    scene.break_in("系统管理率", 2022);
    let run = scene.run();
    let managed = target(&run, &scene, "系统管理率", 2030);
    assert_eq!(managed.breaks, [2022]);
    let schooling_before = target(&run, &scene, "高中阶段毛入学率", 2030).class;
    scene.break_in("高中阶段毛入学率", 2022);
    let run = scene.run();
    let schooling = target(&run, &scene, "高中阶段毛入学率", 2030);
    assert_ne!(schooling.class, Class::Not(NotWorking::NoSeries));
    assert_eq!(schooling.breaks, [2022]);
    assert!(schooling.pace.is_none(), "{schooling_before:?}");
    assert!(schooling.outlook.as_ref().is_none_or(|o| o.values == 3));
}

#[test]
fn what_is_missing_is_warned_of_unless_a_reason_is_on_record() {
    let mut scene = scene();
    scene.observations.retain(|o| o.key.period.year() < 2024);
    let warned = |scene: &Scene| {
        let run = scene.run();
        let found = target(&run, scene, "系统管理率", 2030).findings.clone();
        found.iter().any(|f| f.rule == Rule::Missing)
    };
    assert!(warned(&scene));
    scene.explain("系统管理率", 2024, MissingReason::BeingRedefined);
    assert!(!warned(&scene));
    scene.observations.pop();
    scene.explain("系统管理率", 2024, MissingReason::NotReported);
    assert!(warned(&scene));
}

#[test]
fn a_part_of_a_year_changes_nothing_in_a_run() {
    let mut scene = scene();
    let whole = scene.run().to_text();
    let parts: Vec<_> = scene
        .observations
        .iter()
        .filter(|o| o.key.period.year() == 2024)
        .flat_map(|o| {
            ["2024-S1", "2024-Q1", "2024-03", "2023-S2"].map(|part| {
                let mut part_of = o.clone();
                part_of.key.period = part.parse().unwrap();
                part_of.value = Value::Figure("1".parse().unwrap());
                part_of
            })
        })
        .collect();
    assert!(parts.len() > 16);
    scene.observations.extend(parts);
    assert_eq!(scene.run().to_text(), whole);
}

#[test]
fn a_part_of_a_year_does_not_stand_in_for_the_year() {
    let mut scene = scene();
    let code = scene.code("系统管理率");
    for o in scene.observations.iter_mut().filter(|o| o.key.indicator == code) {
        if o.key.period.year() == 2024 {
            o.key.period = "2024-S1".parse().unwrap();
        }
    }
    let run = scene.run();
    let managed = target(&run, &scene, "系统管理率", 2030);
    assert_eq!(managed.latest.as_ref().unwrap().year, 2023);
    assert!(managed.findings.iter().any(|f| f.rule == Rule::Missing));
}

#[test]
fn people_judge_mechanisms() {
    let mut scene = scene();
    let key =
        scene.run().targets.iter().find(|t| t.class == Class::People(None)).unwrap().key.clone();
    let judgement = PeopleJudgement {
        progress: Progress::Done,
        year: 2024,
        reason: "已印发实施办法".to_owned(),
        by: "示例人员".to_owned(),
        at: "2025-03-01T00:00:00Z".to_owned(),
        evidence: vec!["办法.pdf".to_owned()],
    };
    scene.judged.insert(key.clone(), judgement.clone());
    let run = scene.run();
    let judged = run.keyed(&key).unwrap();
    assert_eq!(
        (judged.class, judged.judged.as_ref()),
        (Class::People(Some(Progress::Done)), Some(&judgement))
    );
}

#[test]
fn women_and_men_stand_side_by_side() {
    let mut scene = scene();
    let code = scene.version.active_targets().find(|t| t.target.indicator.contains("毛入学率"));
    let code = code.unwrap().link.clone().unwrap().code;
    scene.publish_of(&code, Sex::Female, &["92.0", "92.5", "93.2", "94.0", "94.6"]);
    scene.publish_of(&code, Sex::Male, &["93.6", "94.3", "95.2", "96.0", "96.8"]);
    let run = scene.run();
    let gap = run.gender.iter().find(|g| g.code == code.0).unwrap();
    assert_eq!((gap.gap.as_str(), gap.widening.as_deref()), ("-2.2", Some("0.6")));
    assert_eq!(gap.balance.as_deref(), Some("基本均等"));
}

#[test]
fn equal_inputs_give_equal_bytes_and_the_text_reads_back() {
    let (one, other) = (scene().run(), scene().run());
    assert_eq!(one.to_text(), other.to_text());
    let back = Run::from_text(&one.to_text()).unwrap();
    assert_eq!(back, one);
    assert_eq!(back.to_text(), one.to_text());
    assert!(Run::from_text("{}").is_err());
}

#[test]
fn peers_teach_a_prior_and_the_run_says_so() {
    let mut scene = scene();
    let code = scene.version.active_targets().find(|t| t.target.indicator.contains("宫颈癌"));
    let code = code.unwrap().link.clone().unwrap().code;
    let peer = |seed: i32| {
        let values: Vec<(i32, String)> = (2015..2024)
            .map(|y| (y, format!("{}.{}", 30 + y - 2015 + (y * seed) % 3, (y * seed * 7) % 10)))
            .collect();
        let values: Vec<(i32, &str)> = values.iter().map(|(y, v)| (*y, v.as_str())).collect();
        series(&values, &[])
    };
    scene.peers.insert(code, (1..=9).map(peer).collect());
    let run = scene.run();
    let prior = &target(&run, &scene, "宫颈癌", 2030).outlook.as_ref().unwrap().prior;
    assert_eq!(prior.origin, PriorOrigin::Peers);
    let told = compare(&self::scene().run(), &run);
    let changed = told.targets.iter().find(|t| t.indicator.contains("宫颈癌")).unwrap();
    assert!(changed.changes.iter().any(|c| matches!(c, Change::Prior { .. })));
}

#[test]
fn a_comparison_names_the_figure_that_moved_a_class() {
    let before = scene().run();
    let mut later = scene();
    for o in &mut later.observations {
        let five_years = o.key.period.year() == 2024
            && o.value.figure().is_some_and(|f| f.to_string() == "95.7");
        if five_years {
            o.value = halfsky_monitor::observation::Value::Figure("96.4".parse().unwrap());
        }
    }
    let after = later.run();
    let told = compare(&before, &after);
    assert_eq!((told.method, told.year, told.version), (None, None, None));
    assert_eq!(told.targets.len(), 1);
    let moved = &told.targets[0];
    assert!(moved.moved() && moved.indicator.contains("毛入学率"));
    let figure = Change::Figure {
        year: 2024,
        before: Some("95.7".to_owned()),
        after: Some("96.4".to_owned()),
    };
    assert!(moved.changes.contains(&figure));
    assert!(compare(&before, &before).targets.is_empty());
}

#[test]
fn a_parameter_that_was_changed_is_told() {
    let before = scene().run();
    let mut later = scene();
    later.parameters.doubtful = 40;
    let told = compare(&before, &later.run());
    assert_eq!(told.parameters, [("橙色：达标概率低于", "30%".to_owned(), "40%".to_owned())]);
}

#[test]
fn the_same_run_never_warns_twice() {
    let scene = scene();
    let run = scene.run();
    let first = follow_run(&BTreeMap::new(), &run);
    let number = scene.number("宫颈癌", 2030);
    let key = &run.target(number).unwrap().key;
    let told = |s: &&super::WarningStep| s.key.rule == Rule::OffTrack && s.key.target == *key;
    let screening = first.steps.iter().find(told).unwrap();
    assert_eq!((screening.from, screening.to), (None, Some(Level::Red)));
    assert!(screening.provisional && screening.release.starts_with("2024/1 2023/1"));
    assert_eq!(super::release_label(&screening.release), "2024年第1版");
    assert!(screening.evidence.as_ref().is_some_and(|e| !e.figures.is_empty()));
    let second = follow_run(&first.states, &run);
    assert_eq!(second.steps, []);
}

#[test]
fn a_target_that_left_the_plan_ends_its_warnings() {
    let scene = scene();
    let run = scene.run();
    let first = follow_run(&BTreeMap::new(), &run);
    let mut smaller = run.clone();
    smaller.targets.retain(|t| !t.indicator.contains("宫颈癌"));
    let after = follow_run(&first.states, &smaller);
    let over: Vec<_> = after.steps.iter().filter(|s| s.to.is_none()).collect();
    assert!(!over.is_empty() && over.iter().all(|s| s.evidence.is_none()));
}

#[test]
fn the_alarm_comes_on_entry() {
    let published = scene();
    let mut entered = scene();
    entered.publish("系统管理率", &["", "", "", "", "", "85.0"]);
    let observations =
        merged(&published.observations, &entered.observations[published.observations.len()..]);
    let figures = Figures::new(&observations, &entered.definitions, &entered.items, 2025);
    let effects = published.with(|before| {
        preview(before, &super::Inputs { figures: &figures, year: 2025, ..*before })
    });
    let managed = effects.iter().find(|e| e.target.indicator.contains("系统管理率")).unwrap();
    assert_ne!(managed.before, Some(managed.after));
    assert!(managed.target.findings.iter().any(|f| f.rule == Rule::KeepBroken));
    assert!(effects.iter().all(|e| !e.target.indicator.contains("平均受教育年限")));
}

/// Due on 10 April of the year it came in.
fn late(came: Date) -> Deadline {
    Deadline { due: date(came.year(), 4, 10), came_late: Some(came) }
}

#[test]
fn a_figure_that_came_late_is_warned_of_and_one_of_another_year_is_not() {
    let mut scene = scene();
    let missing = |scene: &Scene| {
        let run = scene.run();
        let managed = target(&run, scene, "系统管理率", 2030);
        managed.findings.iter().find(|f| f.rule == Rule::Missing).cloned()
    };
    assert_eq!(missing(&scene), None);
    let code = scene.code("系统管理率");
    scene.asked.insert((code.clone(), 2023), late(date(2024, 4, 15)));
    assert_eq!(missing(&scene), None, "of the year before");
    scene.asked.insert((code, 2024), late(date(2025, 4, 15)));
    let found = missing(&scene).unwrap();
    assert_eq!((found.level, found.evidence.figures[0].year), (Level::Blue, 2024));
    let told = found.evidence.undelivered.unwrap();
    assert_eq!(told.due.as_deref(), Some("2025-04-10"));
    assert_eq!(told.came.as_deref(), Some("2025-04-15"));
    let text = scene.run().to_text();
    assert_eq!(Run::from_text(&text).unwrap().to_text(), text);
}

#[test]
fn a_late_figure_does_not_silence_one_that_never_came() {
    let mut scene = scene();
    scene.year = 2025;
    scene.asked.insert((scene.code("系统管理率"), 2025), late(date(2026, 4, 15)));
    let run = scene.run();
    let managed = target(&run, &scene, "系统管理率", 2030);
    let found = managed.findings.iter().find(|f| f.rule == Rule::Missing).unwrap();
    assert_eq!(found.evidence.figures[0].year, 2024);
    let told = found.evidence.undelivered.as_ref().unwrap();
    assert_eq!((told.due.as_deref(), &told.came), (Some("2026-04-10"), &None));
}

#[test]
fn the_needed_pace_stands_beside_what_was_ever_achieved() {
    let scene = scene();
    let run = scene.run();
    let screening = target(&run, &scene, "宫颈癌", 2030);
    let told = scenario(screening, &[], Some(2.0)).unwrap();
    assert_eq!((told.basis, told.years, told.seen, told.as_good), (Basis::Units, 6, 4, 0));
    assert!((told.needed - 5.5).abs() < 1e-9);
    assert!((told.best.unwrap().per_year - 0.4).abs() < 1e-9);
    let asked = told.asked.unwrap();
    assert!((asked.reached - 54.0).abs() < 1e-9 && !asked.meets);
    assert!(scenario(screening, &[], Some(5.5)).unwrap().asked.unwrap().meets);
    let mechanism = run.targets.iter().find(|t| t.class == Class::People(None)).unwrap();
    assert_eq!(scenario(mechanism, &[], None), None);
}

#[test]
fn the_best_of_the_peers_stands_beside_the_needed_pace() {
    let scene = scene();
    let run = scene.run();
    let screening = target(&run, &scene, "宫颈癌", 2030);
    let peer = |name: &str, values: &[(i32, &str)], breaks: &[i32]| Peer {
        name: name.to_owned(),
        source: "2024年第1版".to_owned(),
        series: series(values, breaks),
    };
    let peers = [
        peer("甲县", &[(2021, "40.0"), (2022, "43.0"), (2023, "44.0")], &[]),
        peer("乙县", &[(2022, "40.0"), (2023, "46.0"), (2025, "80.0")], &[]),
        peer("丙县", &[(2023, "20.0"), (2024, "60.0")], &[2024]),
    ];
    let told = scenario(screening, &peers, None).unwrap();
    let best: Vec<_> = told.peers.iter().map(|p| (p.name.as_str(), p.best.per_year)).collect();
    assert_eq!(best, [("乙县", 6.0), ("甲县", 3.0)], "a break and later years count for nothing");
    assert_eq!((told.peers[0].as_good, told.peers[1].as_good), (1, 0));
    assert!(scenario(screening, &[], None).unwrap().peers.is_empty());
    let not_alike = TargetResult { own_series: false, ..screening.clone() };
    assert!(scenario(&not_alike, &peers, None).unwrap().peers.is_empty());
}

#[test]
fn other_platforms_class_the_same_figures() {
    let scene = scene();
    let run = scene.run();
    let screening = target(&run, &scene, "宫颈癌", 2030);
    let told = target_read_outs(&run, screening).unwrap();
    let values = [(2020, 41.6), (2021, 42.0), (2022, 42.1), (2023, 42.3), (2024, 42.0)];
    let expect = halfsky_stats::reduction_rate::reduction_rates(&values);
    assert_eq!(told.reduction, expect);
    assert!(told.open_sdg.is_some());
    let mechanism = run.targets.iter().find(|t| t.class == Class::People(None)).unwrap();
    assert_eq!(target_read_outs(&run, mechanism), None);
}

#[test]
fn an_index_names_the_inputs_that_are_not_published() {
    let mut scene = scene();
    scene.publish_named("人大代表女性比例", Sex::Total, "28.5");
    scene.publish_named("女性平均受教育年限", Sex::Total, "9.1");
    let run = scene.run();
    let [gii, gdi] = run.gender_indices.as_slice() else { panic!("two indices") };
    assert_eq!((gii.value, gii.year, gdi.value), (None, None, None));
    let of = |index: &GenderIndexResult, name: &str| {
        index.inputs.iter().find(|i| i.name.contains(name)).cloned().unwrap()
    };
    let seats = of(gii, "人大代表");
    assert_eq!((seats.women.as_deref(), seats.men.as_deref()), (Some("28.5"), Some("71.5")));
    assert_eq!(of(gii, "孕产妇死亡率").women.as_deref(), Some("39.49"));
    assert_eq!(of(gii, "15—19岁").gap, Some(InputGap::Unknown));
    assert_eq!(of(gdi, "平均受教育年限").gap, Some(InputGap::NotBySex));
    assert_eq!(of(gdi, "预期寿命").gap, Some(InputGap::NoFigures));
}

#[test]
fn an_index_is_computed_where_every_input_is_published() {
    let mut scene = scene();
    for (name, women, men) in [
        ("女性人均预期寿命", "61.529", "58.172"),
        ("预期受教育年限", "6.068416214", "11.07679367"),
        ("女性平均受教育年限", "0.52623455", "2.843289771"),
        ("人均收入（购买力平价）", "1033.807013", "2629.006826"),
    ] {
        scene.define(name);
        scene.publish_named(name, Sex::Female, women);
        scene.publish_named(name, Sex::Male, men);
    }
    let run = scene.run();
    let gdi = &run.gender_indices[1];
    assert_eq!(gdi.year, Some(2020));
    assert!((gdi.value.unwrap() - 0.682).abs() < 1e-3, "{gdi:?}");
    let again = Run::from_text(&run.to_text()).unwrap();
    assert_eq!(again, run);
}

#[test]
fn a_needed_growth_rate_is_told_in_per_cent() {
    let scene = scene();
    let run = scene.run();
    let schooling = target(&run, &scene, "高中阶段毛入学率", 2030);
    let told = scenario(schooling, &[], None).unwrap();
    assert_eq!(told.basis, Basis::Percent);
    assert!(told.needed > 0.0 && told.needed < 0.1 && told.as_good == told.seen);
}
