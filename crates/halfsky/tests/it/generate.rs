//! An imagined country by command: the same again, on either database, also after an interruption.

use std::path::Path;
use std::time::Duration;

use halfsky_store::testing::Cluster;
use tempfile::TempDir;

use crate::{command, example, halfsky, number};

const SMALL: [&str; 9] =
    ["generate", "--regions", "6", "--indicators", "20", "--years", "3", "--seed", "5"];

fn generate(dir: &Path) -> String {
    halfsky(dir, &[&SMALL[..], &["--dir", "data"]].concat()).ok()
}

/// Where the audit chain of every region ends: over every byte that was written in it.
const HEADS: &str = "select group_concat(ref_area || ' ' || sequence || ' ' || hash, x'0a') \
                     from (select * from audit_head where ref_area <> '000000' order by ref_area)";

fn heads(data: &Path) -> String {
    crate::past_the_program(data, async |connection| {
        sqlx::query_scalar(HEADS).fetch_one(connection).await.unwrap()
    })
}

#[test]
fn the_same_parameters_make_the_same_country() {
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let told = generate(one.path());
    assert!(told.contains("已生成8个地区（县级6个）、20项指标、2023至2025年"), "{told}");
    generate(other.path());
    let (a, b) = (heads(&one.path().join("data")), heads(&other.path().join("data")));
    assert_eq!(a.lines().count(), 8);
    assert_eq!(a, b);
    let again = generate(one.path());
    assert!(again.contains("本次写入0条"), "{again}");
    assert_eq!(heads(&one.path().join("data")), a);
}

#[test]
fn an_interrupted_country_is_finished_as_if_nothing_had_happened() {
    let (whole, cut) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    generate(whole.path());
    let mut child =
        command(cut.path(), &[&SMALL[..], &["--dir", "data"]].concat()).spawn().unwrap();
    let data = cut.path().join("data");
    let editions = "select count(distinct ref_area) from edition";
    for _ in 0..6_000 {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        let ready = data.join("halfsky.sqlite").is_file()
            && number(&data, "select count(*) from sqlite_master where name = 'edition'") > 0;
        if ready && number(&data, editions) >= 2 {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.wait().unwrap();
    generate(cut.path());
    assert_eq!(heads(&data), heads(&whole.path().join("data")));
}

#[test]
fn another_country_or_other_data_are_left_alone() {
    let dir = TempDir::new().unwrap();
    generate(dir.path());
    let other = [&SMALL[..8], &["6", "--dir", "data"]].concat();
    let refused = halfsky(dir.path(), &other).failed();
    assert!(refused.contains("--regions 6 --indicators 20 --years 3 --seed 5"), "{refused}");
    let dir = example();
    let refused = halfsky(dir.path(), &[&SMALL[..], &["--dir", "data"]].concat()).failed();
    assert!(refused.contains("已有其他数据"), "{refused}");
    let many = ["generate", "--regions", "1", "--indicators", "5000", "--years", "1"];
    let refused = halfsky(TempDir::new().unwrap().path(), &many).failed();
    assert!(refused.contains("指标数应为1至"), "{refused}");
}

#[test]
fn postgresql_gets_the_same_bytes() {
    let Some(cluster) = Cluster::shared() else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = runtime.block_on(cluster.create_database());
    let (sqlite, postgres) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    generate(sqlite.path());
    let place = ["--dir", "data", "--database", &url];
    halfsky(postgres.path(), &[&["migrate"][..], &place].concat()).ok();
    halfsky(postgres.path(), &[&SMALL[..], &place].concat()).ok();
    let heads_there: String = runtime.block_on(async {
        use sqlx::Connection as _;
        sqlx::any::install_default_drivers();
        let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
        let sql = "select string_agg(ref_area || ' ' || sequence || ' ' || hash, chr(10) \
                   order by ref_area) from audit_head where ref_area <> '000000'";
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    });
    assert_eq!(heads_there, heads(&sqlite.path().join("data")));
}

#[test]
fn what_was_generated_can_be_evaluated_and_exported() {
    let dir = TempDir::new().unwrap();
    generate(dir.path());
    let csv = halfsky(
        dir.path(),
        &["data", "export", "--dir", "data", "--ref-area", "840102", "--format", "csv"],
    )
    .ok();
    assert!(csv.lines().count() > 100, "{}", csv.len());
    let told = halfsky(dir.path(), &["evaluate", "--dir", "data", "--region", "840102"]).ok();
    assert!(told.contains("妇女发展规划"), "{told}");
    let states = number(
        &dir.path().join("data"),
        "select count(*) from reporting_task where state = 'published'",
    );
    assert!(states > 10, "{states}");
}
