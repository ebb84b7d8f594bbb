use super::*;
use jiff::civil::date;
use proptest::prelude::*;

fn office() -> Actor {
    Actor::Office { person: "示例甲".to_owned() }
}

fn unit(name: &str) -> Actor {
    Actor::Unit { unit: name.to_owned(), person: "示例乙".to_owned() }
}

fn text(words: &str) -> String {
    words.to_owned()
}

fn plan() -> Step {
    Step::SubmitPlan(RectificationPlan {
        causes: text("筛查人手不足"),
        measures: text("增设筛查点"),
        person: text("示例丙"),
        deadline: date(2026, 11, 30),
    })
}

/// The steps of a case that goes well.
fn good_way() -> Vec<(Step, Actor)> {
    let dispatch = Step::Dispatch {
        lead: text("卫生健康局"),
        support: vec![text("教育局")],
        plan_due: date(2026, 6, 1),
    };
    vec![
        (dispatch, office()),
        (Step::Acknowledge, unit("卫生健康局")),
        (plan(), unit("卫生健康局")),
        (Step::Report { text: text("已增设两处") }, unit("卫生健康局")),
        (Step::AskForRecheck { evidence: text("筛查率70.2%") }, unit("卫生健康局")),
        (Step::Recheck { passed: true, reason: text("数据属实") }, office()),
        (Step::Close { reason: text("指标达标") }, office()),
    ]
}

fn opened() -> Case {
    Case::open(&office(), "预计达标困难", date(2026, 5, 1)).unwrap()
}

fn take(case: &Case, step: Step, by: Actor) -> Result<Case, Refusal> {
    case.apply(Taken { step, by, on: date(2026, 5, 10) })
}

/// The case after the first steps of the good way.
fn after(steps: usize) -> Case {
    good_way()
        .into_iter()
        .take(steps)
        .fold(opened(), |case, (step, by)| take(&case, step, by).unwrap())
}

#[test]
fn a_case_goes_its_way() {
    let stages: Vec<Stage> = (0..=7).map(|steps| after(steps).stage()).collect();
    assert_eq!(
        stages,
        [
            Stage::Opened,
            Stage::Dispatched,
            Stage::Acknowledged,
            Stage::Planned,
            Stage::Reporting,
            Stage::Rechecking,
            Stage::Rechecking,
            Stage::Closed
        ]
    );
    assert_eq!(after(7).steps().len(), 7);
}

#[test]
fn the_program_may_do_nothing() {
    assert_eq!(Case::open(&Actor::Program, "x", date(2026, 5, 1)), Err(Refusal::NotAPerson));
    for (at, (step, _)) in good_way().into_iter().enumerate() {
        assert_eq!(take(&after(at), step, Actor::Program), Err(Refusal::NotAPerson));
    }
    let escalate = Step::Escalate { to: text("县政府"), reason: text("逾期未报") };
    assert_eq!(take(&after(1), escalate.clone(), Actor::Program), Err(Refusal::NotAPerson));
    assert_eq!(take(&after(1), escalate.clone(), office()).unwrap().escalations(), 1);
    assert_eq!(take(&after(7), escalate, office()), Err(Refusal::WrongStage(Stage::Closed)));
}

#[test]
fn only_those_who_are_responsible_act() {
    let case = after(1);
    assert_eq!(take(&case, Step::Acknowledge, unit("民政局")), Err(Refusal::NotResponsible));
    let both = take(&case, Step::Acknowledge, unit("教育局")).unwrap();
    assert_eq!(both.stage(), Stage::Dispatched);
    let twice = take(&both, Step::Acknowledge, unit("教育局"));
    assert_eq!(twice, Err(Refusal::AlreadyAcknowledged));
    assert_eq!(take(&after(2), plan(), unit("教育局")), Err(Refusal::NotLead));
    let close = Step::Close { reason: text("好") };
    assert_eq!(take(&after(6), close, unit("卫生健康局")), Err(Refusal::NotOffice));
}

#[test]
fn a_failed_recheck_goes_back_and_cannot_be_closed() {
    let failed = Step::Recheck { passed: false, reason: text("数据不实") };
    let back = take(&after(5), failed, office()).unwrap();
    assert_eq!(back.stage(), Stage::Reporting);
    let close = Step::Close { reason: text("好") };
    assert_eq!(
        take(&after(5), close.clone(), office()),
        Err(Refusal::WrongStage(Stage::Rechecking))
    );
    assert_eq!(take(&back, close, office()), Err(Refusal::WrongStage(Stage::Reporting)));
}

#[test]
fn a_returned_plan_is_written_again() {
    let back = take(&after(3), Step::ReturnPlan { reason: text("无时限") }, office()).unwrap();
    assert_eq!((back.stage(), back.plan()), (Stage::Acknowledged, None));
    assert_eq!(take(&back, plan(), unit("卫生健康局")).unwrap().stage(), Stage::Planned);
}

#[test]
fn what_is_empty_or_late_is_refused() {
    let empty = Step::Report { text: text(" ") };
    assert_eq!(take(&after(3), empty, unit("卫生健康局")), Err(Refusal::Incomplete));
    let late =
        Step::Dispatch { lead: text("局"), support: Vec::new(), plan_due: date(2026, 5, 9) };
    assert_eq!(take(&opened(), late, office()), Err(Refusal::DayInThePast));
    let early =
        Taken { step: Step::Acknowledge, by: unit("卫生健康局"), on: date(2026, 5, 9) };
    assert_eq!(after(1).apply(early), Err(Refusal::OutOfOrder));
}

#[test]
fn lights_follow_what_is_due_next() {
    assert_eq!(opened().light(date(2026, 5, 1)), Light::Off);
    let dispatched = after(1);
    assert_eq!(dispatched.light(date(2026, 5, 28)), Light::Green);
    assert_eq!(dispatched.light(date(2026, 5, 29)), Light::DueSoon);
    assert_eq!(dispatched.light(date(2026, 6, 1)), Light::DueSoon);
    assert_eq!(dispatched.light(date(2026, 6, 2)), Light::Overdue);
    assert_eq!(after(3).due(), Some(date(2026, 11, 30)));
    assert_eq!(after(7).light(date(2027, 1, 1)), Light::Off);
}

#[test]
fn codes_and_words_are_unique() {
    for stage in Stage::ALL {
        assert_eq!(Stage::from_code(stage.code()), Some(stage));
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    let steps: Vec<Step> = good_way()
        .into_iter()
        .map(|(step, _)| step)
        .chain([
            Step::ReturnPlan { reason: text("补充") },
            Step::Recheck { passed: false, reason: text("不实") },
            Step::Escalate { to: text("县政府"), reason: text("逾期") },
            Step::Remark { leader: text("示例丁"), text: text("抓紧") },
            Step::Close { reason: text(" ") },
        ])
        .collect();
    proptest::sample::select(steps)
}

fn any_actor() -> impl Strategy<Value = Actor> {
    proptest::sample::select(vec![
        office(),
        unit("卫生健康局"),
        unit("教育局"),
        unit("民政局"),
        Actor::Program,
    ])
}

proptest! {
    #[test]
    fn whatever_is_tried(tries in proptest::collection::vec((any_step(), any_actor()), 0..60)) {
        let mut case = opened();
        for (step, by) in tries {
            let before = case.clone();
            let person = by != Actor::Program;
            match take(&case, step.clone(), by.clone()) {
                Ok(next) => {
                    prop_assert!(person);
                    prop_assert_eq!(next.steps().len(), before.steps().len() + 1);
                    // nothing but a remark touches a closed case
                    let remark = matches!(step, Step::Remark { .. });
                    prop_assert!(before.stage() != Stage::Closed || remark);
                    // closing needs a recheck that passed
                    if next.stage() == Stage::Closed && before.stage() != Stage::Closed {
                        prop_assert!(before.recheck_passed);
                    }
                    // only a person of the office escalates
                    if next.escalations() > before.escalations() {
                        let by_office = matches!(by, Actor::Office { .. });
                        prop_assert!(by_office);
                    }
                    case = next;
                }
                Err(refusal) => {
                    prop_assert_eq!(&case, &before);
                    prop_assert!(!refusal.to_string().is_empty());
                }
            }
        }
        // the state is what the recorded steps make of it
        let replayed = case.steps().iter().try_fold(opened(), |c, taken| c.apply(taken.clone()));
        prop_assert_eq!(replayed, Ok(case));
    }
}
