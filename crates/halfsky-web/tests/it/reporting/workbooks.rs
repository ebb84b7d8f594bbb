//! Out and back in: the template, foreign tables, pasted blocks.

use std::collections::BTreeMap;
use std::time::Duration;

use halfsky_monitor::data_set::Column;
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::testing::{LARGE, large_entries, large_form};
use halfsky_monitor::workbook::{Template, layout};
use halfsky_store::entries::{self, Field};
use halfsky_web::testing::reporting::{
    BIRTHS, EDUCATION, FIGURES, HEALTH, LARGE_FORM, fill_in, settle_large_form, task,
};
use halfsky_web::testing::{Answer, Client, value};

use super::{address, house};
use crate::house::House;

async fn upload(client: &Client, name: &str, bytes: &[u8]) -> Answer {
    let answer =
        client.upload_to(&format!("{}/upload", address(FIGURES)), (name, bytes), &[]).await;
    if answer.status != 303 {
        return answer;
    }
    let place = answer.location().to_owned();
    let shown = client.get(&place).await;
    if shown.status == 303 { client.page(shown.location()).await } else { shown }
}

/// Agrees to what a preview shows.
async fn agree(client: &Client, preview: &Answer) -> Answer {
    let text = preview.text();
    let action =
        text.split("method=\"post\" action=\"").find(|part| part.starts_with("/reporting"));
    let action = action.unwrap().split('"').next().unwrap().to_owned();
    client.post(&action, &[("seen", &value(text, "seen"))]).await
}

async fn births(house: &House) -> String {
    let draft = entries::load(&house.database.store, &task(FIGURES, HEALTH)).await.unwrap();
    let row = halfsky_plan::indicator::IndicatorCode(BIRTHS.to_owned());
    draft.content(&row, Field::Figure(Column::Total)).to_owned()
}

#[tokio::test]
async fn a_template_comes_back_without_a_change() {
    let (house, reporter) = house().await;
    fill_in(&house.database.store, HEALTH).await;
    let template = reporter.get(&format!("{}/template", address(FIGURES))).await;
    assert!(template.header("content-type").contains("spreadsheetml"));
    let preview = upload(&reporter, "表.xlsx", &template.bytes).await;
    preview.says("没有要改动的内容");
}

#[tokio::test]
async fn a_table_with_codes_is_previewed_and_taken_over_once() {
    let (house, reporter) = house().await;
    let table = "代码,合计\nC-H01-D,2532\nW-H02-N,一例\nX-99,5\n";
    let preview = upload(&reporter, "数据.csv", table.as_bytes()).await;
    preview.says("共1处改动").says("2532").says("不是数字").says("本表没有代码“X-99”");
    assert_eq!(births(&house).await, "", "a preview saves nothing");
    let done = agree(&reporter, &preview).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(births(&house).await, "2532");
    upload(&reporter, "数据.csv", table.as_bytes()).await.says("没有要改动的内容");
    let stale = agree(&reporter, &preview).await;
    assert_eq!(stale.status, 409, "what was shown is not what would happen now");
}

/// The template of the large form, filled in.
fn large_workbook() -> Vec<u8> {
    let (form, filled) = (large_form(LARGE), large_entries(LARGE));
    let (unit, nothing) = (UnitId(HEALTH.to_owned()), BTreeMap::new());
    let planned = layout(&Template {
        data_set: &form,
        round: "2025年妇女儿童统计监测数据",
        unit: &unit,
        unit_name: "县卫生健康局",
        period: Period::year_of(2025).unwrap(),
        last_year: &nothing,
        targets: &nothing,
        entries: &filled,
    });
    halfsky_report::workbook::template(&planned).unwrap()
}

/// Follows an upload until its preview is there, as a browser does.
async fn preview_of(client: &Client, at: &str, bytes: &[u8]) -> Answer {
    let upload = format!("{}/upload", address(at));
    let kept = client.upload_to(&upload, ("大表.xlsx", bytes), &[]).await;
    let place = kept.location().to_owned();
    for _ in 0..300 {
        let shown = client.page(&place).await;
        if !shown.text().contains("id=\"progress\"") {
            return shown;
        }
        shown.says("正在读取上传的表").says("http-equiv=\"refresh\"");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the preview never came");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workbook_of_fifty_thousand_cells_is_read_beside_the_requests() {
    let (house, reporter) = house().await;
    let store = &house.database.store;
    settle_large_form(store).await;
    let bytes = large_workbook();
    let preview = preview_of(&reporter, LARGE_FORM, &bytes).await;
    preview.says("共50000处改动，列出前500处").says("导入这50000处改动");
    preview.says("<dd>0<small>处</small></dd>");
    let done = agree(&reporter, &preview).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let draft = entries::load(store, &task(LARGE_FORM, HEALTH)).await.unwrap();
    assert_eq!(draft.cells.len(), 50_000);
    let again = preview_of(&reporter, LARGE_FORM, &bytes).await;
    again.says("没有要改动的内容");
    reporter.page(&address(LARGE_FORM)).await.says("项目0");
}

#[tokio::test]
async fn a_template_of_another_form_is_refused() {
    let (house, reporter) = house().await;
    let statistician = house.as_role(halfsky_monitor::role::Role::Statistician).await;
    let other = format!("/reporting/990101/{FIGURES}/{EDUCATION}/template");
    let template = statistician.get(&other).await;
    let refused = upload(&reporter, "表.xlsx", &template.bytes).await;
    assert_eq!(refused.status, 422);
    refused.says("模板属于另一张报表");
    let empty = upload(&reporter, "表.xlsx", b"").await;
    empty.says("文件为空");
}

#[tokio::test]
async fn a_foreign_table_is_mapped_once() {
    let (house, reporter) = house().await;
    let table = "妇幼年报\n事项,单位,全年\n活产,人,2532\n";
    let mapping = upload(&reporter, "妇幼年报.csv", table.as_bytes()).await;
    mapping.says("每一列是什么").says("活产");
    let text = mapping.text();
    let action = text.split("method=\"post\" action=\"").find(|part| part.contains("/mapping\""));
    let action = action.unwrap().split('"').next().unwrap().to_owned();
    let nothing = reporter.post(&action, &[("title", "妇幼年报"), ("first", "3")]).await;
    assert_eq!(nothing.status, 422);
    nothing.says("请指明哪一列是代码或指标名称");
    let fields = [
        ("title", "妇幼年报"),
        ("name", "妇幼年报.csv"),
        ("first", "3"),
        ("c0", "name"),
        ("c2", "total"),
        ("n2", BIRTHS),
        ("rows", "yes"),
    ];
    let asks = reporter.post(&action, &fields[..5]).await;
    assert_eq!(asks.status, 200, "the rows are asked for first");
    asks.says("“活产”对应的指标");
    let kept = reporter.post(&action, &fields).await;
    assert_eq!(kept.status, 303, "{}", kept.text());
    let preview = reporter.page(kept.location()).await;
    preview.says("妇幼年报").says("2532");
    assert_eq!(agree(&reporter, &preview).await.status, 303);
    assert_eq!(births(&house).await, "2532");
    let next = upload(&reporter, "妇幼年报.csv", table.replace("2532", "2533").as_bytes()).await;
    next.says("按已记住的列对应关系").says("2533");
}

#[tokio::test]
async fn a_block_is_pasted_without_scripts() {
    let (house, reporter) = house().await;
    let paste = format!("{}/paste", address(FIGURES));
    reporter.page(&paste).await.says("左上角在哪一行");
    let empty = [("row", BIRTHS), ("column", "total"), ("block", " ")];
    assert_eq!(reporter.post(&paste, &empty).await.status, 422);
    let block = [("row", BIRTHS), ("column", "total"), ("block", "2,532\n")];
    let read = reporter.post(&paste, &block).await;
    assert_eq!(read.status, 303);
    let preview = reporter.page(read.location()).await;
    assert_eq!(agree(&reporter, &preview).await.status, 303);
    assert_eq!(births(&house).await, "2532");
}
