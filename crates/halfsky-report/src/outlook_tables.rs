//! Tables of outlooks.

use halfsky_evaluate::goal::Goal;
use halfsky_evaluate::outlook::{Interval, Outlook};
use halfsky_evaluate::own_series::OwnJudgement;

use crate::outlook_wording::{probability, reason, value};
use crate::table::{Column, Table};

/// Own series with their targets, one target a row, in the words of the field.
pub fn own_series(judged: &[OwnJudgement]) -> Table {
    Table {
        title: "研判结果".to_owned(),
        columns: vec![
            Column::words("序列"),
            Column::words("目标"),
            Column::numbers("期限"),
            Column::words("最新值"),
            Column::numbers("预测中位数"),
            Column::words("80%区间"),
            Column::words("95%区间"),
            Column::numbers("达标概率"),
            Column::words("序时进度比"),
            Column::words("判定"),
            Column::words("波动"),
            Column::words("先验"),
            Column::words("说明"),
        ],
        rows: judged.iter().map(row).collect(),
    }
}

fn row(one: &OwnJudgement) -> Vec<String> {
    let (judgement, decimals) = (&one.judgement, one.decimals);
    let outlook = judgement.outlook;
    let none = || "—".to_owned();
    // a probability from a lone value is for programs: people would take it for a finding
    let shown = outlook.is_some_and(|o| o.interval == Interval::Shown);
    let interval = |limits: fn(&Outlook) -> (f64, f64)| {
        outlook.filter(|o| o.interval == Interval::Shown).map_or_else(none, |o| {
            let (low, high) = limits(&o);
            format!("{}～{}", value(low, decimals), value(high, decimals))
        })
    };
    vec![
        one.target.series.clone(),
        demand(&one.target.goal),
        one.target.by.to_string(),
        one.latest.map_or_else(none, |o| format!("{}（{}年）", o.value, o.year)),
        outlook.map_or_else(none, |o| value(o.forecast.median, decimals)),
        interval(|o| (o.forecast.lo80, o.forecast.hi80)),
        interval(|o| (o.forecast.lo95, o.forecast.hi95)),
        judgement.probability().filter(|_| shown).map_or_else(none, probability),
        match judgement.pace {
            Ok(pace) => format!("{:.2}", pace.ratio),
            Err(why) => why.label().to_owned(),
        },
        format!("{}{}", judgement.status.sign(), judgement.status.label()),
        match judgement.volatility {
            None => none(),
            Some(v) if v.volatile => "波动较大".to_owned(),
            Some(_) => "平稳".to_owned(),
        },
        outlook.map_or_else(none, |o| {
            let prior = o.prior.prior;
            format!("{}（{}，{}）", o.prior.origin.label(), prior.variance, prior.df)
        }),
        reason(judgement.reason),
    ]
}

fn demand(goal: &Goal) -> String {
    match goal {
        Goal::AtLeast(value) => format!("不低于{value}"),
        Goal::AtMost(value) => format!("不高于{value}"),
        Goal::Within { low, high } => format!("{low}～{high}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_evaluate::own_series::judge_tables;

    #[test]
    fn a_row_has_a_cell_for_every_column() {
        let judged = judge_tables(
            b"series,year,value\na,2020,80.0\na,2021,81.5\nb,2021,7\n",
            b"series,operator,target,by,scale\na,>=,90,2030,logit\nb,<=,5,2030,log\n",
        );
        let table = own_series(&judged.unwrap());
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        assert_eq!(table.rows[0][3], "81.5（2021年）");
        assert_eq!(table.rows[0][8], "未给基期年");
        assert_eq!((table.rows[1][5].as_str(), table.rows[1][7].as_str()), ("—", "—"));
        assert_eq!(table.rows[1][9], "○数据不足暂不研判");
    }
}
