//! The built-in example, as a new user meets it.

use halfsky_store::testing::Cluster;
use tempfile::TempDir;

use crate::server::{Server, get, sign_in};
use crate::{example, halfsky, number};

#[test]
fn demo_prepares_once_and_leaves_other_data_alone() {
    let dir = TempDir::new().unwrap();
    halfsky(dir.path(), &["demo", "--no-serve"]).ok();
    assert!(dir.path().join("halfsky-demo/halfsky.sqlite").is_file());
    assert!(halfsky(dir.path(), &["demo", "--no-serve"]).ok().contains("已有示例数据"));

    let plan = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/yunxi-women.txt");
    halfsky(
        dir.path(),
        &["plan", "import", plan.to_str().unwrap(), "--ref-area", "990101", "--dir", "real"],
    )
    .ok();
    let err = halfsky(dir.path(), &["demo", "--no-serve", "--dir", "real"]).failed();
    assert!(err.contains("正式数据"), "{err}");
}

#[test]
fn demo_prepares_on_postgresql() {
    let Some(cluster) = Cluster::shared() else { return };
    let dir = TempDir::new().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = runtime.block_on(cluster.create_database());
    let out = halfsky(dir.path(), &["demo", "--no-serve", "--database", &url]).ok();
    assert!(out.contains("示例数据"), "{out}");
    assert!(
        halfsky(dir.path(), &["migrate", "--status", "--database", &url]).ok().contains("最新")
    );
}

#[test]
fn demo_serves_the_example_and_says_where() {
    let dir = TempDir::new().unwrap();
    let server = Server::start(dir.path(), &["demo", "--listen", "127.0.0.1:0"]);
    let told = &server.told;
    assert!(
        told.iter().any(|line| line.contains("office") && line.contains("妇儿工委办")),
        "{told:?}"
    );
    let address = server.address.as_str();
    let cookies = sign_in(address, "office");
    for path in ["/", "/plans", "/indicators"] {
        let page = get(address, path, &cookies);
        assert!(page.starts_with("HTTP/1.1 200"), "{path}: {}", page.lines().next().unwrap_or(""));
        assert!(page.contains("示例数据"), "{path}");
    }
    assert!(get(address, "/plans", &cookies).contains("云溪县妇女发展规划"));
}

#[test]
fn everybody_of_the_example_finds_something_to_do() {
    let dir = example();
    let arguments = ["demo", "--dir", "data", "--listen", "127.0.0.1:0"];
    let server = Server::start(dir.path(), &arguments);
    let address = server.address.as_str();
    let says = |login: &str, path: &str, words: &[&str]| {
        let page = get(address, path, &sign_in(address, login));
        assert!(page.starts_with("HTTP/1.1 200"), "{path}: {}", page.lines().next().unwrap_or(""));
        for word in words {
            assert!(page.contains(word), "{login} {path}: {word}");
        }
    };
    says("reporter", "/tasks", &["已退回"]);
    says("reviewer", "/tasks", &["年度落实情况", "待本单位审核"]);
    says("statistics", "/tasks", &["审核县妇联", "发布2025年数据"]);
    says("office", "/tasks", &["催报", "备案云溪县文字材料"]);
    says("office", "/missing/990101", &["家务劳动时间性别差", "上级抽样推算", "尚未产生"]);
    says("leader", "/", &["云溪县"]);
    let board = "/rounds/990101/figures-2025";
    let states = ["未开始", "填报中", "待本单位审核", "已报送", "退回", "已接受", "已发布"];
    says("office", board, &[&states[..], &["逾期未报", "迟报", "延期"]].concat());
    says("office", "/warnings/990101?rule=missing", &["数据迟报", "迟报2天", "数据缺报"]);
    says("leader", "/data/990101/W-J02", &["不可比", "含私营单位"]);
    says("statistics", "/data/990101/W-H02", &["2例", "不宜按单年比率判断"]);
    says("statistics", "/indicators/W-J02", &["第2版", "与前一版不可比"]);
}

#[test]
fn the_example_tells_its_stories() {
    let dir = example();
    let data = dir.path().join("data");
    for (what, sql, expected) in [
        ("finished years", "select count(*) from edition where period < '2025' and number = 1", 5),
        ("a corrected one", "select count(*) from edition where period = '2023'", 2),
        (
            "a preliminary one",
            "select count(*) from edition_figure where status <> 'P' \
          and edition_period = '2025' and figure is not null",
            0,
        ),
        (
            "an indicator that was published although it came late",
            "select count(distinct f.indicator) from edition_figure f \
          join observation_revision r on r.ref_area = f.ref_area \
          and r.indicator = f.indicator and r.period = f.period join submission s \
          on s.ref_area = r.ref_area and s.round_id = r.round_id and s.unit_id = r.unit_id \
          where f.edition_period = '2025' and f.indicator = 'W-P05' and s.late = 1",
            1,
        ),
        (
            "a definition that broke its series",
            "select count(distinct definition_version) \
          from observation where indicator = 'W-J02' and figure is not null",
            2,
        ),
        (
            "a report sent although something was asked",
            "select count(*) from submission \
          where forced = 1 and round_id = 'figures-2022'",
            2,
        ),
        (
            "rounds without anything open",
            "select count(*) from reporting_task \
          where round_id < 'figures-2025' and state <> 'published'",
            0,
        ),
    ] {
        assert_eq!(number(&data, sql), expected, "{what}");
    }
}

#[test]
fn an_example_that_was_cut_short_says_so() {
    let dir = example();
    crate::tamper(
        &dir.path().join("data"),
        "delete from text_field; delete from text_report; \
        delete from reporting_task where round_id = 'texts-2025'; \
        delete from round_reminder_day where round_id = 'texts-2025'; \
        delete from reporting_round where round_id = 'texts-2025'",
    );
    let err = halfsky(dir.path(), &["demo", "--no-serve", "--dir", "data"]).failed();
    assert!(err.contains("没有放完") && err.contains("删除"), "{err}");
}
