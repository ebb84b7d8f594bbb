//! `halfsky serve`: what it refuses, what it tells the programs that watch it, and how it ends.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::server::{Server, ask, get, log_of, sign_in};
use crate::{example, halfsky};

#[test]
fn nothing_is_plain_off_the_machine_unless_it_is_said() {
    let dir = TempDir::new().unwrap();
    let refused = halfsky(dir.path(), &["serve", "--listen", "0.0.0.0:0"]).failed();
    assert!(refused.contains("tls_cert") && refused.contains("insecure_http"), "{refused}");
    let half = ["serve", "--tls-cert", "c.pem"];
    assert!(halfsky(dir.path(), &half).failed().contains("tls_key"));
    let none = ["serve", "--tls-cert", "c.pem", "--tls-key", "k.pem"];
    let refused = halfsky(dir.path(), &none).failed();
    assert!(refused.contains("不能读取 c.pem"), "{refused}");
    let data = example();
    let open = ["serve", "--dir", "data", "--listen", "0.0.0.0:0", "--insecure-http"];
    let server = Server::start(data.path(), &open);
    assert!(server.address.starts_with("0.0.0.0:"));
}

/// Waits until something is so.
fn until<T>(what: &str, dir: &Path, look: impl Fn() -> Option<T>) -> T {
    for _ in 0..200 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("{what} did not come: {}", log_of(dir));
}

#[test]
fn a_server_keeps_itself_alive_and_tells_how_it_is() {
    let dir = example();
    let config = "log_format = 'json'\nlog = 'halfsky_web=debug,tower_http=debug,info'\n\
                  anchor_dir = 'anchors'\n";
    std::fs::write(dir.path().join("h.toml"), config).unwrap();
    std::fs::create_dir(dir.path().join("anchors")).unwrap();
    let arguments = ["serve", "--dir", "data", "--config", "h.toml", "--listen", "127.0.0.1:0"];
    let metrics = ["--metrics-listen", "127.0.0.1:0"];
    let server = Server::start(dir.path(), &[&arguments[..], &metrics].concat());
    let told = server.told.iter().find_map(|line| line.strip_prefix("运行指标：http://"));
    let watching = told.unwrap().split('/').next().unwrap().to_owned();

    // the daily work that was missed is done at once
    let backup = until("a backup", dir.path(), || {
        let entries = std::fs::read_dir(dir.path().join("data/backups")).ok()?;
        entries.map(|e| e.unwrap().path()).find(|path| path.extension().is_some_and(|e| e == "gz"))
    });
    halfsky(dir.path(), &["backup", "verify", backup.to_str().unwrap()]).ok();
    let anchor = dir.path().join("anchors/halfsky-anchor-000001.txt");
    until("an anchor", dir.path(), || anchor.is_file().then_some(()));

    let page = get(&server.address, "/readyz", "");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    sign_in(&server.address, "office");
    get(&server.address, "/invitations/this-is-a-secret?also=secret", "");
    let visitor = get(&server.address, "/login", "");
    let token = visitor.split("halfsky_token=").nth(1).unwrap().split(';').next().unwrap();
    let body = format!("token={token}&login=office&password=geheim");
    let head = format!("POST /login HTTP/1.1\r\nCookie: halfsky_token={token}\r\n");
    assert!(ask(&server.address, &head, &body).starts_with("HTTP/1.1 422"));

    let measured = until("measurements", dir.path(), || {
        let text = get(&watching, "/metrics", "");
        text.contains("kind=\"audit_anchor\",outcome=\"done\"").then_some(text)
    });
    for line in [
        "halfsky_http_requests_total{route=\"/login\",method=\"POST\",status=\"303\"} 1",
        "halfsky_http_request_duration_seconds_bucket{route=\"/login\"",
        "halfsky_sign_in_failures_total 1",
        "halfsky_jobs_total{kind=\"backup\",outcome=\"done\"} 1",
        "halfsky_job_duration_seconds_count{kind=\"backup\"} 1",
        "halfsky_backup_age_seconds ",
        "halfsky_database_connections{purpose=\"write\",state=\"idle\"}",
        "halfsky_ready 1",
    ] {
        assert!(measured.contains(line), "{line} in {measured}");
    }
    assert!(get(&watching, "/healthz", "").ends_with("ok\n"));
    assert!(get(&server.address, "/metrics", "").starts_with("HTTP/1.1 404"));

    let (code, _) = server.stop();
    assert_eq!(code, Some(0));
    let log = log_of(dir.path());
    assert!(log.trim_end().ends_with("已停止"), "{log}");
    assert!(!log.contains("secret") && !log.contains("geheim"), "{log}");
    let lines: Vec<Value> = log
        .lines()
        .filter(|l| l.starts_with('{'))
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let of_login = lines.iter().find(|line| line["span"]["route"] == "/login").unwrap();
    assert_eq!(of_login["span"]["name"], "request");
    halfsky(
        dir.path(),
        &["audit", "verify", "--dir", "data", "--anchor", anchor.to_str().unwrap()],
    )
    .ok();
}
