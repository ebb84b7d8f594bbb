//! A report from draft to the public portal.

use axum::http::StatusCode;
use halfsky_monitor::role::Role;
use halfsky_web::testing::reporting;
use halfsky_web::testing::{COUNTY, Client, House, settings, value};
use halfsky_web::{Portal, Settings};

use crate::house::{WOMEN, typesetting};

/// A house with a plan in force and two published years.
async fn house(settings: Settings) -> House {
    let house = House::open_with(settings).await;
    reporting::settle(&house.database.store).await;
    let version = house.draft(WOMEN, COUNTY).await;
    house.confirm(&version).await;
    house
}

async fn draft(client: &Client) -> String {
    let new = format!("/reports/{COUNTY}/new");
    let page = client.page(&new).await;
    let plan = page.text().split("name=\"plan\"").nth(1).unwrap().to_owned();
    let plan = plan.split("option value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [
        ("kind", "annual"),
        ("plan", plan.as_str()),
        ("edition", "2024"),
        ("reader", "public"),
        ("dated", "2026-03-05"),
    ];
    let made = client.post(&new, &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    made.location().to_owned()
}

async fn step(client: &Client, report: &str, step: &str, reason: &str) -> StatusCode {
    let seen = value(client.page(report).await.text(), "seen");
    let fields = [("step", step), ("seen", &seen), ("reason", reason)];
    client.post(&format!("{report}/step"), &fields).await.status
}

#[tokio::test]
async fn a_rewritten_paragraph_stays_and_can_be_restored() {
    let house = house(settings()).await;
    let client = house.as_role(Role::Statistician).await;
    let report = draft(&client).await;
    client.page(&report).await.says("草稿").says("总体情况").says("审核通过");
    let edit = format!("{report}/edit?paragraph=lead");
    let page = client.page(&edit).await;
    let seen = value(page.text(), "seen");
    let empty = [("paragraph", "lead"), ("seen", &*seen), ("decision", "save"), ("text", " ")];
    let refused = client.post(&format!("{report}/edit"), &empty).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let words = [
        ("paragraph", "lead"),
        ("seen", &*seen),
        ("decision", "save"),
        ("text", "办公室改写的导语。"),
    ];
    let saved = client.post(&format!("{report}/edit"), &words).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    client.page(&report).await.says("办公室改写的导语。").says("已改写");
    let late = client.post(&format!("{report}/edit"), &words).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let seen = value(client.page(&edit).await.text(), "seen");
    let restore = [("paragraph", "lead"), ("seen", &*seen), ("decision", "restore")];
    client.post(&format!("{report}/edit"), &restore).await;
    assert!(!client.page(&report).await.text().contains("办公室改写的导语。"));
}

#[tokio::test]
async fn only_the_office_issues_and_what_is_frozen_stays() {
    let Some(typesetting) = typesetting() else { return };
    let house = house(Settings { typesetting, portal: Portal::Open, ..settings() }).await;
    let statistician = house.as_role(Role::Statistician).await;
    let report = draft(&statistician).await;
    assert_eq!(step(&statistician, &report, "return", "").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(step(&statistician, &report, "review", "").await, StatusCode::SEE_OTHER);
    let edit = statistician.get(&format!("{report}/edit?paragraph=lead")).await;
    assert_eq!(edit.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", edit.text());
    assert_eq!(step(&statistician, &report, "issue", "").await, StatusCode::FORBIDDEN);
    let office = house.as_role(Role::CommitteeOffice).await;
    assert_eq!(step(&office, &report, "issue", "").await, StatusCode::SEE_OTHER);
    assert_eq!(step(&office, &report, "return", "晚了").await, StatusCode::UNPROCESSABLE_ENTITY);
    let file = format!("{report}/file?format=docx");
    let first = office.get(&file).await.bytes;
    assert_eq!(first, office.get(&file).await.bytes);
    assert!(first.starts_with(b"PK"));
    assert!(office.get(&format!("{report}/file?format=pdf")).await.bytes.starts_with(b"%PDF"));
    let visitor = house.visitor().await;
    let list = format!("/public/{COUNTY}/reports.html");
    visitor.page(&list).await.says("尚未公布报告");
    assert_eq!(step(&office, &report, "publish", "").await, StatusCode::SEE_OTHER);
    let published = visitor.page(&list).await;
    published.says("统计监测报告");
    let id = report.rsplit('/').next().unwrap();
    let page = visitor.page(&format!("/public/{COUNTY}/reports/{id}.html")).await;
    page.says("总体情况").says("下载pdf");
    assert!(!page.text().contains("/data/"), "no address of the house");
    let pdf = visitor.get(&format!("/public/{COUNTY}/reports/{id}.pdf")).await;
    assert!(pdf.bytes.starts_with(b"%PDF"));
}

#[tokio::test]
async fn the_portal_is_closed_unless_it_was_opened() {
    let closed = house(settings()).await;
    let home = format!("/public/{COUNTY}/index.html");
    let visitor = closed.visitor().await;
    assert_eq!(visitor.get(&home).await.status, StatusCode::NOT_FOUND);
    assert_eq!(visitor.get("/public").await.status, StatusCode::NOT_FOUND);
    let open = house(Settings { portal: Portal::Open, ..settings() }).await;
    let visitor = open.visitor().await;
    visitor.page(&home).await.says("可监测口径").says("数据下载");
    let style = visitor.get(&format!("/public/{COUNTY}/style.css")).await;
    assert!(style.text().contains("body{"));
    let missing = visitor.get(&format!("/public/{COUNTY}/nothing.html")).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}
