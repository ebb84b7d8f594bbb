//! 管理: regions, units, organs, accounts and appointments, sign-in rules, the audit log, backups.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod appointments;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod home;
pub(crate) mod organs;
pub(crate) mod people_list;
pub(crate) mod regions;
pub(crate) mod tokens;
pub(crate) mod security;
pub(crate) mod units;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use halfsky_monitor::unit::UnitId;
use halfsky_monitor::validity::Validity;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::regions::Region;
use halfsky_store::units::StoredUnit;
use jiff::civil::Date;

use crate::account::Reach;
use crate::app::App;
use crate::error::WebError;
use crate::form::Form;
use crate::list::Choice;
use crate::pages::{Answer, page};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/admin", get(home::show)),
        ("/admin/backup", get(backup::show).post(backup::start)),
        ("/admin/regions", get(regions::list)),
        ("/admin/regions/new", get(regions::new).post(regions::create)),
        ("/admin/regions/{ref_area}", get(regions::show).post(regions::change)),
        ("/admin/units", get(units::list)),
        ("/admin/units/new", get(units::new).post(units::create)),
        ("/admin/units/{ref_area}/{unit}", get(units::show).post(units::change)),
        ("/admin/organs", get(organs::list)),
        ("/admin/organs/new", get(organs::new).post(organs::create)),
        ("/admin/organs/{ref_area}/end", get(organs::ask).post(organs::end)),
        ("/admin/accounts", get(accounts::list)),
        ("/admin/accounts/new", get(accounts::new).post(accounts::create)),
        ("/admin/accounts/list", get(people_list::show).post(people_list::read)),
        ("/admin/accounts/list/template", get(people_list::template)),
        ("/admin/accounts/list/apply", post(people_list::apply)),
        ("/admin/accounts/{account}", get(account::show).post(account::change)),
        ("/admin/accounts/{account}/invite", post(account::invite)),
        ("/admin/accounts/{account}/unlock", post(account::unlock)),
        ("/admin/accounts/{account}/sessions", post(account::end_sessions)),
        ("/admin/accounts/{account}/second-factor", get(account::ask_reset).post(account::reset)),
        ("/admin/accounts/{account}/appointments", post(appointments::grant)),
        (
            "/admin/accounts/{account}/appointments/{appointment}/end",
            get(appointments::ask).post(appointments::end),
        ),
        ("/admin/tokens", get(tokens::list)),
        ("/admin/tokens/new", get(tokens::new).post(tokens::create)),
        ("/admin/tokens/{token}/end", get(tokens::ask).post(tokens::end)),
        ("/admin/security", get(security::show).post(security::change)),
        (audit::PATH, get(audit::list)),
        ("/admin/audit/entries/{ref_area}/{sequence}", get(audit::entry::show)),
        ("/admin/audit/check", get(audit::check::show).post(audit::check::start)),
        ("/admin/audit/anchors", get(audit::anchors::list).post(audit::anchors::take)),
        ("/admin/audit/anchors/{number}", get(audit::anchors::show)),
        ("/admin/audit/settings", get(audit::settings::show).post(audit::settings::change)),
    ]
}

/// The frame of a page of this group.
fn shell(visit: &Visit, title: &str) -> Shell {
    Shell::new(visit, Stage::Admin, title).under("管理", "/admin")
}

/// A form that was refused, drawn again.
fn refused(template: &impl askama::Template) -> Answer {
    let mut response: Response = page(template)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// The regions within reach as options.
fn region_choices(regions: &[Region], reach: &Reach, chosen: &str) -> Vec<Choice> {
    let within = regions.iter().filter(|region| reach.holds(&region.code));
    within.map(|r| Choice::new(r.code.as_str(), format!("{} {}", r.name, r.code), chosen)).collect()
}

/// Reads a region code that must be one of those within reach.
fn region(form: &mut Form, regions: &[Region], reach: &Reach) -> Option<RefArea> {
    let code: Option<RefArea> = form.value("ref_area").parse().ok();
    let known = code.filter(|c| regions.iter().any(|r| r.code == *c) && reach.holds(c));
    if known.is_none() {
        form.refuse("ref_area", "请选择地区");
    }
    known
}

/// Reads a day; what is no day is refused, an empty field is None.
fn day(form: &mut Form, name: &str) -> Option<Date> {
    form.day(name)
}

/// Reads the first and the last day of something; the first one is required.
fn validity(form: &mut Form) -> Option<Validity> {
    let (from, until) = (day(form, "valid_from"), day(form, "valid_until"));
    let Some(from) = from else {
        form.refuse("valid_from", "请填写开始日期");
        return None;
    };
    match Validity::between(from, until) {
        Ok(validity) => Some(validity),
        Err(problem) => {
            form.refuse("valid_until", problem.to_string());
            None
        }
    }
}

/// The words of a field that must not be empty.
fn required(form: &mut Form, name: &str, message: &str) -> String {
    form.required(name, message)
}

/// The names of units by region and id.
pub(crate) fn unit_names(units: &[StoredUnit]) -> BTreeMap<(RefArea, UnitId), String> {
    let name = |u: &StoredUnit| {
        ((u.unit.ref_area.clone(), u.unit.id.clone()), u.unit.listed_name().to_owned())
    };
    units.iter().map(name).collect()
}

/// The name of a region; its code where it has none.
fn region_name(regions: &[Region], code: &RefArea) -> String {
    let found = regions.iter().find(|region| region.code == *code);
    found.map_or_else(|| code.to_string(), |region| region.name.clone())
}

/// What is said where an address names nothing that is there.
fn nothing(what: &str) -> WebError {
    WebError::NotFound(format!("没有这个{what}。请从列表重新进入。"))
}
