//! Encrypted connections, met by a real client; and how serving ends.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use halfsky_store::testing::ScratchDir;
use halfsky_web::testing::{TestClock, app, database, settings};
use halfsky_web::{Capacity, Settings, Tls, Transport};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Writes a new certificate for `localhost` with its key; gives the certificate.
fn certify(dir: &Path) -> Vec<u8> {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(dir.join("cert.pem"), cert.pem()).unwrap();
    std::fs::write(dir.join("key.pem"), signing_key.serialize_pem()).unwrap();
    cert.pem().into_bytes()
}

async fn load(dir: &Path) -> anyhow::Result<Tls> {
    Tls::load(&dir.join("cert.pem"), &dir.join("key.pem")).await
}

/// A server that can be told to stop.
struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
    _dir: halfsky_store::testing::TestDatabase,
}

async fn serve(transport: Transport) -> Running {
    serve_with(transport, Capacity::default()).await
}

async fn serve_with(transport: Transport, capacity: Capacity) -> Running {
    let database = database().await;
    let settings = Settings { encrypted: transport.tls.is_some(), capacity, ..settings() };
    let app = app(database.store.clone(), &TestClock::default(), settings);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let told = async move { drop(stopped.await) };
    let served = tokio::spawn(halfsky_web::serve(listener, app, transport, told));
    Running { address, stop, served, _dir: database }
}

/// A client that trusts this certificate and no other.
fn client(certificate: &[u8]) -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(certificate).unwrap()])
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_client_is_served_over_tls_and_told_to_stay_there() {
    let dir = ScratchDir::new();
    let certificate = certify(dir.path());
    let tls = load(dir.path()).await.unwrap();
    let running = serve(Transport { tls: Some(tls.clone()), ..Transport::default() }).await;
    let url = |path: &str| format!("https://localhost:{}{path}", running.address.port());
    let answer = client(&certificate).get(url("/login")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(
        answer.headers()["strict-transport-security"],
        "max-age=31536000; includeSubDomains"
    );
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("__Host-") && cookie.contains("Secure"), "{cookie}");

    // a new certificate holds for new connections, without a restart
    let renewed = certify(dir.path());
    client(&renewed).get(url("/healthz")).send().await.unwrap_err();
    tls.reload().await.unwrap();
    assert_eq!(client(&renewed).get(url("/healthz")).send().await.unwrap().status(), 200);
    client(&certificate).get(url("/healthz")).send().await.unwrap_err();

    // one that cannot be used leaves the old one where it is
    std::fs::write(dir.path().join("key.pem"), "no key").unwrap();
    tls.reload().await.unwrap_err();
    assert_eq!(client(&renewed).get(url("/healthz")).send().await.unwrap().status(), 200);

    // plain HTTP gets no answer there
    let plain = format!("http://localhost:{}/healthz", running.address.port());
    client(&renewed).get(plain).send().await.unwrap_err();
}

#[tokio::test]
async fn a_key_that_does_not_belong_is_refused() {
    let (dir, other) = (ScratchDir::new(), ScratchDir::new());
    certify(dir.path());
    certify(other.path());
    std::fs::copy(other.path().join("key.pem"), dir.path().join("key.pem")).unwrap();
    let refused = format!("{:#}", load(dir.path()).await.unwrap_err());
    assert!(refused.contains("key.pem") && refused.contains("一对"), "{refused}");
    std::fs::remove_file(dir.path().join("cert.pem")).unwrap();
    let missing = format!("{:#}", load(dir.path()).await.unwrap_err());
    assert!(missing.contains("不能读取") && missing.contains("cert.pem"), "{missing}");
}

#[tokio::test]
async fn without_encryption_there_is_no_promise_of_it() {
    let running = serve(Transport::default()).await;
    let url = format!("http://localhost:{}/login", running.address.port());
    let answer = reqwest_plain().get(url).send().await.unwrap();
    assert!(!answer.headers().contains_key("strict-transport-security"));
}

fn reqwest_plain() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

#[tokio::test]
async fn serving_ends_although_somebody_never_finishes() {
    let patience = Duration::from_millis(300);
    let running = serve(Transport { patience, ..Transport::default() }).await;
    let mut slow = TcpStream::connect(running.address).await.unwrap();
    let head = "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n";
    slow.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.stop.send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(10), running.served).await;
    ended.expect("an end").unwrap().unwrap();
    TcpStream::connect(running.address).await.unwrap_err();
}

#[tokio::test]
async fn whoever_sends_too_slowly_is_let_go() {
    let limit = Duration::from_millis(300);
    let transport = Transport { head: limit, ..Transport::default() };
    let capacity = Capacity { form_arrival: limit, ..Capacity::default() };
    let running = serve_with(transport, capacity).await;
    let sent = async |text: &str| {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer);
        // a connection that is reset has ended, too
        let _ = tokio::time::timeout(Duration::from_secs(10), ended).await.expect("an end");
        String::from_utf8(answer).unwrap()
    };
    let head = sent("GET /login HTTP/1.1\r\nHost: loc").await;
    assert!(!head.starts_with("HTTP/1.1 200"), "{head}");
    let form = sent(
        "POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 90\r\n\r\ntoken=",
    )
    .await;
    assert!(form.starts_with("HTTP/1.1 408") && form.contains("没有传完"), "{form}");
}
