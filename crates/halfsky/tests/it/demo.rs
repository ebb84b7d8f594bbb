//! The built-in example, as a new user meets it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use halfsky_store::testing::Cluster;
use tempfile::TempDir;

use crate::{command, halfsky};

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

/// A server that is stopped whatever happens to the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn get(address: &str, path: &str, cookies: &str) -> String {
    ask(address, &format!("GET {path} HTTP/1.1\r\nCookie: {cookies}\r\n"), "")
}

fn ask(address: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let rest =
        format!("Host: {address}\r\nConnection: close\r\n{kind}\r\nContent-Length: {length}");
    write!(stream, "{head}{rest}\r\n\r\n{body}").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Signs in as the example's office; gives the cookies.
fn sign_in(address: &str) -> String {
    let cookie = |page: &str, name: &str| {
        let set =
            page.split(&format!("set-cookie: {name}=")).nth(1).unwrap_or_else(|| panic!("{page}"));
        format!("{name}={}", set.split(';').next().unwrap())
    };
    let visitor = cookie(&get(address, "/login", ""), "halfsky_token");
    let token = visitor.split('=').nth(1).unwrap();
    let body = format!("token={token}&login=office&password=yunxi-demo-2026&next=/");
    let head = format!("POST /login HTTP/1.1\r\nCookie: {visitor}\r\n");
    cookie(&ask(address, &head, &body), "halfsky_session")
}

#[test]
fn demo_serves_the_example_and_says_where() {
    let dir = TempDir::new().unwrap();
    let mut child = command(dir.path(), &["demo", "--listen", "127.0.0.1:0"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let _server = Server(child);
    let mut told = Vec::new();
    let address = out.lines().map(Result::unwrap).find_map(|line| {
        told.push(line.clone());
        let rest = line.split("http://").nth(1)?;
        Some(rest.split('/').next()?.to_owned())
    });
    let address = address.unwrap_or_else(|| panic!("no address in {told:?}"));
    assert!(
        told.iter().any(|line| line.contains("office") && line.contains("妇儿工委办")),
        "{told:?}"
    );
    let cookies = sign_in(&address);
    for path in ["/", "/plans", "/indicators"] {
        let page = get(&address, path, &cookies);
        assert!(page.starts_with("HTTP/1.1 200"), "{path}: {}", page.lines().next().unwrap_or(""));
        assert!(page.contains("示例数据"), "{path}");
    }
    assert!(get(&address, "/plans", &cookies).contains("云溪县妇女发展规划"));
}
