use super::*;
use crate::comparator::Comparator;
use crate::figure::Figure;
use crate::indicator::Catalogue;
use crate::note::Span;
use crate::plan::{Assigned, Assignment, ClausePlace, Section};

fn draft() -> PlanVersion {
    let level = |indicator: &str, comparator| Target {
        indicator: indicator.to_owned(),
        comparator: Some(comparator),
        ..crate::testing::target()
    };
    let sure = level("孕产妇系统管理率", Comparator::AtLeast);
    let plain = crate::testing::draft(vec![sure, level("村务公开栏面积占比", Comparator::About)]);
    let place = ClausePlace { section: Section::Objective, domain: 0, clause: 0 };
    let led_by = |to, unit: &str| Assignment {
        to,
        lead: vec![unit.to_owned()],
        support: Vec::new(),
        span: Span::default(),
    };
    let assignments = vec![
        led_by(Assigned::Clause(place), "县卫生健康局"),
        led_by(Assigned::Target(place, 1), "县民政局"),
    ];
    let header = DraftHeader {
        ref_area: plain.ref_area,
        plan_id: plain.plan_id,
        number: 1,
        source: plain.source,
        text: plain.text,
        example: false,
    };
    PlanVersion::draft(
        header,
        Plan { assignments, ..plain.plan },
        Catalogue::builtin().indicators(),
    )
}

#[test]
fn draft_links_doubts_and_allocates() {
    let draft = draft();
    let [sure, doubtful] = &draft.targets[..] else { panic!("two targets") };
    assert_eq!(sure.link.as_ref().map(|l| l.code.0.as_str()), Some("W-H05"));
    assert_eq!(
        (sure.number, sure.review, sure.lead[0].as_str()),
        (1, Review::Unchecked, "县卫生健康局")
    );
    assert_eq!(
        (doubtful.number, doubtful.review, doubtful.lead[0].as_str()),
        (2, Review::Pending, "县民政局")
    );
    assert!(doubtful.doubt.contains("左右"), "{}", doubtful.doubt);
}

#[test]
fn nothing_is_active_before_every_target_is_decided() {
    let mut version = draft();
    assert_eq!(version.confirm(), Err(Refusal::StillOpen { pending: 1, unchecked: 1 }));
    assert_eq!(version.confirm_unchecked().unwrap().len(), 1);
    let doubtful = version.target(2).unwrap().clone();
    version.correct(ReviewedTarget { review: Review::LeftOut, ..doubtful }).unwrap();
    version.confirm().unwrap();
    assert_eq!(version.status, VersionStatus::Confirmed);
    assert_eq!(version.active_targets().count(), 1);
    assert_eq!(version.discard(), Err(Refusal::NotADraft(VersionStatus::Confirmed)));
}

#[test]
fn a_correction_keeps_the_evidence_and_can_be_undone() {
    let mut version = draft();
    let original = version.clone();
    let mut entered = version.target(1).unwrap().clone();
    entered.target.value = Some(Figure::from(95));
    entered.target.quote = "改写证据".to_owned();
    entered.review = Review::Confirmed;
    let correction = version.correct(entered).unwrap();
    assert_eq!(correction.after.target.quote, correction.before.target.quote);
    assert_eq!(version.target(1).unwrap().target.value, Some(Figure::from(95)));
    version.undo().unwrap();
    assert_eq!(version, original);
    assert_eq!(version.undo(), Err(Refusal::NothingToUndo));
}

#[test]
fn wrong_fields_are_named_and_nothing_changes() {
    let mut version = draft();
    let original = version.clone();
    let mut entered = version.target(1).unwrap().clone();
    entered.target.value = None;
    entered.target.by = 2035;
    let Err(Refusal::Invalid(problems)) = version.correct(entered) else { panic!("refused") };
    assert_eq!(problems.iter().map(|p| p.field.code()).collect::<Vec<_>>(), ["value", "by"]);
    assert_eq!(version, original);
}

#[test]
fn a_left_out_target_need_not_be_complete() {
    let mut version = draft();
    let mut entered = version.target(1).unwrap().clone();
    entered.target.value = None;
    entered.review = Review::LeftOut;
    assert!(version.correct(entered).is_ok());
}

#[test]
fn everything_left_out_is_no_plan() {
    let mut version = draft();
    for number in [1, 2] {
        let target = version.target(number).unwrap().clone();
        version.correct(ReviewedTarget { review: Review::LeftOut, ..target }).unwrap();
    }
    assert_eq!(version.confirm(), Err(Refusal::Empty));
}
