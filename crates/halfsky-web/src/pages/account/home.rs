//! 我的账号: who one is here, how one can be reached, where one is signed in, and what was tried.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use halfsky_monitor::appointment::Appointment;
use halfsky_store::accounts::{self, Contact};
use halfsky_store::audit::{self, SealedEntry};
use halfsky_store::sessions::Session;
use halfsky_store::{appointments, regions, security, sessions, units};

use super::login::with_status;
use crate::app::App;
use crate::audit_table::second;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::login;
use crate::login::device;
use crate::login::session::Lasting;
use crate::pages::admin::account::{contact, place_of};
use crate::pages::admin::unit_names;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

/// Where it is.
pub(crate) const PATH: &str = "/account";

/// Sign-ins that are shown.
const SHOWN: usize = 10;

/// Entries that are looked through for them.
const LOOKED_AT: i64 = 100;

/// An appointment of today or later, or one that has ended.
struct Held {
    role: &'static str,
    place: String,
    validity: String,
    holds: bool,
}

/// A browser that is signed in.
struct Place {
    id: String,
    device: String,
    address: String,
    since: String,
    seen: String,
    method: &'static str,
    /// The browser that looks at the page.
    here: bool,
}

/// Something that happened at the door.
struct Deed {
    at: String,
    words: &'static str,
    address: String,
    /// Somebody may be trying who is not the person.
    strange: bool,
}

#[derive(Template)]
#[template(path = "account/home.html")]
struct HomePage {
    shell: Shell,
    form: Form,
    login: String,
    person: String,
    unit: String,
    has_second_factor: bool,
    held: Vec<Held>,
    places: Vec<Place>,
    deeds: Vec<Deed>,
}

/// What the page shows, as it stands in the store.
struct Loaded {
    held: Vec<Held>,
    sessions: Vec<Session>,
    entries: Vec<SealedEntry>,
}

async fn load(visit: &Visit, app: &App) -> Result<Loaded, WebError> {
    let account = visit.account()?;
    let today = visit.frame.today;
    let regions = regions::list(&app.store).await?;
    let units = unit_names(&units::list(&app.store, None).await?);
    let held = |a: &Appointment| Held {
        role: a.role.label(),
        place: place_of(a, &regions, &units),
        validity: a.validity.to_string(),
        holds: a.validity.holds_on(today),
    };
    let appointments = appointments::of_account(&app.store, &account.id).await?;
    let lasting = Lasting::of(app, &security::policy(&app.store).await?);
    let mut open = sessions::of_account(&app.store, &account.id).await?;
    open.retain(|session| lasting.holds(session, app.now()));
    let reference = audit::REFERENCE_AREA.parse().map_err(anyhow::Error::from)?;
    let object = login::object(&account.login);
    Ok(Loaded {
        held: appointments.iter().map(held).collect(),
        sessions: open,
        entries: audit::last_about(&app.store, &reference, &object, LOOKED_AT).await?,
    })
}

/// `GET /account`
pub(crate) async fn show(visit: Visit, State(app): State<App>) -> Answer {
    let account = visit.account()?;
    let known = accounts::contact(&app.store, app.secret(), &account.id).await?;
    let form = Form::filled(vec![("phone", known.phone), ("email", known.email)]);
    page(&home_page(&visit, load(&visit, &app).await?, form)?)
}

fn home_page(visit: &Visit, loaded: Loaded, form: Form) -> Result<HomePage, WebError> {
    let account = visit.account()?;
    let place = |session: &Session| Place {
        id: id_of(session),
        device: device::words(&session.agent),
        address: session.origin.clone(),
        since: text::minute(session.started_at),
        seen: text::minute(session.seen_at),
        method: session.method.label(),
        here: session.token_hash == account.session,
    };
    Ok(HomePage {
        shell: Shell::new(visit, Stage::None, "我的账号"),
        form,
        login: account.login.clone(),
        person: account.name.clone(),
        unit: account.unit.clone(),
        has_second_factor: account.has_second_factor,
        held: loaded.held,
        places: loaded.sessions.iter().map(place).collect(),
        deeds: loaded.entries.iter().filter_map(deed).take(SHOWN).collect(),
    })
}

/// A session as a form names it: neither its token nor the hash of it.
fn id_of(session: &Session) -> String {
    halfsky_store::seal::token::derived(&session.token_hash, "list")
}

/// What an entry tells about the door; None for other entries.
fn deed(entry: &SealedEntry) -> Option<Deed> {
    let (words, strange) = match entry.action.as_str() {
        "account.login" => ("登录", false),
        "account.login_recovery" => ("用恢复码登录", false),
        "account.logout" => ("退出", false),
        "account.login_refused" => ("登录没有成功：密码不正确，或账号正在锁定", true),
        "account.code_refused" => ("登录没有成功：密码正确，动态口令不正确", true),
        "account.password" => ("修改密码", false),
        _ => return None,
    };
    Some(Deed { at: second(&entry.at), words, address: entry.origin.clone(), strange })
}

/// `POST /account`: phone and e-mail.
pub(crate) async fn change(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let account = visit.account()?;
    let wanted: Contact = contact(&mut form);
    if form.is_refused() {
        let drawn = page(&home_page(&visit, load(&visit, &app).await?, form)?);
        return with_status(drawn, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let nonces = [app.random(), app.random()];
    let mut tx = app.store.begin_reference().await?;
    accounts::set_contact(&mut tx, (app.secret(), nonces), &account.id, &wanted).await?;
    tx.commit(visit.entry(&app, "account.own_contact", &login::object(&account.login))).await?;
    Ok(visit.redirect(&app, &Toast::new("已保存联系方式"), PATH))
}

/// `POST /account/sessions`: ends the session named in the form, or all but this one.
pub(crate) async fn end_sessions(
    visit: Visit,
    State(app): State<App>,
    Posted(form): Posted,
) -> Answer {
    let account = visit.account()?;
    let wanted = form.value("session");
    let open = sessions::of_account(&app.store, &account.id).await?;
    let mut tx = app.store.begin_reference().await?;
    let mut ended = 0;
    if wanted.is_empty() {
        ended = sessions::remove_others(&mut tx, &account.id, Some(&account.session)).await?;
    } else if let Some(session) = open.iter().find(|session| id_of(session) == wanted) {
        ended = u64::from(sessions::remove(&mut tx, &account.id, &session.token_hash).await?);
    }
    if ended == 0 {
        tx.rollback().await?;
        return Ok(visit.redirect(&app, &Toast::new("没有其他登录，不用退出"), PATH));
    }
    tx.commit(visit.entry(&app, "account.end_others", &login::object(&account.login))).await?;
    let toast = Toast::new(format!("已退出{ended}处登录"));
    Ok(visit.redirect(&app, &toast, PATH))
}

#[cfg(test)]
mod tests {
    use halfsky_monitor::appointment::AccountId;
    use halfsky_store::sessions::Method;

    use super::*;

    fn session(token_hash: &str) -> Session {
        let at = "2026-03-05T01:30:00Z".parse().unwrap();
        Session {
            token_hash: token_hash.to_owned(),
            account: AccountId("1".to_owned()),
            started_at: at,
            seen_at: at,
            origin: "192.0.2.7".to_owned(),
            agent: "Firefox/140.0 (Windows)".to_owned(),
            method: Method::Password,
        }
    }

    fn entry(action: &str) -> SealedEntry {
        crate::samples::entry(action)
    }

    #[test]
    fn marks_the_own_session_and_shows_no_hash() {
        let mine = "cd".repeat(32);
        let draw = || {
            let loaded = Loaded {
                held: Vec::new(),
                sessions: vec![session(&mine), session("ef")],
                entries: vec![entry("account.code_refused"), entry("account.change")],
            };
            home_page(&Visit::sample(), loaded, Form::default()).unwrap().render().unwrap()
        };
        let html = draw();
        assert_eq!(html.matches("本次登录").count(), 1);
        assert_eq!(html.matches("name=\"session\"").count(), 1);
        assert!(html.contains("Windows 上的 火狐") && html.contains("动态口令不正确"));
        assert!(!html.contains(&mine));
        assert_eq!(html, draw());
    }

    #[test]
    fn only_the_door_is_told() {
        assert!(deed(&entry("account.change")).is_none());
        assert!(deed(&entry("account.login_refused")).unwrap().strange);
        assert!(!deed(&entry("account.login")).unwrap().strange);
    }
}
