//! What holds for the audit chains: how long entries are kept, and how they are hashed.

use askama::Template;
use axum::extract::State;
use halfsky_store::audit::retention::FEWEST_DAYS;
use halfsky_store::audit::{self, HashRule, Keep, Policy};

use super::{PATH, tabs};
use crate::app::App;
use crate::form::{Form, Posted};
use crate::list::Choice;
use crate::pages::admin::{refused, shell};
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

const FOREVER: &str = "forever";
const DAYS: &str = "days";

#[derive(Template)]
#[template(path = "admin/audit-settings.html")]
struct SettingsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    form: Form,
    hashes: Vec<Choice>,
    keeps: Vec<Choice>,
    fewest: i64,
}

/// `GET /admin/audit/settings`
pub(crate) async fn show(visit: Visit, State(app): State<App>) -> Answer {
    let policy = audit::policy(&app.store).await?;
    page(&settings_page(&visit, filled(policy)))
}

fn filled(policy: Policy) -> Form {
    let (keep, days) = match policy.keep {
        Keep::Forever => (FOREVER, String::new()),
        Keep::Days(days) => (DAYS, days.to_string()),
    };
    let hash = policy.hash.code().to_owned();
    Form::filled(vec![("hash", hash), ("keep", keep.to_owned()), ("days", days)])
}

fn settings_page(visit: &Visit, form: Form) -> SettingsPage {
    let (hash, keep) = (form.value("hash"), form.value("keep"));
    let hashes = HashRule::SELECTABLE.map(|rule| {
        let words = match rule {
            HashRule::Sm3 => "SM3（国家商用密码标准 GB/T 32905）",
            HashRule::Sha256 | HashRule::FirstSha256 => rule.label(),
        };
        Choice::new(rule.code(), words, hash)
    });
    let keeps = [(FOREVER, "永久保留"), (DAYS, "保留一定天数")];
    SettingsPage {
        hashes: hashes.into(),
        keeps: keeps.map(|(code, words)| Choice::new(code, words, keep)).into(),
        shell: shell(visit, "审计设置").under("审计", PATH),
        tabs: tabs("/settings"),
        form,
        fewest: FEWEST_DAYS,
    }
}

/// `POST /admin/audit/settings`
pub(crate) async fn change(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let Some(wanted) = read(&mut form) else {
        return refused(&settings_page(&visit, form));
    };
    let entry = visit.entry(&app, "audit.set", "setting audit").about("审计设置");
    audit::set_policy(&app.store, wanted, entry).await?;
    let url = format!("{PATH}/settings");
    Ok(visit.redirect(&app, &Toast::new("已保存审计设置"), &url))
}

fn read(form: &mut Form) -> Option<Policy> {
    let hash = HashRule::from_code(form.value("hash"));
    let hash = hash.filter(|rule| HashRule::SELECTABLE.contains(rule));
    if hash.is_none() {
        form.refuse("hash", "请选择校验算法");
    }
    let keep = match form.value("keep") {
        FOREVER => Some(Keep::Forever),
        DAYS => {
            let days = halfsky_store::audit::retention::days(form.value("days"));
            if days.is_none() {
                form.refuse("days", format!("保留天数应为不少于{FEWEST_DAYS}的整数"));
            }
            days.map(Keep::Days)
        }
        _ => {
            form.refuse("keep", "请选择保留期限");
            None
        }
    };
    Some(Policy { hash: hash?, keep: keep? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keep: &str, days: &str) -> Form {
        let pairs = [("hash", "sm3"), ("keep", keep), ("days", days)];
        Form::filled(pairs.map(|(name, value)| (name, value.to_owned())).into())
    }

    #[test]
    fn half_a_year_is_the_least() {
        assert_eq!(read(&mut typed("days", "180")).unwrap().keep, Keep::Days(180));
        assert_eq!(read(&mut typed("forever", "")).unwrap().keep, Keep::Forever);
        let mut short = typed("days", "179");
        assert!(read(&mut short).is_none() && short.error("days").contains("180"));
        assert!(read(&mut typed("", "")).is_none());
    }

    #[test]
    fn what_holds_is_filled_in() {
        let policy = Policy { hash: HashRule::Sm3, keep: Keep::Days(365) };
        let draw = || settings_page(&Visit::sample(), filled(policy)).render().unwrap();
        let html = draw();
        assert!(html.contains("value=\"365\"") && html.contains("value=\"sm3\" checked"));
        assert_eq!(html, draw());
    }
}
