//! What people see when the surroundings fail (the database gone or silent, the disk full, slow clients), and that
//! nothing which was acknowledged is lost.

use std::io::Write as _;
use std::net::TcpStream;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use halfsky_store::testing::{Cluster, TestDatabase};
use halfsky_store::{Store, entries};
use halfsky_web::testing::reporting::BIRTHS;
use halfsky_web::testing::value;

use crate::crowd::{self, Member, Reply, request};
use crate::processes::{Servers, now, url_of};
use crate::proxy::Proxy;
use crate::server::Server;

/// The clock of a person who waits for an answer.
#[expect(clippy::disallowed_methods, reason = "waiting is measured")]
fn begun() -> Instant {
    Instant::now()
}

/// Saves a figure in a member's form; None when there was no answer at all.
fn save(address: &str, member: &Member, token: &str, number: u32) -> Option<Reply> {
    let body = format!("token={token}&{BIRTHS}.total={number}");
    request(address, ("POST", &member.path()), &member.cookie(), &body).ok()
}

/// What the form holds now.
async fn kept(store: &Store, member: &Member) -> u32 {
    let draft = entries::load(store, &member.task).await.unwrap();
    let row = halfsky_plan::indicator::IndicatorCode(BIRTHS.to_owned());
    let field = entries::Field::Figure(halfsky_monitor::data_set::Column::Total);
    draft.content(&row, field).parse().unwrap()
}

/// Opens the form; gives its form token.
fn token(address: &str, member: &Member) -> String {
    let page = request(address, ("GET", &member.path()), &member.cookie(), "").unwrap();
    assert_eq!(page.status, 200, "{}", page.body);
    value(&page.body, "token")
}

/// Waits until pages are given again.
fn until_served(address: &str, member: &Member) -> Duration {
    let begun = begun();
    for _ in 0..200 {
        let page = request(address, ("GET", &member.path()), &member.cookie(), "");
        if page.is_ok_and(|page| page.status == 200) {
            return begun.elapsed();
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("no page came any more");
}

fn is_a_clear_refusal(page: &Reply) {
    assert_eq!(page.status, 503, "{}", page.body);
    assert_eq!((page.header("retry-after"), page.header("refresh")), ("5", "10"));
    assert!(
        page.body.contains("连不上数据库") && page.body.contains("可以这样做"),
        "{}",
        page.body
    );
}

/// A server whose way to the database can be cut, and somebody who reports on it.
async fn behind_a_proxy() -> Option<(Servers, Proxy, Server, Member)> {
    let servers = Servers::on_postgres().await?;
    let member = crowd::settle(&servers.database.store, (1, 1), now()).await.remove(0);
    let url = url_of(&servers.database);
    let proxy = Proxy::to(&url);
    let server = servers.start("one", &proxy.url(&url));
    Some((servers, proxy, server, member))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_for_a_while_is_told_and_loses_nothing_acknowledged() {
    let Some((servers, proxy, server, member)) = behind_a_proxy().await else { return };
    let address = server.address.clone();
    let form = token(&address, &member);
    assert_eq!(save(&address, &member, &form, 1).unwrap().status, 303);

    // somebody saves one figure after the other while the database goes
    let acknowledged = Arc::new(AtomicU32::new(1));
    let saving = std::thread::spawn({
        let (address, member, form) = (address.clone(), member.clone(), form.clone());
        let acknowledged = Arc::clone(&acknowledged);
        move || {
            for number in 2.. {
                match save(&address, &member, &form, number) {
                    Some(reply) if reply.status == 303 => {
                        acknowledged.store(number, Ordering::Relaxed);
                    }
                    _ => return number,
                }
            }
            0
        }
    });
    while acknowledged.load(Ordering::Relaxed) < 4 {
        std::thread::sleep(Duration::from_millis(20));
    }
    proxy.cut();
    let attempted = saving.join().unwrap();
    let acknowledged = acknowledged.load(Ordering::Relaxed);

    let page = || request(&address, ("GET", &member.path()), &member.cookie(), "").unwrap();
    is_a_clear_refusal(&page());
    let waiting = begun();
    is_a_clear_refusal(&page());
    assert!(waiting.elapsed() < Duration::from_secs(1), "nobody waits for a known trouble");
    let refused = save(&address, &member, &form, 999).unwrap();
    assert_eq!((refused.status, refused.header("refresh")), (503, ""), "a form is not sent again");
    let probe = |path: &str| request(&address, ("GET", path), "", "").unwrap();
    assert_eq!((probe("/healthz").status, probe("/readyz").status), (200, 503));

    proxy.open();
    let waited = until_served(&address, &member);
    assert!(waited < Duration::from_secs(10), "back on its own after {waited:?}");
    let found = kept(&servers.database.store, &member).await;
    assert!((acknowledged..=attempted).contains(&found), "{acknowledged} {found} {attempted}");
    let form = token(&address, &member);
    assert_eq!(save(&address, &member, &form, 777).unwrap().status, 303);
    assert_eq!(kept(&servers.database.store, &member).await, 777);
    assert_eq!(server.stop().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_silent_is_told_in_time() {
    let Some((servers, proxy, server, member)) = behind_a_proxy().await else { return };
    let address = server.address.clone();
    let form = token(&address, &member);
    assert_eq!(save(&address, &member, &form, 1).unwrap().status, 303);
    proxy.freeze();
    let waiting = begun();
    let page = request(&address, ("GET", &member.path()), &member.cookie(), "").unwrap();
    is_a_clear_refusal(&page);
    assert!(waiting.elapsed() < Duration::from_secs(15), "{:?}", waiting.elapsed());
    let login = request(&address, ("GET", "/login"), "", "").unwrap();
    is_a_clear_refusal(&login);
    proxy.open();
    until_served(&address, &member);
    let form = token(&address, &member);
    assert_eq!(save(&address, &member, &form, 2).unwrap().status, 303);
    assert_eq!(kept(&servers.database.store, &member).await, 2);
}

/// A limit on the size of files stands in for a full disk: it needs no rights and no disk of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_loses_nothing_acknowledged() {
    let database = TestDatabase::sqlite().await;
    let member = crowd::settle(&database.store, (1, 1), now()).await.remove(0);
    database.store.close().await;
    let dir = tempfile::TempDir::new().unwrap();
    let data = database.dir().join("data");
    let size = std::fs::metadata(data.join("halfsky.sqlite")).unwrap().len();
    // in blocks of 512 bytes: a little more than there is
    let limit = size.div_ceil(512) + 64;
    let program = env!("CARGO_BIN_EXE_halfsky");
    let limited = format!(
        "trap '' XFSZ; ulimit -f {limit}; exec '{program}' serve --listen 127.0.0.1:0 --dir '{}'",
        data.display()
    );
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &limited]).current_dir(dir.path()).stdout(Stdio::piped());
    let server = Server::run(dir.path(), shell);
    let form = token(&server.address, &member);
    let (mut acknowledged, mut full) = (0, None);
    for number in 1..5000 {
        let reply = save(&server.address, &member, &form, number).unwrap();
        if reply.status != 303 {
            full = Some(reply);
            break;
        }
        acknowledged = number;
    }
    let full = full.expect("a disk that gets full");
    assert_eq!(full.status, 507, "{}", full.body);
    assert!(
        full.body.contains("磁盘空间不足") && full.body.contains("系统管理员"),
        "{}",
        full.body
    );
    let page = request(&server.address, ("GET", &member.path()), &member.cookie(), "").unwrap();
    assert_eq!(page.status, 200, "what is there can still be read");
    drop(server);

    // the disk has room again
    let data = data.to_str().unwrap();
    let server = Server::start(dir.path(), &["serve", "--listen", "127.0.0.1:0", "--dir", data]);
    let store = Store::open(&database.location).await.unwrap();
    let found = kept(&store, &member).await;
    assert!((acknowledged..=acknowledged + 1).contains(&found), "{acknowledged} {found}");
    let form = token(&server.address, &member);
    assert_eq!(save(&server.address, &member, &form, 7777).unwrap().status, 303);
    assert_eq!(kept(&store, &member).await, 7777);
    let outcome = halfsky_store::audit::verify_all(&store, None, &mut |_| ()).await;
    assert!(outcome.unwrap().is_intact());
}

/// Fills the file of the audit chain to the limit: rows that were not kept take room until somebody tidies up.
const FILL: &str = "do $$ begin insert into audit_entry (ref_area, sequence, at, actor, action, object, \
    reason, content_hash, previous_hash, hash) select 'x', n, '', '', '', '', repeat('x', 100), \
    '', '', '' from generate_series(1, 100000) as n; \
    raise 'there is no limit'; \
    exception when internal_error or disk_full or io_error then null; end $$";

/// The files of PostgreSQL can grow no more, whether a disk is full or a limit is reached.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_under_postgresql_is_told_and_loses_nothing_acknowledged() {
    let Some(cluster) = Cluster::with_files_up_to(4) else { return };
    let database = TestDatabase::postgres_on(&cluster).await;
    let member = crowd::settle(&database.store, (1, 1), now()).await.remove(0);
    let dir = tempfile::TempDir::new().unwrap();
    let url = url_of(&database);
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--dir", "data", "--database", &url];
    let server = Server::start(dir.path(), &arguments);
    let form = token(&server.address, &member);
    assert_eq!(save(&server.address, &member, &form, 1).unwrap().status, 303);

    database.tamper(FILL).await;
    let (mut acknowledged, mut full) = (1, None);
    for number in 2..250 {
        let reply = save(&server.address, &member, &form, number).unwrap();
        if reply.status != 303 {
            full = Some(reply);
            break;
        }
        acknowledged = number;
    }
    let full = full.expect("a disk that gets full");
    assert_eq!(full.status, 507, "{}", full.body);
    assert!(full.body.contains("磁盘空间不足"), "{}", full.body);
    let page = request(&server.address, ("GET", &member.path()), &member.cookie(), "").unwrap();
    assert_eq!(page.status, 200, "what is there can still be read");
    assert_eq!(kept(&database.store, &member).await, acknowledged);

    // the disk has room again, and the server goes on as it is
    database.tamper("vacuum audit_entry").await;
    assert_eq!(save(&server.address, &member, &form, 7777).unwrap().status, 303);
    assert_eq!(kept(&database.store, &member).await, 7777);
    let outcome = halfsky_store::audit::verify_all(&database.store, None, &mut |_| ()).await;
    assert!(outcome.unwrap().is_intact());
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_hold_up_nobody() {
    let database = TestDatabase::sqlite().await;
    let member = crowd::settle(&database.store, (1, 1), now()).await.remove(0);
    let dir = tempfile::TempDir::new().unwrap();
    let data = database.dir().join("data");
    let data = data.to_str().unwrap();
    let server = Server::start(dir.path(), &["serve", "--listen", "127.0.0.1:0", "--dir", data]);
    let form = token(&server.address, &member);
    let slow = |head: &str| {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    let (host, path) = (&server.address, member.path());
    let heads = (0..150).map(|_| slow("GET / HTTP/1.1\r\nHost: loc"));
    let mut held: Vec<TcpStream> = heads.collect();
    let cookie = member.cookie();
    let begins = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 90\r\n\r\ntoken="
    );
    held.extend((0..150).map(|_| slow(&begins)));
    let waiting = begun();
    for number in 1..6 {
        assert_eq!(save(&server.address, &member, &form, number).unwrap().status, 303);
    }
    assert!(waiting.elapsed() < Duration::from_secs(10), "{:?}", waiting.elapsed());
    assert_eq!(kept(&database.store, &member).await, 5);
    drop(held);
}
