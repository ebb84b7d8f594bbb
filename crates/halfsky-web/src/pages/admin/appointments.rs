//! 任职: what the security administrator grants and ends.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::appointment::{self, Appointment, INSTALLATION};
use halfsky_monitor::role::{Place, Role};
use halfsky_monitor::unit::UnitId;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::accounts::Account;
use halfsky_store::appointments;

use super::account::{AccountPage, Loaded, account_page, entry, load};
use super::accounts::PATH;
use super::{day, nothing, refused, region_name, shell, validity};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::Choice;
use crate::login;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::permission::Action;
use crate::shell::Shell;
use crate::visit::Visit;

/// The form of an appointment to be added.
pub(super) struct Offer {
    pub(super) form: Form,
    pub(super) roles: Vec<Choice>,
    pub(super) places: Vec<Choice>,
}

impl Offer {
    /// An empty form for those who appoint; None for others.
    pub(super) fn blank(visit: &Visit, loaded: &Loaded) -> Option<Self> {
        let from = visit.frame.today.to_string();
        let form = Form::filled(vec![("valid_from", from)]);
        visit.may_somewhere(Action::GrantRoles).then(|| Self::new(loaded, form))
    }

    fn new(loaded: &Loaded, form: Form) -> Self {
        let (role, place) = (form.value("role"), form.value("place"));
        let mut roles = vec![Choice::new("", "请选择", role)];
        roles.extend(Role::ALL.iter().map(|r| Choice::new(r.code(), r.label(), role)));
        let mut places = vec![Choice::new("", "请选择", place)];
        places.push(Choice::new(INSTALLATION, "全系统", place));
        for region in &loaded.regions {
            places.push(Choice::new(region.code.as_str(), region.name.clone(), place));
            let units = loaded.units.iter().filter(|u| u.unit.ref_area == region.code);
            places.extend(units.map(|u| {
                let value = format!("{}/{}", region.code, u.unit.id);
                Choice::new(value, format!("{} {}", region.name, u.unit.name), place)
            }));
        }
        Self { form, roles, places }
    }
}

#[derive(Template)]
#[template(path = "admin/appointment-end.html")]
struct EndPage {
    shell: Shell,
    form: Form,
    action: String,
    back: String,
    account: Account,
    appointment: Appointment,
    place: String,
}

/// `POST /admin/accounts/{account}/appointments`
pub(crate) async fn grant(
    visit: Visit,
    State(app): State<App>,
    Path(id): Path<String>,
    Posted(mut form): Posted,
) -> Answer {
    let loaded = load(&app, &id).await?;
    let Some(new) = read(&mut form, &loaded, &app) else {
        return refused(&again(&visit, &app, loaded, form));
    };
    let mut tx = app.store.begin(&new.ref_area).await?;
    let held = appointments::held(&mut tx, &new.account).await?;
    if let Err(refusal) = appointment::check(&new, &held) {
        tx.rollback().await?;
        form.refuse("role", refusal.to_string());
        return refused(&again(&visit, &app, loaded, form));
    }
    appointments::insert(&mut tx, &new, &visit.stamp(&app)).await?;
    tx.commit(granted(&visit, &app, &loaded.account, &new)).await?;
    let toast = Toast::new(format!("已任命 {} 为{}", loaded.account.name, new.role.label()));
    Ok(visit.redirect(&app, &toast, &format!("{PATH}/{id}")))
}

/// The audit entry of an appointment.
pub(super) fn granted(
    visit: &Visit,
    app: &App,
    account: &Account,
    new: &Appointment,
) -> halfsky_store::audit::Entry {
    entry(visit, app, "appointment.grant", account).changed("角色", "", new.role.label()).changed(
        "期限",
        "",
        &new.validity.to_string(),
    )
}

fn again(visit: &Visit, app: &App, loaded: Loaded, form: Form) -> AccountPage {
    let offer = Some(Offer::new(&loaded, form));
    account_page(visit, app, loaded, (None, offer))
}

fn read(form: &mut Form, loaded: &Loaded, app: &App) -> Option<Appointment> {
    let role = Role::from_code(form.value("role"));
    if role.is_none() {
        form.refuse("role", "请选择角色");
    }
    let place = form.value("place").to_owned();
    let (region, unit) = place.split_once('/').map_or((&*place, None), |(r, u)| (r, Some(u)));
    let ref_area: Option<RefArea> = region.parse().ok();
    let unit = unit.map(|id| UnitId(id.to_owned()));
    let known = match (&ref_area, &unit) {
        (None, _) => false,
        (Some(code), None) => {
            code.as_str() == INSTALLATION || loaded.regions.iter().any(|r| r.code == *code)
        }
        (Some(code), Some(id)) => {
            loaded.units.iter().any(|u| u.unit.ref_area == *code && u.unit.id == *id)
        }
    };
    if !known {
        form.refuse("place", "请选择地区或单位");
    }
    if role.is_some_and(|r| r.place() == Place::Unit) && known && unit.is_none() {
        form.refuse("place", "填报人、单位审核人必须属于一个单位，请选择单位");
    }
    let validity = validity(form);
    let new = Appointment {
        id: app.new_id(),
        account: loaded.account.id.clone(),
        role: role?,
        ref_area: ref_area?,
        unit,
        validity: validity?,
    };
    (!form.is_refused()).then_some(new)
}

fn find(loaded: &Loaded, id: &str) -> Result<Appointment, WebError> {
    let found = loaded.appointments.iter().find(|a| a.id == id);
    found.cloned().ok_or_else(|| nothing("任职"))
}

/// `GET /admin/accounts/{account}/appointments/{appointment}/end`
pub(crate) async fn ask(
    visit: Visit,
    State(app): State<App>,
    Path((account, id)): Path<(String, String)>,
) -> Answer {
    let loaded = load(&app, &account).await?;
    let appointment = find(&loaded, &id)?;
    let form = Form::filled(vec![("last", visit.frame.today.to_string())]);
    page(&end_page(&visit, &loaded, appointment, form))
}

fn end_page(visit: &Visit, loaded: &Loaded, appointment: Appointment, form: Form) -> EndPage {
    let back = format!("{PATH}/{}", loaded.account.id);
    let place = match appointment.ref_area.as_str() {
        INSTALLATION => "全系统".to_owned(),
        _ => region_name(&loaded.regions, &appointment.ref_area),
    };
    let title = login::actor(&loaded.account.name, &loaded.account.login);
    EndPage {
        shell: shell(visit, "结束任职").under("账号与任职", PATH).under(title, back.clone()),
        action: format!("{back}/appointments/{}/end", appointment.id),
        account: loaded.account.clone(),
        back,
        appointment,
        place,
        form,
    }
}

/// `POST /admin/accounts/{account}/appointments/{appointment}/end`: from the next day on the role is gone;
/// one that never held is taken back.
pub(crate) async fn end(
    visit: Visit,
    State(app): State<App>,
    Path((account, id)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let loaded = load(&app, &account).await?;
    let appointment = find(&loaded, &id)?;
    let Some(last) = day(&mut form, "last") else {
        form.refuse("last", "请填写任职的最后一天");
        return refused(&end_page(&visit, &loaded, appointment, form));
    };
    if form.ticked("at_once") && visit.account()?.id == appointment.account {
        form.refuse("last", "不能立即收回自己的任职，请由另一位安全管理员办理");
        return refused(&end_page(&visit, &loaded, appointment, form));
    }
    // yesterday, so that it holds no longer than this minute
    let last =
        if form.ticked("at_once") { visit.frame.today.yesterday().unwrap_or(last) } else { last };
    let ended = appointment.validity.ended(last);
    let mut tx = app.store.begin(&appointment.ref_area).await?;
    appointments::end(&mut tx, &appointment.id, ended.map(|_| last)).await?;
    let after = ended.map_or_else(|| "收回".to_owned(), |validity| validity.to_string());
    let entry = entry(&visit, &app, "appointment.end", &loaded.account)
        .changed("角色", appointment.role.label(), appointment.role.label())
        .changed("期限", &appointment.validity.to_string(), &after);
    tx.commit(entry.about(&format!(
        "{} {}",
        login::actor(&loaded.account.name, &loaded.account.login),
        appointment.role.label()
    )))
    .await?;
    let toast = Toast::new(format!("已结束{}的任职", appointment.role.label()));
    Ok(visit.redirect(&app, &toast, &format!("{PATH}/{account}")))
}
