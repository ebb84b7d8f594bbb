//! Status board (报送进度): units × rounds, counted so that no rate passes 100 %.

use jiff::civil::Date;

use crate::reporting::UnitId;
use crate::round::{Round, Window};
use crate::submission::{Submission, SubmissionState};

/// One unit's place on the board of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardLine {
    pub unit: UnitId,
    pub state: SubmissionState,
    pub due: Date,
    pub window: Window,
    /// Nothing submitted, and the last day is over.
    pub overdue: bool,
    /// Submitted by its last day; None while nothing was submitted.
    pub on_time: Option<bool>,
}

/// A share of units: the numerator never passes the denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub count: usize,
    pub of: usize,
}

impl Share {
    /// In hundredths, rounded down so that 100 means all; None of nothing.
    pub fn percent(self) -> Option<usize> {
        (self.count * 100).checked_div(self.of)
    }
}

/// The board of one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Overdue first, then by last day and unit.
    pub lines: Vec<BoardLine>,
    /// Units in each state, in the order of the states.
    pub states: Vec<(SubmissionState, usize)>,
    /// 完整率: received of expected.
    pub completeness: Share,
    /// 及时率: on time of received.
    pub timeliness: Share,
}

/// The board of a round on a day. A unit that is expected once but has two submissions is counted once.
pub fn board(round: &Round, expected: &[UnitId], submissions: &[Submission], today: Date) -> Board {
    let mut units: Vec<&UnitId> = expected.iter().collect();
    units.sort();
    units.dedup();
    let mut lines: Vec<BoardLine> =
        units.iter().map(|unit| line(round, unit, submissions, today)).collect();
    lines.sort_by(|a, b| {
        b.overdue.cmp(&a.overdue).then(a.due.cmp(&b.due)).then_with(|| a.unit.cmp(&b.unit))
    });
    let count = |state| lines.iter().filter(|l| l.state == state).count();
    let states = SubmissionState::ALL.iter().map(|state| (*state, count(*state))).collect();
    let received = lines.iter().filter(|l| l.on_time.is_some()).count();
    let on_time = lines.iter().filter(|l| l.on_time == Some(true)).count();
    Board {
        states,
        completeness: Share { count: received, of: lines.len() },
        timeliness: Share { count: on_time, of: received },
        lines,
    }
}

fn line(round: &Round, unit: &UnitId, submissions: &[Submission], today: Date) -> BoardLine {
    let submission = submissions.iter().find(|s| s.unit == *unit);
    let due = round.due_for(unit);
    let submitted = submission.and_then(|s| s.first_submitted);
    BoardLine {
        unit: unit.clone(),
        state: submission.map_or(SubmissionState::NotStarted, |s| s.state),
        due,
        window: round.window(unit, today),
        overdue: submitted.is_none() && due < today,
        on_time: submitted.map(|day| day <= due),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::Period;
    use crate::round::RoundDefaults;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn round() -> Round {
        let period = Period::year_of(2025).unwrap();
        Round::figures(period, "数据", date(2026, 5, 20), &RoundDefaults::default())
    }

    fn unit(number: u8) -> UnitId {
        UnitId(format!("单位{number}"))
    }

    fn submission(number: u8, day: Option<Date>) -> Submission {
        let state =
            if day.is_some() { SubmissionState::Submitted } else { SubmissionState::InProgress };
        Submission { state, first_submitted: day, ..Submission::new(unit(number)) }
    }

    #[test]
    fn overdue_units_come_first() {
        let expected = [unit(1), unit(2), unit(3)];
        let submissions = [submission(1, Some(date(2026, 5, 20))), submission(3, None)];
        let board = board(&round(), &expected, &submissions, date(2026, 5, 25));
        let order: Vec<_> = board.lines.iter().map(|l| l.unit.0.as_str()).collect();
        assert_eq!(order, ["单位2", "单位3", "单位1"]);
        assert_eq!(board.completeness, Share { count: 1, of: 3 });
        assert_eq!(board.completeness.percent(), Some(33));
        assert_eq!(board.timeliness.percent(), Some(100));
    }

    #[test]
    fn nobody_expected_is_no_rate() {
        let board = board(&round(), &[], &[submission(1, None)], date(2026, 5, 25));
        assert_eq!(board.completeness.percent(), None);
    }

    proptest! {
        #[test]
        fn no_rate_passes_one_hundred(
            expected in prop::collection::vec(0u8..6, 0..12),
            submitted in prop::collection::vec((0u8..9, prop::option::of(0i64..90)), 0..20),
        ) {
            let day = |n| date(2026, 4, 1).saturating_add(jiff::Span::new().days(n));
            let submissions: Vec<_> =
                submitted.iter().map(|(u, d)| submission(*u, d.map(day))).collect();
            let expected: Vec<_> = expected.into_iter().map(unit).collect();
            let board = board(&round(), &expected, &submissions, date(2026, 6, 1));
            for share in [board.completeness, board.timeliness] {
                prop_assert!(share.count <= share.of);
                prop_assert!(share.percent().is_none_or(|p| p <= 100));
            }
            let counted: usize = board.states.iter().map(|(_, n)| n).sum();
            prop_assert_eq!(counted, board.lines.len());
        }
    }
}
