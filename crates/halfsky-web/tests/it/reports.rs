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
    client.page(&new).await.says("领导一页纸").says("会议纪要");
    let page = client.page(&format!("{new}?kind=annual")).await;
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
    let tables = format!("{report}/file?format=xlsx");
    let book = office.get(&tables).await.bytes;
    assert!(book.starts_with(b"PK") && book != first);
    assert_eq!(book, office.get(&tables).await.bytes);
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

#[tokio::test]
async fn a_letter_asks_for_what_only_a_person_knows() {
    let house = house(settings()).await;
    let office = house.as_role(Role::CommitteeOffice).await;
    let new = format!("/reports/{COUNTY}/new");
    let page = office.page(&format!("{new}?kind=unit")).await;
    let plan = page.text().split("name=\"plan\"").nth(1).unwrap().to_owned();
    let plan = plan.split("option value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut fields = vec![
        ("kind", "unit"),
        ("plan", plan.as_str()),
        ("edition", "2024"),
        ("reader", "internal"),
        ("dated", "2026-03-05"),
    ];
    let refused = office.post(&new, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("请选择单位");
    fields.push(("unit", "县气象局"));
    let refused = office.post(&new, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("规划没有给“县气象局”分配目标");
    fields[5] = ("unit", "县卫生健康局");
    let made = office.post(&new, &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    office.page(made.location()).await.says("县卫生健康局2024年度").says("由本单位填写");
}

#[tokio::test]
async fn the_words_of_the_office_stand_in_new_documents() {
    let house = house(settings()).await;
    let office = house.as_role(Role::CommitteeOffice).await;
    let report = draft(&office).await;
    let list = format!("/reports/{COUNTY}/templates");
    office.page(&list).await.says("年度统计监测报告").says("默认文字");
    let address = format!("{list}/annual-lead");
    let page = office.page(&address).await;
    page.says("可用的变量");
    let seen = value(page.text(), "seen");
    let post = async |decision: &str, source: &str| {
        let fields = [("seen", &*seen), ("decision", decision), ("source", source)];
        office.post(&address, &fields).await
    };
    let wrong = post("save", "{{ 年份 }}年").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says("没有名为“年份”的变量");
    post("preview", "本地写法：{{ 年 }}年。").await.says("本地写法：2025年。");
    assert!(!office.page(&report).await.text().contains("本地写法"));
    let saved = post("save", "本地写法：{{ 年 }}年。").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    office.page(&report).await.says("本地写法：2024年。");
    assert_eq!(post("save", "又改。").await.status, StatusCode::CONFLICT);
    let seen = value(office.page(&address).await.text(), "seen");
    let fields = [("seen", &*seen), ("decision", "restore"), ("source", "")];
    assert_eq!(office.post(&address, &fields).await.status, StatusCode::SEE_OTHER);
    assert!(!office.page(&report).await.text().contains("本地写法"));
    let reader = house.as_role(Role::Statistician).await;
    let fields = [("seen", "0"), ("decision", "save"), ("source", "统计局改。")];
    assert_eq!(reader.post(&address, &fields).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_opinion_is_sent_shown_and_answered() {
    let house = house(Settings { portal: Portal::Open, ..settings() }).await;
    let visitor = house.visitor().await;
    let address = format!("/public/{COUNTY}/opinions");
    visitor.page(&format!("/public/{COUNTY}/index.html")).await.says("意见反馈");
    visitor.page(&address).await.says("还没有公开的意见");
    let empty = visitor.post(&address, &[("topic", "figures"), ("content", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    empty.says("请填写意见或建议");
    let fields = [("topic", "figures"), ("content", "建议<b>公布"), ("contact", "13800000000")];
    let sent = visitor.post(&address, &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let page = visitor.page(sent.location()).await;
    page.says("已收到您的意见");
    assert!(!page.text().contains("&lt;b&gt;"), "nothing is shown before somebody looked at it");

    let statistician = house.as_role(Role::Statistician).await;
    assert_eq!(statistician.get("/opinions").await.status, StatusCode::FORBIDDEN);
    let office = house.as_role(Role::CommitteeOffice).await;
    office.page("/reports").await.says("公众意见");
    let list = office.page("/opinions").await;
    assert!(!list.text().contains("13800000000"));
    let one = list.text().split("href=\"/opinions/").nth(1).unwrap().split('"').next().unwrap();
    let one = format!("/opinions/{one}");
    let read = office.page(&one).await;
    assert!(!read.text().contains("13800000000"));
    let seen = value(read.text(), "seen");
    office.post(&one, &[("what", "contact")]).await.says("13800000000");
    let undecided = office.post(&one, &[("seen", &*seen), ("answer", "好")]).await;
    assert_eq!(undecided.status, StatusCode::UNPROCESSABLE_ENTITY);
    let decision = [("seen", &*seen), ("state", "shown"), ("answer", "将研究。")];
    assert_eq!(office.post(&one, &decision).await.status, StatusCode::SEE_OTHER);
    let late = office.post(&one, &decision).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let page = visitor.page(&address).await;
    page.says("建议&lt;b&gt;公布").says("将研究。").says("合计");
    assert!(!page.text().contains("13800000000"));
}

#[tokio::test]
async fn one_address_sends_few_opinions() {
    let house = house(Settings { portal: Portal::Open, ..settings() }).await;
    let visitor = house.visitor().await;
    let address = format!("/public/{COUNTY}/opinions");
    let fields = [("topic", "plan"), ("content", "甲")];
    for _ in 0..5 {
        assert_eq!(visitor.post(&address, &fields).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(visitor.post(&address, &fields).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_draft_beside_the_plan_in_force_hides_nothing() {
    let house = house(Settings { portal: Portal::Open, ..settings() }).await;
    house.draft(WOMEN, COUNTY).await;
    let visitor = house.visitor().await;
    visitor.page(&format!("/public/{COUNTY}/index.html")).await.says("妇女发展规划");
    let office = house.as_role(Role::CommitteeOffice).await;
    office.page(&format!("/reports/{COUNTY}/new?kind=annual")).await.says("name=\"plan\"");
}
