//! A house of its own for every test: an empty store with the built-in catalogue, and a browser's part of HTTP.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use halfsky_plan::indicator::Catalogue;
use halfsky_store::audit::Entry;
use halfsky_store::testing::TestDatabase;
use halfsky_store::{Store, indicators};
use halfsky_web::App;
use jiff::Timestamp;
use tower::ServiceExt;

/// The example plans, also used as specimens here.
pub(crate) const WOMEN: &str = include_str!("../../../halfsky/demo/yunxi-women.txt");
pub(crate) const CITY: &str = include_str!("../../../halfsky/demo/yunjiang-women.txt");

/// The instant at which every test happens.
pub(crate) fn now() -> Timestamp {
    "2026-03-05T01:30:00Z".parse().unwrap()
}

pub(crate) fn app(store: Store) -> App {
    let ids = AtomicU64::new(1);
    let next =
        move || format!("0192f0c1-0000-7000-8000-{:012}", ids.fetch_add(1, Ordering::Relaxed));
    App::new(store, Arc::new(now), Arc::new(next))
}

pub(crate) async fn database() -> TestDatabase {
    let database = TestDatabase::sqlite().await;
    let mut tx = database.store.begin_reference().await.unwrap();
    indicators::seed(&mut tx, Catalogue::builtin().indicators()).await.unwrap();
    tx.commit(Entry::new(now(), "test", "indicator.seed", "catalogue")).await.unwrap();
    database
}

/// The running house.
pub(crate) struct House {
    pub(crate) database: TestDatabase,
    router: Router,
    token: String,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// Fails unless the page was found and says these words.
    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.text().contains(words), "{} without “{words}”:\n{}", self.status, self.text());
        self
    }
}

impl House {
    pub(crate) async fn open() -> Self {
        let database = database().await;
        let router = halfsky_web::router(app(database.store.clone()));
        let mut house = Self { database, router, token: String::new() };
        let first = house.get("/").await;
        let cookie = first.header("set-cookie");
        cookie.split(['=', ';']).nth(1).unwrap().clone_into(&mut house.token);
        house
    }

    /// Sends a request as it is; the caller sets host, peer and cookies.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// A request of a browser at the machine itself.
    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let path = path.split('#').next().unwrap();
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost:8080")
            .header(header::COOKIE, format!("halfsky_token={}", self.token))
            .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 50_000))))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    /// Fails unless the page is there.
    pub(crate) async fn page(&self, path: &str) -> Answer {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer
    }

    /// Posts a form with its token.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", &self.token).extend_pairs(fields);
        self.send(self.form(path, form.finish())).await
    }

    pub(crate) fn form(&self, path: &str, body: String) -> Request<Body> {
        let request = self.request("POST", path);
        let kind = "application/x-www-form-urlencoded";
        request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap()
    }

    /// Uploads a file for a region.
    pub(crate) async fn upload(&self, name: &str, bytes: &[u8], ref_area: &str) -> Answer {
        let mut body = Vec::new();
        for (field, value) in [("token", self.token.as_str()), ("ref_area", ref_area)] {
            let head = format!("--cut\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n");
            body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
        }
        let head = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend([head.as_bytes(), bytes, b"\r\n--cut--\r\n"].concat());
        let request = self.request("POST", "/plans/import");
        let kind = "multipart/form-data; boundary=cut";
        let request = request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap();
        self.send(request).await
    }

    /// Uploads a plan and begins its review; gives the address of the version.
    pub(crate) async fn draft(&self, text: &str, ref_area: &str) -> String {
        let uploaded = self.upload("规划.txt", text.as_bytes(), ref_area).await;
        assert_eq!(uploaded.status, StatusCode::SEE_OTHER, "{}", uploaded.text());
        let begun = self.post(uploaded.location(), &[("plan", "0")]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
        begun.location().strip_suffix("/review").unwrap().to_owned()
    }

    /// Decides about every target of a draft and puts it into force.
    pub(crate) async fn confirm(&self, version: &str) {
        self.post(&format!("{version}/confirm-clear"), &[]).await;
        for part in 0..12 {
            let page = self.page(&format!("{version}/review?part={part}&show=pending")).await;
            for number in numbers(page.text()) {
                let seen = seen(page.text(), number);
                let fields = [("action", "leave_out"), ("seen", seen.as_str())];
                let left = self.post(&format!("{version}/targets/{number}"), &fields).await;
                assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.text());
            }
        }
        let page = self.page(&format!("{version}/confirm")).await;
        let seen = value(page.text(), "seen");
        let done =
            self.post(&format!("{version}/confirm"), &[("agreed", "yes"), ("seen", &seen)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    }
}

/// The numbers of the cards on a review page.
pub(crate) fn numbers(html: &str) -> Vec<u32> {
    let starts = html.split("<li class=\"target ").skip(1);
    starts
        .filter_map(|card| card.split("data-number=\"").nth(1)?.split('"').next()?.parse().ok())
        .collect()
}

/// The revision that a card was drawn with.
pub(crate) fn seen(html: &str, number: u32) -> String {
    let card = html.split(&format!("id=\"t{number}\"")).nth(1).expect("the card is on the page");
    value(card, "seen")
}

/// The value of the first field of this name.
pub(crate) fn value(html: &str, name: &str) -> String {
    let tag = html.split(&format!(" name=\"{name}\"")).nth(1).expect("the field is there");
    let tag = tag.split('>').next().unwrap();
    tag.split(" value=\"").nth(1).map_or("", |v| v.split('"').next().unwrap()).to_owned()
}
