//! The commands: what they print, what they refuse, and how they end.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::{halfsky, halfsky_with_input};

const WOMEN: &str = "yunxi-women.txt";
const CHILDREN: &str = "yunxi-children.txt";

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("demo").join(name)
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn parse_prints_json_for_programs() {
    let dir = TempDir::new().unwrap();
    let (women, children) = (example(WOMEN), example(CHILDREN));
    let out =
        halfsky(dir.path(), &["plan", "parse", path(&women), path(&children), "--format", "json"])
            .ok();
    let value: Value = serde_json::from_str(&out).unwrap();
    let plans = value["plans"].as_array().unwrap();
    let heads: Vec<_> = plans
        .iter()
        .map(|p| {
            (
                p["region"].as_str().unwrap(),
                p["beneficiary"].as_str().unwrap(),
                p["domains"].as_array().unwrap().len(),
            )
        })
        .collect();
    assert_eq!(heads, [("云溪县", "women", 8), ("云溪县", "children", 7)]);
    for key in ["parent_plans", "assignments", "calendar", "baseline"] {
        assert!(!plans[0][key].as_array().unwrap().is_empty(), "{key}");
    }
    assert!(!plans[1]["table_targets"].as_array().unwrap().is_empty());
}

#[test]
fn every_source_span_points_at_its_quote() {
    let dir = TempDir::new().unwrap();
    let file = example(WOMEN);
    let out = halfsky(dir.path(), &["plan", "parse", path(&file), "--format", "json"]).ok();
    let text: Vec<char> = std::fs::read_to_string(&file).unwrap().chars().collect();
    let value: Value = serde_json::from_str(&out).unwrap();
    let mut seen = 0;
    for domain in value["plans"][0]["domains"].as_array().unwrap() {
        for clause in domain["objectives"].as_array().unwrap() {
            for target in clause["targets"].as_array().unwrap() {
                let at =
                    |key: &str| usize::try_from(target["source"][key].as_u64().unwrap()).unwrap();
                let words: String = text[at("start")..at("end")].iter().collect();
                assert_eq!(words, target["quote"].as_str().unwrap());
                let line = text[..at("start")].iter().filter(|c| **c == '\n').count() + 1;
                assert_eq!(at("line"), line);
                seen += 1;
            }
        }
    }
    assert!(seen > 60, "{seen}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let dir = TempDir::new().unwrap();
    let file = example(CHILDREN);
    for format in ["json", "table"] {
        let run = || halfsky(dir.path(), &["plan", "parse", path(&file), "--format", format]).ok();
        assert_eq!(run(), run(), "{format}");
    }
}

#[test]
fn parse_reads_standard_input_in_any_encoding() {
    let dir = TempDir::new().unwrap();
    let text = std::fs::read_to_string(example(WOMEN)).unwrap();
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let count = |input: &[u8]| {
        let out =
            halfsky_with_input(dir.path(), &["plan", "parse", "-", "--format", "json"], input).ok();
        let value: Value = serde_json::from_str(&out).unwrap();
        value["plans"][0]["domains"].as_array().unwrap().len()
    };
    assert_eq!((count(text.as_bytes()), count(&utf16)), (8, 8));
}

#[test]
fn parse_prints_tables_for_people() {
    let dir = TempDir::new().unwrap();
    let out = halfsky(dir.path(), &["plan", "parse", path(&example(WOMEN))]).ok();
    for words in [
        "云溪县妇女发展规划（2021—2030年）",
        "妇女与健康",
        "策略措施",
        "孕产妇死亡率",
        "不高于10/10万",
    ] {
        assert!(out.contains(words), "{words}");
    }
}

#[test]
fn one_bad_file_does_not_hide_the_good_one() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("broken.docx"), b"PK\x03\x04 no archive").unwrap();
    let run = halfsky(
        dir.path(),
        &["plan", "parse", "broken.docx", "missing.txt", path(&example(WOMEN)), "--format", "json"],
    );
    let value: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(value["plans"].as_array().unwrap().len(), 1);
    let err = run.failed();
    assert!(err.contains("broken.docx") && err.contains("missing.txt"), "{err}");
}

#[test]
fn wrong_usage_is_exit_code_two() {
    let dir = TempDir::new().unwrap();
    assert_eq!(halfsky(dir.path(), &["plan", "parse"]).code, Some(2));
    assert_eq!(
        halfsky(dir.path(), &["plan", "import", "a.txt", "--ref-area", "云溪县"]).code,
        Some(2)
    );
}

#[test]
fn config_explains_every_key_and_hides_secrets() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("h.toml"), "database = 'postgres://office:geheim@db/halfsky'\n")
        .unwrap();
    let out =
        halfsky(dir.path(), &["config", "--explain", "--config", "h.toml", "--dir", "there"]).ok();
    for words in
        ["dir = \"there\"", "来自：命令行参数", "来自：文件 h.toml", "HALFSKY_LISTEN", "log = "]
    {
        assert!(out.contains(words), "{words} in {out}");
    }
    assert!(!out.contains("geheim"));
}

#[test]
fn an_unknown_key_is_refused_with_the_known_ones() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("h.toml"), "databse = ''\n").unwrap();
    let err = halfsky(dir.path(), &["config", "--config", "h.toml"]).failed();
    assert!(err.contains("databse") && err.contains("database"), "{err}");
}

#[test]
fn migrate_tells_where_the_database_stands() {
    let dir = TempDir::new().unwrap();
    let err = halfsky(dir.path(), &["migrate", "--status"]);
    assert_eq!(err.code, Some(1), "{err:?}");
    halfsky(dir.path(), &["migrate"]).ok();
    assert!(halfsky(dir.path(), &["migrate", "--status"]).ok().contains("最新"));
    assert!(halfsky(dir.path(), &["migrate"]).ok().contains("无需改动"));
}

#[test]
fn import_keeps_a_draft_and_refuses_the_same_file_twice() {
    let dir = TempDir::new().unwrap();
    let file = example(WOMEN);
    let import = ["plan", "import", path(&file), "--ref-area", "990101", "--dir", "data"];
    let out = halfsky(dir.path(), &import).ok();
    assert!(out.contains("第1版") && out.contains("还没有生效"), "{out}");
    let err = halfsky(dir.path(), &import).failed();
    assert!(err.contains("已导入过") && err.contains("--again"), "{err}");
    let out = halfsky(dir.path(), &[&import[..], &["--again"]].concat()).ok();
    assert!(out.contains("第2版"), "{out}");
}

#[test]
fn import_without_a_code_takes_a_provisional_one_and_says_so() {
    let dir = TempDir::new().unwrap();
    let (women, children) = (example(WOMEN), example(CHILDREN));
    let out = halfsky(dir.path(), &["plan", "import", path(&women), "--dir", "data"]).ok();
    assert!(out.contains("暂用 999001"), "{out}");
    // the region is known by its name now
    let out = halfsky(dir.path(), &["plan", "import", path(&children), "--dir", "data"]).ok();
    assert!(!out.contains("暂用"), "{out}");
}

#[test]
fn a_file_without_a_plan_saves_nothing() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("note.txt"), "今天下午三点开会。\n").unwrap();
    let err = halfsky(
        dir.path(),
        &["plan", "import", "note.txt", "--ref-area", "990101", "--dir", "data"],
    )
    .failed();
    assert!(err.contains("没有找到规划"), "{err}");
    assert!(!dir.path().join("data").exists());
}
