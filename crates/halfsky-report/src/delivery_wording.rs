//! Words of a figure that came late (迟报) or is not there (缺报): which of the two, since when, how many days.

use halfsky_evaluate::delivery::Undelivered;
use halfsky_evaluate::run::UndeliveredResult;
use halfsky_evaluate::warning::Rule;
use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::draft::material::chinese_date;

/// The name of a rule that fired; the rule of delivery says which of its two it was.
pub fn rule_name(rule: Rule, told: Option<&UndeliveredResult>) -> &'static str {
    match told {
        Some(told) if told.came.is_some() => "数据迟报",
        Some(_) => "数据缺报",
        None => rule.label(),
    }
}

/// In a few words, for a list: 迟报3天，截止2026年4月10日. What is not there is counted up to `on`.
pub fn delay(told: &UndeliveredResult, on: Date) -> String {
    let Some(found) = told.read() else { return String::new() };
    let Some(due) = found.due else { return "没有安排报送".to_owned() };
    let due = chinese_date(due);
    match (found.days(on), found.came) {
        (Some(days), Some(_)) => format!("迟报{days}天，截止{due}"),
        (Some(days), None) => format!("逾期{days}天，截止{due}"),
        (None, _) => format!("截止{due}"),
    }
}

/// In whole sentences, for the page of a warning and for letters. What is not there is counted up to `on`.
pub fn delivery(told: &UndeliveredResult, on: Date) -> String {
    told.read().map_or_else(String::new, |found| match found.came {
        Some(came) => late(&found, came, on),
        None => missing(&found, on),
    })
}

fn late(found: &Undelivered, came: Date, on: Date) -> String {
    let (year, came) = (found.year, chinese_date(came));
    match (found.due, found.days(on)) {
        (Some(due), Some(days)) => {
            let due = chinese_date(due);
            format!("{year}年数据的报送截止日是{due}，{came}首次报送，迟报{days}天。")
        }
        _ => format!("{year}年数据{came}首次报送，晚于当时的截止日。"),
    }
}

fn missing(found: &Undelivered, on: Date) -> String {
    let stand = format!("已发布的数据中没有{}年数值，也没有登记缺数原因", found.year);
    let Some(due) = found.due else {
        return format!("{stand}；没有报送轮次要求这项数据。");
    };
    let until = chinese_date(due);
    let first = due.checked_add(1.day()).map_or_else(|_| until.clone(), chinese_date);
    match found.days(on) {
        Some(days) => format!(
            "{stand}；报送截止日是{until}，自{first}起逾期，到{}已{days}天。",
            chinese_date(on)
        ),
        None => format!("{stand}；报送截止日是{until}，到{}尚未逾期。", chinese_date(on)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn told(due: Option<&str>, came: Option<&str>) -> UndeliveredResult {
        UndeliveredResult { year: 2025, due: due.map(str::to_owned), came: came.map(str::to_owned) }
    }

    fn check(due: Option<&str>, came: Option<&str>, name: &str, short: &str, long: &str) {
        let (told, on) = (told(due, came), date(2026, 5, 10));
        assert_eq!(rule_name(Rule::Missing, Some(&told)), name);
        assert_eq!(delay(&told, on), short);
        assert_eq!(delivery(&told, on), long);
    }

    #[test]
    fn late_and_missing_are_told_apart_with_their_days() {
        check(
            Some("2026-04-10"),
            Some("2026-04-13"),
            "数据迟报",
            "迟报3天，截止2026年4月10日",
            "2025年数据的报送截止日是2026年4月10日，2026年4月13日首次报送，迟报3天。",
        );
        check(
            Some("2026-04-10"),
            None,
            "数据缺报",
            "逾期30天，截止2026年4月10日",
            "已发布的数据中没有2025年数值，也没有登记缺数原因；报送截止日是2026年4月10日，自2026年4月11日起逾期，到2026年5月10日已30天。",
        );
    }

    #[test]
    fn days_are_told_only_where_there_are_any() {
        check(
            Some("2026-06-01"),
            None,
            "数据缺报",
            "截止2026年6月1日",
            "已发布的数据中没有2025年数值，也没有登记缺数原因；报送截止日是2026年6月1日，到2026年5月10日尚未逾期。",
        );
        check(
            Some("2026-06-01"),
            Some("2026-04-13"),
            "数据迟报",
            "截止2026年6月1日",
            "2025年数据2026年4月13日首次报送，晚于当时的截止日。",
        );
        check(
            None,
            None,
            "数据缺报",
            "没有安排报送",
            "已发布的数据中没有2025年数值，也没有登记缺数原因；没有报送轮次要求这项数据。",
        );
        assert_eq!(rule_name(Rule::Missing, None), "数据迟报、缺报", "kept before days were");
    }
}
