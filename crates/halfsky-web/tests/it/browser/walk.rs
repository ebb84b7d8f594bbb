//! From a bad figure to a closed case: the alarm comes on entry, the figure is published, the warning becomes a case with
//! two units, a letter goes out, the unit rectifies, the office closes.

use halfsky_monitor::role::Role;
use halfsky_web::testing::COUNTY;
use halfsky_web::testing::reporting::{self, EDUCATION, FIGURES, HEALTH};

use super::driver::{Browser, Scripts, open};
use super::year::{accept, publish, send_and_submit, task};
use super::{confirm_everything, import};
use crate::house::WOMEN;

/// Posts the form of a step on the page of a case.
async fn take(browser: &Browser, step: &str) {
    browser.click(&format!("form:has(input[name=kind][value={step}]) .actions .button")).await;
    browser.find(".toast").await;
}

/// The unit types a figure below what the plan wants kept, is told at once, and reports it.
async fn report_a_bad_figure(browser: &Browser) {
    reporting::fill_in(&browser.database.store, HEALTH).await;
    browser.becomes(Role::Reporter.code()).await;
    let grid = task(FIGURES, HEALTH);
    browser.go(&grid).await;
    browser.types("#c-W-H05-N-total", "2286").await;
    browser.click(".sticky-bar button[value=save]").await;
    browser.reads("所填数据对目标的影响（未发布）").await;
    browser.reads_at("#task-effects", "孕产妇系统管理率").await;
    send_and_submit(browser, (FIGURES, HEALTH), Some(Role::UnitReviewer.code())).await;
}

/// The warning of the broken level becomes a case; gives its address.
async fn open_a_case(browser: &Browser) -> String {
    browser.go(&format!("/warnings/{COUNTY}?rule=keep_broken&q=孕产妇系统管理率")).await;
    browser.click("main tbody th a").await;
    browser.reads("90.0").await;
    browser.types("#reason", "系统管理率跌破规划要求").await;
    browser.click("main form .primary").await;
    browser.find(".toast").await;
    browser.path().await
}

async fn dispatch(browser: &Browser) {
    browser.click(&format!("#dispatch-lead option[value={HEALTH}]")).await;
    browser.click(&format!("#dispatch-support input[value={EDUCATION}]")).await;
    browser.sets("#dispatch-due", "2026-03-20").await;
    take(browser, "dispatch").await;
    browser.reads("等待县卫生健康局签收").await;
}

async fn send_a_letter(browser: &Browser, case: &str) {
    browser.go(&format!("{case}/letter")).await;
    browser.reads_at("#paragraphs", "一、指标情况").await;
    let script = "const text = document.querySelector('#paragraphs');
        text.value = text.value.replace('（请填写）', '000-0000000');";
    browser.driver.execute(script, Vec::new()).await.unwrap();
    browser.types("#document_number", "云妇儿办函〔2026〕1号").await;
    browser.click("#agreed").await;
    browser.click("main form .primary").await;
    browser.reads("云妇儿办函〔2026〕1号").await;
}

/// Acknowledged, planned, reported on, and offered for a recheck.
async fn rectify(browser: &Browser, case: &str) {
    browser.go("/tasks").await;
    browser.reads("等待签收").await;
    browser.go(case).await;
    take(browser, "acknowledge").await;
    browser.types("#submit_plan-causes", "外出孕产妇没有随访").await;
    browser.types("#submit_plan-measures", "逐人登记，按月随访").await;
    browser.types("#submit_plan-who", "分管副局长").await;
    browser.sets("#submit_plan-due", "2026-06-30").await;
    take(browser, "submit_plan").await;
    browser.types("#report-text", "已完成随访").await;
    take(browser, "report").await;
    browser.types("#ask_for_recheck-text", "管理率已回升").await;
    take(browser, "ask_for_recheck").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_bad_figure_to_a_closed_case() {
    let Some(browser) = open(Scripts::On).await else { return };
    reporting::settle(&browser.database.store.clone()).await;
    import(&browser, WOMEN, COUNTY).await;
    confirm_everything(&browser).await;
    report_a_bad_figure(&browser).await;
    browser.becomes(Role::Statistician.code()).await;
    accept(&browser, FIGURES, HEALTH).await;
    publish(&browser, "首次公布").await;

    browser.becomes(Role::CommitteeOffice.code()).await;
    let case = open_a_case(&browser).await;
    dispatch(&browser).await;
    browser.go(&format!("/rounds/{COUNTY}/calendar")).await;
    browser.reads("督办期限").await;
    send_a_letter(&browser, &case).await;

    browser.becomes(Role::Reporter.code()).await;
    rectify(&browser, &case).await;

    browser.becomes(Role::CommitteeOffice.code()).await;
    browser.go(&case).await;
    browser.types("#remark-who", "分管副县长").await;
    browser.types("#remark-text", "请抓紧").await;
    take(&browser, "remark").await;
    browser.click("input[name=passed][value=yes]").await;
    browser.types("#recheck-reason", "台账属实").await;
    take(&browser, "recheck").await;
    browser.types("#close-reason", "整改到位").await;
    take(&browser, "close").await;
    browser.reads("已销号").await;
    browser.reads("请抓紧").await;
    browser.assert_quiet().await;
    browser.close().await;
}
