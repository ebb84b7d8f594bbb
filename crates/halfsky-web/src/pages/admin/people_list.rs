//! 用名单批量办理: one list, used twice: the system administrator makes the accounts in it, the security
//! administrator grants the roles. Nothing is done before the preview was confirmed, and nothing at all while
//! the list has a problem.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use halfsky_monitor::appointment::{self, AccountId, Appointment};
use halfsky_monitor::people_list::{self, COLUMNS, Line, LineRole, ListProblem, PeopleList};
use halfsky_monitor::unit::UnitId;
use halfsky_monitor::validity::Validity;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::table::{Column, Table};
use halfsky_store::accounts::{self, Account, Contact, NewAccount};
use halfsky_store::appointments;
use halfsky_store::invitations;
use halfsky_store::regions;
use halfsky_store::units::{self, StoredUnit};
use jiff::civil::Date;

use super::account::{invitation, is_address};
use super::accounts::{PATH as ACCOUNTS, check_login};
use super::{nothing, refused, shell};
use crate::app::App;
use crate::error::WebError;
use crate::export::{self, Format};
use crate::form::{Form, Posted, Upload};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

const PATH: &str = "/admin/accounts/list";

/// The largest list: it travels back with the confirmation.
const LARGEST: usize = 512 * 1024;

/// What would be done with one line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    row: u32,
    login: String,
    name: String,
    role: &'static str,
    place: String,
    what: &'static str,
    /// Something is done for this line.
    acts: bool,
}

/// Everything the steps need.
#[derive(Default)]
struct Plan {
    steps: Vec<Step>,
    problems: Vec<ListProblem>,
    accounts: Vec<(NewAccount, Contact)>,
    appointments: Vec<Appointment>,
}

#[derive(Template)]
#[template(path = "admin/people-list.html")]
struct UploadPage {
    shell: Shell,
    form: Form,
    makes: bool,
    columns: &'static [&'static str],
}

#[derive(Template)]
#[template(path = "admin/people-preview.html")]
struct PreviewPage {
    shell: Shell,
    file: String,
    content: String,
    steps: Vec<Step>,
    problems: Vec<ListProblem>,
    acts: usize,
}

/// A link that is shown once.
struct Link {
    login: String,
    name: String,
    path: String,
}

#[derive(Template)]
#[template(path = "admin/people-invited.html")]
struct InvitedPage {
    shell: Shell,
    links: Vec<Link>,
    expires: String,
}

/// `GET /admin/accounts/list`
pub(crate) async fn show(visit: Visit) -> Answer {
    page(&upload_page(&visit, Form::default()))
}

fn upload_page(visit: &Visit, form: Form) -> UploadPage {
    UploadPage {
        shell: shell(visit, "用名单批量办理").under("账号与任职", ACCOUNTS),
        form,
        makes: visit.may_somewhere(Action::ManageAccounts),
        columns: &COLUMNS,
    }
}

/// `GET /admin/accounts/list/template`
pub(crate) async fn template() -> Answer {
    let table = Table {
        title: "人员名单".to_owned(),
        columns: COLUMNS.map(Column::words).into(),
        rows: Vec::new(),
    };
    export::answer(&table, Format::Xlsx)
}

/// `POST /admin/accounts/list`: what the list would do.
pub(crate) async fn read(visit: Visit, State(app): State<App>, upload: Upload) -> Answer {
    let Upload { mut form, file } = upload;
    let Some(file) = file else {
        form.refuse("file", "请选择名单文件");
        return refused(&upload_page(&visit, form));
    };
    if file.bytes.len() > LARGEST {
        form.refuse("file", "名单超过512 KB。请只保留名单所在的工作表，或分成几份");
        return refused(&upload_page(&visit, form));
    }
    let list = match people_list::read(&file.bytes) {
        Ok(list) => list,
        Err(problem) => {
            form.refuse("file", problem.to_string());
            return refused(&upload_page(&visit, form));
        }
    };
    if list.lines.is_empty() && list.problems.is_empty() {
        form.refuse("file", "名单里没有人。请从第二行起填写");
        return refused(&upload_page(&visit, form));
    }
    let plan = plan(&visit, &app, list).await?;
    page(&preview_page(&visit, (file.name, STANDARD.encode(&file.bytes)), plan))
}

fn preview_page(visit: &Visit, (file, content): (String, String), plan: Plan) -> PreviewPage {
    PreviewPage {
        shell: shell(visit, "核对名单").under("账号与任职", ACCOUNTS).under("用名单批量办理", PATH),
        file,
        content,
        acts: plan.steps.iter().filter(|step| step.acts).count(),
        steps: plan.steps,
        problems: plan.problems,
    }
}

/// What this person's part of the list comes to.
async fn plan(visit: &Visit, app: &App, list: PeopleList) -> Result<Plan, WebError> {
    let all = accounts::list(&app.store).await?;
    let known: BTreeMap<String, Account> = all.into_iter().map(|a| (a.login.clone(), a)).collect();
    let mut plan = Plan { problems: list.problems, ..Plan::default() };
    if visit.may_somewhere(Action::ManageAccounts) {
        for line in &list.lines {
            plan.account(line, &known, (visit, app));
        }
        return Ok(plan);
    }
    let held = appointments::list(&app.store, None).await?;
    let places = Places {
        regions: regions::list(&app.store).await?.into_iter().map(|r| r.code).collect(),
        units: units::list(&app.store, None).await?,
    };
    for line in &list.lines {
        let account = known.get(&line.login);
        plan.appointment((line, account), (&held, &places), (app, visit.frame.today));
    }
    Ok(plan)
}

struct Places {
    regions: Vec<RefArea>,
    units: Vec<StoredUnit>,
}

impl Places {
    /// The unit of a name that exists on a day.
    fn unit(&self, role: &LineRole, day: Date) -> Option<UnitId> {
        let found = self.units.iter().map(|stored| &stored.unit).find(|unit| {
            unit.ref_area == role.ref_area
                && (unit.name == role.unit || unit.short_name == role.unit)
                && unit.validity.holds_on(day)
        });
        found.map(|unit| unit.id.clone())
    }

    fn knows(&self, code: &RefArea) -> bool {
        code.as_str() == appointment::INSTALLATION || self.regions.contains(code)
    }
}

impl Plan {
    fn wrong(&mut self, line: &Line, message: impl Into<String>) {
        let place = format!("第{}行", line.row);
        self.problems.push(ListProblem { place, message: message.into() });
    }

    fn step(&mut self, line: &Line, (what, acts): (&'static str, bool)) {
        let role = line.role.as_ref();
        self.steps.push(Step {
            row: line.row,
            login: line.login.clone(),
            name: line.name.clone(),
            role: role.map_or("", |r| r.role.label()),
            place: role.map_or_else(String::new, |r| {
                let region = match r.ref_area.as_str() {
                    appointment::INSTALLATION => "全系统",
                    code => code,
                };
                format!("{region} {}", r.unit).trim().to_owned()
            }),
            what,
            acts,
        });
    }

    /// The system administrator's part.
    fn account(
        &mut self,
        line: &Line,
        known: &BTreeMap<String, Account>,
        (visit, app): (&Visit, &App),
    ) {
        if let Some(account) = known.get(&line.login) {
            if account.name != line.name {
                let message = format!(
                    "登录名“{}”已属于“{}”，名单写的是“{}”；请核对姓名或改用别的登录名",
                    line.login, account.name, line.name
                );
                self.wrong(line, message);
            }
            return self.step(line, ("已有账号，不变", false));
        }
        if self.accounts.iter().any(|(new, _)| new.login == line.login) {
            return self.step(line, ("与上面同一人，不重复建立", false));
        }
        if let Err(problem) = check_login(&line.login) {
            self.wrong(line, format!("登录名“{}”不能用：{problem}", line.login));
        }
        if !line.email.is_empty() && !is_address(&line.email) {
            self.wrong(line, "电子邮箱写法不对，应如 name@example.cn");
        }
        let account = NewAccount {
            id: AccountId(app.new_id()),
            login: line.login.clone(),
            name: line.name.clone(),
            created: visit.stamp(app),
        };
        let contact = Contact { phone: line.phone.clone(), email: line.email.clone() };
        self.accounts.push((account, contact));
        self.step(line, ("建立账号并发邀请", true));
    }

    /// The security administrator's part.
    fn appointment(
        &mut self,
        (line, account): (&Line, Option<&Account>),
        (held, places): (&[Appointment], &Places),
        (app, today): (&App, Date),
    ) {
        let Some(role) = &line.role else {
            return self.step(line, ("没有填角色，不任命", false));
        };
        let Some(account) = account else {
            self.wrong(
                line,
                format!("还没有账号“{}”，请系统管理员先用这份名单建立账号", line.login),
            );
            return;
        };
        let from = role.from.unwrap_or(today);
        if !places.knows(&role.ref_area) {
            self.wrong(line, format!("区划 {} 没有登记，请先登记区划", role.ref_area));
            return;
        }
        let unit = places.unit(role, from);
        if unit.is_none() && !role.unit.is_empty() {
            let message =
                format!("区划 {} 在{from}没有单位“{}”，请先登记单位", role.ref_area, role.unit);
            self.wrong(line, message);
            return;
        }
        let Ok(validity) = Validity::between(from, role.until) else {
            self.wrong(line, "结束日期早于开始日期，请核对");
            return;
        };
        let new = Appointment {
            id: app.new_id(),
            account: account.id.clone(),
            role: role.role,
            ref_area: role.ref_area.clone(),
            unit,
            validity,
        };
        let others: Vec<Appointment> = held.iter().chain(&self.appointments).cloned().collect();
        match appointment::check(&new, &others) {
            Ok(()) => {
                self.appointments.push(new);
                self.step(line, ("任命", true));
            }
            Err(appointment::AppointmentRefusal::Repeated) => {
                self.step(line, ("已有这项任职，不变", false));
            }
            Err(refusal) => self.wrong(line, refusal.to_string()),
        }
    }
}

/// `POST /admin/accounts/list/apply`: the list is read and checked once more.
pub(crate) async fn apply(visit: Visit, State(app): State<App>, Posted(form): Posted) -> Answer {
    let bytes = STANDARD.decode(form.value("content")).map_err(|_| nothing("名单"))?;
    let list = people_list::read(&bytes).map_err(|p| WebError::Invalid(format!("{p}。")))?;
    let plan = plan(&visit, &app, list).await?;
    if !plan.problems.is_empty() {
        let file = form.value("name").to_owned();
        return refused(&preview_page(&visit, (file, STANDARD.encode(&bytes)), plan));
    }
    if visit.may_somewhere(Action::ManageAccounts) {
        return make(&visit, &app, plan.accounts).await;
    }
    appoint(&visit, &app, plan.appointments).await
}

async fn make(visit: &Visit, app: &App, list: Vec<(NewAccount, Contact)>) -> Answer {
    let mut links = Vec::new();
    let mut tx = app.store.begin_reference().await?;
    let mut entry = visit.entry(app, "account.list", "account list");
    let mut expires = String::new();
    for (account, contact) in &list {
        let (token, open) = invitation(visit, app, &account.id)?;
        accounts::insert(&mut tx, account).await?;
        let nonces = [app.random(), app.random()];
        accounts::set_contact(&mut tx, (app.secret(), nonces), &account.id, contact).await?;
        invitations::insert(&mut tx, &open).await?;
        entry = entry.changed(&account.login, "", &account.name);
        expires = text::minute(open.expires_at);
        links.push(Link {
            login: account.login.clone(),
            name: account.name.clone(),
            path: format!("/invitations/{token}"),
        });
    }
    tx.commit(entry).await?;
    page(&InvitedPage {
        shell: shell(visit, "邀请链接").under("账号与任职", ACCOUNTS),
        links,
        expires,
    })
}

/// One transaction for each region: either all appointments of a region are made or none.
async fn appoint(visit: &Visit, app: &App, list: Vec<Appointment>) -> Answer {
    let stamp = visit.stamp(app);
    let count = list.len();
    let mut by_region: BTreeMap<RefArea, Vec<Appointment>> = BTreeMap::new();
    for new in list {
        by_region.entry(new.ref_area.clone()).or_default().push(new);
    }
    for (region, list) in by_region {
        let mut tx = app.store.begin(&region).await?;
        let mut entry = visit.entry(app, "appointment.list", &format!("region {region}"));
        for new in &list {
            let held = appointments::held(&mut tx, &new.account).await?;
            appointment::check(new, &held).map_err(|r| WebError::Conflict(format!("{r}。")))?;
            appointments::insert(&mut tx, new, &stamp).await?;
            entry = entry.changed(&new.account.0, "", new.role.label());
        }
        tx.commit(entry).await?;
    }
    Ok(visit.redirect(app, &Toast::new(format!("已任命{count}项")), ACCOUNTS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preview_shows_every_line_and_stops_at_problems() {
        let step = Step {
            row: 2,
            login: "wangwu".to_owned(),
            name: "示例".to_owned(),
            role: "填报人",
            place: "990101 县教育局".to_owned(),
            what: "任命",
            acts: true,
        };
        let draw = |problems: Vec<ListProblem>| {
            let plan = Plan { steps: vec![step.clone()], problems, ..Plan::default() };
            let file = ("名单.xlsx".to_owned(), "AAAA".to_owned());
            preview_page(&Visit::sample(), file, plan).render().unwrap()
        };
        assert!(draw(Vec::new()).contains("确认办理1项"));
        let wrong =
            ListProblem { place: "CSV!A2".to_owned(), message: "没有填登录名".to_owned() };
        let html = draw(vec![wrong]);
        assert!(html.contains("CSV!A2") && !html.contains("确认办理"), "{html}");
    }
}
