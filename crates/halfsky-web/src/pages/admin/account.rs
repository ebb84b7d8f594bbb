//! One account: name and contact, state, invitation, sessions, and the appointments beside them.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::appointment::{AccountId, Appointment, INSTALLATION};
use halfsky_monitor::unit::UnitId;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::accounts::{self, Account, AccountState, Contact};
use halfsky_store::audit::Entry;
use halfsky_store::invitations::{self, Invitation};
use halfsky_store::regions::{self, Region};
use halfsky_store::seal::token;
use halfsky_store::units::{self, StoredUnit};
use halfsky_store::{appointments, sessions};
use jiff::SignedDuration;

use super::accounts::{PATH, state_of};
use super::appointments::Offer;
use super::{nothing, refused, region_name, required, shell, unit_names};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::Choice;
use crate::login;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

/// How long an invitation lasts.
pub(super) const INVITED_FOR: SignedDuration = SignedDuration::from_hours(72);

/// An appointment as the page shows it.
pub(super) struct Held {
    pub(super) id: String,
    pub(super) role: &'static str,
    pub(super) place: String,
    pub(super) validity: String,
    /// It holds today or later, so that it can be ended.
    pub(super) open: bool,
}

#[derive(Template)]
#[template(path = "admin/account.html")]
pub(super) struct AccountPage {
    shell: Shell,
    account: Account,
    state: &'static str,
    created: String,
    last_login: String,
    /// Name, state and contact, for those who keep accounts; None for others.
    form: Option<Form>,
    states: Vec<Choice>,
    held: Vec<Held>,
    /// The appointment to be added, for those who appoint; None for others.
    offer: Option<Offer>,
    sessions: usize,
    unlocks: bool,
    /// This person may take the second factor away, and there is one.
    resets: bool,
}

#[derive(Template)]
#[template(path = "admin/second-factor-reset.html")]
struct ResetPage {
    shell: Shell,
    account: Account,
    action: String,
    back: String,
}

#[derive(Template)]
#[template(path = "admin/invited.html")]
struct InvitedPage {
    shell: Shell,
    account: Account,
    link: String,
    expires: String,
}

/// Everything the page about an account shows.
pub(super) struct Loaded {
    pub(super) account: Account,
    pub(super) appointments: Vec<Appointment>,
    pub(super) regions: Vec<Region>,
    pub(super) units: Vec<StoredUnit>,
    sessions: usize,
}

pub(super) async fn load(app: &App, id: &str) -> Result<Loaded, WebError> {
    let id = AccountId(id.to_owned());
    let account = accounts::find(&app.store, &id).await?.ok_or_else(|| nothing("账号"))?;
    Ok(Loaded {
        appointments: appointments::of_account(&app.store, &id).await?,
        regions: regions::list(&app.store).await?,
        units: units::list(&app.store, None).await?,
        sessions: sessions::of_account(&app.store, &id).await?.len(),
        account,
    })
}

/// `GET /admin/accounts/{account}`: phone and e-mail are shown to those who keep accounts, and that they
/// were read is written down.
pub(crate) async fn show(visit: Visit, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let loaded = load(&app, &id).await?;
    let form = if visit.may_somewhere(Action::ManageAccounts) {
        Some(form_of(&visit, &app, &loaded.account).await?)
    } else {
        None
    };
    let offer = Offer::blank(&visit, &loaded);
    page(&account_page(&visit, &app, loaded, (form, offer)))
}

async fn form_of(visit: &Visit, app: &App, account: &Account) -> Result<Form, WebError> {
    let contact = accounts::contact(&app.store, app.secret(), &account.id).await?;
    if contact != Contact::default() {
        let tx = app.store.begin_reference().await?;
        tx.commit(entry(visit, app, "account.contact", account)).await?;
    }
    Ok(Form::filled(vec![
        ("name", account.name.clone()),
        ("state", account.state.code().to_owned()),
        ("phone", contact.phone),
        ("email", contact.email),
        ("subject", account.external_subject.clone().unwrap_or_default()),
        ("seen", account.revision.to_string()),
    ]))
}

pub(super) fn entry(visit: &Visit, app: &App, action: &str, account: &Account) -> Entry {
    let entry = visit.entry(app, action, &login::object(&account.login));
    entry.about(&login::actor(&account.name, &account.login))
}

/// Where an appointment applies, in words: region and unit.
pub(crate) fn place_of(
    appointment: &Appointment,
    regions: &[Region],
    units: &BTreeMap<(RefArea, UnitId), String>,
) -> String {
    let region = match appointment.ref_area.as_str() {
        INSTALLATION => "全系统".to_owned(),
        _ => region_name(regions, &appointment.ref_area),
    };
    let unit = appointment.unit.clone().map(|id| (appointment.ref_area.clone(), id));
    match unit.and_then(|key| units.get(&key)) {
        Some(unit) => format!("{region} {unit}"),
        None => region,
    }
}

pub(super) fn account_page(
    visit: &Visit,
    app: &App,
    loaded: Loaded,
    (form, offer): (Option<Form>, Option<Offer>),
) -> AccountPage {
    let names = unit_names(&loaded.units);
    let today = visit.frame.today;
    let held = |a: &Appointment| Held {
        id: a.id.clone(),
        role: a.role.label(),
        place: place_of(a, &loaded.regions, &names),
        validity: a.validity.to_string(),
        open: a.validity.until.is_none_or(|last| last >= today),
    };
    let chosen = form.as_ref().map_or("", |form| form.value("state")).to_owned();
    let created = &loaded.account.created;
    let last_login = loaded.account.last_login_at.map_or_else(
        || "从未登录".to_owned(),
        |at| format!("{}，来自{}", text::minute(at), loaded.account.last_login_from),
    );
    AccountPage {
        shell: shell(visit, &login::actor(&loaded.account.name, &loaded.account.login))
            .under("账号与任职", PATH),
        state: state_of(&loaded.account, app.now()),
        created: format!("{}，{}", text::day(created.at), created.by),
        last_login,
        states: AccountState::ALL.map(|s| Choice::new(s.code(), s.label(), &chosen)).into(),
        held: loaded.appointments.iter().map(held).collect(),
        sessions: loaded.sessions,
        resets: visit.may_somewhere(Action::GrantRoles) && loaded.account.has_second_factor,
        unlocks: visit.may_somewhere(Action::GrantRoles) && loaded.account.failures > 0,
        account: loaded.account,
        form,
        offer,
    }
}

/// `POST /admin/accounts/{account}`
pub(crate) async fn change(
    visit: Visit,
    State(app): State<App>,
    Path(id): Path<String>,
    Posted(mut form): Posted,
) -> Answer {
    let loaded = load(&app, &id).await?;
    let before = loaded.account.clone();
    let name = required(&mut form, "name", "请填写姓名");
    let state = AccountState::from_code(form.value("state")).unwrap_or(before.state);
    let contact = contact(&mut form);
    let subject = Some(form.value("subject").to_owned()).filter(|s| !s.is_empty());
    if state == AccountState::Disabled && visit.account()?.id == before.id {
        form.refuse("state", "不能停用自己正在使用的账号，请由另一位系统管理员办理");
    }
    if form.is_refused() {
        let offer = Offer::blank(&visit, &loaded);
        return refused(&account_page(&visit, &app, loaded, (Some(form), offer)));
    }
    let revision = form.value("seen").parse().unwrap_or(0);
    let after = Account { name, state, external_subject: subject, revision, ..before.clone() };
    let nonces = [app.random(), app.random()];
    let mut tx = app.store.begin_reference().await?;
    accounts::save(&mut tx, &after).await?;
    accounts::set_contact(&mut tx, (app.secret(), nonces), &after.id, &contact).await?;
    if state == AccountState::Disabled {
        sessions::remove_others(&mut tx, &after.id, None).await?;
        invitations::revoke(&mut tx, &after.id).await?;
    }
    let subject = |a: &Account| a.external_subject.clone().unwrap_or_default();
    let entry = entry(&visit, &app, "account.change", &before)
        .changed("姓名", &before.name, &after.name)
        .changed("状态", before.state.label(), after.state.label())
        .changed("单点登录标识", &subject(&before), &subject(&after));
    tx.commit(entry).await?;
    let words = format!("已保存 {}", after.login);
    Ok(visit.redirect(&app, &Toast::new(words), &format!("{PATH}/{}", after.id)))
}

/// Reads phone and e-mail; what cannot be one is refused.
pub(crate) fn contact(form: &mut Form) -> Contact {
    let phone = form.value("phone").to_owned();
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let plain = phone.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c));
    let possible = plain && (7..=15).contains(&digits);
    if !phone.is_empty() && !possible {
        form.refuse("phone", "电话应为7至15位数字，可以有区号和短横线");
    }
    let email = form.value("email").to_owned();
    if !email.is_empty() && !is_address(&email) {
        form.refuse("email", "电子邮箱写法不对，应如 name@example.cn");
    }
    Contact { phone, email }
}

/// Whether a text can be an e-mail address; whether it exists only a letter can tell.
pub(super) fn is_address(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    !name.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && text.len() <= 254
        && text.chars().all(|c| c.is_ascii_graphic() && c != ',' && c != ';')
        && !host.contains('@')
}

/// `POST /admin/accounts/{account}/invite`: the link is shown once and kept nowhere.
pub(crate) async fn invite(
    visit: Visit,
    State(app): State<App>,
    Path(id): Path<String>,
    Posted(_): Posted,
) -> Answer {
    let loaded = load(&app, &id).await?;
    let today = visit.frame.today;
    let administers = |a: &Appointment| a.role.is_administrator() && a.validity.holds_on(today);
    let account = loaded.account;
    if account.state == AccountState::Disabled {
        return Err(WebError::Refused("账号已停用，不能发邀请。请先启用。".to_owned()));
    }
    // whoever could reset another administrator's password would hold both roles
    if account.has_password && loaded.appointments.iter().any(administers) {
        return Err(WebError::Refused(
            "这是系统管理员、安全管理员或审计员的账号，不能在网页上重设密码。请在服务器上运行 halfsky account invite。"
                .to_owned(),
        ));
    }
    let (token, invitation) = invitation(&visit, &app, &account.id)?;
    let mut tx = app.store.begin_reference().await?;
    invitations::insert(&mut tx, &invitation).await?;
    tx.commit(entry(&visit, &app, "account.invite", &account)).await?;
    page(&invited_page(&visit, account, &token, invitation.expires_at))
}

/// A new invitation with the token that stands in its link.
pub(super) fn invitation(
    visit: &Visit,
    app: &App,
    account: &AccountId,
) -> Result<(String, Invitation), WebError> {
    let token = token::token(app.random());
    let now = app.now();
    let invitation = Invitation {
        token_hash: token::hash(&token),
        account: account.clone(),
        created: visit.stamp(app),
        expires_at: now.checked_add(INVITED_FOR).map_err(anyhow::Error::from)?,
        used_at: None,
    };
    Ok((token, invitation))
}

fn invited_page(
    visit: &Visit,
    account: Account,
    token: &str,
    expires_at: jiff::Timestamp,
) -> InvitedPage {
    InvitedPage {
        shell: shell(visit, "邀请链接")
            .under("账号与任职", PATH)
            .under(account.login.clone(), format!("{PATH}/{}", account.id)),
        account,
        link: format!("/invitations/{token}"),
        expires: text::minute(expires_at),
    }
}

/// `POST /admin/accounts/{account}/unlock`
pub(crate) async fn unlock(
    visit: Visit,
    State(app): State<App>,
    Path(id): Path<String>,
    Posted(_): Posted,
) -> Answer {
    let account = load(&app, &id).await?.account;
    let mut tx = app.store.begin_reference().await?;
    accounts::unlock(&mut tx, &account.id).await?;
    tx.commit(entry(&visit, &app, "account.unlock", &account)).await?;
    let toast = Toast::new(format!("已解锁 {}", account.login));
    Ok(visit.redirect(&app, &toast, &format!("{PATH}/{}", account.id)))
}

/// `POST /admin/accounts/{account}/sessions`: every browser of the account is signed out.
pub(crate) async fn end_sessions(
    visit: Visit,
    State(app): State<App>,
    Path(id): Path<String>,
    Posted(_): Posted,
) -> Answer {
    let account = load(&app, &id).await?.account;
    let mut tx = app.store.begin_reference().await?;
    let ended = sessions::remove_others(&mut tx, &account.id, None).await?;
    tx.commit(entry(&visit, &app, "account.end_sessions", &account)).await?;
    let toast = Toast::new(format!("已退出 {} 的{ended}处登录", account.login));
    Ok(visit.redirect(&app, &toast, &format!("{PATH}/{}", account.id)))
}

/// `GET /admin/accounts/{account}/second-factor`
pub(crate) async fn ask_reset(
    visit: Visit,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Answer {
    let account = load(&app, &id).await?.account;
    refuse_own(&visit, &account)?;
    page(&reset_page(&visit, account))
}

fn reset_page(visit: &Visit, account: Account) -> ResetPage {
    let back = format!("{PATH}/{}", account.id);
    ResetPage {
        shell: shell(visit, "重置第二因素")
            .under("账号与任职", PATH)
            .under(account.login.clone(), back.clone()),
        action: format!("{back}/second-factor"),
        back,
        account,
    }
}

/// The own one is turned off with the password: an unlocked screen must not be enough.
fn refuse_own(visit: &Visit, account: &Account) -> Result<(), WebError> {
    if visit.account()?.id != account.id {
        return Ok(());
    }
    Err(WebError::Refused("本人的第二因素请在“我的账号”里凭密码停用。".to_owned()))
}

/// `POST /admin/accounts/{account}/second-factor`: for somebody who lost telephone and recovery codes.
pub(crate) async fn reset(
    visit: Visit,
    State(app): State<App>,
    Path(id): Path<String>,
    Posted(_): Posted,
) -> Answer {
    let account = load(&app, &id).await?.account;
    refuse_own(&visit, &account)?;
    let mut tx = app.store.begin_reference().await?;
    accounts::remove_second_factor(&mut tx, &account.id).await?;
    sessions::remove_others(&mut tx, &account.id, None).await?;
    tx.commit(entry(&visit, &app, "account.second_factor_reset", &account)).await?;
    let toast = Toast::new(format!("已重置 {} 的第二因素", account.login));
    Ok(visit.redirect(&app, &toast, &format!("{PATH}/{}", account.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_telephones() {
        let check = |field: &str, value: &str| {
            let mut form = Form::filled(vec![(field, value.to_owned())]);
            contact(&mut form);
            !form.is_refused()
        };
        for good in ["", "0971-6123456", "+86 971 6123456", "12345678901"] {
            assert!(check("phone", good), "{good}");
        }
        for bad in ["12", "一二三四五六七", "123456789012345678"] {
            assert!(!check("phone", bad), "{bad}");
        }
        for good in ["", "a@example.cn", "w.w@mail.example.cn"] {
            assert!(check("email", good), "{good}");
        }
        for bad in ["a", "a@", "@example.cn", "a@b", "a@b.c@d.e", "a@b.c, d@e.f", "张@b.cn"] {
            assert!(!check("email", bad), "{bad}");
        }
    }

    #[test]
    fn a_reset_is_asked_first() {
        let account = crate::samples::stored_account();
        let draw = || reset_page(&Visit::sample(), account.clone()).render().unwrap();
        assert!(draw().contains("action=\"/admin/accounts/1/second-factor\""));
        assert_eq!(draw(), draw());
    }

    #[test]
    fn the_link_stands_on_the_page_once() {
        let account = crate::samples::stored_account();
        let at = "2026-03-05T01:30:00Z".parse().unwrap();
        let draw = || invited_page(&Visit::sample(), account.clone(), "abc", at).render().unwrap();
        assert!(draw().contains("/invitations/abc") && draw().contains("2026年3月5日 09:30"));
        assert_eq!(draw(), draw());
    }
}
