//! The fields of a round: subject, period, window, reminders; typed and read back.

use halfsky_monitor::period::Period;
use halfsky_monitor::round::{LatePolicy, Round, RoundDefaults, RoundSubject, WindowProblem};
use halfsky_monitor::text_report::TextKind;

use crate::form::Form;
use crate::list::Choice;

/// The value of the subject field for figures.
const FIGURES: &str = "figures";

/// Parts of a year, as the ends of a period code.
const PARTS: [(&str, &str); 8] = [
    ("", "全年"),
    ("A1", "妇幼健康统计年度（上年10月至本年9月）"),
    ("S1", "上半年"),
    ("S2", "下半年"),
    ("Q1", "一季度"),
    ("Q2", "二季度"),
    ("Q3", "三季度"),
    ("Q4", "四季度"),
];

/// The value of the subject field.
pub(crate) fn subject_code(subject: &RoundSubject) -> String {
    match subject {
        RoundSubject::Figures(_) => FIGURES.to_owned(),
        RoundSubject::Text { kind, .. } => kind.code().to_owned(),
    }
}

/// What can be collected.
pub(crate) fn subjects(chosen: &str) -> Vec<Choice> {
    let figures = Choice::new(FIGURES, "统计监测数据", chosen);
    let texts = TextKind::ALL.iter().map(|k| Choice::new(k.code(), k.label(), chosen));
    std::iter::once(figures).chain(texts).collect()
}

/// Parts of a year as options.
pub(crate) fn parts(chosen: &str) -> Vec<Choice> {
    PARTS.iter().map(|(value, label)| Choice::new(*value, *label, chosen)).collect()
}

/// What happens after the last day, as options.
pub(crate) fn late_policies(chosen: &str) -> Vec<Choice> {
    LatePolicy::ALL.iter().map(|l| Choice::new(l.code(), l.label(), chosen)).collect()
}

/// A form filled in with a round.
pub(crate) fn filled(round: &Round) -> Form {
    let (year, part) = match &round.subject {
        RoundSubject::Figures(period) => {
            let code = period.to_string();
            let (year, part) = code.split_once('-').unwrap_or((&code, ""));
            (year.to_owned(), part.to_owned())
        }
        RoundSubject::Text { year, .. } => (year.to_string(), String::new()),
    };
    let days: Vec<String> = round.reminder_days.iter().map(u16::to_string).collect();
    Form::filled(vec![
        ("subject", subject_code(&round.subject)),
        ("year", year),
        ("part", part),
        ("title", round.title.clone()),
        ("opens", round.opens.to_string()),
        ("due", round.due.to_string()),
        ("reminder_days", days.join("、")),
        ("late", round.late.code().to_owned()),
        ("to_whom", round.to_whom.clone()),
        ("basis", round.basis.clone()),
    ])
}

/// Reads a round; None when something is wrong, which then stands in the form.
pub(crate) fn read(form: &mut Form) -> Option<Round> {
    let subject = subject(form);
    let round = window(
        form,
        subject.clone().unwrap_or(RoundSubject::Text { kind: TextKind::Other, year: 0 }),
    );
    subject.and(round)
}

/// Reads everything but the subject.
pub(crate) fn window(form: &mut Form, subject: RoundSubject) -> Option<Round> {
    let title = form.required("title", "请填写名称，各单位在待办和通知里看到它");
    let opens = form.required_day("opens", "请填写开始日");
    let due = form.required_day("due", "请填写截止日");
    let reminder_days = reminder_days(form);
    let late = LatePolicy::from_code(form.value("late"));
    if late.is_none() {
        form.refuse("late", "请选择逾期怎样处理");
    }
    let round = Round {
        subject,
        title,
        opens: opens?,
        due: due?,
        reminder_days,
        late: late?,
        to_whom: form.value("to_whom").to_owned(),
        basis: form.value("basis").to_owned(),
        extensions: Vec::new(),
    };
    if let Err(problem) = round.check() {
        let field = match problem {
            WindowProblem::EndsBeforeItOpens => "due",
            WindowProblem::ReminderOutside(_) => "reminder_days",
        };
        form.refuse(field, problem.to_string());
    }
    (!form.is_refused()).then_some(round)
}

fn subject(form: &mut Form) -> Option<RoundSubject> {
    let (code, typed) = (form.value("subject").to_owned(), form.value("year").to_owned());
    let year: Option<i32> = typed.parse().ok().filter(|year| (1990..=2100).contains(year));
    if year.is_none() {
        form.refuse("year", format!("“{typed}”不是年份，请填写4位数字，如2025"));
    }
    if code == FIGURES {
        let period = match form.value("part") {
            "" => year?.to_string(),
            part => format!("{}-{part}", year?),
        };
        return match period.parse::<Period>() {
            Ok(period) => Some(RoundSubject::Figures(period)),
            Err(problem) => {
                form.refuse("part", problem.to_string());
                None
            }
        };
    }
    let kind = TextKind::from_code(&code);
    if kind.is_none() {
        form.refuse("subject", "请选择报送内容");
    }
    Some(RoundSubject::Text { kind: kind?, year: year? })
}

/// Days before the last one, separated by anything that is no digit.
fn reminder_days(form: &mut Form) -> Vec<u16> {
    let typed = form.value("reminder_days").to_owned();
    let mut days = Vec::new();
    for part in typed.split(['、', ',', '，', ' ', ';', '；']).filter(|p| !p.is_empty()) {
        match part.parse::<u16>() {
            Ok(day) => days.push(day),
            Err(_) => {
                form.refuse("reminder_days", format!("“{part}”不是天数，请写成14、7、3、1的样子"));
            }
        }
    }
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    days
}

/// A round nobody has thought about yet: the figures of last year, from today on.
pub(crate) fn blank(today: jiff::civil::Date) -> Option<Round> {
    let period = Period::year_of(i32::from(today.year()) - 1).ok()?;
    let defaults = RoundDefaults::default();
    let span = jiff::Span::new().days(i64::from(defaults.open_days));
    let due = today.checked_add(span).ok()?;
    let title = format!("{}统计监测数据", period.label());
    Some(Round::figures(period, &title, due, &defaults))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn typed(changes: &[(&str, &str)]) -> Form {
        let mut form = filled(&blank(date(2026, 3, 5)).unwrap());
        for (name, value) in changes {
            form.set(name, *value);
        }
        form
    }

    fn refused(changes: &[(&str, &str)], field: &str, words: &str) {
        let mut form = typed(changes);
        assert!(read(&mut form).is_none());
        assert!(form.error(field).contains(words), "{field}: {}", form.error(field));
    }

    #[test]
    fn what_was_filled_in_comes_back() {
        let round = blank(date(2026, 3, 5)).unwrap();
        assert_eq!(read(&mut filled(&round)).unwrap(), round);
        let mut form = typed(&[("subject", "yearly_report"), ("reminder_days", "3, 14，7")]);
        let text = read(&mut form).unwrap();
        assert_eq!(text.subject, RoundSubject::Text { kind: TextKind::YearlyReport, year: 2025 });
        assert_eq!(text.reminder_days, [14, 7, 3]);
        let mut form = typed(&[("part", "Q3")]);
        let RoundSubject::Figures(period) = read(&mut form).unwrap().subject else { panic!() };
        assert_eq!(period.to_string(), "2025-Q3");
    }

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        refused(&[("year", "去年")], "year", "不是年份");
        refused(&[("title", "")], "title", "请填写名称");
        refused(&[("due", "2026-03-01")], "due", "早于开始日");
        refused(&[("reminder_days", "90")], "reminder_days", "超出报送窗口");
        refused(&[("reminder_days", "周一")], "reminder_days", "不是天数");
        refused(&[("late", "")], "late", "逾期");
        refused(&[("opens", "春天")], "opens", "不是日期");
    }
}
