//! The second factor of the own account: setting it up, new recovery codes, turning it off.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use halfsky_store::accounts::{self, Credentials};
use halfsky_store::sessions;

use super::login::with_status;
use super::password::knows_password;
use crate::account::Account;
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::login;
use crate::login::one_time_code::{self, Picture, RECOVERY_CODES};
use crate::login::second_factor::recovery_codes;
use crate::login::throttle::{self, Counted};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// Where it is.
pub(crate) const PATH: &str = "/account/second-factor";

#[derive(Template)]
#[template(path = "account/second-factor-new.html")]
struct NewPage {
    shell: Shell,
    form: Form,
    /// A role demands it: nothing else is possible before.
    forced: bool,
    /// The secret, sealed for this session: the form brings it back.
    offer: String,
    /// The secret as it is typed where no picture can be read.
    typed: String,
    login: String,
    picture: Picture,
    /// Whether there is a password that must be given, too.
    has_password: bool,
}

#[derive(Template)]
#[template(path = "account/second-factor-codes.html")]
struct CodesPage {
    shell: Shell,
    codes: Vec<String>,
    /// They belong to a factor that was just set up.
    fresh: bool,
}

#[derive(Template)]
#[template(path = "account/second-factor.html")]
struct StatePage {
    shell: Shell,
    form: Form,
    /// Recovery codes that are left.
    left: usize,
    of: usize,
    has_password: bool,
}

#[derive(Template)]
#[template(path = "account/second-factor-off.html")]
struct OffPage {
    shell: Shell,
    form: Form,
    action: &'static str,
    back: &'static str,
    has_password: bool,
}

/// Whether the person has a password; with single sign-on alone there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Password {
    Chosen,
    Missing,
}

impl Password {
    fn of(found: &Credentials) -> Self {
        if found.password_hash.is_some() { Self::Chosen } else { Self::Missing }
    }
}

/// What recovery codes are given out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    WithTheFactor,
    Anew,
}

/// What the secret of an offer is sealed for: one account in one session.
fn place(account: &Account) -> String {
    format!("second factor offer {} {}", account.id, account.session)
}

async fn credentials(app: &App, account: &Account) -> Result<Credentials, WebError> {
    let found = accounts::credentials(&app.store, &account.login).await?;
    found.ok_or_else(|| WebError::Internal(anyhow::anyhow!("an account without a login name")))
}

/// `GET /account/second-factor`
pub(crate) async fn show(visit: Visit, State(app): State<App>) -> Answer {
    let account = visit.account()?;
    if account.has_second_factor {
        return state(&visit, &app, Form::default()).await;
    }
    let secret = one_time_code::secret(app.random());
    let offer = app.secret().seal(&secret, &place(account), app.random())?;
    let password = Password::of(&credentials(&app, account).await?);
    page(&new_page(&visit, (secret, offer), password, Form::default())?)
}

fn new_page(
    visit: &Visit,
    (secret, offer): (String, String),
    password: Password,
    form: Form,
) -> Result<NewPage, WebError> {
    let account = visit.account()?;
    Ok(NewPage {
        shell: Shell::new(visit, Stage::None, "设置第二因素"),
        form,
        forced: account.lacks_second_factor,
        offer,
        typed: one_time_code::grouped(&secret),
        login: account.login.clone(),
        picture: Picture::of(&one_time_code::address(&secret, &account.login)?)?,
        has_password: password == Password::Chosen,
    })
}

async fn state(visit: &Visit, app: &App, form: Form) -> Answer {
    let account = visit.account()?;
    let left = accounts::recovery_codes(&app.store, &account.id).await?.len();
    let password = Password::of(&credentials(app, account).await?);
    page(&state_page(visit, left, password, form))
}

fn state_page(visit: &Visit, left: usize, password: Password, form: Form) -> StatePage {
    let shell = Shell::new(visit, Stage::None, "第二因素").under("我的账号", super::home::PATH);
    let has_password = password == Password::Chosen;
    StatePage { shell, form, left, of: RECOVERY_CODES, has_password }
}

/// `POST /account/second-factor`: a code shows that the telephone has the secret.
pub(crate) async fn set_up(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let account = visit.account()?;
    if account.has_second_factor {
        return Ok(Redirect::to(PATH).into_response());
    }
    let offer = form.value("offer").to_owned();
    let Ok(secret) = app.secret().open(&offer, &place(account)) else {
        return Err(WebError::Refused(
            "这次设置已经失效。请回到“设置第二因素”，重新扫描二维码。".to_owned(),
        ));
    };
    let found = credentials(&app, account).await?;
    let password = Password::of(&found);
    let proved = check_code(&app, account, &secret, &mut form).await?;
    if password == Password::Chosen
        && !knows_password(&app, &account.login, form.raw("password")).await?
    {
        form.refuse("password", "现用密码不正确，请重新填写");
    }
    let Some(step) = proved.filter(|_| !form.is_refused()) else {
        form.forget("password");
        form.forget("code");
        let drawn = page(&new_page(&visit, (secret, offer), password, form)?);
        return with_status(drawn, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let (codes, hashes) = recovery_codes(&app).await?;
    let sealing = (app.secret(), app.random());
    let mut tx = app.store.begin_reference().await?;
    accounts::set_second_factor(&mut tx, sealing, &account.id, (&secret, step), &hashes).await?;
    // what signed in without it signs in again
    sessions::remove_others(&mut tx, &account.id, Some(&account.session)).await?;
    let object = login::object(&account.login);
    tx.commit(visit.entry(&app, "account.second_factor", &object)).await?;
    page(&codes_page(&visit, codes, Given::WithTheFactor))
}

/// The step of the code in the form; guessing here counts like guessing at the door.
async fn check_code(
    app: &App,
    account: &Account,
    secret: &str,
    form: &mut Form,
) -> Result<Option<i64>, WebError> {
    let counted = Counted::LoginName(account.login.clone());
    throttle::take(app, &counted).await?;
    let typed = one_time_code::plain(form.value("code"));
    let step = one_time_code::step(secret, &typed, app.now())?;
    if step.is_some() {
        throttle::give_back(app, &counted).await?;
    } else {
        form.refuse("code", "动态口令不正确。请核对手机时间是否自动校准，等显示下一个口令后再填写");
    }
    Ok(step)
}

fn codes_page(visit: &Visit, codes: Vec<String>, given: Given) -> CodesPage {
    let fresh = given == Given::WithTheFactor;
    CodesPage { shell: Shell::new(visit, Stage::None, "恢复码"), codes, fresh }
}

/// `POST /account/second-factor/codes`: the old recovery codes hold no more.
pub(crate) async fn new_codes(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let account = visit.account()?;
    if !account.has_second_factor {
        return Ok(Redirect::to(PATH).into_response());
    }
    if !knows_password(&app, &account.login, form.raw("password")).await? {
        form.refuse("password", "现用密码不正确，请重新填写");
        form.forget("password");
        let drawn = state(&visit, &app, form).await;
        return with_status(drawn, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let (codes, hashes) = recovery_codes(&app).await?;
    let mut tx = app.store.begin_reference().await?;
    accounts::set_recovery_codes(&mut tx, &account.id, &hashes).await?;
    let object = login::object(&account.login);
    tx.commit(visit.entry(&app, "account.recovery_codes", &object)).await?;
    page(&codes_page(&visit, codes, Given::Anew))
}

/// `GET /account/second-factor/off`
pub(crate) async fn ask(visit: Visit, State(app): State<App>) -> Answer {
    let account = visit.account()?;
    if !account.has_second_factor {
        return Ok(Redirect::to(PATH).into_response());
    }
    let password = Password::of(&credentials(&app, account).await?);
    page(&off_page(&visit, password, Form::default()))
}

fn off_page(visit: &Visit, password: Password, form: Form) -> OffPage {
    let shell = Shell::new(visit, Stage::None, "停用第二因素")
        .under("我的账号", super::home::PATH)
        .under("第二因素", PATH);
    let has_password = password == Password::Chosen;
    OffPage { shell, form, action: "/account/second-factor/off", back: PATH, has_password }
}

/// `POST /account/second-factor/off`
pub(crate) async fn turn_off(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let account = visit.account()?;
    let password = Password::of(&credentials(&app, account).await?);
    if !knows_password(&app, &account.login, form.raw("password")).await? {
        form.refuse("password", "现用密码不正确，第二因素没有停用");
        form.forget("password");
        let drawn = page(&off_page(&visit, password, form));
        return with_status(drawn, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let mut tx = app.store.begin_reference().await?;
    accounts::remove_second_factor(&mut tx, &account.id).await?;
    let object = login::object(&account.login);
    tx.commit(visit.entry(&app, "account.second_factor_off", &object)).await?;
    Ok(visit.redirect(&app, &Toast::new("已停用第二因素"), super::home::PATH))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(template: &impl Template) -> String {
        let html = template.render().unwrap();
        assert_eq!(html, template.render().unwrap());
        html
    }

    #[test]
    fn the_secret_stands_as_picture_and_as_text() {
        let secret = one_time_code::secret([7; 20]);
        let offer = (secret.clone(), "1.ab".to_owned());
        let page = new_page(&Visit::sample(), offer, Password::Chosen, Form::default()).unwrap();
        let html = draw(&page);
        assert!(html.contains(&one_time_code::grouped(&secret)) && html.contains("value=\"1.ab\""));
        assert!(html.contains("<svg class=\"qr\"") && !html.contains("style="));
        assert!(html.contains("name=\"password\""));
    }

    #[test]
    fn codes_are_shown_and_the_state_says_how_many_are_left() {
        let codes = vec!["2z2z-3456-789a".to_owned()];
        let html = draw(&codes_page(&Visit::sample(), codes, Given::WithTheFactor));
        assert!(html.contains("2z2z-3456-789a") && html.contains("只显示这一次"));
        let html = draw(&state_page(&Visit::sample(), 2, Password::Chosen, Form::default()));
        assert!(html.contains("还剩2个") && html.contains("/account/second-factor/off"));
        let html = draw(&off_page(&Visit::sample(), Password::Missing, Form::default()));
        assert!(html.contains("安全管理员"));
    }
}
