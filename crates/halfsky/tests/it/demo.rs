//! The built-in example, as a new user meets it.

use halfsky_store::testing::Cluster;
use tempfile::TempDir;

use crate::halfsky;
use crate::server::{Server, get, sign_in};

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
