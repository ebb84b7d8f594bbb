//! `halfsky round`: a round handed down by the built program.

use std::path::Path;

use halfsky_monitor::period::Period;
use halfsky_monitor::round::{Round, RoundDefaults};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::{self, Entry};
use halfsky_store::plans::Stamp;
use halfsky_store::rounds::{self, RoundId, RoundOrigin};
use halfsky_store::{Location, Store, tasks};
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::Value;

use crate::{Run, example, halfsky};

const CITY: &str = "990100";
const COUNTY: &str = "990101";

fn area(code: &str) -> RefArea {
    code.parse().unwrap()
}

/// Opens the store of a directory for some work.
fn with_store<T>(dir: &Path, work: impl AsyncFnOnce(&Store) -> T) -> T {
    let location = Location::SqliteDir(dir.join("data"));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&location).await.unwrap();
        let done = work(&store).await;
        store.close().await;
        done
    })
}

/// The example with a round of the city.
fn with_round() -> tempfile::TempDir {
    let dir = example();
    with_store(dir.path(), async |store| {
        let period = Period::year_of(2027).unwrap();
        let defaults = RoundDefaults::default();
        let round = Round::figures(period, "2027年全市监测数据", date(2028, 4, 10), &defaults);
        let stamp = Stamp { at: Timestamp::UNIX_EPOCH, by: "示例".to_owned() };
        let mut tx = store.begin(&area(CITY)).await.unwrap();
        let id = RoundId("down-2027".to_owned());
        rounds::open(&mut tx, &id, &round, &RoundOrigin::Office, &stamp).await.unwrap();
        tx.commit(Entry::new(Timestamp::UNIX_EPOCH, "示例", "round.open", "round")).await.unwrap();
    });
    dir
}

fn hand_down(dir: &Path, more: &[&str]) -> Run {
    let mut arguments = vec!["round", "hand-down", "--dir", "data", "--region", CITY];
    arguments.extend(more);
    halfsky(dir, &arguments)
}

fn json(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

fn outcome<'a>(lines: &'a [Value], region: &str) -> &'a str {
    let line = lines.iter().find(|line| line["region"] == region).unwrap();
    line["outcome"].as_str().unwrap()
}

#[test]
fn a_preview_gives_nothing_and_the_command_gives_what_it_showed() {
    let dir = with_round();
    let round = ["--round", "down-2027"];
    let preview =
        hand_down(dir.path(), &[&round[..], &["--dry-run", "--format", "json"]].concat()).ok();
    let preview = json(&preview);
    assert_eq!(outcome(&preview, COUNTY), "would_give");
    with_store(dir.path(), async |store| {
        let id = RoundId("down-2027".to_owned());
        assert!(rounds::load(store, &area(COUNTY), &id).await.is_err(), "a preview writes nothing");
        let told = audit::entries_about(store, &area(CITY), "round down-2027").await.unwrap();
        assert!(told.is_empty(), "{told:?}");
    });

    let given = json(&hand_down(dir.path(), &[&round[..], &["--format", "json"]].concat()).ok());
    assert_eq!(outcome(&given, COUNTY), "given");
    let units =
        |lines: &[Value]| lines.iter().map(|line| line["units"].clone()).collect::<Vec<_>>();
    assert_eq!(units(&given), units(&preview), "the same function makes both");
    with_store(dir.path(), async |store| {
        let id = RoundId("down-2027".to_owned());
        let copy = rounds::load(store, &area(COUNTY), &id).await.unwrap();
        assert_eq!(copy.handed_down_by, Some(area(CITY)));
        let given_units = tasks::of_round(store, &area(COUNTY), &id).await.unwrap().len();
        let line = given.iter().find(|line| line["region"] == COUNTY).unwrap();
        assert_eq!(given_units, line["units"].as_array().unwrap().len());
        for (code, action) in [(CITY, "round.hand_down"), (COUNTY, "round.receive")] {
            let told = audit::entries_about(store, &area(code), "round down-2027").await.unwrap();
            let found = told.iter().find(|entry| entry.action == action);
            assert_eq!(found.unwrap().actor, "命令行", "{code}");
        }
    });

    let again = hand_down(dir.path(), &round).ok();
    assert!(again.contains("已有本轮") && again.contains("云溪县"), "{again}");
}

#[test]
fn what_cannot_be_handed_down_is_said() {
    let dir = with_round();
    let unknown = hand_down(dir.path(), &["--round", "nonsense"]).failed();
    assert!(unknown.contains("down-2027 2027年全市监测数据"), "{unknown}");
    let strange = hand_down(dir.path(), &["--round", "down-2027", "--to", "110101"]).failed();
    assert!(strange.contains("110101") && strange.contains("没有下达给任何地区"), "{strange}");
    let county = ["round", "hand-down", "--dir", "data", "--region", COUNTY, "--round", "x"];
    halfsky(dir.path(), &county).failed();
    let nowhere = ["round", "hand-down", "--dir", "data", "--region", "110000", "--round", "x"];
    assert!(halfsky(dir.path(), &nowhere).failed().contains("没有区划 110000"));
}
