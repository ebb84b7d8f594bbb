//! How the forecasts did on the store's own past, as a table.

use halfsky_evaluate::run::Hindcast;

use crate::table::{Column, Table};

/// The scores, then the reliability by class of probability, then by years ahead.
pub fn hindcast(found: &Hindcast) -> [Table; 3] {
    let count = |n: usize| n.to_string();
    let scores = vec![
        vec!["序列".to_owned(), count(found.series)],
        vec!["预测次数".to_owned(), count(found.cases)],
        vec!["50%区间覆盖率".to_owned(), percent(found.coverage50)],
        vec!["80%区间覆盖率".to_owned(), percent(found.coverage80)],
        vec!["95%区间覆盖率".to_owned(), percent(found.coverage95)],
        vec!["给出概率的次数".to_owned(), count(found.issued)],
        vec!["Brier得分（越小越好）".to_owned(), score(found.brier)],
        vec!["总按平均达标率预测的Brier得分".to_owned(), score(found.climatology)],
        vec!["区分度（AUC）".to_owned(), score(found.discrimination)],
    ];
    let reliability = found.reliability.iter().map(|c| {
        vec![percent(Some(c.mean_probability)), percent(Some(c.happened)), count(c.cases)]
    });
    let horizons = found
        .horizons
        .iter()
        .map(|h| vec![h.years.to_string(), count(h.cases), percent(h.coverage80), score(h.brier)]);
    [
        Table {
            title: "预测回测".to_owned(),
            columns: vec![Column::words("项目"), Column::numbers("结果")],
            rows: scores,
        },
        Table {
            title: "概率可靠性".to_owned(),
            columns: vec![
                Column::numbers("平均预测概率"),
                Column::numbers("实际达到的比例"),
                Column::numbers("次数"),
            ],
            rows: reliability.collect(),
        },
        Table {
            title: "按提前年数".to_owned(),
            columns: vec![
                Column::numbers("提前年数"),
                Column::numbers("次数"),
                Column::numbers("80%区间覆盖率"),
                Column::numbers("Brier得分"),
            ],
            rows: horizons.collect(),
        },
    ]
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |s| format!("{:.1}%", s * 100.0))
}

fn score(score: Option<f64>) -> String {
    score.map_or_else(|| "–".to_owned(), |s| format!("{s:.4}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_go_by_is_a_dash_and_never_a_zero() {
        let [scores, reliability, horizons] = hindcast(&Hindcast::default());
        assert_eq!(scores.rows[3], ["80%区间覆盖率", "–"]);
        assert!(reliability.rows.is_empty() && horizons.rows.is_empty());
    }
}
