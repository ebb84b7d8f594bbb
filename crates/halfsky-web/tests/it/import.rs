//! From the upload to the version in force, without JavaScript.

use axum::http::StatusCode;
use halfsky_store::audit::{self, Verification};

use crate::house::{CITY, House, WOMEN, numbers, seen, value};

#[tokio::test]
async fn an_upload_without_file_or_region_keeps_what_was_typed() {
    let house = House::open().await;
    house.page("/plans/import").await.says("最大64 MB");
    let refused = house.upload("", b"", "云溪").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("请选择规划文件").says("应为6到12位数字").says("value=\"云溪\"");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_why() {
    let house = House::open().await;
    let refused = house.upload("空.txt", b"   ", "990101").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("文件里没有文字").says("value=\"990101\"");
}

#[tokio::test]
async fn a_text_that_is_no_plan_is_not_imported() {
    let house = House::open().await;
    let uploaded =
        house.upload("通知.txt", "关于召开会议的通知\n请准时参加。".as_bytes(), "990101").await;
    house.page(uploaded.location()).await.says("没有找到规划");
}

#[tokio::test]
async fn a_chosen_plan_becomes_a_draft_that_is_not_in_force() {
    let house = House::open().await;
    let uploaded = house.upload("规划.txt", WOMEN.as_bytes(), "990101").await;
    house.page(uploaded.location()).await.says("云溪县妇女发展规划").says("新规划第1版");
    let none = house.post(uploaded.location(), &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    none.says("请至少选择一份规划");
    let begun = house.post(uploaded.location(), &[("plan", "0")]).await;
    let review = house.page(begun.location()).await;
    review.says("核对识别结果").says("孕产妇死亡率");
    house.page("/plans").await.says("待核对");
    house.page("/").await.says("需要我处理 1项");
    let source = house.page(&begun.location().replace("/review", "/source")).await;
    assert_eq!(source.bytes, WOMEN.as_bytes());
    assert!(source.header("content-disposition").starts_with("attachment"));
}

/// A draft with one target that has a value and no doubt.
async fn draft(house: &House) -> (String, u32, String) {
    let version = house.draft(WOMEN, "990101").await;
    let page = house.page(&format!("{version}/review?show=unchecked")).await;
    let number = numbers(page.text())[0];
    let seen = seen(page.text(), number);
    (version, number, seen)
}

fn fields<'a>(
    card: &'a [(&'static str, String)],
    changes: &'a [(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut list = changes.to_vec();
    for (name, value) in card {
        if changes.iter().all(|(changed, _)| changed != name) {
            list.push((name, value));
        }
    }
    list
}

/// The fields of a card as the page shows them.
fn card(html: &str, number: u32) -> Vec<(&'static str, String)> {
    let card = html.split(&format!("id=\"t{number}\"")).nth(1).unwrap();
    let card = card.split("</form>").next().unwrap();
    let mut list = Vec::new();
    for name in ["indicator", "value", "by", "lead", "support", "scope", "reference", "base_year"] {
        list.push((name, value(card, name)));
    }
    for name in ["comparison", "unit", "kind"] {
        let select = card.split(&format!("name=\"{name}\"")).nth(1).unwrap();
        let select = select.split("</select>").next().unwrap();
        let chosen = select.split("\" selected").next().unwrap().rsplit('"').next().unwrap();
        list.push((name, chosen.replace("&#62;", ">").replace("&#60;", "<")));
    }
    let link = card.split("\" checked>").next().unwrap().rsplit('"').next().unwrap();
    list.push(("link", link.to_owned()));
    list
}

#[tokio::test]
async fn a_correction_is_saved_and_can_be_undone() {
    let house = House::open().await;
    let (version, number, seen) = draft(&house).await;
    let page = house.page(&format!("{version}/review")).await;
    let shown = card(page.text(), number);
    let changes = [("indicator", "改过的名称<b>"), ("action", "confirm"), ("seen", seen.as_str())];
    let path = format!("{version}/targets/{number}?part=0");
    let saved = house.post(&path, &fields(&shown, &changes)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert!(saved.location().ends_with(&format!("/review?part=0#t{number}")));
    house.page(saved.location()).await.says("改过的名称&#60;b&#62;").says("已确认1条");
    let undone = house.post(&format!("{version}/undo"), &[]).await;
    let page = house.page(undone.location()).await;
    assert!(!page.text().contains("改过的名称"));
    let again = house.post(&format!("{version}/undo"), &[]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says("没有可撤销的修改");
}

#[tokio::test]
async fn errors_stand_beside_their_fields_and_nothing_is_lost() {
    let house = House::open().await;
    let (version, number, seen) = draft(&house).await;
    let page = house.page(&format!("{version}/review")).await;
    let shown = card(page.text(), number);
    let changes = [
        ("value", "很多"),
        ("by", "2050"),
        ("lead", "卫生健康局"),
        ("action", "confirm"),
        ("seen", &seen),
    ];
    let path = format!("{version}/targets/{number}?part=0");
    let refused = house.post(&path, &fields(&shown, &changes)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("“很多”不是数字").says("value=\"很多\"").says("value=\"卫生健康局\"");
    let changes = [("by", "2050"), ("action", "confirm"), ("seen", &seen)];
    let refused = house.post(&path, &fields(&shown, &changes)).await;
    refused.says("期限应在规划期").says("aria-invalid=\"true\"");
}

#[tokio::test]
async fn somebody_else_was_faster() {
    let house = House::open().await;
    let (version, number, seen) = draft(&house).await;
    let page = house.page(&format!("{version}/review")).await;
    let shown = card(page.text(), number);
    let path = format!("{version}/targets/{number}?part=0");
    let save = |name: &'static str| {
        let changes = [("indicator", name), ("action", "save"), ("seen", seen.as_str())];
        let fields: Vec<(String, String)> = fields(&shown, &changes)
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        fields
    };
    let first: Vec<_> = save("先改的");
    let second: Vec<_> = save("后改的");
    let borrow = |list: &[(String, String)]| -> Vec<(String, String)> { list.to_vec() };
    let post = async |list: Vec<(String, String)>| {
        let list: Vec<(&str, &str)> = list.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        house.post(&path, &list).await
    };
    assert_eq!(post(borrow(&first)).await.status, StatusCode::SEE_OTHER);
    let late = post(borrow(&second)).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    late.says("刚被他人改动").says("value=\"后改的\"");
    house.page(&format!("{version}/review")).await.says("先改的");
}

#[tokio::test]
async fn a_search_offers_indicators_and_saves_nothing() {
    let house = House::open().await;
    let (version, number, seen) = draft(&house).await;
    let page = house.page(&format!("{version}/review")).await;
    let shown = card(page.text(), number);
    let changes = [
        ("search", "W-E"),
        ("action", "search"),
        ("seen", seen.as_str()),
        ("indicator", "还没保存"),
    ];
    let path = format!("{version}/targets/{number}?part=0");
    let found = house.post(&path, &fields(&shown, &changes)).await;
    assert_eq!(found.status, StatusCode::OK);
    found.says("value=\"还没保存\"").says("W-E0");
    assert!(!house.page(&format!("{version}/review")).await.text().contains("还没保存"));
}

#[tokio::test]
async fn a_new_indicator_is_made_on_the_spot() {
    let house = House::open().await;
    let (version, number, seen) = draft(&house).await;
    let page = house.page(&format!("{version}/review")).await;
    let shown = card(page.text(), number);
    let path = format!("{version}/targets/{number}?part=0");
    let entered =
        |name| [("link", "new"), ("new_name", name), ("action", "save"), ("seen", seen.as_str())];
    let refused = house.post(&path, &fields(&shown, &entered(""))).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("请填写新指标的名称");
    let known = house.post(&path, &fields(&shown, &entered("孕产妇死亡率"))).await;
    known.says("请直接选用");
    let made = house.post(&path, &fields(&shown, &entered("云溪特色指标"))).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    house.page("/indicators/X-0001").await.says("云溪特色指标").says("1个规划目标使用这个指标");
}

#[tokio::test]
async fn nothing_is_in_force_before_everything_is_decided() {
    let house = House::open().await;
    let version = house.draft(WOMEN, "990101").await;
    let page = house.page(&format!("{version}/confirm")).await;
    page.says("还不能生效");
    let seen = value(page.text(), "seen");
    let early =
        house.post(&format!("{version}/confirm"), &[("agreed", "yes"), ("seen", &seen)]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    early.says("全部确认后才能生效");
    let silent = house.post(&format!("{version}/confirm"), &[("seen", &seen)]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    silent.says("请先勾选");
    house.confirm(&version).await;
    let plan = version.split("/versions").next().unwrap();
    house.page(plan).await.says("已生效");
    let late = house.post(&format!("{version}/undo"), &[]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    let area = "990101".parse().unwrap();
    let chain = audit::verify(&house.database.store, &area).await.unwrap();
    assert!(matches!(chain, Verification::Intact { entries } if entries > 3), "{chain:?}");
}

#[tokio::test]
async fn the_same_plan_again_is_its_next_version() {
    let house = House::open().await;
    let first = house.draft(WOMEN, "990101").await;
    house.confirm(&first).await;
    let changed = WOMEN.replacen("控制在10/10万", "控制在9/10万", 1);
    let uploaded = house.upload("规划.txt", changed.as_bytes(), "990101").await;
    house.page(uploaded.location()).await.says("第2版").says("现有第1版已生效");
    let second = house.draft(&changed, "990101").await;
    assert_eq!(second, first.replace("/versions/1", "/versions/2"));
    house.confirm(&second).await;
    let plan = first.split("/versions").next().unwrap();
    house.page(plan).await.says("第2版").says("改了什么");
    house.page(&format!("{plan}/changes?from=1&to=2")).await.says("不高于9/10万");
    house.page(&first).await.says("这是历史版本");
}

#[tokio::test]
async fn a_draft_can_be_given_up_after_asking() {
    let house = House::open().await;
    let version = house.draft(WOMEN, "990101").await;
    let page = house.page(&format!("{version}/discard")).await;
    page.says("放弃这次导入？");
    let seen = value(page.text(), "seen");
    let gone = house.post(&format!("{version}/discard"), &[("seen", &seen)]).await;
    assert_eq!(gone.location(), "/plans");
    house.page("/plans").await.says("已作废");
    let again = house.post(&format!("{version}/discard"), &[("seen", &seen)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_plan_is_held_against_the_level_above() {
    let house = House::open().await;
    let county = house.draft(WOMEN, "990101").await;
    house.confirm(&county).await;
    let plan = county.split("/versions").next().unwrap();
    house.page(&format!("{plan}/alignment")).await.says("还没有可以比较的规划");
    let city = house.draft(CITY, "990100").await;
    house.confirm(&city).await;
    let above = city.trim_start_matches("/plans/").split("/versions").next().unwrap();
    let path = format!("{plan}/alignment?with={}", above.replace('/', "%2F"));
    house.page(&path).await.says("云江市妇女发展规划").says("上级要求");
    let csv = house.page(&format!("{path}&export=csv")).await;
    assert!(csv.bytes.starts_with("\u{feff}上级目标".as_bytes()));
}
