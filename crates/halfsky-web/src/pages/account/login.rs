//! The login page, and what is offered after a session ended in the middle of something.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use halfsky_store::sessions;

use super::code;
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::Params;
use crate::login::session::{self, Started};
use crate::login::{self, Attempt};
use crate::pages::{Answer, page};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// Longest name and password that are looked at.
const LONGEST_FIELD: usize = 256;

#[derive(Template)]
#[template(path = "account/login.html")]
struct LoginPage {
    shell: Shell,
    form: Form,
    /// Where to go afterwards.
    next: String,
    /// The session ended while the person was away.
    ended: bool,
    /// Something was sent and not saved, and cannot be kept.
    lost: bool,
    kept: Option<Kept>,
    /// What the button of the single sign-on says, where there is one.
    single_sign_on: Option<String>,
}

impl LoginPage {
    /// The page for somebody who comes to sign in.
    fn new(visit: &Visit, app: &App, form: Form, next: String) -> Self {
        let provider = app.settings.single_sign_on.as_ref();
        Self {
            shell: Shell::new(visit, Stage::None, "登录"),
            form,
            next,
            ended: false,
            lost: false,
            kept: None,
            single_sign_on: provider.map(|provider| provider.label.clone()),
        }
    }
}

/// A form that was sent after the session had ended: offered again once somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Where it was sent.
    pub(crate) path: String,
    /// Its fields, as the browser wrote them.
    pub(crate) body: String,
}

impl Kept {
    /// Keeps a form; None where it is none.
    pub(crate) fn new(path: &str, body: &[u8]) -> Option<Self> {
        let body = std::str::from_utf8(body).ok()?.to_owned();
        is_own(path).then(|| Self { path: path.to_owned(), body })
    }

    pub(super) fn of(form: &Form) -> Option<Self> {
        Self::new(form.value("kept_path"), form.value("kept_body").as_bytes())
    }

    /// The fields that the person filled in.
    fn fields(&self) -> Vec<(String, String)> {
        let fields = form_urlencoded::parse(self.body.as_bytes()).into_owned();
        fields.filter(|(name, _)| name != crate::form::TOKEN_FIELD).collect()
    }
}

#[derive(Template)]
#[template(path = "account/resume.html")]
struct ResumePage {
    shell: Shell,
    path: String,
    fields: Vec<(String, String)>,
}

/// The address of the login page that leads back afterwards.
pub(crate) fn url(visit: &Visit, next: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("next", next);
    if visit.session_ended {
        query.append_pair("ended", "1");
    }
    format!("/login?{}", query.finish())
}

/// `GET /login`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let next = own_or_home(params.value("next"));
    if visit.account.is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    page(&LoginPage {
        ended: !params.value("ended").is_empty(),
        lost: !params.value("lost").is_empty(),
        ..LoginPage::new(&visit, &app, Form::default(), next)
    })
}

/// The login page in answer to something sent after the session had ended.
pub(crate) fn after_the_end(visit: &Visit, kept: Option<Kept>) -> Answer {
    let drawn = page(&LoginPage {
        shell: Shell::new(visit, Stage::None, "登录"),
        form: Form::default(),
        next: "/".to_owned(),
        ended: visit.session_ended,
        lost: kept.is_none(),
        kept,
        single_sign_on: None,
    });
    with_status(drawn, StatusCode::UNAUTHORIZED)
}

/// `POST /login`
pub(crate) async fn sign_in(
    visit: Visit,
    State(app): State<App>,
    headers: HeaderMap,
    Posted(mut form): Posted,
) -> Answer {
    let kept = Kept::of(&form);
    let next = own_or_home(form.value("next"));
    let (login, password) = (form.value("login").to_owned(), form.raw("password").to_owned());
    if login.is_empty() {
        form.refuse("login", "请填写登录名");
    }
    if password.is_empty() {
        form.refuse("password", "请填写密码");
    }
    if !form.is_refused() && login.len() <= LONGEST_FIELD && password.len() <= 4 * LONGEST_FIELD {
        let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("");
        match login::attempt(&app, &visit, (&login, &password), agent).await? {
            Attempt::SignedIn(started) => return welcome(&visit, &started, kept, &next),
            Attempt::CodeNeeded(pending) => return code::ask(&visit, (pending, kept, next)),
            Attempt::Refused => {}
        }
    }
    if !form.is_refused() {
        form.refuse(
            "login",
            "登录名或密码不正确，或账号已停用、因多次输错暂时锁定。请核对后再试；仍不能登录请联系系统管理员",
        );
    }
    form.forget("password");
    let drawn = page(&LoginPage { kept, ..LoginPage::new(&visit, &app, form, next) });
    with_status(drawn, StatusCode::UNPROCESSABLE_ENTITY)
}

/// The page after a sign-in that did not succeed for a reason of its own.
pub(super) fn refused_page(visit: &Visit, app: &App, words: &str) -> Answer {
    let mut form = Form::default();
    form.refuse("login", words);
    let drawn = page(&LoginPage::new(visit, app, form, "/".to_owned()));
    with_status(drawn, StatusCode::UNPROCESSABLE_ENTITY)
}

/// Goes on where the person was: to the page, or to the form that was not saved.
pub(super) fn welcome(visit: &Visit, started: &Started, kept: Option<Kept>, next: &str) -> Answer {
    let mut response = match kept {
        Some(kept) => {
            // the new session has a form token of its own
            let visit = Visit { token: started.form_token(), ..visit.clone() };
            page(&ResumePage {
                shell: Shell::new(&visit, Stage::None, "继续提交"),
                fields: kept.fields(),
                path: kept.path,
            })?
        }
        None => Redirect::to(next).into_response(),
    };
    response.headers_mut().extend(started.cookie(visit).map(|value| (header::SET_COOKIE, value)));
    Ok(response)
}

/// `POST /logout`
pub(crate) async fn sign_out(
    visit: Visit,
    State(app): State<App>,
    Posted(_form): Posted,
) -> Answer {
    let account = visit.account()?;
    let mut tx = app.store.begin_reference().await?;
    sessions::remove(&mut tx, &account.id, &account.session).await?;
    tx.commit(visit.entry(&app, "account.logout", &login::object(&account.login))).await?;
    let mut response = Redirect::to("/login").into_response();
    response
        .headers_mut()
        .extend(visit.origin.end_cookie(session::COOKIE).map(|v| (header::SET_COOKIE, v)));
    Ok(response)
}

/// Whether an address leads to a page of ours.
pub(crate) fn is_own(path: &str) -> bool {
    let strange = |c: char| c == '\\' || c.is_control();
    path.starts_with('/') && !path.starts_with("//") && !path.contains(strange)
}

pub(super) fn own_or_home(path: &str) -> String {
    let leads_on = is_own(path) && !path.starts_with("/login");
    if leads_on { path.to_owned() } else { "/".to_owned() }
}

pub(super) fn with_status(drawn: Answer, status: StatusCode) -> Result<Response, WebError> {
    let mut response = drawn?;
    *response.status_mut() = status;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_pages_are_led_to() {
        assert_eq!(own_or_home("/plans?q=a"), "/plans?q=a");
        for strange in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "/login?next=/"]
        {
            assert_eq!(own_or_home(strange), "/", "{strange}");
        }
        let visit = Visit { session_ended: true, ..Visit::sample() };
        assert_eq!(url(&visit, "/plans?q=a&b=c"), "/login?next=%2Fplans%3Fq%3Da%26b%3Dc&ended=1");
    }

    #[test]
    fn a_kept_form_is_offered_without_its_old_token() {
        let kept = Kept::new("/plans/1", "name=%E5%BC%A0&token=old&note=a%0Ab".as_bytes()).unwrap();
        let fields = kept.fields();
        assert_eq!(
            fields,
            [("name".to_owned(), "张".to_owned()), ("note".to_owned(), "a\nb".to_owned())]
        );
        let draw = || {
            ResumePage {
                shell: Shell::new(&Visit::sample(), Stage::None, "继续提交"),
                path: kept.path.clone(),
                fields: fields.clone(),
            }
            .render()
            .unwrap()
        };
        assert!(draw().contains("value=\"张\"") && !draw().contains("old"));
        assert_eq!(draw(), draw());
        assert!(Kept::new("https://evil.example/", b"a=1").is_none());
    }
}
