use super::*;
use crate::outlook::Interval;
use crate::status::Status;
use proptest::prelude::*;

const HEAD: &str = "series,operator,target,upper,by,base_year,scale,decimals,prior_s0sq,prior_d0\n";

fn judge(series: &str, targets: &str) -> Result<Vec<OwnJudgement>, Vec<Problem>> {
    let series = format!("series,year,value\n{series}");
    judge_tables(series.as_bytes(), format!("{HEAD}{targets}").as_bytes())
}

fn one(series: &str, targets: &str) -> OwnJudgement {
    judge(series, targets).unwrap().remove(0)
}

/// The messages for a series table and a target table, as a person reads them.
fn told(series: &str, targets: &str) -> Vec<String> {
    judge(series, targets).unwrap_err().iter().map(ToString::to_string).collect()
}

const MATERNAL: &str =
    "mmr,2010,30.0\nmmr,2011,26.1\nmmr,2012,24.5\nmmr,2013,23.2\nmmr,2014,21.7\nmmr,2015,20.1\n";
const TO_20: &str = "mmr,<=,20,,2020,2010,log,1,,\n";

#[test]
fn the_worked_example() {
    let found = one(MATERNAL, TO_20);
    assert_eq!(found.judgement.status, Status::OnTrack);
    assert!((found.judgement.probability().unwrap() - 0.792_232_871_993_883).abs() < 1e-12);
    assert!((found.judgement.pace.unwrap().ratio - 1.937).abs() < 1e-3);
    assert_eq!((found.decimals, found.latest.map(|o| o.year)), (1, Some(2015)));
}

#[test]
fn a_lone_value_is_insufficient_and_has_no_interval() {
    let found = one("a,2022,85.0\n", "a,>=,90,,2030,,logit,,,\n");
    assert_eq!(found.judgement.status, Status::Insufficient);
    assert_eq!(found.judgement.outlook.unwrap().interval, Interval::Withheld);
}

#[test]
fn an_empty_value_is_a_missing_year_and_a_series_without_any_has_no_data() {
    let found = one("a,2020,40\na,2021,\na,2022,44\n", "a,>=,50,,2030,,logit,,,\n");
    assert_eq!(found.judgement.values, 2);
    assert_eq!(one("a,2020,\n", "a,>=,50,,2030,,logit,,,\n").judgement.status, Status::NoData);
}

#[test]
fn a_prior_is_taken_and_told() {
    let found = one("g,2018,-3.0\ng,2019,-2.5\n", "g,>=,0,,2030,,identity,,0.25,3\n");
    let used = found.judgement.outlook.unwrap().prior;
    assert_eq!(used.origin, PriorOrigin::Given);
    assert_eq!(used.prior.df.to_bits(), 3f64.to_bits());
}

#[test]
fn the_order_of_columns_does_not_matter_and_optional_ones_may_be_left_out() {
    let found = judge_tables(
        b"value,series,year\n40,a,2020\n41,a,2021\n",
        b"by,scale,series,operator,target\n2030,logit,a,>=,50\n",
    );
    assert_eq!(found.unwrap()[0].judgement.values, 2);
}

#[test]
fn a_mark_and_another_encoding_change_nothing() {
    let plain =
        judge("筛查率,2020,40\n筛查率,2021,41\n", "筛查率,>=,50,,2030,,logit,,,\n").unwrap();
    let table = "series,year,value\r\n筛查率,2020,40\r\n筛查率,2021,41\r\n";
    let targets = format!("{HEAD}筛查率,>=,50,,2030,,logit,,,\n");
    let marked = [b"\xEF\xBB\xBF".as_slice(), table.as_bytes()].concat();
    assert_eq!(judge_tables(&marked, targets.as_bytes()).unwrap(), plain);
    // 筛查率 in GB18030
    let gb = |text: &str| -> Vec<u8> {
        let name: &[u8] = b"\xC9\xB8\xB2\xE9\xC2\xCA";
        text.split("筛查率").map(str::as_bytes).collect::<Vec<_>>().join(name)
    };
    assert_eq!(judge_tables(&gb(table), &gb(&targets)).unwrap(), plain);
}

#[test]
fn mistakes_are_told_with_line_and_column() {
    assert_eq!(told("a,2020,4o\n", TO_20), ["数据表第2行value列：“4o”不是数字"]);
    assert_eq!(told("a,20,4\n", TO_20), ["数据表第2行year列：“20”不是年份"]);
    assert_eq!(
        told("a,2020,4\na,2020,5\n", TO_20),
        ["数据表第3行year列：2020年已在第2行出现，同一序列每年只能有一个数"]
    );
    assert_eq!(told("a,2020,4\n", TO_20), ["目标表第2行series列：数据表中没有序列“mmr”"]);
    assert_eq!(told("a,2020\n", TO_20), ["数据表第2行：应有3格，实有2格"]);
    assert_eq!(told("", TO_20), ["数据表：只有表头，没有内容"]);
}

#[test]
fn every_mistake_is_told_at_once() {
    let all = told("a,2020,x\na,y,1\n", "a,=,5,,2030,,logit,,,\na,>=,5,,2030,,root,,,\n");
    assert_eq!(all.len(), 4, "{all:?}");
}

#[test]
fn headers_are_checked() {
    let problems = judge_tables(b"series,jahr,value,value\na,2020,1,1\n", HEAD.as_bytes());
    let told: Vec<String> = problems.unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "数据表第1行：不认识的列“jahr”",
            "数据表第1行：“value”列出现两次",
            "数据表第1行：缺少“year”列",
            "目标表：只有表头，没有内容"
        ]
    );
}

#[test]
fn values_outside_the_scale_are_told_where_they_stand() {
    let found = told("a,2020,40\na,2021,101\n", "a,>=,50,,2030,,logit,,,\n");
    assert_eq!(found, ["数据表第3行value列：101超出logit尺度的范围（应在0到100之间）"]);
    let zero = told("a,2020,3.2\na,2021,0.0\n", "a,<=,2,,2030,,log,,,\n");
    assert!(zero[0].starts_with("数据表第3行value列：0.0超出log尺度的范围"), "{zero:?}");
    assert!(judge("a,2020,3.2\na,2021,0.0\n", "a,<=,2,,2030,,log,1,,\n").is_ok());
    let target = told("a,2020,40\n", "a,>=,120,,2030,,logit,,,\n");
    assert!(target[0].starts_with("目标表第2行target列：120超出logit"), "{target:?}");
}

#[test]
fn bands_and_priors_are_whole_or_not_at_all() {
    let of = |row: &str| told("a,2020,40\n", row).remove(0);
    assert!(of("a,band,1,,2030,,identity,,,\n").contains("upper列：band须"));
    assert!(of("a,band,2,1,2030,,identity,,,\n").contains("上限小于下限"));
    assert!(of("a,>=,1,2,2030,,identity,,,\n").contains("只有band"));
    assert!(of("a,>=,1,,2030,,identity,,0.1,\n").contains("prior_d0列"));
    assert!(of("a,>=,1,,2030,,identity,,0,3\n").contains("应大于0"));
    assert!(of("a,>=,1,,2030,,identity,x,,\n").contains("decimals列"));
}

proptest! {
    #[test]
    fn any_bytes_return(series in proptest::collection::vec(any::<u8>(), 0..200), targets in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Err(problems) = judge_tables(&series, &targets) {
            prop_assert!(!problems.is_empty());
        }
    }

    #[test]
    fn any_cells_return(
        rows in proptest::collection::vec(("[a-c]{0,2}", "[0-9.-]{0,6}", "[0-9eE.+-]{0,9}"), 0..8),
        target in ("[a-c]{1,2}", "(>=|<=|band|x)", "[0-9.-]{0,5}", "[0-9.]{0,3}", "(logit|log|identity)")
    ) {
        let series: String = rows.iter().fold(String::new(), |text, (a, b, c)| text + a + "," + b + "," + c + "\n");
        let (name, operator, value, upper, scale) = target;
        let row = format!("{name},{operator},{value},{upper},2030,2020,{scale},1,,\n");
        match judge(&series, &row) {
            Ok(judged) => prop_assert_eq!(judged.len(), 1),
            Err(problems) => prop_assert!(problems.iter().all(|p| !p.to_string().is_empty())),
        }
    }
}
