//! `halfsky evaluate` and `halfsky hindcast`: the built program on the example plans with published figures.

use std::path::Path;

use halfsky_monitor::edition::{EditionDraft, publish};
use halfsky_monitor::observation::{
    ConfStatus, ObsStatus, Observation, ObservationKey, SourceVariant, Value,
};
use halfsky_monitor::period::Period;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::Entry;
use halfsky_store::{Location, Store, editions};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::{command, halfsky};

/// The county of the imported plan.
const COUNTY: &str = "990101";

/// Screening that stands still, and management that rises.
const FIGURES: [(&str, [&str; 5]); 2] = [
    ("W-H05", ["91.3", "92.4", "93.0", "93.6", "94.1"]),
    ("W-H02", ["14.4", "14.1", "13.5", "13.0", "12.2"]),
];

/// The example with its own figures taken out of the way: a plan in force, figures of 2020 to 2024.
fn published() -> TempDir {
    let dir = TempDir::new().unwrap();
    let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/yunxi-women.txt");
    halfsky(
        dir.path(),
        &["plan", "import", plan.to_str().unwrap(), "--ref-area", COUNTY, "--dir", "data"],
    )
    .ok();
    let location = Location::SqliteDir(dir.path().join("data"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&location).await.unwrap();
        confirm(&store).await;
        for (at, year) in (2020..=2024).enumerate() {
            keep(&store, year, at).await;
        }
        store.close().await;
    });
    dir
}

/// Puts the imported draft into force as its reviewers would.
async fn confirm(store: &Store) {
    let area: RefArea = COUNTY.parse().unwrap();
    let draft = halfsky_store::plans::list(store, Some(&area)).await.unwrap().remove(0);
    let key = halfsky_store::plans::VersionKey {
        ref_area: area.clone(),
        plan_id: draft.plan_id.clone(),
        number: draft.number,
    };
    let mut tx = store.begin(&area).await.unwrap();
    let stamp = halfsky_store::plans::Stamp { at: Timestamp::UNIX_EPOCH, by: "liu".to_owned() };
    halfsky_store::plans::confirm(&mut tx, &key, draft.revision, &stamp).await.unwrap();
    tx.commit(Entry::new(Timestamp::UNIX_EPOCH, "liu", "plan.confirm", "plan")).await.unwrap();
}

async fn keep(store: &Store, year: i32, at: usize) {
    let area: RefArea = COUNTY.parse().unwrap();
    let period = Period::year_of(year).unwrap();
    let figure = |(code, values): &(&str, [&str; 5])| Observation {
        key: ObservationKey {
            source: SourceVariant::FullCount,
            ..ObservationKey::total(area.clone(), IndicatorCode((*code).to_owned()), period)
        },
        value: Value::Figure(values[at].parse().unwrap()),
        definition_version: 1,
        status: ObsStatus::Normal,
        confidentiality: ConfStatus::Free,
        unit_mult: 0,
        explanation: String::new(),
    };
    let draft = EditionDraft {
        ref_area: area.clone(),
        period,
        notes: String::new(),
        published_by: "liu".to_owned(),
        published_at: "2025-07-01T00:00:00Z".to_owned(),
        figures: FIGURES.iter().map(figure).collect(),
    };
    let edition = publish(draft, None).unwrap();
    let mut tx = store.begin(&area).await.unwrap();
    editions::insert(&mut tx, &edition).await.unwrap();
    let entry = Entry::new(Timestamp::UNIX_EPOCH, "liu", "edition.publish", "edition");
    tx.commit(entry).await.unwrap();
}

#[test]
fn two_machines_worth_of_runs_are_the_same_bytes() {
    let dir = published();
    let arguments = ["evaluate", "--dir", "data", "--year", "2024", "--format", "json"];
    let run = |settings: &[(&str, &str)]| {
        let mut command = command(dir.path(), &arguments);
        command.envs(settings.iter().copied());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let here = run(&[("TZ", "Asia/Shanghai"), ("LANG", "zh_CN.UTF-8")]);
    let there = run(&[("TZ", "America/New_York"), ("LANG", "C"), ("TOKIO_WORKER_THREADS", "1")]);
    assert_eq!(here, there);
    let text = String::from_utf8(here).unwrap();
    for words in ["\"method\":\"1\"", "\"year\":2024", "W-H05", "\"counting\":\"monitorable\""] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn people_read_a_table_and_table_programs_csv() {
    let dir = published();
    let table = halfsky(dir.path(), &["evaluate", "--dir", "data"]).ok();
    for words in ["2024年评估", "孕产妇系统管理率", "可监测口径", "综合得分"] {
        assert!(table.contains(words), "{words} in {table}");
    }
    let csv = halfsky(dir.path(), &["evaluate", "--dir", "data", "--format", "csv"]).ok();
    assert!(csv.contains("研判结论") && csv.contains("孕产妇死亡率"), "{csv}");
    let audit = halfsky(dir.path(), &["audit", "verify", "--dir", "data"]).ok();
    assert!(!audit.contains("不一致"), "{audit}");
}

#[test]
fn read_outs_of_other_platforms_are_told_on_request() {
    let dir = published();
    let table = halfsky(dir.path(), &["evaluate", "--dir", "data", "--read-outs"]).ok();
    for words in ["2024年对标口径", "Open SDG", "欧盟统计局", "孕产妇系统管理率"]
    {
        assert!(table.contains(words), "{words} in {table}");
    }
    let json = ["evaluate", "--dir", "data", "--read-outs", "--format", "json"];
    let json = halfsky(dir.path(), &json).ok();
    let told: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(told[0]["year"], 2024);
    let targets = told[0]["targets"].as_array().unwrap();
    let rates = |t: &serde_json::Value| t["reduction"]["endpoint"].as_f64();
    assert!(targets.iter().any(|t| rates(t).is_some_and(|rate| rate > 0.0)), "{json}");
    let csv = ["evaluate", "--dir", "data", "--read-outs", "--format", "csv"];
    assert!(halfsky(dir.path(), &csv).ok().contains("年均递减率"));
}

#[test]
fn what_cannot_be_evaluated_is_refused_with_what_to_do() {
    let dir = published();
    let late = halfsky(dir.path(), &["evaluate", "--dir", "data", "--year", "2026"]).failed();
    assert!(late.contains("最近发布的是2024年"), "{late}");
    let unknown = halfsky(dir.path(), &["evaluate", "--dir", "data", "--plan", "none"]).failed();
    assert!(unknown.contains("没有符合条件的生效规划"), "{unknown}");
}

#[test]
fn a_hindcast_tells_how_the_forecasts_did() {
    let dir = published();
    let told = halfsky(dir.path(), &["hindcast", "--dir", "data"]).ok();
    for words in ["80%区间覆盖率", "Brier", "概率可靠性", "提前年数"] {
        assert!(told.contains(words), "{words} in {told}");
    }
    let short = TempDir::new().unwrap();
    halfsky(short.path(), &["migrate", "--dir", "data"]).ok();
    let nothing = halfsky(short.path(), &["hindcast", "--dir", "data"]).failed();
    assert!(nothing.contains("没有够长的历史数据"), "{nothing}");
}

#[test]
fn kept_scores_of_the_regions_below_are_ranked() {
    let dir = TempDir::new().unwrap();
    let small = ["generate", "--regions", "4", "--indicators", "40", "--years", "6", "--seed", "5"];
    halfsky(dir.path(), &[&small[..], &["--dir", "data"]].concat()).ok();
    let rank = |more: &[&str]| {
        let asked = ["evaluate", "rank", "--dir", "data", "--below", "840100"];
        halfsky(dir.path(), &[&asked[..], more].concat())
    };
    assert!(rank(&[]).failed().contains("还没有评估过"), "nothing was evaluated yet");
    halfsky(dir.path(), &["evaluate", "--dir", "data"]).ok();
    let told: serde_json::Value = serde_json::from_str(&rank(&["--format", "json"]).ok()).unwrap();
    let regions = told["regions"].as_array().unwrap();
    assert_eq!(regions.len(), 4, "{told}");
    for region in regions {
        let of = |name: &str| region[name].as_u64();
        if let (Some(best), Some(rank), Some(worst)) = (of("best"), of("rank"), of("worst")) {
            assert!(best <= rank && rank <= worst, "{region}");
        } else {
            assert!(region["why"].is_string(), "{region}");
        }
    }
    let table = rank(&[]).ok();
    for words in ["名次区间（权重±25%）", "不均衡度"] {
        assert!(table.contains(words), "{words} in {table}");
    }
    assert!(rank(&["--format", "csv"]).ok().contains("总分（领域算术平均）"));
    let wrong = halfsky(dir.path(), &["evaluate", "rank", "--dir", "data", "--below", "110000"]);
    assert!(wrong.failed().contains("没有登记区划110000"));
    let alone = halfsky(dir.path(), &["evaluate", "rank", "--dir", "data", "--below", "840121"]);
    alone.failed();
}
