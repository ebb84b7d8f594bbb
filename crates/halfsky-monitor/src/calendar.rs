//! Calendar (监测评估日程): the dated duties of a plan become rounds.
//!
//! “每年12月底前报送年度落实情况” speaks of the year that ends; “每年一季度前上报” of the year before.

use halfsky_plan::period::PlanPeriod;
use halfsky_plan::plan::{Due, Duty};
use jiff::civil::{Date, date};

use crate::period::Period;
use crate::round::{Round, RoundDefaults, RoundSubject, opening};
use crate::text_report::TextKind;

/// What the calendar needs to know beside the duties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarSettings {
    pub period: PlanPeriod,
    /// Day of promulgation; without it, duties counted from that day make no round.
    pub promulgated: Option<Date>,
    pub defaults: RoundDefaults,
}

/// The rounds of a plan, by last day. Every year of the plan has its round of figures, also when the plan names none.
pub fn rounds(duties: &[Duty], settings: &CalendarSettings) -> Vec<Round> {
    let mut rounds: Vec<Round> = duties.iter().flat_map(|duty| rounds_of(duty, settings)).collect();
    for year in settings.period.start..=settings.period.end {
        let covered = rounds
            .iter()
            .any(|r| matches!(r.subject, RoundSubject::Figures(period) if period.year() == year));
        let (month, day) = settings.defaults.figures_due;
        let due = calendar_day(year + 1, month, day);
        if let (false, Some(due), Ok(period)) = (covered, due, Period::year_of(year)) {
            let title = format!("{year}年统计监测数据");
            rounds.push(Round::figures(period, &title, due, &settings.defaults));
        }
    }
    rounds.sort_by(|a, b| (a.due, &a.subject, &a.title).cmp(&(b.due, &b.subject, &b.title)));
    rounds.dedup_by(|a, b| a.due == b.due && a.subject == b.subject);
    rounds
}

fn rounds_of(duty: &Duty, settings: &CalendarSettings) -> Vec<Round> {
    let Some(content) = content(duty) else { return Vec::new() };
    dues(&duty.due, settings)
        .into_iter()
        .filter_map(|(due, year)| {
            let subject = match content {
                Content::Figures => RoundSubject::Figures(Period::year_of(year).ok()?),
                Content::Text(kind) => RoundSubject::Text { kind, year },
            };
            let what = match content {
                Content::Figures => "统计监测数据",
                Content::Text(TextKind::Other) => duty.what.as_str(),
                Content::Text(kind) => kind.label(),
            };
            Some(Round {
                subject,
                title: format!("{year}年{what}"),
                opens: opening(due, settings.defaults.open_days),
                due,
                reminder_days: settings.defaults.reminder_days.clone(),
                late: settings.defaults.late,
                to_whom: duty.to_whom.clone().unwrap_or_default(),
                basis: duty.quote.clone(),
                extensions: Vec::new(),
            })
        })
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Figures,
    Text(TextKind),
}

/// What a duty collects; None for meetings, inspections and everything else that is no report.
fn content(duty: &Duty) -> Option<Content> {
    let says =
        |words: &[&str]| words.iter().any(|w| duty.what.contains(w) || duty.quote.contains(w));
    let sends = says(&["报送", "上报", "报告", "提交", "备案", "提供", "填报"]);
    Some(if says(&["实施方案", "工作方案"]) && sends {
        Content::Text(TextKind::ImplementationScheme)
    } else if says(&["监测报告"]) {
        Content::Text(TextKind::MonitoringReport)
    } else if says(&["自评", "自我评估", "评估报告"]) {
        Content::Text(TextKind::SelfEvaluation)
    } else if says(&["数据", "报表", "统计资料", "监测指标"]) && sends {
        Content::Figures
    } else if says(&["落实情况", "工作安排", "工作计划", "工作总结", "实施情况", "工作情况"])
        && sends
    {
        Content::Text(TextKind::YearlyReport)
    } else if sends && says(&["规划"]) && !says(&["培训", "会议"]) {
        Content::Text(TextKind::Other)
    } else {
        return None;
    })
}

/// Last days with the year each speaks of.
fn dues(due: &Due, settings: &CalendarSettings) -> Vec<(Date, i32)> {
    let PlanPeriod { start, end } = settings.period;
    let years = start..=end;
    let (default_month, default_day) = settings.defaults.figures_due;
    match *due {
        Due::EveryYearBy { month, day } => {
            let month = i8::try_from(month).unwrap_or(12);
            let same_year = month >= 10;
            let on = |year: i32| {
                let told = if same_year { year } else { year + 1 };
                match day.and_then(|d| i8::try_from(d).ok()) {
                    Some(day) => calendar_day(told, month, day),
                    None => calendar_day(told, month, 1).map(Date::last_of_month),
                }
            };
            years.filter_map(|year| Some((on(year)?, year))).collect()
        }
        Due::EveryYear => years
            .filter_map(|y| Some((calendar_day(y + 1, default_month, default_day)?, y)))
            .collect(),
        Due::TimesPerYear { times } => {
            let times = i8::try_from(times.clamp(1, 12)).unwrap_or(1);
            years
                .flat_map(|year| (1..=times).map(move |n| (year, n)))
                .filter_map(|(y, n)| Some((calendar_day(y, 12 * n / times, 1)?.last_of_month(), y)))
                .collect()
        }
        Due::AfterPromulgation { months } => {
            let span = jiff::Span::new().try_months(months).ok();
            let due = settings.promulgated.zip(span).and_then(|(day, s)| day.checked_add(s).ok());
            due.map(|due| (due, i32::from(due.year()))).into_iter().collect()
        }
        Due::InYear { year } => calendar_day(year, 12, 31).map(|d| (d, year)).into_iter().collect(),
        Due::EveryYears { years: step } => {
            let step = usize::try_from(step.max(1)).unwrap_or(1);
            let ends = (start..=end).skip(step - 1).step_by(step);
            ends.filter_map(|y| Some((calendar_day(y, 12, 31)?, y))).collect()
        }
    }
}

fn calendar_day(year: i32, month: i8, day: i8) -> Option<Date> {
    let year = i16::try_from(year).ok()?;
    let first = Date::new(year, month, 1).ok()?;
    Some(date(year, month, day.clamp(1, first.days_in_month())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_plan::note::Span;

    fn duty(due: Due, what: &str) -> Duty {
        Duty {
            due,
            who: "各责任单位".to_owned(),
            what: what.to_owned(),
            to_whom: Some("妇儿工委".to_owned()),
            quote: what.to_owned(),
            span: Span { start: 0, end: 0 },
        }
    }

    fn settings() -> CalendarSettings {
        CalendarSettings {
            period: PlanPeriod { start: 2021, end: 2025 },
            promulgated: Some(date(2022, 1, 31)),
            defaults: RoundDefaults::default(),
        }
    }

    fn told(due: Due, what: &str) -> Vec<String> {
        let rounds = rounds(&[duty(due, what)], &settings());
        let own = rounds.iter().filter(|r| !r.basis.is_empty());
        own.map(|r| format!("{} {}", r.due, r.title)).collect()
    }

    #[test]
    fn december_speaks_of_the_year_that_ends() {
        let due = Due::EveryYearBy { month: 12, day: None };
        let rounds = told(due, "报送年度落实情况和下一年工作安排");
        assert_eq!(rounds.len(), 5);
        assert_eq!(rounds[0], "2021-12-31 2021年年度落实情况和下一年工作安排");
    }

    #[test]
    fn the_first_quarter_speaks_of_the_year_before() {
        let due = Due::EveryYearBy { month: 3, day: None };
        assert_eq!(told(due, "报送年度统计监测数据")[0], "2022-03-31 2021年统计监测数据");
    }

    #[test]
    fn a_scheme_is_filed_within_months_of_promulgation() {
        let due = Due::AfterPromulgation { months: 1 };
        assert_eq!(told(due, "将实施方案报妇儿工委办公室备案"), ["2022-02-28 2022年实施方案备案"]);
    }

    #[test]
    fn every_year_has_its_figures_once() {
        let due = Due::EveryYearBy { month: 3, day: Some(15) };
        let rounds = rounds(&[duty(due, "报送统计监测数据")], &settings());
        let figures: Vec<_> =
            rounds.iter().filter(|r| matches!(r.subject, RoundSubject::Figures(_))).collect();
        assert_eq!(figures.len(), 5);
        assert!(figures.iter().all(|r| (r.due.month(), r.due.day()) == (3, 15)));
        let none = super::rounds(&[], &settings());
        assert_eq!(none.len(), 5);
        assert_eq!(none[0].due, date(2022, 5, 20));
    }

    #[test]
    fn meetings_make_no_round() {
        assert!(told(Due::EveryYear, "召开联络员会议").is_empty());
    }
}
