//! How near a date is, in working words: 剩余8天, 今天到期, 超期3天.

use jiff::civil::Date;

use crate::text;

/// Days before a date from which it counts as near.
const NEAR: i32 = 3;

/// One of three lamps; position and word tell them apart, not colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lamp {
    Overdue,
    Near,
    Normal,
}

impl Lamp {
    /// Style class.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Near => "near",
            Self::Normal => "normal",
        }
    }

    /// The word beside the lamps.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Overdue => "超期",
            Self::Near => "临近",
            Self::Normal => "正常",
        }
    }
}

/// A due date seen from today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) date: Date,
    pub(crate) lamp: Lamp,
    pub(crate) words: String,
}

impl Due {
    /// What a date means today. A date too far away for a count of days is a normal one.
    pub(crate) fn on(date: Date, today: Date) -> Self {
        let days = today.until(date).map_or(i32::MAX, |span| span.get_days());
        let (lamp, words) = match days {
            ..0 => (Lamp::Overdue, format!("{}天", -days)),
            0 => (Lamp::Near, "今天到期".to_owned()),
            1..=NEAR => (Lamp::Near, format!("剩余{days}天")),
            i32::MAX => (Lamp::Normal, String::new()),
            _ => (Lamp::Normal, format!("剩余{days}天")),
        };
        Self { date, lamp, words }
    }

    /// 2026年3月5日
    pub(crate) fn day(&self) -> String {
        text::long_date(self.date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(date: &str, lamp: Lamp, words: &str) {
        let due = Due::on(date.parse().unwrap(), "2026-03-05".parse().unwrap());
        assert_eq!((due.lamp, due.words.as_str()), (lamp, words), "{date}");
    }

    #[test]
    fn a_date_is_told_from_today() {
        check("2026-03-02", Lamp::Overdue, "3天");
        check("2026-03-05", Lamp::Near, "今天到期");
        check("2026-03-08", Lamp::Near, "剩余3天");
        check("2026-03-09", Lamp::Normal, "剩余4天");
        check("2027-03-05", Lamp::Normal, "剩余365天");
    }
}
