//! Signing in with the identity of another system: the way there and the way back.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect};
use halfsky_store::accounts::{self, AccountState};
use halfsky_store::sessions::Method;

use super::code;
use super::login::{own_or_home, refused_page, welcome};
use crate::app::App;
use crate::error::WebError;
use crate::list::Params;
use crate::login;
use crate::login::second_factor;
use crate::login::single_sign_on::{COOKIE, Pending, Provider};
use crate::login::throttle::{self, Counted};
use crate::pages::Answer;
use crate::visit::{Visit, cookie};

pub(crate) const PATH: &str = "/login/single-sign-on";

fn provider(app: &App) -> Result<&Provider, WebError> {
    let missing =
        || WebError::NotFound("本系统没有启用单点登录。请用登录名和密码登录。".to_owned());
    app.settings.single_sign_on.as_ref().ok_or_else(missing)
}

/// `GET /login/single-sign-on`
pub(crate) async fn set_out(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let provider = provider(&app)?;
    count(&app, &visit).await?;
    let pending = Pending::new(
        [app.random(), app.random(), app.random()],
        &own_or_home(params.value("next")),
    );
    match provider.authorization_url(&pending).await {
        Ok(url) => {
            let mut response = Redirect::to(&url).into_response();
            let cookie = pending.cookie(visit.origin);
            response.headers_mut().extend(cookie.map(|value| (header::SET_COOKIE, value)));
            Ok(response)
        }
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "single sign-on cannot be reached");
            refused_page(&visit, &app, "统一身份认证系统没有应答。请稍后再试，或用登录名和密码登录")
        }
    }
}

/// `GET /login/single-sign-on/back`
pub(crate) async fn come_back(
    visit: Visit,
    State(app): State<App>,
    headers: HeaderMap,
    params: Params,
) -> Answer {
    let provider = provider(&app)?;
    count(&app, &visit).await?;
    let kept = cookie(&headers, &visit.origin.cookie_name(COOKIE));
    let pending = kept.and_then(|kept| Pending::back(kept, params.value("state")));
    let Some(pending) = pending.filter(|_| !params.value("code").is_empty()) else {
        return refused_page(&visit, &app, "单点登录没有完成或已过期。请重新登录");
    };
    let subject = match provider.subject(&pending, params.value("code"), app.now()).await {
        Ok(subject) => subject,
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "single sign-on was refused");
            return refused_page(&visit, &app, "统一身份认证的结果没有通过核验。请重新登录");
        }
    };
    let account = accounts::find_by_subject(&app.store, &subject).await?;
    let Some(account) = account.filter(|account| account.state == AccountState::Active) else {
        let words = format!(
            "身份认证已通过，但这里没有对应的可用账号。请把标识“{subject}”告诉系统管理员，由其填入您的账号"
        );
        return refused_page(&visit, &app, &words);
    };
    let found = accounts::credentials(&app.store, &account.login).await?;
    let found =
        found.ok_or_else(|| WebError::Internal(anyhow::anyhow!("account without login")))?;
    let next = pending.next;
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("");
    throttle::give_back(&app, &by_address(&visit)).await?;
    if found.totp_sealed.is_some() {
        let pending = second_factor::pending(&app, &visit, (&found, Method::SingleSignOn))?;
        return code::ask(&visit, (pending, None, own_or_home(&next)));
    }
    let started = login::start(&app, &visit, (&found, Method::SingleSignOn), agent).await?;
    welcome(&visit, &started, None, &own_or_home(&next))
}

fn by_address(visit: &Visit) -> Counted {
    Counted::LoginAddress(visit.origin.address.to_string())
}

/// Every attempt counts, so that nobody makes us ask the provider without end.
async fn count(app: &App, visit: &Visit) -> Result<(), WebError> {
    throttle::take(app, &by_address(visit)).await
}
