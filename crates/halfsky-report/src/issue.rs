//! Issuing (签发): a report goes from draft to published by steps of people, and what was issued never changes.
//!
//! Draft → reviewed → issued → published. A reviewed report can go back to draft; nothing else goes back.

use std::fmt;

use halfsky_plan::coded;

coded! {
    /// What is kept and issued as a report.
    ReportKind {
        Annual "annual" "年度统计监测报告",
        Brief "brief" "领导一页纸",
        Yearbook "yearbook" "妇女儿童统计资料",
        Unit "unit" "部门年度落实情况报告",
        Midterm "midterm" "中期评估报告",
        Final "final" "终期评估报告",
        Reminder "reminder" "催报函",
        Notice "notice" "提示函",
        Warning "warning" "预警函",
        Supervision "supervision" "督办函",
        Report "report" "报告",
        Request "request" "请示",
        Circular "circular" "通报",
        Minutes "minutes" "会议纪要",
    }
}

coded! {
    /// Whose figures a report shows.
    Reader {
        /// Offices: every figure.
        Internal "internal" "内部使用",
        /// Everybody: small counts, and what they could be worked out from, are hidden.
        Public "public" "对外公布",
    }
}

coded! {
    /// How far a report has come.
    State {
        /// 草稿: made from the figures, paragraphs can be rewritten.
        Draft "draft" "草稿",
        /// 已审核: read by somebody, frozen until it goes on or back.
        Reviewed "reviewed" "已审核",
        /// 已签发: by a person of the office; final.
        Issued "issued" "已签发",
        /// 已公布: on the public portal.
        Published "published" "已公布",
    }
}

coded! {
    /// What a person does to a report.
    Step {
        Review "review" "审核通过",
        Return "return" "退回修改",
        Issue "issue" "签发",
        Publish "publish" "公布",
    }
}

/// Why a step is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The step is not one of this state.
    WrongState(State, Step),
    /// An edited paragraph stands over figures that have changed since.
    Outdated(usize),
    /// A return without a reason.
    NoReason,
    /// It shows figures the public is not shown.
    Internal,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongState(state, step) => {
                write!(f, "报告{}，不能{}", state.label(), step.label())
            }
            Self::Outdated(count) => {
                write!(f, "有{count}段文字修改后数据又有变化，请先核对这些段落，再审核通过")
            }
            Self::Internal => {
                f.write_str("本报告含内部使用的小样本数据，不能公布；请按“对外公布”另建一份报告")
            }
            Self::NoReason => f.write_str("退回修改须写明原因"),
        }
    }
}

impl std::error::Error for Refusal {}

/// What a step looks at.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    pub state: State,
    pub reader: Reader,
    /// Paragraphs whose figures changed under the words of a person.
    pub outdated: usize,
    /// Why it goes back.
    pub reason: &'a str,
}

/// The state after a step.
pub fn after(case: &Case<'_>, step: Step) -> Result<State, Refusal> {
    match (case.state, step) {
        (State::Draft, Step::Review) if case.outdated > 0 => Err(Refusal::Outdated(case.outdated)),
        (State::Draft, Step::Review) => Ok(State::Reviewed),
        (State::Reviewed, Step::Return) if case.reason.trim().is_empty() => Err(Refusal::NoReason),
        (State::Reviewed, Step::Return) => Ok(State::Draft),
        (State::Reviewed, Step::Issue) => Ok(State::Issued),
        (State::Issued, Step::Publish) if case.reader == Reader::Internal => Err(Refusal::Internal),
        (State::Issued, Step::Publish) => Ok(State::Published),
        (state, step) => Err(Refusal::WrongState(state, step)),
    }
}

/// Whether paragraphs can still be rewritten.
pub const fn is_open(state: State) -> bool {
    matches!(state, State::Draft)
}

/// The steps a state offers.
pub const fn steps(state: State) -> &'static [Step] {
    match state {
        State::Draft => &[Step::Review],
        State::Reviewed => &[Step::Issue, Step::Return],
        State::Issued => &[Step::Publish],
        State::Published => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(state: State) -> Case<'static> {
        Case { state, reader: Reader::Public, outdated: 0, reason: "数据有误" }
    }

    #[test]
    fn every_offered_step_is_taken_and_no_other() {
        for state in State::ALL {
            for step in Step::ALL {
                let taken = after(&case(*state), *step);
                assert_eq!(taken.is_ok(), steps(*state).contains(step), "{state:?} {step:?}");
            }
        }
        assert_eq!(after(&case(State::Reviewed), Step::Issue), Ok(State::Issued));
    }

    #[test]
    fn nothing_is_reviewed_over_changed_figures() {
        let outdated = Case { outdated: 2, ..case(State::Draft) };
        let refused = after(&outdated, Step::Review).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "有2段文字修改后数据又有变化，请先核对这些段落，再审核通过"
        );
    }

    #[test]
    fn what_the_public_is_not_shown_is_not_published() {
        let internal = Case { reader: Reader::Internal, ..case(State::Issued) };
        assert_eq!(after(&internal, Step::Publish), Err(Refusal::Internal));
    }

    #[test]
    fn a_return_says_why() {
        let silent = Case { reason: " ", ..case(State::Reviewed) };
        assert_eq!(after(&silent, Step::Return), Err(Refusal::NoReason));
    }

    #[test]
    fn what_was_issued_cannot_be_rewritten() {
        let open: Vec<&State> = State::ALL.iter().filter(|s| is_open(**s)).collect();
        assert_eq!(open, [&State::Draft]);
        assert_eq!(
            after(&case(State::Issued), Step::Return).unwrap_err().to_string(),
            "报告已签发，不能退回修改"
        );
    }
}
