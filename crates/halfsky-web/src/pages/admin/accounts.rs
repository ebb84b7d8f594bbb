//! 账号: who may sign in, and as what. The system administrator makes accounts, the security
//! administrator appoints.

use askama::Template;
use axum::extract::State;
use halfsky_monitor::appointment::{AccountId, Appointment};
use halfsky_report::table::{Column, Table};
use halfsky_store::accounts::{self, Account, AccountState, NewAccount};
use halfsky_store::appointments;

use super::{refused, required, shell};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::form::{Form, Posted};
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::login;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

pub(super) const PATH: &str = "/admin/accounts";
const FILTERS: [&str; 2] = ["q", "state"];
const DEFAULT_SORT: &str = "login";

/// Longest login name; it is typed by hand every day.
const LONGEST_LOGIN: usize = 40;

struct Row {
    account: Account,
    state: &'static str,
    roles: String,
    last_login: String,
}

#[derive(Template)]
#[template(path = "admin/accounts.html")]
struct ListPage {
    shell: Shell,
    /// This person makes accounts.
    makes: bool,
    states: Vec<Choice>,
    list: Listing<Row>,
}

#[derive(Template)]
#[template(path = "admin/account-new.html")]
struct NewPage {
    shell: Shell,
    form: Form,
}

/// How an account stands, in one word.
pub(super) fn state_of(account: &Account, now: jiff::Timestamp) -> &'static str {
    match account.state {
        AccountState::Disabled => "停用",
        AccountState::Active if account.locked_until.is_some_and(|until| until > now) => "暂时锁定",
        AccountState::Active if !account.has_password => "待启用",
        AccountState::Active => "启用",
    }
}

/// `GET /admin/accounts`
pub(crate) async fn list(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let all = accounts::list(&app.store).await?;
    let held = appointments::list(&app.store, None).await?;
    let rows = chosen(all, &held, (&visit, app.now()), &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows), format);
    }
    page(&list_page(&visit, rows, &params))
}

fn chosen(
    all: Vec<Account>,
    held: &[Appointment],
    (visit, now): (&Visit, jiff::Timestamp),
    params: &Params,
) -> Vec<Row> {
    let today = visit.frame.today;
    let row = |account: Account| {
        let mine = held.iter().filter(|a| a.account == account.id && a.validity.holds_on(today));
        let mut roles: Vec<&str> = mine.map(|a| a.role.label()).collect();
        roles.sort_unstable();
        roles.dedup();
        Row {
            state: state_of(&account, now),
            roles: roles.join("、"),
            last_login: account.last_login_at.map_or_else(String::new, text::minute),
            account,
        }
    };
    let (wanted, state) = (params.value("q"), params.value("state"));
    let fits = |row: &Row| {
        (row.account.login.contains(wanted) || row.account.name.contains(wanted))
            && (state.is_empty() || state == row.state)
    };
    let mut rows: Vec<Row> = all.into_iter().map(row).filter(fits).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let first = match key {
            "name" => row.account.name.clone(),
            "last" => row.account.last_login_at.map_or_else(String::new, |at| at.to_string()),
            _ => String::new(),
        };
        (first, row.account.login.clone())
    });
    rows
}

fn list_page(visit: &Visit, rows: Vec<Row>, params: &Params) -> ListPage {
    let chosen = params.value("state");
    let mut states = vec![Choice::new("", "全部状态", chosen)];
    states.extend(["启用", "待启用", "暂时锁定", "停用"].map(|s| Choice::new(s, s, chosen)));
    ListPage {
        shell: shell(visit, "账号与任职"),
        makes: visit.may_somewhere(Action::ManageAccounts),
        states,
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

/// Never phone or e-mail: a list of personal data does not leave by one click.
fn table(rows: &[Row]) -> Table {
    let heads = ["登录名", "姓名", "状态", "现任角色", "第二因素", "最近登录"];
    Table {
        title: "账号".to_owned(),
        columns: heads.map(Column::words).into(),
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    row.account.login.clone(),
                    row.account.name.clone(),
                    row.state.to_owned(),
                    row.roles.clone(),
                    if row.account.has_second_factor { "已启用" } else { "" }.to_owned(),
                    row.last_login.clone(),
                ]
            })
            .collect(),
    }
}

/// `GET /admin/accounts/new`
pub(crate) async fn new(visit: Visit) -> Answer {
    page(&new_page(&visit, Form::default()))
}

fn new_page(visit: &Visit, form: Form) -> NewPage {
    NewPage { shell: shell(visit, "建立账号").under("账号与任职", PATH), form }
}

/// `POST /admin/accounts/new`
pub(crate) async fn create(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let login = accounts::normal_login(form.value("login"));
    let name = required(&mut form, "name", "请填写姓名");
    if let Err(problem) = check_login(&login) {
        form.refuse("login", problem);
    } else if accounts::find_by_login(&app.store, &login).await?.is_some() {
        form.refuse("login", format!("登录名“{login}”已被使用，请换一个"));
    }
    if form.is_refused() {
        return refused(&new_page(&visit, form));
    }
    let id = make(&visit, &app, (&login, &name)).await?;
    let words = format!("已建立账号 {login}。下一步：发出邀请，并请安全管理员任命");
    Ok(visit.redirect(&app, &Toast::new(words), &format!("{PATH}/{id}")))
}

/// Why a login name cannot be used.
pub(super) fn check_login(login: &str) -> Result<(), &'static str> {
    let right = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    if login.is_empty() {
        Err("请填写登录名")
    } else if login.chars().count() < 3 || login.len() > LONGEST_LOGIN {
        Err("登录名应为3至40个字符")
    } else if !login.chars().all(right) {
        Err("登录名只能用小写字母、数字、点、下划线和短横线")
    } else {
        Ok(())
    }
}

/// Makes an account without a password.
pub(super) async fn make(
    visit: &Visit,
    app: &App,
    (login, name): (&str, &str),
) -> Result<AccountId, WebError> {
    let id = AccountId(app.new_id());
    let account = NewAccount {
        id: id.clone(),
        login: login.to_owned(),
        name: name.to_owned(),
        created: visit.stamp(app),
    };
    let mut tx = app.store.begin_reference().await?;
    accounts::insert(&mut tx, &account).await?;
    let entry = visit.entry(app, "account.create", &login::object(login));
    tx.commit(entry.about(&login::actor(name, login))).await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_monitor::role::Role;

    use crate::samples;

    fn now() -> jiff::Timestamp {
        "2026-03-05T01:30:00Z".parse().unwrap()
    }

    #[test]
    fn a_login_name_is_plain() {
        for good in ["zhangsan", "li.si", "w_2", "wei-jian-ju"] {
            assert_eq!(check_login(good), Ok(()), "{good}");
        }
        for bad in ["", "ab", "Zhang", "张三", "a b c", "a@b.c"] {
            assert!(check_login(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_list_says_how_accounts_stand() {
        let draw = |query: &str, role: Role| {
            let params = Params::read(PATH, query);
            let visit = Visit::sample_of(role);
            let rows = chosen(vec![samples::stored_account()], &[], (&visit, now()), &params);
            list_page(&visit, rows, &params).render().unwrap()
        };
        let (makes, appoints) = (Role::SystemAdministrator, Role::SecurityAdministrator);
        assert!(draw("", makes).contains("/admin/accounts/new"));
        assert!(!draw("", appoints).contains("/admin/accounts/new"));
        assert!(draw("q=nobody", makes).contains("没有符合条件的账号"));
        assert_eq!(draw("", makes), draw("", makes));
    }

    #[test]
    fn a_locked_account_opens_again_by_itself() {
        let mut account = samples::stored_account();
        account.locked_until = Some("2026-03-05T01:35:00Z".parse().unwrap());
        assert_eq!(state_of(&account, now()), "暂时锁定");
        assert_ne!(state_of(&account, "2026-03-05T01:36:00Z".parse().unwrap()), "暂时锁定");
    }
}
