//! Reminder (催报): the letter a unit gets about a round.

use halfsky_monitor::round::{Round, Window};
use jiff::civil::Date;

/// What a unit is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub title: String,
    pub body: String,
}

/// The reminder to a unit on a day, from the organ that sends it.
pub fn reminder(round: &Round, unit: (&str, Date), window: Window, sender: &str) -> Letter {
    let (name, due) = unit;
    let (title, how_long) = match window {
        Window::NotYet(days) => ("报送提醒", format!("将于{days}天后开始报送")),
        Window::Open(0) => ("报送提醒", "今天截止".to_owned()),
        Window::Open(days) => ("报送提醒", format!("距截止日还有{days}天")),
        Window::Over(days) => ("催报", format!("已逾期{days}天")),
    };
    let ask = match window {
        Window::Over(_) => {
            "请尽快填报，经本单位审核人确认后报送；按时报送确有困难的，请与我们联系办理延期。"
        }
        _ => {
            "请在截止日前填报，经本单位审核人确认后报送；按时报送确有困难的，请与我们联系办理延期。"
        }
    };
    let (year, month, day) = (due.year(), due.month(), due.day());
    Letter {
        title: format!("{title}：{}", round.title),
        body: format!(
            "{name}：\n“{}”的报送截止日为{year}年{month}月{day}日，{how_long}，你单位尚未报送。{ask}\n{sender}",
            round.title
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_monitor::period::Period;
    use halfsky_monitor::round::RoundDefaults;
    use jiff::civil::date;

    fn check(window: Window, title: &str, words: &str) {
        let due = date(2026, 5, 20);
        let period = Period::year_of(2025).unwrap();
        let round = Round::figures(period, "2025年统计监测数据", due, &RoundDefaults::default());
        let letter = reminder(&round, ("县卫生健康局", due), window, "县妇儿工委办公室");
        assert_eq!(letter.title, title);
        assert!(letter.body.starts_with("县卫生健康局：\n"), "{}", letter.body);
        assert!(letter.body.contains(words), "{}", letter.body);
        assert!(letter.body.ends_with("县妇儿工委办公室"), "{}", letter.body);
    }

    #[test]
    fn a_reminder_says_until_when() {
        let words = "报送截止日为2026年5月20日，距截止日还有3天，你单位尚未报送";
        check(Window::Open(3), "报送提醒：2025年统计监测数据", words);
        check(Window::Open(0), "报送提醒：2025年统计监测数据", "今天截止");
    }

    #[test]
    fn who_is_late_is_urged() {
        check(Window::Over(2), "催报：2025年统计监测数据", "已逾期2天，你单位尚未报送。请尽快填报");
    }
}
