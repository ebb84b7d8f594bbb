//! The second step of signing in: a code of the second factor.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};

use super::login::{Kept, own_or_home, refused_page, welcome, with_status};
use crate::app::App;
use crate::form::{Form, Posted};
use crate::login::second_factor::{self, Outcome};
use crate::pages::{Answer, page};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// Where it is.
pub(crate) const PATH: &str = "/login/code";

/// Longest code that is looked at.
const LONGEST: usize = 40;

#[derive(Template)]
#[template(path = "account/code.html")]
struct CodePage {
    shell: Shell,
    form: Form,
    /// What the first step found out, sealed.
    pending: String,
    kept: Option<Kept>,
    /// Where to go afterwards.
    next: String,
}

fn code_page(
    visit: &Visit,
    form: Form,
    (pending, kept, next): (String, Option<Kept>, String),
) -> CodePage {
    CodePage { shell: Shell::new(visit, Stage::None, "动态口令"), form, pending, kept, next }
}

/// The page after a right password.
pub(super) fn ask(visit: &Visit, step: (String, Option<Kept>, String)) -> Answer {
    page(&code_page(visit, Form::default(), step))
}

/// `GET /login/code`: without a first step there is nothing to ask.
pub(crate) async fn show() -> Answer {
    Ok(Redirect::to("/login").into_response())
}

/// `POST /login/code`
pub(crate) async fn sign_in(
    visit: Visit,
    State(app): State<App>,
    headers: HeaderMap,
    Posted(mut form): Posted,
) -> Answer {
    let (kept, next) = (Kept::of(&form), own_or_home(form.value("next")));
    let pending = form.value("pending").to_owned();
    let typed = form.value("code").to_owned();
    if typed.is_empty() {
        form.refuse("code", "请填写动态口令");
    } else if typed.len() > LONGEST {
        form.refuse("code", "动态口令是6位数字，恢复码是12个字符，请核对");
    } else {
        let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("");
        match second_factor::attempt(&app, &visit, (&pending, &typed), agent).await? {
            Outcome::SignedIn(started) => return welcome(&visit, &started, kept, &next),
            Outcome::Expired => {
                return refused_page(&visit, &app, "等待动态口令超过5分钟，或密码已改变。请重新登录");
            }
            Outcome::Wrong => form.refuse(
                "code",
                "动态口令不正确或已用过，或账号因多次输错暂时锁定。请等手机显示下一个口令后再试；手机时间应设为自动校准",
            ),
        }
    }
    form.forget("code");
    let drawn = page(&code_page(&visit, form, (pending, kept, next)));
    with_status(drawn, StatusCode::UNPROCESSABLE_ENTITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_over_what_the_first_step_knew() {
        let kept = Kept::new("/plans/1", b"name=a");
        let draw = || {
            let step = ("1.abc".to_owned(), kept.clone(), "/plans".to_owned());
            code_page(&Visit::sample(), Form::default(), step).render().unwrap()
        };
        let html = draw();
        for field in ["value=\"1.abc\"", "value=\"/plans\"", "value=\"/plans/1\"", "one-time-code"]
        {
            assert!(html.contains(field), "{field}");
        }
        assert_eq!(html, draw());
    }
}
