//! The start of 管理: what this account looks after, each with how it stands.

use askama::Template;
use axum::extract::State;

use crate::app::App;
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// One thing to look after.
struct Entry {
    title: &'static str,
    text: &'static str,
    path: &'static str,
    action: Action,
}

const ENTRIES: [Entry; 8] = [
    Entry {
        title: "区划",
        text: "地区的名称、代码和上下级；改名、撤并以后，往年数字仍用当年的名称",
        path: "/admin/regions",
        action: Action::ManageRegions,
    },
    Entry {
        title: "单位",
        text: "责任单位和填报单位：名称、类别、隶属、起止日期",
        path: "/admin/units",
        action: Action::ManageUnits,
    },
    Entry {
        title: "工作机构",
        text: "谁议事协调、谁是办公室、谁牵头监测和评估；各规划可以不同",
        path: "/admin/organs",
        action: Action::ManageUnits,
    },
    Entry {
        title: "账号与任职",
        text: "系统管理员建立账号、发邀请，安全管理员任命角色、解锁",
        path: "/admin/accounts",
        action: Action::ReadAccounts,
    },
    Entry {
        title: "接口令牌",
        text: "其他系统读取已公布数据的凭证：发放、到期、停用",
        path: "/admin/tokens",
        action: Action::ManageTokens,
    },
    Entry {
        title: "备份",
        text: "最近的备份、下一次自动备份和其他每日任务；也可以现在备份",
        path: "/admin/backup",
        action: Action::ManageBackup,
    },
    Entry {
        title: "安全设置",
        text: "哪些角色必须用第二因素，登录多久退出，密码至少多长",
        path: "/admin/security",
        action: Action::ManageSecurity,
    },
    Entry {
        title: "审计",
        text: "谁在什么时候做了什么；核验有没有被改动，记下每日锚定",
        path: "/admin/audit",
        action: Action::ReadAudit,
    },
];

#[derive(Template)]
#[template(path = "admin/home.html")]
struct HomePage {
    shell: Shell,
    entries: Vec<Entry>,
}

/// `GET /admin`
pub(crate) async fn show(visit: Visit, State(_app): State<App>) -> Answer {
    page(&home_page(&visit, |action| visit.may_somewhere(action)))
}

fn home_page(visit: &Visit, may: impl Fn(Action) -> bool) -> HomePage {
    HomePage {
        shell: Shell::new(visit, Stage::Admin, "管理"),
        entries: ENTRIES.into_iter().filter(|entry| may(entry.action)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_may_be_done_and_nothing_else() {
        let visit = Visit::sample();
        let draw = || home_page(&visit, |action| action == Action::ManageUnits).render().unwrap();
        let html = draw();
        assert!(html.contains("/admin/units") && html.contains("/admin/organs"));
        assert!(!html.contains("/admin/accounts") && !html.contains("/admin/regions"));
        assert_eq!(html, draw());
        assert!(home_page(&visit, |_| false).render().unwrap().contains("没有"));
    }
}
