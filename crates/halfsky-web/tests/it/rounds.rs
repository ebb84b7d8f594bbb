//! The office's side of a year of reporting: duties from the plan, a round opened, units reminded, more time
//! granted, texts filed, missing data registered.

use axum::http::StatusCode;
use halfsky_monitor::role::Role;
use halfsky_monitor::submission::{Actor, Circumstances, Step};
use halfsky_monitor::text_report::{TextKind, TextReport};
use halfsky_store::plans::Stamp;
use halfsky_store::{notifications, reminders, rounds, tasks, texts};
use halfsky_web::testing::reporting::{self, EDUCATION, FIGURES, HEALTH, TEXTS};
use halfsky_web::testing::{Answer, COUNTY, now};

use crate::house::{House, WOMEN, value};

async fn house() -> House {
    let house = House::open().await;
    reporting::settle(&house.database.store).await;
    house
}

fn moved(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.location().to_owned()
}

fn refused<'a>(answer: &'a Answer, words: &str) -> &'a Answer {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    answer.says(words)
}

fn board(round: &str) -> String {
    format!("/rounds/{COUNTY}/{round}")
}

#[tokio::test]
async fn duties_come_from_the_plan_and_what_the_office_set_stays() {
    let house = house().await;
    let version = house.draft(WOMEN, COUNTY).await;
    house.confirm(&version).await;
    let draw = format!("/duties/{COUNTY}/draw");
    let preview = house.page(&draw).await;
    preview.says("将新增").says("没有对应到单位");
    assert!(preview.text().contains("value=\"卫生健康委\""), "{}", preview.text());

    // a name is matched once, then the unit leads what the catalogue gives it
    let fields = [("name", "卫生健康委"), ("unit", HEALTH), ("step", "match")];
    assert_eq!(moved(&house.post(&draw, &fields).await), draw);
    assert!(!house.page(&draw).await.text().contains("value=\"卫生健康委\""));
    moved(&house.post(&draw, &[("step", "save")]).await);
    house.page(&format!("/duties/{COUNTY}?unit={HEALTH}")).await.says("规划分工");

    // by hand, handed over, ended; nothing is lost
    let set = [("indicator", "W-E07"), ("unit", HEALTH), ("role", "lead"), ("from", "2026-03-05")];
    moved(&house.post(&format!("/duties/{COUNTY}/set"), &set).await);
    refused(&house.post(&format!("/duties/{COUNTY}/set"), &set).await, "已承担这项填报任务");
    let order = [
        ("from", HEALTH),
        ("to", EDUCATION),
        ("on", "2026-07-01"),
        ("indicators", "W-E07"),
        ("reason", "职责调整"),
    ];
    let hand_over = format!("/duties/{COUNTY}/hand-over");
    let same = [("from", HEALTH), ("to", HEALTH), ("on", "2026-07-01"), ("reason", "职责调整")];
    refused(&house.post(&hand_over, &same).await, "同一单位");
    moved(&house.post(&hand_over, &order).await);
    let later = house.page(&format!("/duties/{COUNTY}?q=W-E07&when=")).await;
    later.says("2026年3月5日至2026年6月30日").says("2026年7月1日起");
    let end = [
        ("indicator", "W-E07"),
        ("unit", EDUCATION),
        ("last", "2026-12-31"),
        ("reason", "不再统计"),
    ];
    moved(&house.post(&format!("/duties/{COUNTY}/end"), &end).await);
    let export = house.page(&format!("/duties/{COUNTY}?when=&export=csv")).await;
    assert!(export.text().contains("办公室指定"), "{}", export.text());
}

#[tokio::test]
async fn a_round_is_looked_at_before_it_is_opened() {
    let house = house().await;
    let path = format!("/rounds/{COUNTY}/new");
    house.page(&path).await.says("统计监测数据");
    let mut fields = vec![
        ("subject", "figures"),
        ("year", "2024"),
        ("part", ""),
        ("title", "2024年补报数据"),
        ("opens", "2026-03-05"),
        ("due", "2026-03-01"),
        ("reminder_days", "3、1"),
        ("late", "needs_extension"),
        ("step", "preview"),
    ];
    refused(&house.post(&path, &fields).await, "早于开始日");
    fields[5].1 = "2026-03-31";
    let preview = house.post(&path, &fields).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
    preview.says("县卫生健康局").says("县教育局").says("截止前3、1天");

    fields[8].1 = "open";
    refused(&house.post(&path, &fields).await, "至少选择一个单位");
    fields.push(("unit", HEALTH));
    let opened = moved(&house.post(&path, &fields).await);
    let page = house.page(&opened).await;
    page.says("县卫生健康局").says("0/1（0%）");
    assert!(!page.text().contains("县教育局"));
    house.page("/rounds").await.says("2024年补报数据");

    // the form is kept once: a second round of the same content uses it again
    fields[3].1 = "2024年再次补报";
    moved(&house.post(&path, &fields).await);
    let area = COUNTY.parse().unwrap();
    let forms = halfsky_store::data_sets::newest(&house.database.store, &area).await.unwrap();
    let versions: Vec<u32> =
        forms.keys().filter(|key| key.code == "unit-health").map(|key| key.version).collect();
    assert_eq!(versions, [1]);

    // the unit was told
    let reporter = house.as_role(Role::Reporter).await;
    reporter.page("/messages").await.says("报送通知：2024年补报数据").says("未读");
}

#[tokio::test]
async fn units_are_reminded_once_a_day_and_told() {
    let house = house().await;
    reporting::hand_in(&house.database.store, HEALTH).await;
    let page = house.page(&board(FIGURES)).await;
    page.says("1/2（50%）").says("已报送");
    let remind = format!("{}/remind", board(FIGURES));
    let both = [("unit", HEALTH), ("unit", EDUCATION)];
    assert_eq!(house.post(&remind, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(moved(&house.post(&remind, &both).await), board(FIGURES));
    moved(&house.post(&remind, &both).await);
    let (area, id) = (COUNTY.parse().unwrap(), rounds::RoundId(FIGURES.to_owned()));
    let sent = reminders::of_round(&house.database.store, &area, &id).await.unwrap();
    assert_eq!(sent.len(), 1, "once, and only the unit that has not reported");
    assert_eq!(sent[0].unit.0, EDUCATION);
    assert!(sent[0].words.contains("截止日为2026年4月4日"), "{}", sent[0].words);
    house.page(&format!("{}/reminders", board(FIGURES))).await.says("县教育局");
    let waiting = notifications::waiting_for_mail(&house.database.store, 10).await.unwrap();
    assert!(waiting.iter().any(|(_, told)| told.title.starts_with("报送提醒")), "{waiting:?}");

    // a month later it is late
    house.clock.pass(60 * 24 * 40);
    let office = house.as_role(Role::CommitteeOffice).await;
    let late = office.page(&format!("{}/late", board(FIGURES))).await;
    late.says("应报2个单位，未报1个，其中逾期1个").says("县教育局");
    office.page("/tasks").await.says("催报“2025年妇女儿童统计监测数据”");
    let leader = house.as_role(Role::Leader).await;
    let seen = leader.page(&board(FIGURES)).await;
    assert!(!seen.text().contains("/remind\""), "a leader reads");
}

#[tokio::test]
async fn more_time_needs_a_reason_and_a_round_can_be_closed() {
    let house = house().await;
    let extend = format!("{}/extend", board(FIGURES));
    let page = house.page(&format!("{extend}?unit={EDUCATION}")).await;
    page.says("现在的截止日是2026年4月4日");
    let seen = value(page.text(), "seen");
    let fields = |until: &'static str, reason: &'static str| {
        [("unit", EDUCATION), ("until", until), ("reason", reason), ("seen", "1")]
    };
    assert_eq!(seen, "1");
    refused(&house.post(&extend, &fields("2026-04-30", "")).await, "写明原因");
    refused(&house.post(&extend, &fields("2026-04-01", "统计口径核实中")).await, "晚于");
    moved(&house.post(&extend, &fields("2026-04-30", "统计口径核实中")).await);
    house.page(&board(FIGURES)).await.says("已延期至2026年4月30日：统计口径核实中");
    let stale = house.post(&extend, &fields("2026-05-30", "又一次")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text());

    let change = format!("{}/change", board(FIGURES));
    let page = house.page(&change).await;
    let seen = value(page.text(), "seen");
    let fields = [
        ("seen", seen.as_str()),
        ("title", "2025年统计数据"),
        ("opens", "2026-02-20"),
        ("due", "2026-04-10"),
        ("reminder_days", "7"),
        ("late", "mark_late"),
    ];
    moved(&house.post(&change, &fields).await);
    house.page(&board(FIGURES)).await.says("2025年统计数据").says("截止前7天自动提醒");

    let close = format!("{}/close", board(FIGURES));
    let page = house.page(&close).await;
    let seen = value(page.text(), "seen");
    moved(&house.post(&close, &[("seen", &seen)]).await);
    house.page(&board(FIGURES)).await.says("2026年2月20日至2026年3月5日");
    let again = house.page(&close).await;
    let seen = value(again.text(), "seen");
    refused(&house.post(&close, &[("seen", &seen)]).await, "已经截止");
}

/// The health unit hands in its yearly report.
async fn hand_in_text(house: &House) {
    let store = &house.database.store;
    let key = reporting::task(TEXTS, HEALTH);
    let stamp = Stamp { at: now(), by: "示例填报人".to_owned() };
    let words =
        ["targets", "measures", "next_year"].map(|code| (code.to_owned(), format!("{code}的内容")));
    let report =
        TextReport { kind: TextKind::YearlyReport, words: words.into(), attachments: Vec::new() };
    let stored = rounds::load(store, &key.ref_area, &key.round).await.unwrap();
    let circumstances = Circumstances {
        round: &stored.round,
        today: "2026-03-05".parse().unwrap(),
        now: "2026-03-05T01:30:00Z",
        findings: &[],
        explanations: &[],
    };
    let unit = key.unit.clone();
    let actor = Actor::UnitReviewer { name: "示例单位审核人".to_owned(), unit };
    let task = tasks::load(store, &key).await.unwrap();
    let mut next = task.submission.clone();
    for step in [Step::Save, Step::RequestUnitReview, Step::Submit] {
        next = next.apply(&step, &actor, &circumstances).unwrap().0;
    }
    let mut tx = store.begin(&key.ref_area).await.unwrap();
    let (version, _) = texts::save(&mut tx, &key, 0, &report, &stamp).await.unwrap();
    texts::hand_in(&mut tx, &key, version, &stamp).await.unwrap();
    tasks::save_step(&mut tx, &key, task.revision, &next, &stamp).await.unwrap();
    let entry = halfsky_store::audit::Entry::new(now(), "test", "task.submit", &key.object());
    tx.commit(entry).await.unwrap();
}

#[tokio::test]
async fn a_text_is_returned_with_a_reason_and_filed_under_a_number() {
    let house = house().await;
    house.page("/texts").await.says("县卫生健康局").says("未开始");
    hand_in_text(&house).await;
    house.page("/tasks").await.says("1份材料等待备案或退回");
    let path = format!("/texts/{COUNTY}/{TEXTS}/{HEALTH}");
    let page = house.page(&path).await;
    page.says("measures的内容").says("备案并归档");
    let seen = value(page.text(), "seen");
    let decide = |decision: &'static str, name: &'static str, words: &'static str| {
        [("decision", decision), (name, words), ("seen", "2")]
    };
    assert_eq!(seen, "2");
    refused(&house.post(&path, &decide("return", "reason", "")).await, "写明退回原因");
    let statistician = house.as_role(Role::Statistician).await;
    let barred = statistician.post(&path, &decide("file", "number", "备1")).await;
    assert_eq!(barred.status, StatusCode::FORBIDDEN);
    moved(&house.post(&path, &decide("return", "reason", "缺少下一年安排")).await);
    let reporter = house.as_role(Role::Reporter).await;
    reporter.page("/messages").await.says("退回原因：缺少下一年安排");
    house.page("/texts").await.says("退回");

    // a text that was returned cannot be filed; the one that comes again can
    refused(&house.post(&path, &decide("file", "number", "备1")).await, "不能进行此操作");
}

#[tokio::test]
async fn a_text_is_filed_once() {
    let house = house().await;
    hand_in_text(&house).await;
    let path = format!("/texts/{COUNTY}/{TEXTS}/{HEALTH}");
    let fields = [("decision", "file"), ("number", "备〔2026〕1号"), ("seen", "2")];
    moved(&house.post(&path, &fields).await);
    house.page("/texts").await.says("备〔2026〕1号").says("已接受");
    refused(&house.post(&path, &fields).await, "不能进行此操作");
    let export = house.page("/texts?export=csv").await;
    assert!(export.text().contains("备〔2026〕1号"), "{}", export.text());
    assert_eq!(house.get(&format!("{path}/files/none")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn missing_data_have_an_owner_and_a_plan() {
    let house = house().await;
    let edit = format!("/missing/{COUNTY}/edit");
    house.page(&format!("/missing/{COUNTY}")).await.says("还没有登记缺项");
    let mut fields = vec![
        ("seen", "0"),
        ("indicator", "W-H01"),
        ("since", "2021"),
        ("reason", "sampled_above"),
        ("owner", ""),
        ("substitute", "全市推算数"),
        ("survey", "人口变动抽样调查"),
        ("survey_due", "2026-09-30"),
    ];
    refused(&house.post(&edit, &fields).await, "应有这项数据的单位");
    fields[4].1 = "县统计局";
    moved(&house.post(&edit, &fields).await);
    let list = house.page(&format!("/missing/{COUNTY}")).await;
    list.says("全市推算数").says("人口变动抽样调查").says("2026年9月30日");
    let taken = house.post(&edit, &fields).await;
    assert_eq!(taken.status, StatusCode::CONFLICT, "{}", taken.text());
    fields[0].1 = "1";
    fields.push(("resolved", "2026"));
    moved(&house.post(&edit, &fields).await);
    house.page(&format!("/missing/{COUNTY}?state=resolved")).await.says("2021—2025年");
    let leader = house.as_role(Role::Leader).await;
    assert_eq!(leader.get(&edit).await.status, StatusCode::FORBIDDEN);
    assert_eq!(moved(&leader.get("/missing").await), format!("/missing/{COUNTY}"));
}

#[tokio::test]
async fn messages_are_unread_until_they_are_marked() {
    let house = house().await;
    moved(&house.post(&format!("{}/remind", board(FIGURES)), &[("unit", HEALTH)]).await);
    let reporter = house.as_role(Role::Reporter).await;
    let inbox = reporter.page("/messages").await;
    inbox.says("1条未读").says("条未读</span>");
    let until = value(inbox.text(), "until");
    moved(&reporter.post("/messages", &[("until", &until)]).await);
    reporter.page("/messages").await.says("没有未读消息");
    let leader = house.as_role(Role::Leader).await;
    leader.page("/messages").await.says("还没有消息");
}

#[tokio::test]
async fn the_calendar_of_the_plan_offers_rounds() {
    let house = house().await;
    let path = format!("/rounds/{COUNTY}/calendar");
    house.page(&path).await.says("还没有日程");
    let version = house.draft(WOMEN, COUNTY).await;
    house.confirm(&version).await;
    let calendar = house.page(&path).await;
    calendar.says("2026年数据").says("开轮次");
    house.page(&format!("/rounds/{COUNTY}/new")).await.says("规划日程中还没有开的");
    let csv = house.page(&format!("{path}?export=csv")).await;
    assert!(csv.text().contains("2030年数据"), "{}", csv.text());
}
