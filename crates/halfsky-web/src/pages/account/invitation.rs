//! Accepting an invitation: the person behind a new account chooses the first password.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use halfsky_store::Tx;
use halfsky_store::accounts::{self, Account, AccountState, NewPassword};
use halfsky_store::seal::token;
use halfsky_store::sessions::Method;
use halfsky_store::{invitations, security, sessions};

use super::password;
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::login;
use crate::login::session::Started;
use crate::pages::{Answer, page};
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "account/invitation.html")]
struct InvitationPage {
    shell: Shell,
    form: Form,
    path: String,
    name: String,
    login: String,
    expires: String,
    /// The fewest characters of a password.
    shortest: usize,
}

/// An invitation that still opens an account.
struct Open {
    account: Account,
    token_hash: String,
    expires: String,
    shortest: usize,
}

/// `GET /invitations/{token}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(token): Path<String>,
) -> Answer {
    let open = open(&app, &token).await?;
    page(&invitation_page(&visit, &open, Form::default()))
}

async fn open(app: &App, token: &str) -> Result<Open, WebError> {
    let closed = || {
        WebError::NotFound(
            "这个邀请链接无效：可能已经用过、超过有效期，或已换发新的链接。请联系系统管理员重新发送。"
                .to_owned(),
        )
    };
    let found = invitations::find(&app.store, &token::hash(token)).await?;
    let invitation = found.filter(|i| i.is_open(app.now())).ok_or_else(closed)?;
    let account = accounts::find(&app.store, &invitation.account).await?;
    let account = account.filter(|a| a.state == AccountState::Active).ok_or_else(closed)?;
    let expires = text::minute(invitation.expires_at);
    let shortest = security::policy(&app.store).await?.shortest_password();
    Ok(Open { account, token_hash: invitation.token_hash, expires, shortest })
}

fn invitation_page(visit: &Visit, open: &Open, form: Form) -> InvitationPage {
    InvitationPage {
        shell: Shell::new(visit, Stage::None, "启用账号"),
        form,
        path: visit.here.clone(),
        name: open.account.name.clone(),
        login: open.account.login.clone(),
        expires: open.expires.clone(),
        shortest: open.shortest,
    }
}

/// `POST /invitations/{token}`
pub(crate) async fn accept(
    visit: Visit,
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Posted(mut form): Posted,
) -> Answer {
    let open = open(&app, &token).await?;
    let account = &open.account;
    let Some(new) = password::choose(&app, &mut form, &account.login).await? else {
        form.forget("new");
        form.forget("again");
        let mut response = page(&invitation_page(&visit, &open, form))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    if account.has_second_factor {
        return with_second_factor(&visit, &app, &open, &new).await;
    }
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("");
    let started = Started::new(&app, &visit, agent, (&account.id, Method::Password)).await?;
    let mut tx = app.store.begin_reference().await?;
    use_up(&mut tx, &open, &new).await?;
    started.keep(&mut tx, &visit).await?;
    let origin = visit.origin.address.to_string();
    accounts::record_login(&mut tx, &account.id, new.at, &origin).await?;
    let person = (&*account.name, &*account.login);
    let object = login::object(&account.login);
    tx.commit(visit.entry_as(&app, person, "account.accept", &object)).await?;
    let mut response = Redirect::to("/").into_response();
    response.headers_mut().extend(started.cookie(&visit).map(|v| (header::SET_COOKIE, v)));
    Ok(response)
}

/// The link replaces the password and nothing else: whoever has a second factor signs in with both.
async fn with_second_factor(visit: &Visit, app: &App, open: &Open, new: &NewPassword) -> Answer {
    let account = &open.account;
    let mut tx = app.store.begin_reference().await?;
    use_up(&mut tx, open, new).await?;
    let person = (&*account.name, &*account.login);
    let object = login::object(&account.login);
    tx.commit(visit.entry_as(app, person, "account.accept", &object)).await?;
    Ok(Redirect::to("/login").into_response())
}

/// Uses the link up and sets the password; every session of the account ends.
async fn use_up(tx: &mut Tx, open: &Open, new: &NewPassword) -> Result<(), WebError> {
    if !invitations::use_up(tx, &open.token_hash, new.at).await? {
        return Err(WebError::Conflict("这个邀请链接刚被用过。请用已设置的密码登录。".to_owned()));
    }
    accounts::set_password(tx, &open.account.id, new).await?;
    sessions::remove_others(tx, &open.account.id, None).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_account_and_the_end() {
        let open = Open {
            account: crate::samples::stored_account(),
            token_hash: String::new(),
            expires: "2026年3月6日 09:30".to_owned(),
            shortest: 12,
        };
        let draw = || invitation_page(&Visit::sample(), &open, Form::default()).render().unwrap();
        assert!(draw().contains("office") && draw().contains("2026年3月6日 09:30"));
        assert!(draw().contains("至少12个字符"));
        assert_eq!(draw(), draw());
    }
}
