//! Changing the own password, also the first time.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use halfsky_monitor::password::{self, PasswordRefusal};
use halfsky_store::accounts::{self, NewPassword};
use halfsky_store::{security, sessions};

use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::login;
use crate::login::throttle::{self, Counted};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// Where it is.
pub(crate) const PATH: &str = "/account/password";

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage {
    shell: Shell,
    form: Form,
    /// Somebody else gave the password: nothing else is possible before it is replaced.
    forced: bool,
    /// The fewest characters of a password.
    shortest: usize,
}

/// `GET /account/password`
pub(crate) async fn show(visit: Visit, State(app): State<App>) -> Answer {
    let shortest = security::policy(&app.store).await?.shortest_password();
    page(&password_page(&visit, shortest, Form::default())?)
}

fn password_page(visit: &Visit, shortest: usize, form: Form) -> Result<PasswordPage, WebError> {
    Ok(PasswordPage {
        shortest,
        shell: Shell::new(visit, Stage::None, "修改密码"),
        form,
        forced: visit.account()?.password_is_temporary,
    })
}

/// `POST /account/password`
pub(crate) async fn change(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let account = visit.account()?;
    let right = knows_password(&app, &account.login, form.raw("current")).await?;
    if !right {
        form.refuse("current", "现用密码不正确，请重新填写");
    }
    let chosen = choose(&app, &mut form, &account.login).await?;
    let Some(new) = chosen.filter(|_| !form.is_refused()) else {
        for name in ["current", "new", "again"] {
            form.forget(name);
        }
        let shortest = security::policy(&app.store).await?.shortest_password();
        let mut response = page(&password_page(&visit, shortest, form)?)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let mut tx = app.store.begin_reference().await?;
    accounts::set_password(&mut tx, &account.id, &new).await?;
    sessions::remove_others(&mut tx, &account.id, Some(&account.session)).await?;
    tx.commit(visit.entry(&app, "account.password", &login::object(&account.login))).await?;
    Ok(visit.redirect(&app, &Toast::new("密码已修改"), "/"))
}

/// Whether somebody who is signed in knows the password of the account. Guessing here counts like guessing
/// at the door.
pub(crate) async fn knows_password(
    app: &App,
    login: &str,
    password: &str,
) -> Result<bool, WebError> {
    let counted = Counted::LoginName(login.to_owned());
    throttle::take(app, &counted).await?;
    let hash = accounts::credentials(&app.store, login).await?.and_then(|c| c.password_hash);
    let right = app.hashing.verify(password.to_owned(), hash).await?;
    if right {
        throttle::give_back(app, &counted).await?;
    }
    Ok(right)
}

/// The password chosen in the fields `new` and `again`, hashed; what is wrong with it is noted in the form.
pub(crate) async fn choose(
    app: &App,
    form: &mut Form,
    login: &str,
) -> Result<Option<NewPassword>, WebError> {
    let chosen = form.raw("new").to_owned();
    let shortest = security::policy(&app.store).await?.shortest_password();
    if let Err(refusal) = password::check(&chosen, login, shortest) {
        form.refuse("new", refusal.to_string());
        return Ok(None);
    }
    if chosen != form.raw("again") {
        form.refuse("again", "两次填写的新密码不一致，请重新填写");
        return Ok(None);
    }
    let former = match accounts::find_by_login(&app.store, login).await? {
        Some(account) => accounts::former_passwords(&app.store, &account.id).await?,
        None => Vec::new(),
    };
    if app.hashing.find(chosen.clone(), former).await?.is_some() {
        form.refuse("new", PasswordRefusal::UsedBefore.to_string());
        return Ok(None);
    }
    let hash = app.hashing.hash(chosen, app.random()).await?;
    Ok(Some(NewPassword { hash, at: app.now(), temporary: false }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_password_is_not_sent_back() {
        let mut form = Form::filled(vec![("new", "geheim".to_owned())]);
        form.refuse("new", PasswordRefusal::TooShort(12).to_string());
        let draw = || password_page(&Visit::sample(), 12, form.clone()).unwrap().render().unwrap();
        assert!(draw().contains("密码太短") && !draw().contains("geheim"));
        assert_eq!(draw(), draw());
    }
}
