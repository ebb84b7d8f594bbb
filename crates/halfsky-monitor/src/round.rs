//! Round (一轮报送): one thing to be reported by several units inside a window.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::period::Period;
use crate::reporting::UnitId;
use crate::text_report::TextKind;
use halfsky_plan::coded;

/// What is collected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoundSubject {
    /// Figures of a period, to the statistician.
    Figures(Period),
    /// Texts on a year, to the office.
    Text { kind: TextKind, year: i32 },
}

coded! {
    /// What happens after the last day.
    LatePolicy {
        /// Nothing is taken any more until the office grants an extension.
        NeedsExtension "needs_extension" "逾期须批准延期",
        /// Taken, and marked late.
        MarkLate "mark_late" "逾期可报，记为迟报",
    }
}

coded! {
    /// Where a round stands on a day.
    RoundState {
        NotYet "not_yet" "未开始",
        Open "open" "报送中",
        Over "over" "已截止",
    }
}

/// A window that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WindowProblem {
    #[error("截止日早于开始日，请核对")]
    EndsBeforeItOpens,
    #[error("提醒日超出报送窗口：窗口只有{0}天")]
    ReminderOutside(i32),
}

/// A round that is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CloseRefusal {
    #[error("本轮报送尚未开始，不能结束；可修改报送窗口")]
    NotOpen,
    #[error("本轮报送已经截止，逾期须批准延期")]
    Closed,
}

/// More time for one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    pub unit: UnitId,
    pub until: Date,
    pub reason: String,
    pub granted_by: String,
    pub granted_at: String,
}

/// One round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    pub subject: RoundSubject,
    pub title: String,
    /// First day on which units may fill in.
    pub opens: Date,
    /// Last day.
    pub due: Date,
    /// Reminders go out so many days before the last day.
    pub reminder_days: Vec<u16>,
    pub late: LatePolicy,
    /// To whom it goes, as the plan says.
    pub to_whom: String,
    /// The words of the plan it comes from; empty when the office made it.
    pub basis: String,
    pub extensions: Vec<Extension>,
}

/// Where a day lies in the window of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Window {
    /// Opens in so many days.
    NotYet(i32),
    /// So many days are left; 0 on the last day.
    Open(i32),
    /// Over for so many days.
    Over(i32),
}

/// An extension that is not granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExtensionRefusal {
    #[error("延期须写明原因")]
    NoReason,
    #[error("延期后的截止日应晚于现在的截止日")]
    NotLater,
}

impl Round {
    /// The last day of a unit, extensions included.
    pub fn due_for(&self, unit: &UnitId) -> Date {
        let extended = self.extensions.iter().filter(|e| e.unit == *unit).map(|e| e.until);
        extended.chain([self.due]).max().unwrap_or(self.due)
    }

    /// Where a day lies for a unit.
    pub fn window(&self, unit: &UnitId, day: Date) -> Window {
        let due = self.due_for(unit);
        if day < self.opens {
            Window::NotYet(days(day, self.opens))
        } else if day <= due {
            Window::Open(days(day, due))
        } else {
            Window::Over(days(due, day))
        }
    }

    /// Whether a unit may fill in and submit on a day.
    pub fn takes(&self, unit: &UnitId, day: Date) -> bool {
        match self.window(unit, day) {
            Window::NotYet(_) => false,
            Window::Open(_) => true,
            Window::Over(_) => self.late == LatePolicy::MarkLate,
        }
    }

    /// Whether a reminder to a unit is due on a day: on each set day before the end, and on the first day after it.
    pub fn reminds(&self, unit: &UnitId, day: Date) -> bool {
        match self.window(unit, day) {
            Window::NotYet(_) => false,
            Window::Open(left) => self.reminder_days.iter().any(|d| i32::from(*d) == left),
            Window::Over(days) => days == 1,
        }
    }

    /// The last day of the unit with the most time.
    pub fn last_day(&self) -> Date {
        self.extensions.iter().map(|e| e.until).chain([self.due]).max().unwrap_or(self.due)
    }

    /// Where the round stands on a day.
    pub fn state(&self, day: Date) -> RoundState {
        if day < self.opens {
            RoundState::NotYet
        } else if day <= self.last_day() {
            RoundState::Open
        } else {
            RoundState::Over
        }
    }

    /// Whether its window can be.
    pub fn check(&self) -> Result<(), WindowProblem> {
        if self.due < self.opens {
            return Err(WindowProblem::EndsBeforeItOpens);
        }
        let open = days(self.opens, self.due);
        if self.reminder_days.iter().any(|d| i32::from(*d) > open) {
            return Err(WindowProblem::ReminderOutside(open));
        }
        Ok(())
    }

    /// The round closed with a day: nothing is taken afterwards but from units with an extension that lasts longer.
    pub fn close(mut self, last: Date) -> Result<Self, CloseRefusal> {
        if last < self.opens {
            return Err(CloseRefusal::NotOpen);
        }
        if self.due <= last && self.late == LatePolicy::NeedsExtension {
            return Err(CloseRefusal::Closed);
        }
        let open = days(self.opens, last);
        self.due = self.due.min(last);
        self.late = LatePolicy::NeedsExtension;
        self.reminder_days.retain(|d| i32::from(*d) <= open);
        Ok(self)
    }

    /// The round with more time for a unit.
    pub fn extend(mut self, extension: Extension) -> Result<Self, ExtensionRefusal> {
        if extension.reason.trim().is_empty() {
            return Err(ExtensionRefusal::NoReason);
        }
        if extension.until <= self.due_for(&extension.unit) {
            return Err(ExtensionRefusal::NotLater);
        }
        self.extensions.push(extension);
        Ok(self)
    }

    /// A round of figures over a period, opening so many days before its last day.
    pub fn figures(period: Period, title: &str, due: Date, defaults: &RoundDefaults) -> Self {
        Self {
            subject: RoundSubject::Figures(period),
            title: title.to_owned(),
            opens: opening(due, defaults.open_days),
            due,
            reminder_days: defaults.reminder_days.clone(),
            late: defaults.late,
            to_whom: String::new(),
            basis: String::new(),
            extensions: Vec::new(),
        }
    }
}

/// What a round has unless somebody sets it otherwise; per-plan settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundDefaults {
    /// Days between opening and the last day.
    pub open_days: u16,
    pub reminder_days: Vec<u16>,
    pub late: LatePolicy,
    /// Month and day of the following year by which yearly figures are due.
    pub figures_due: (i8, i8),
}

impl Default for RoundDefaults {
    fn default() -> Self {
        Self {
            open_days: 45,
            reminder_days: vec![14, 7, 3, 1],
            late: LatePolicy::NeedsExtension,
            figures_due: (5, 20),
        }
    }
}

pub(crate) fn opening(due: Date, open_days: u16) -> Date {
    due.saturating_sub(i64::from(open_days).days())
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn round() -> Round {
        let period = Period::year_of(2025).unwrap();
        Round::figures(period, "2025年统计数据", date(2026, 5, 20), &RoundDefaults::default())
    }

    fn unit(name: &str) -> UnitId {
        UnitId(name.to_owned())
    }

    fn extension(until: Date, reason: &str) -> Extension {
        Extension {
            unit: unit("教育"),
            until,
            reason: reason.to_owned(),
            granted_by: "示例".to_owned(),
            granted_at: "2026-05-20T02:00:00Z".to_owned(),
        }
    }

    #[test]
    fn a_window_opens_and_closes() {
        let round = round();
        let at = |day| round.window(&unit("教育"), day);
        assert_eq!(at(date(2026, 4, 4)), Window::NotYet(1));
        assert_eq!(at(date(2026, 4, 5)), Window::Open(45));
        assert_eq!(at(date(2026, 5, 20)), Window::Open(0));
        assert_eq!(at(date(2026, 6, 21)), Window::Over(32));
        assert!(!round.takes(&unit("教育"), date(2026, 5, 21)));
    }

    #[test]
    fn an_extension_is_for_one_unit_and_has_a_reason() {
        let day = date(2026, 5, 25);
        let longer = round().extend(extension(date(2026, 5, 31), "数据尚在审定")).unwrap();
        assert!(longer.takes(&unit("教育"), day) && !longer.takes(&unit("人社"), day));
        assert_eq!(round().extend(extension(day, " ")), Err(ExtensionRefusal::NoReason));
        let earlier = extension(date(2026, 5, 20), "原因");
        assert_eq!(round().extend(earlier), Err(ExtensionRefusal::NotLater));
    }

    #[test]
    fn reminders_go_out_on_set_days_and_after_the_end() {
        let round = round();
        let reminded = |day| round.reminds(&unit("教育"), day);
        assert!(reminded(date(2026, 5, 13)) && !reminded(date(2026, 5, 14)));
        assert!(reminded(date(2026, 5, 21)) && !reminded(date(2026, 5, 22)));
    }

    #[test]
    fn a_round_is_closed_before_its_end_and_late_reports_with_it() {
        let last = date(2026, 5, 1);
        let closed = round().close(last).unwrap();
        assert_eq!((closed.due, closed.state(last)), (last, RoundState::Open));
        assert!(!closed.takes(&unit("教育"), date(2026, 5, 2)));
        assert_eq!(closed.state(date(2026, 5, 2)), RoundState::Over);
        assert_eq!(closed.close(date(2026, 5, 3)), Err(CloseRefusal::Closed));
        assert_eq!(round().close(date(2026, 1, 1)), Err(CloseRefusal::NotOpen));
        let open_end = Round { late: LatePolicy::MarkLate, ..round() };
        let closed = open_end.close(date(2026, 6, 9)).unwrap();
        assert_eq!((closed.due, closed.late), (date(2026, 5, 20), LatePolicy::NeedsExtension));
    }

    #[test]
    fn an_extension_keeps_a_round_open() {
        let longer = round().extend(extension(date(2026, 5, 31), "数据尚在审定")).unwrap();
        assert_eq!(longer.state(date(2026, 5, 25)), RoundState::Open);
        assert_eq!(round().state(date(2026, 4, 1)), RoundState::NotYet);
    }

    #[test]
    fn a_window_must_be_possible() {
        assert_eq!(round().check(), Ok(()));
        let backwards = Round { opens: date(2026, 5, 21), ..round() };
        assert_eq!(backwards.check(), Err(WindowProblem::EndsBeforeItOpens));
        let short = Round { opens: date(2026, 5, 15), ..round() };
        assert_eq!(short.check(), Err(WindowProblem::ReminderOutside(5)));
    }

    #[test]
    fn late_reports_can_be_taken_and_marked() {
        let round = Round { late: LatePolicy::MarkLate, ..round() };
        assert!(round.takes(&unit("教育"), date(2026, 6, 1)));
    }
}
