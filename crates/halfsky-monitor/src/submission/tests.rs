use super::*;
use crate::data_set::Column;
use crate::period::Period;
use crate::round::{Extension, RoundDefaults};
use crate::validation::Rule;
use halfsky_plan::indicator::IndicatorCode;
use jiff::civil::date;
use proptest::prelude::*;

const UNIT: &str = "教育";

fn round() -> Round {
    let period = Period::year_of(2025).unwrap();
    Round::figures(period, "2025年统计数据", date(2026, 5, 20), &RoundDefaults::default())
}

fn unit(name: &str) -> UnitId {
    UnitId(name.to_owned())
}

fn reporter() -> Actor {
    Actor::Reporter { name: "填报人".to_owned(), unit: unit(UNIT) }
}

fn reviewer() -> Actor {
    Actor::UnitReviewer { name: "审核人".to_owned(), unit: unit(UNIT) }
}

fn approver() -> Actor {
    Actor::Approver { name: "统计员".to_owned() }
}

fn cell() -> CellKey {
    CellKey { row: IndicatorCode("W-H02".to_owned()), column: Column::Total }
}

fn finding(severity: Severity) -> Finding {
    Finding {
        cell: cell(),
        rule: Rule::LastYear,
        severity,
        message: "变动较大".to_owned(),
        what_to_do: "请核实".to_owned(),
    }
}

struct Desk {
    round: Round,
    today: Date,
    findings: Vec<Finding>,
    explanations: Vec<Explanation>,
}

impl Desk {
    fn new() -> Self {
        let today = date(2026, 5, 1);
        Self { round: round(), today, findings: Vec::new(), explanations: Vec::new() }
    }

    fn step(
        &self,
        submission: &Submission,
        step: &Step,
        actor: &Actor,
    ) -> Result<(Submission, Transition), Refusal> {
        let circumstances = Circumstances {
            round: &self.round,
            today: self.today,
            now: "2026-05-01T01:00:00Z",
            findings: &self.findings,
            explanations: &self.explanations,
        };
        submission.apply(step, actor, &circumstances)
    }

    fn walk(&self, steps: &[(Step, Actor)]) -> Submission {
        steps.iter().fold(Submission::new(unit(UNIT)), |submission, (step, actor)| {
            self.step(&submission, step, actor).unwrap().0
        })
    }
}

fn to_submitted() -> Vec<(Step, Actor)> {
    vec![
        (Step::Save, reporter()),
        (Step::RequestUnitReview, reporter()),
        (Step::Submit, reviewer()),
    ]
}

fn returned(reason: &str) -> Step {
    let cells = vec![CellReturn { cell: cell(), reason: reason.to_owned() }];
    Step::Return { cells, reason: String::new() }
}

#[test]
fn a_report_goes_all_the_way() {
    let desk = Desk::new();
    let mut steps = to_submitted();
    steps.push((Step::Accept, approver()));
    steps.push((Step::Publish { edition: 1 }, approver()));
    let published = desk.walk(&steps);
    assert_eq!(published.state, SubmissionState::Published);
    assert_eq!((published.version, published.edition), (1, Some(1)));
    assert_eq!(published.first_submitted, Some(date(2026, 5, 1)));
}

#[test]
fn what_came_back_is_told_cell_by_cell_and_may_be_corrected_late() {
    let mut desk = Desk::new();
    let submitted = desk.walk(&to_submitted());
    let (back, transition) = desk.step(&submitted, &returned("与年报不符"), &approver()).unwrap();
    assert_eq!(transition.why, "W-H02合计：与年报不符");
    assert_eq!(back.returned.len(), 1);
    desk.today = date(2026, 8, 1);
    let (again, _) = desk.step(&back, &Step::Save, &reporter()).unwrap();
    let (again, _) = desk.step(&again, &Step::RequestUnitReview, &reporter()).unwrap();
    let (again, _) = desk.step(&again, &Step::Submit, &reviewer()).unwrap();
    assert_eq!((again.version, again.first_submitted), (2, Some(date(2026, 5, 1))));
    assert!(again.returned.is_empty());
}

#[test]
fn a_return_needs_a_reason() {
    let desk = Desk::new();
    let submitted = desk.walk(&to_submitted());
    let refuse = |step| desk.step(&submitted, &step, &approver()).unwrap_err();
    assert_eq!(refuse(returned(" ")), Refusal::NoReason);
    assert_eq!(refuse(Step::Return { cells: vec![], reason: String::new() }), Refusal::NoReason);
}

#[test]
fn errors_block_and_warnings_need_an_explanation() {
    let mut desk = Desk::new();
    let begun = desk.walk(&to_submitted()[..2]);
    desk.findings = vec![finding(Severity::Error)];
    assert_eq!(desk.step(&begun, &Step::Submit, &reviewer()), Err(Refusal::Errors(1)));
    desk.findings = vec![finding(Severity::Warning)];
    assert_eq!(desk.step(&begun, &Step::Submit, &reviewer()), Err(Refusal::Unexplained(1)));
    let words = "活产数大幅下降，已核对分娩登记".to_owned();
    desk.explanations = vec![Explanation { cell: cell(), rule: Rule::LastYear, words }];
    let (_, transition) = desk.step(&begun, &Step::Submit, &reviewer()).unwrap();
    assert_eq!(transition.why, "强制报送：1处提示已说明");
}

#[test]
fn nobody_acts_for_another() {
    let desk = Desk::new();
    let new = Submission::new(unit(UNIT));
    let other = Actor::Reporter { name: "他人".to_owned(), unit: unit("人社") };
    assert_eq!(desk.step(&new, &Step::Save, &other), Err(Refusal::NotResponsible));
    assert_eq!(desk.step(&new, &Step::Save, &approver()), Err(Refusal::NotResponsible));
    let begun = desk.walk(&to_submitted()[..2]);
    assert_eq!(desk.step(&begun, &Step::Submit, &reporter()), Err(Refusal::NotUnitReviewer));
    let submitted = desk.walk(&to_submitted());
    assert_eq!(desk.step(&submitted, &Step::Accept, &reviewer()), Err(Refusal::NotApprover));
}

#[test]
fn the_window_is_kept_unless_extended() {
    let mut desk = Desk::new();
    let new = Submission::new(unit(UNIT));
    desk.today = date(2026, 3, 1);
    let opens = date(2026, 4, 5);
    assert_eq!(desk.step(&new, &Step::Save, &reporter()), Err(Refusal::NotOpenYet(opens)));
    desk.today = date(2026, 5, 21);
    let due = date(2026, 5, 20);
    assert_eq!(desk.step(&new, &Step::Save, &reporter()), Err(Refusal::WindowClosed(due)));
    let extension = Extension {
        unit: unit(UNIT),
        until: date(2026, 5, 31),
        reason: "数据尚在审定".to_owned(),
        granted_by: "统计员".to_owned(),
        granted_at: "2026-05-21T01:00:00Z".to_owned(),
    };
    desk.round = desk.round.extend(extension).unwrap();
    assert!(desk.step(&new, &Step::Save, &reporter()).is_ok());
}

#[test]
fn a_published_report_is_opened_again_only_with_a_reason() {
    let desk = Desk::new();
    let mut steps = to_submitted();
    steps.push((Step::Accept, approver()));
    steps.push((Step::Publish { edition: 1 }, approver()));
    let published = desk.walk(&steps);
    let reopen = |reason: &str| Step::Reopen { reason: reason.to_owned() };
    assert_eq!(desk.step(&published, &reopen(""), &approver()), Err(Refusal::NoReason));
    let (open, _) = desk.step(&published, &reopen("年报更正"), &approver()).unwrap();
    assert_eq!((open.state, open.edition), (SubmissionState::Returned, Some(1)));
}

fn steps() -> impl Strategy<Value = Step> {
    let reason = || prop_oneof![Just(String::new()), Just("原因".to_owned())];
    prop_oneof![
        Just(Step::Save),
        Just(Step::RequestUnitReview),
        reason().prop_map(|reason| Step::SendBack { reason }),
        Just(Step::Submit),
        reason().prop_map(|reason| Step::Return { cells: vec![], reason }),
        reason().prop_map(|r| returned(&r)),
        Just(Step::Accept),
        (1u32..9).prop_map(|edition| Step::Publish { edition }),
        reason().prop_map(|reason| Step::Reopen { reason }),
    ]
}

fn actors() -> impl Strategy<Value = Actor> {
    prop_oneof![
        3 => Just(reporter()),
        3 => Just(reviewer()),
        3 => Just(approver()),
        1 => Just(Actor::Reporter { name: "他人".to_owned(), unit: unit("人社") }),
    ]
}

/// Where each state may come from: told apart from the machine, so that a slip in its table is seen.
fn may_follow(from: SubmissionState, to: SubmissionState) -> bool {
    use SubmissionState as S;
    let before: &[S] = match to {
        S::NotStarted => &[],
        S::InProgress => &[S::NotStarted, S::InProgress, S::Returned, S::AwaitingUnitReview],
        S::AwaitingUnitReview => &[S::InProgress],
        S::Submitted => &[S::AwaitingUnitReview],
        S::Returned => &[S::Submitted, S::Accepted, S::Published],
        S::Accepted => &[S::Submitted],
        S::Published => &[S::Accepted],
    };
    before.contains(&from)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]
    #[test]
    fn no_path_skips_a_step(
        path in prop::collection::vec((steps(), actors(), 0i64..200, any::<bool>()), 0..60)
    ) {
        let mut submission = Submission::new(unit(UNIT));
        let mut desk = Desk::new();
        let mut seen = vec![SubmissionState::NotStarted];
        for (step, actor, day, wrong) in path {
            desk.today = date(2026, 3, 1).saturating_add(jiff::Span::new().days(day));
            desk.findings = if wrong { vec![finding(Severity::Error)] } else { Vec::new() };
            let before = submission.clone();
            match desk.step(&submission, &step, &actor) {
                Ok((next, transition)) => {
                    prop_assert!(may_follow(before.state, next.state));
                    prop_assert_eq!(transition.from, before.state);
                    prop_assert_eq!(transition.to, next.state);
                    prop_assert_eq!(transition.by.as_str(), actor.name());
                    prop_assert!(!transition.at.is_empty() && !transition.step.is_empty());
                    if next.state == SubmissionState::Submitted {
                        prop_assert!(!wrong, "nothing is submitted with an error in it");
                        prop_assert_eq!(next.version, before.version + 1);
                    }
                    seen.push(next.state);
                    submission = next;
                }
                Err(refusal) => prop_assert!(!refusal.to_string().is_empty()),
            }
        }
        if seen.contains(&SubmissionState::Published) {
            use SubmissionState as S;
            for needed in [S::InProgress, S::AwaitingUnitReview, S::Submitted, S::Accepted] {
                prop_assert!(seen.contains(&needed));
            }
        }
    }
}
