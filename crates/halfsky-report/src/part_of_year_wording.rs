//! Words for what a figure of a part of a year means: what is known of it, and what it does not yet tell.

use halfsky_evaluate::run::{NotHeld, PartOfYear, Says};
use halfsky_monitor::period::Period;

/// What the figure stands beside: 上年同期93.3%；2024年全年94.1%；今年应到91.6%.
pub fn beside(row: &PartOfYear) -> String {
    let mut parts = Vec::new();
    parts.extend(row.year_before.map(|figure| format!("上年同期{figure}{}", row.unit)));
    parts.extend(
        row.whole_year.as_ref().map(|p| format!("{}年全年{}{}", p.year, p.value, row.unit)),
    );
    parts.extend(row.line.map(|line| format!("按直线推算今年应到{line}{}", row.unit)));
    parts.join("；")
}

/// What it says of the target, in one sentence.
pub fn says(row: &PartOfYear) -> String {
    match &row.says {
        Says::Level { met: true, .. } => "本期水平已在目标以内。".to_owned(),
        Says::Level { met: false, on_line: Some(true) } => {
            format!("本期水平还没有到{}年目标，已到今年应到的水平。", row.by)
        }
        Says::Level { met: false, on_line: Some(false) } => {
            "本期水平还没有到今年应到的水平，请留意以后的进度。".to_owned()
        }
        Says::Level { met: false, on_line: None } => "本期水平还没有到目标。".to_owned(),
        Says::SoFar { sum, met, percent } => {
            so_far(row, &sum.to_string(), (*met, percent.map(|p| p.to_string())))
        }
        Says::Number { met, percent } => number(row, (*met, percent.map(|p| p.to_string()))),
        Says::Not(why) => not_held(*why).to_owned(),
    }
}

fn so_far(row: &PartOfYear, sum: &str, (met, percent): (bool, Option<String>)) -> String {
    let unit = &row.unit;
    match (row.limit, met, percent) {
        (true, true, _) => {
            format!("年初以来累计{sum}{unit}，没有超过上限；全年还没有结束，不能说已达标。")
        }
        (true, false, _) => format!("年初以来累计{sum}{unit}，已经超过全年上限。"),
        (false, true, _) => format!("年初以来累计{sum}{unit}，已达到全年目标。"),
        (false, false, Some(percent)) => format!(
            "年初以来累计{sum}{unit}，相当于目标的{percent}%，全年时间过了{}%；逐期累计的数，年中低于目标是正常的。",
            elapsed(row.period)
        ),
        (false, false, None) => format!("年初以来累计{sum}{unit}，还没有到目标。"),
    }
}

fn number(row: &PartOfYear, (met, percent): (bool, Option<String>)) -> String {
    let stand = match (row.limit, met, percent) {
        (true, true, _) => "本期没有超过上限".to_owned(),
        (true, false, _) => "本期已超过上限".to_owned(),
        (false, true, _) => "本期已达到目标".to_owned(),
        (false, false, Some(percent)) => format!("本期相当于目标的{percent}%"),
        (false, false, None) => "本期还没有到目标".to_owned(),
    };
    format!("{stand}；期末实有数可以直接对照，本期发生数只是全年的一部分。")
}

/// Why a figure is shown and not held against its target.
const fn not_held(why: NotHeld) -> &'static str {
    match why {
        NotHeld::OtherSeries => "目标按方向、差距或其他指标判断，等全年数据。",
        NotHeld::FewEvents => "例数少，部分年度的率波动很大，只列示，不对照目标。",
        NotHeld::PartMissing => "以前各期没有报全，不能累计，只列示。",
        NotHeld::NotAdded => "各期的比率不能相加，只列示；请在备注中写明年初以来的累计数。",
        NotHeld::OtherYear => "按妇幼健康统计年度累计，与本期起止不同，只列示。",
    }
}

/// The share of the year that is over at the end of a period, in whole per cent.
fn elapsed(period: Period) -> u32 {
    let (part, all) = (u32::from(period.part()), u32::from(period.kind().per_year()));
    // a third of a year is no whole per cent: what is over is told rounded
    (part * 100 + all / 2) / all
}

#[cfg(test)]
mod tests {
    use halfsky_evaluate::run::Printed;

    use super::*;

    /// A row of a target that is to be reached.
    fn row(says: Says) -> PartOfYear {
        PartOfYear {
            number: 1,
            indicator: "孕产妇系统管理率".to_owned(),
            demand: "≥92%".to_owned(),
            by: 2030,
            unit: "%".to_owned(),
            period: "2025-Q3".parse().unwrap(),
            value: "91.0".parse().unwrap(),
            year_before: "90.5".parse().ok(),
            whole_year: Some(Printed { year: 2024, value: "90.9".to_owned() }),
            line: "91.6".parse().ok(),
            limit: false,
            says,
        }
    }

    #[test]
    fn what_it_stands_beside_is_told_as_far_as_it_is_known() {
        let says = Says::Not(NotHeld::FewEvents);
        let told = beside(&row(says.clone()));
        assert_eq!(told, "上年同期90.5%；2024年全年90.9%；按直线推算今年应到91.6%");
        let bare = PartOfYear { year_before: None, whole_year: None, line: None, ..row(says) };
        assert_eq!(beside(&bare), "");
    }

    #[test]
    fn a_part_of_a_year_is_never_told_as_a_year() {
        let figure = |text: &str| text.parse().unwrap();
        let of = |met, limit, percent: Option<&str>| {
            let percent = percent.map(figure);
            let so_far = Says::SoFar { sum: figure("60"), met, percent };
            says(&PartOfYear { limit, ..row(so_far) })
        };
        assert!(of(false, false, Some("65.2")).contains("相当于目标的65.2%，全年时间过了75%"));
        assert!(of(true, true, None).contains("不能说已达标"));
        assert!(of(false, true, None).contains("已经超过全年上限"));
        assert!(of(true, false, Some("104.0")).contains("已达到全年目标"));
    }

    #[test]
    fn a_level_behind_the_line_asks_for_attention_and_foretells_nothing() {
        let of = |met, on_line| says(&row(Says::Level { met, on_line }));
        assert_eq!(of(false, Some(false)), "本期水平还没有到今年应到的水平，请留意以后的进度。");
        assert_eq!(of(false, Some(true)), "本期水平还没有到2030年目标，已到今年应到的水平。");
        assert_eq!(of(true, None), "本期水平已在目标以内。");
        let years = |period: &str| elapsed(period.parse().unwrap());
        assert_eq!((years("2025-S1"), years("2025-Q1"), years("2025-04")), (50, 25, 33));
    }

    #[test]
    fn every_reason_has_its_words() {
        for (why, words) in [
            (NotHeld::OtherSeries, "等全年数据"),
            (NotHeld::FewEvents, "例数少"),
            (NotHeld::PartMissing, "没有报全"),
            (NotHeld::NotAdded, "不能相加"),
            (NotHeld::OtherYear, "妇幼健康统计年度"),
        ] {
            assert!(says(&row(Says::Not(why))).contains(words), "{words}");
        }
    }
}
