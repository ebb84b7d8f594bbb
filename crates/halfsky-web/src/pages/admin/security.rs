//! 安全设置: which roles need a second factor, how long sessions last, how long a password must be.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::role::Role;
use halfsky_store::accounts::{self, Account, AccountState};
use halfsky_store::appointments;
use halfsky_store::audit::Entry;
use halfsky_store::security::{self, IDLE_MINUTES, Policy, SESSION_LENGTH, SHORTEST};

use super::{refused, shell};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::login::session::Lasting;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

const PATH: &str = "/admin/security";

/// A role with those who hold it today.
struct RoleRow {
    code: &'static str,
    label: &'static str,
    demanded: bool,
    holders: usize,
    with_factor: usize,
}

/// Somebody whose role demands a factor and who has none yet.
struct Missing {
    id: String,
    name: String,
    login: String,
}

#[derive(Template)]
#[template(path = "admin/security.html")]
struct SecurityPage {
    shell: Shell,
    form: Form,
    roles: Vec<RoleRow>,
    missing: Vec<Missing>,
}

/// Everybody who can sign in, with the roles of today.
type People = Vec<(Account, BTreeSet<Role>)>;

async fn people(visit: &Visit, app: &App) -> Result<People, WebError> {
    let held = appointments::list(&app.store, None).await?;
    let today = visit.frame.today;
    let roles = |account: &Account| {
        let mine = held.iter().filter(|a| a.account == account.id && a.validity.holds_on(today));
        mine.map(|a| a.role).collect()
    };
    let all = accounts::list(&app.store).await?.into_iter();
    let usable = all.filter(|account| account.state == AccountState::Active);
    Ok(usable.map(|account| (account.clone(), roles(&account))).collect())
}

/// `GET /admin/security`
pub(crate) async fn show(visit: Visit, State(app): State<App>) -> Answer {
    let policy = security::policy(&app.store).await?;
    let form = filled(&policy, Lasting::of(&app, &policy));
    page(&security_page(&visit, &people(&visit, &app).await?, &policy, form))
}

fn filled(policy: &Policy, lasting: Lasting) -> Form {
    Form::filled(vec![
        ("idle", lasting.idle.as_mins().to_string()),
        ("longest", lasting.longest.as_hours().to_string()),
        ("shortest", policy.shortest_password().to_string()),
    ])
}

fn security_page(visit: &Visit, people: &People, policy: &Policy, form: Form) -> SecurityPage {
    let row = |role: &Role| {
        let holders = people.iter().filter(|(_, roles)| roles.contains(role));
        let (mut count, mut with_factor) = (0, 0);
        for (account, _) in holders {
            count += 1;
            with_factor += usize::from(account.has_second_factor);
        }
        RoleRow {
            code: role.code(),
            label: role.label(),
            demanded: policy.second_factor.contains(role),
            holders: count,
            with_factor,
        }
    };
    let lacking = people.iter().filter(|(account, roles)| {
        !account.has_second_factor && !roles.is_disjoint(&policy.second_factor)
    });
    let missing = lacking.map(|(account, _)| Missing {
        id: account.id.0.clone(),
        name: account.name.clone(),
        login: account.login.clone(),
    });
    SecurityPage {
        shell: shell(visit, "安全设置"),
        form,
        roles: Role::ALL.iter().map(row).collect(),
        missing: missing.collect(),
    }
}

/// `POST /admin/security`
pub(crate) async fn change(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let before = security::policy(&app.store).await?;
    let wanted = read(&mut form);
    if form.is_refused() {
        return refused(&security_page(&visit, &people(&visit, &app).await?, &wanted, form));
    }
    let shown = |policy: &Policy| (policy.clone(), Lasting::of(&app, policy));
    let entry = visit.entry(&app, "security.set", "setting security").about("登录安全");
    let entry = changes(entry, &shown(&before), &shown(&wanted));
    if entry.changes.is_empty() {
        return Ok(visit.redirect(&app, &Toast::new("设置没有变化"), PATH));
    }
    let mut tx = app.store.begin_reference().await?;
    security::set_policy(&mut tx, &wanted).await?;
    tx.commit(entry).await?;
    Ok(visit.redirect(&app, &Toast::new("已保存安全设置，立即生效"), PATH))
}

/// Reads the form; what is out of bounds is refused.
fn read(form: &mut Form) -> Policy {
    let roles = form.values("role").filter_map(Role::from_code).collect();
    let mut number = |name: &str, what: &str, bounds: std::ops::RangeInclusive<i64>| {
        let read = form.value(name).parse().ok().filter(|n| bounds.contains(n));
        if read.is_none() {
            let (first, last) = (bounds.start(), bounds.end());
            form.refuse(name, format!("{what}应为{first}到{last}的整数"));
        }
        read
    };
    Policy {
        second_factor: roles,
        idle_minutes: number("idle", "无操作退出的分钟数", IDLE_MINUTES),
        session_hours: number("longest", "一次登录的最长小时数", SESSION_LENGTH),
        password_shortest: number("shortest", "密码最少字符数", SHORTEST),
    }
}

fn changes(entry: Entry, before: &(Policy, Lasting), after: &(Policy, Lasting)) -> Entry {
    let roles = |(policy, _): &(Policy, Lasting)| {
        policy.second_factor.iter().map(|role| role.label()).collect::<Vec<_>>().join("、")
    };
    let idle = |(_, lasting): &(Policy, Lasting)| format!("{}分钟", lasting.idle.as_mins());
    let longest = |(_, lasting): &(Policy, Lasting)| format!("{}小时", lasting.longest.as_hours());
    let shortest = |(policy, _): &(Policy, Lasting)| policy.shortest_password().to_string();
    entry
        .changed("须用第二因素的角色", &roles(before), &roles(after))
        .changed("无操作退出", &idle(before), &idle(after))
        .changed("一次登录最长", &longest(before), &longest(after))
        .changed("密码最少字符数", &shortest(before), &shortest(after))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Form {
        Form::filled(pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
    }

    #[test]
    fn bounds_are_kept_and_told() {
        let mut good =
            typed(&[("role", "auditor"), ("idle", "30"), ("longest", "8"), ("shortest", "12")]);
        let policy = read(&mut good);
        assert!(!good.is_refused());
        assert_eq!((policy.idle_minutes, policy.session_hours), (Some(30), Some(8)));
        assert_eq!(policy.second_factor.into_iter().collect::<Vec<_>>(), [Role::Auditor]);
        let mut bad = typed(&[("idle", "0"), ("longest", "721"), ("shortest", "9")]);
        read(&mut bad);
        assert_eq!(bad.errors().count(), 3);
        assert!(bad.error("shortest").contains("10到64"));
    }

    #[test]
    fn only_what_changed_is_told() {
        let lasting = Lasting {
            idle: SignedDuration::from_mins(15),
            longest: SignedDuration::from_hours(24),
        };
        let before = (Policy::default(), lasting);
        let after =
            (Policy { second_factor: [Role::Auditor].into(), ..Policy::default() }, lasting);
        let entry = || Entry::new(jiff::Timestamp::UNIX_EPOCH, "a", "security.set", "setting");
        assert!(changes(entry(), &before, &before).changes.is_empty());
        let told = changes(entry(), &before, &after).changes;
        assert_eq!((told.len(), told[0].after.as_str()), (1, "审计员"));
    }

    #[test]
    fn names_those_who_still_lack_it() {
        let policy = Policy { second_factor: [Role::CommitteeOffice].into(), ..Policy::default() };
        let people = vec![(crate::samples::stored_account(), [Role::CommitteeOffice].into())];
        let draw = || {
            let page = security_page(&Visit::sample(), &people, &policy, Form::default());
            page.render().unwrap()
        };
        let html = draw();
        assert!(html.contains("/admin/accounts/1") && html.contains("1人，0人已启用"));
        assert_eq!(html.matches(" checked").count(), 1);
        assert_eq!(html, draw());
    }
}
