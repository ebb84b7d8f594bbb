//! What pages weigh on the wire, through real HTTP with compression: the bytes are the same on every machine,
//! so the bounds are bytes.

use halfsky_monitor::role::Role;
use halfsky_web::Transport;
use halfsky_web::testing::{PASSWORD, app, settings};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, COOKIE, SET_COOKIE};
use reqwest::{Client, Response};
use tokio::net::TcpListener;

use crate::house::{CITY, House, WOMEN, value};

/// A first visit: the page, the style sheet and the scripts.
const FIRST_VISIT: usize = 100_000;

/// Every later page: what the browser keeps is not sent again.
const LATER_PAGE: usize = 40_000;

/// The part of a browser that counts bytes.
struct Visitor {
    client: Client,
    address: String,
    cookies: Vec<String>,
}

impl Visitor {
    async fn ask(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.address));
        let request = request.header(ACCEPT_ENCODING, "gzip, deflate, br");
        request.header(COOKIE, self.cookies.join("; ")).send().await.unwrap()
    }

    /// Bytes of headers and body as they came.
    async fn weigh(&self, path: &str) -> (usize, Vec<u8>) {
        let answer = self.ask(path).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        assert_eq!(answer.headers()["content-encoding"], "br", "{path} is compressed");
        let heads: usize =
            answer.headers().iter().map(|(name, v)| name.as_str().len() + v.len() + 4).sum();
        let body = answer.bytes().await.unwrap().to_vec();
        (heads + body.len(), body)
    }

    /// A page without compression, to find its links.
    async fn text(&self, path: &str) -> String {
        let request = self.client.get(format!("{}{path}", self.address));
        let answer = request.header(COOKIE, self.cookies.join("; ")).send().await.unwrap();
        answer.text().await.unwrap()
    }

    fn take(&mut self, answer: &Response) {
        let set = answer.headers().get_all(SET_COOKIE).iter();
        let pairs = set.filter_map(|v| v.to_str().unwrap().split(';').next().map(str::to_owned));
        self.cookies.extend(pairs);
    }

    /// Bytes of a page and of everything it loads.
    async fn first_visit(&self, path: &str) -> usize {
        let mut total = self.weigh(path).await.0;
        let page = self.text(path).await;
        for asset in page.split('"').filter(|part| part.starts_with("/assets/")) {
            total += self.weigh(asset).await.0;
        }
        total
    }
}

/// A house with two plans in force and a draft, served on a port, and somebody of its office.
async fn visitor() -> (House, Visitor, Vec<String>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let house = House::open().await;
    let women = house.draft(WOMEN, "990101").await;
    house.confirm(&women).await;
    let city = house.draft(CITY, "990100").await;
    house.confirm(&city).await;
    let draft = house.draft(&WOMEN.replace("12/10万", "11/10万"), "990101").await;
    let plan = women.split("/versions").next().unwrap().to_owned();
    halfsky_web::testing::reporting::settle(&house.database.store).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let app = app(house.database.store.clone(), &house.clock, settings());
    tokio::spawn(halfsky_web::serve(listener, app, Transport::default(), std::future::pending()));
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let visitor = Visitor { client, address, cookies: Vec::new() };
    let paths = [
        "/",
        "/tasks",
        "/search?q=%E7%8E%87",
        "/plans",
        "/plans/import",
        "/indicators",
        "/account",
        "/account/second-factor",
    ];
    let mut paths: Vec<String> = paths.map(str::to_owned).to_vec();
    paths.extend(["/review", "/confirm", "/discard"].map(|end| format!("{draft}{end}")));
    paths.extend(["", "?open=all", "/alignment", "/changes"].map(|end| format!("{plan}{end}")));
    let figures = [
        "/data/990101",
        "/data/990101?sex=all&residence=all&what=all",
        "/data/990101/by-sex",
        "/data/990101/C-H10",
        "/data/990101/C-H10/trail?period=2024&source=full_count",
        "/editions/990101",
        "/editions/990101/2024/1",
        "/rounds",
        "/rounds/990101/new",
        "/rounds/990101/calendar",
        "/rounds/990101/figures-2025",
        "/reporting/990101/figures-2025/health",
        "/duties/990101",
        "/duties/990101/draw",
        "/texts",
        "/missing/990101",
        "/messages",
    ];
    paths.extend(figures.map(str::to_owned));
    (house, visitor, paths)
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_light() {
    let (_house, mut visitor, paths) = visitor().await;
    let first = visitor.ask("/login").await;
    visitor.take(&first);
    let token = value(&visitor.text("/login").await, "token");
    let login = visitor.first_visit("/login").await;
    println!("{login:>7}  /login, first visit");
    assert!((5_000..FIRST_VISIT).contains(&login), "{login} bytes");

    let name = Role::CommitteeOffice.code();
    let form = [("token", token.as_str()), ("login", name), ("password", PASSWORD)];
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = visitor.client.post(format!("{}/login", visitor.address));
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
    let welcome = request.header(COOKIE, visitor.cookies.join("; ")).send().await.unwrap();
    assert_eq!(welcome.status(), 303);
    visitor.take(&welcome);

    let home = visitor.first_visit("/").await;
    println!("{home:>7}  /, first visit");
    assert!((10_000..FIRST_VISIT).contains(&home), "{home} bytes");
    for path in paths {
        let (bytes, _) = visitor.weigh(&path).await;
        println!("{bytes:>7}  {path}");
        assert!((1_000..LATER_PAGE).contains(&bytes), "{path}: {bytes} bytes");
    }
}
