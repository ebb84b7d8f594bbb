//! 备份: who sees it, how one is asked for, and what waits for the system administrator.

use axum::http::StatusCode;
use halfsky_monitor::role::Role;
use halfsky_store::audit::Entry;
use halfsky_store::backup::runs::{self, Cause, RunOutcome};
use halfsky_store::backup::{self, Policy, Protection};
use halfsky_store::jobs::{self, End, JobState, Lease};
use halfsky_web::Settings;
use halfsky_web::testing::{House, settings};

async fn house() -> House {
    let policy = Policy {
        dir: "backups".into(),
        hour: Some(2),
        keep: 14,
        protection: Protection::None,
        key_file: None,
    };
    House::open_with(Settings { backups: Some(policy), ..settings() }).await
}

#[tokio::test]
async fn a_backup_is_asked_for_watched_and_seen() {
    let house = house().await;
    let store = &house.database.store;
    let system = house.as_role(Role::SystemAdministrator).await;
    system.page("/admin/backup").await.says("还没有备份").says("现在备份");
    system.page("/tasks").await.says("还没有成功的备份");
    let asked = system.post("/admin/backup", &[]).await;
    assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, "/admin/backup"));
    system.page("/admin/backup").await.says("等待开始备份");
    assert_eq!(system.post("/admin/backup", &[]).await.status, StatusCode::CONFLICT);

    // the runner of the binary takes it from here
    let lease = Lease { holder: "甲".to_owned(), until: house.clock.now() };
    let job = jobs::claim(store, house.clock.now(), &lease).await.unwrap().unwrap();
    assert_eq!((job.kind.as_str(), job.arguments.as_str()), (backup::JOB, "manual"));
    assert_eq!(job.state, JobState::Running);
    let entry = |action| Entry::new(house.clock.now(), "定时任务", action, "backup");
    let begun = runs::begin(store, Cause::Manual, &Protection::None, entry("backup.begin")).await;
    let done = RunOutcome::Done { file: "halfsky-1.tar.gz".to_owned(), size: 5_000 };
    runs::finish(store, begun.unwrap(), &done, entry("backup.finish")).await.unwrap();
    let end = End::Done("halfsky-1.tar.gz".to_owned());
    jobs::finish(store, &job.key, "甲", &end, house.clock.now()).await.unwrap();

    let page = system.page("/admin/backup").await;
    page.says("halfsky-1.tar.gz").says("5 KB").says("现在备份");
    assert!(!page.text().contains("href=\"/admin/backup/"), "no download");
    let csv = system.page("/admin/backup?export=csv").await;
    csv.says("开始时间").says("手工");
    assert!(!system.page("/tasks").await.text().contains("备份"));
    house.clock.pass(4 * 24 * 60);
    let later = house.as_role(Role::SystemAdministrator).await;
    later.page("/tasks").await.says("4天没有成功备份");
}

#[tokio::test]
async fn nobody_else_sees_or_starts_backups() {
    let house = house().await;
    for role in [Role::SecurityAdministrator, Role::Auditor, Role::CommitteeOffice] {
        let client = house.as_role(role).await;
        for answer in [client.get("/admin/backup").await, client.post("/admin/backup", &[]).await] {
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role:?}");
        }
        assert!(!client.page("/tasks").await.text().contains("备份"), "{role:?}");
    }
    assert!(
        jobs::list(&house.database.store, &"000000".parse().unwrap(), 9).await.unwrap().is_empty()
    );
}
