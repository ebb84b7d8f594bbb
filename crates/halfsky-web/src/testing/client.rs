//! A browser's part of HTTP: cookies, form tokens, redirects.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use tower::ServiceExt as _;

use crate::login::session;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The page.
    ///
    /// # Panics
    /// When it is no UTF-8.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("pages are UTF-8")
    }

    /// Where a redirect leads; empty for other answers.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// A header; empty when it is missing.
    ///
    /// # Panics
    /// When it is no text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().expect("headers are text"))
    }

    /// Fails unless the page says these words.
    ///
    /// # Panics
    /// When it does not.
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.text().contains(words), "{} without “{words}”:\n{}", self.status, self.text());
        self
    }
}

/// A browser.
#[derive(Debug, Clone)]
pub struct Client {
    router: Router,
    /// Name and value of each cookie.
    pub cookies: Vec<(String, String)>,
    /// What forms bring back.
    pub token: String,
}

impl Client {
    /// A browser without cookies.
    pub(crate) fn new(router: Router) -> Self {
        Self { router, cookies: Vec::new(), token: String::new() }
    }

    /// A browser with the cookie of a session.
    pub(crate) fn signed_in(router: Router, token: &str) -> Self {
        Self {
            cookies: vec![(session::COOKIE.to_owned(), token.to_owned())],
            token: session::form_token(token),
            router,
        }
    }

    /// Takes the cookies of an answer and the form token of its page, as a browser does.
    pub fn take(&mut self, answer: &Answer) {
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap_or("").split(';').next().unwrap_or("");
            let Some((name, value)) = pair.split_once('=') else { continue };
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let text = String::from_utf8_lossy(&answer.bytes);
        if let Some(rest) = text.split(" name=\"token\" value=\"").nth(1) {
            rest.split('"').next().unwrap_or("").clone_into(&mut self.token);
        }
    }

    /// Opens the login page, so that the browser has what its forms need.
    pub async fn visit(&mut self) {
        let answer = self.get("/login").await;
        self.take(&answer);
    }

    /// Signs in with a name and a password.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        let answer = self.post("/login", &[("login", login), ("password", password)]).await;
        self.take(&answer);
        if answer.status == StatusCode::SEE_OTHER {
            let page = self.get("/account/password").await;
            self.take(&page);
        }
        answer
    }

    /// Sends a request as it is; the caller sets host, peer and cookies.
    ///
    /// # Panics
    /// When the answer cannot be read.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole answer").to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// A request of a browser at the machine itself.
    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let path = path.split('#').next().unwrap_or(path);
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost:8080")
            .header(header::COOKIE, cookies.join("; "))
            .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 50_000))))
    }

    /// Gets a page.
    ///
    /// # Panics
    /// When the address is none.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).expect("a request")).await
    }

    /// Gets a page that must be there.
    ///
    /// # Panics
    /// When it is not.
    pub async fn page(&self, path: &str) -> Answer {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer
    }

    /// Posts a form with its token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", &self.token).extend_pairs(fields);
        self.send(self.form(path, form.finish())).await
    }

    /// A form as it is sent.
    ///
    /// # Panics
    /// When the address is none.
    pub fn form(&self, path: &str, body: String) -> Request<Body> {
        let request = self.request("POST", path);
        let kind = "application/x-www-form-urlencoded";
        let request = request.header(header::CONTENT_TYPE, kind);
        request.body(Body::from(body)).expect("a request")
    }

    /// Uploads a plan file for a region.
    pub async fn upload(&self, name: &str, bytes: &[u8], ref_area: &str) -> Answer {
        self.upload_to("/plans/import", (name, bytes), &[("ref_area", ref_area)]).await
    }

    /// Uploads a file with the fields around it.
    ///
    /// # Panics
    /// When the request cannot be made.
    pub async fn upload_to(
        &self,
        path: &str,
        (name, bytes): (&str, &[u8]),
        fields: &[(&str, &str)],
    ) -> Answer {
        let mut body = Vec::new();
        for (field, value) in [("token", self.token.as_str())].iter().chain(fields) {
            let head = format!("--cut\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n");
            body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
        }
        let head = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend([head.as_bytes(), bytes, b"\r\n--cut--\r\n"].concat());
        let request = self.request("POST", path);
        let kind = "multipart/form-data; boundary=cut";
        let request = request.header(header::CONTENT_TYPE, kind);
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    /// Uploads a plan and begins its review; gives the address of the version.
    ///
    /// # Panics
    /// When a step is refused.
    pub async fn draft(&self, text: &str, ref_area: &str) -> String {
        let uploaded = self.upload("规划.txt", text.as_bytes(), ref_area).await;
        assert_eq!(uploaded.status, StatusCode::SEE_OTHER, "{}", uploaded.text());
        let begun = self.post(uploaded.location(), &[("plan", "0")]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
        begun.location().strip_suffix("/review").expect("a review").to_owned()
    }

    /// Decides about every target of a draft and puts it into force.
    ///
    /// # Panics
    /// When a step is refused.
    pub async fn confirm(&self, version: &str) {
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
pub fn numbers(html: &str) -> Vec<u32> {
    let starts = html.split("<li class=\"target ").skip(1);
    starts
        .filter_map(|card| card.split("data-number=\"").nth(1)?.split('"').next()?.parse().ok())
        .collect()
}

/// The revision that a card was drawn with.
///
/// # Panics
/// When the card is not on the page.
pub fn seen(html: &str, number: u32) -> String {
    let card = html.split(&format!("id=\"t{number}\"")).nth(1).expect("the card is on the page");
    value(card, "seen")
}

/// The value of the first field of this name.
///
/// # Panics
/// When the field is not on the page.
pub fn value(html: &str, name: &str) -> String {
    let tag = html.split(&format!(" name=\"{name}\"")).nth(1).expect("the field is there");
    let tag = tag.split('>').next().unwrap_or(tag);
    let value = tag.split(" value=\"").nth(1).and_then(|v| v.split('"').next());
    value.unwrap_or("").to_owned()
}
