//! The entry grid in Chromium: keyboard alone, paste, two editors, no scripts.

use std::time::Duration;

use halfsky_monitor::role::Role;
use halfsky_store::entries::{self, CellChange, Field};
use halfsky_store::plans::Stamp;
use halfsky_web::testing::reporting::{
    BIRTHS, DEATHS, FIGURES, HEALTH, TEXTS, hand_in, settle, task,
};
use halfsky_web::testing::{COUNTY, now};
use thirtyfour::prelude::*;

use super::driver::{Browser, Scripts, open};
use super::pages::{check_each, set_size};

/// Opens the grid of the health unit as its reporter; None where there is no browser.
async fn grid(scripts: Scripts) -> Option<Browser> {
    let browser = open(scripts).await?;
    settle(&browser.database.store).await;
    browser.sign_out().await;
    browser.sign_in(Role::Reporter).await;
    browser.go(&address()).await;
    Some(browser)
}

fn address() -> String {
    format!("/reporting/{COUNTY}/{FIGURES}/{HEALTH}")
}

fn cell(row: &str, column: &str) -> String {
    format!("#c-{row}-{column}")
}

/// Waits until this many cells are kept.
async fn kept(browser: &Browser, cells: &[(&str, &str, &str)]) {
    let mut last = Vec::new();
    for _ in 0..100 {
        let draft = entries::load(&browser.database.store, &task(FIGURES, HEALTH)).await.unwrap();
        let content = |row: &str, column: &str| {
            let code = halfsky_plan::indicator::IndicatorCode(row.to_owned());
            draft.content(&code, Field::from_code(column).unwrap()).to_owned()
        };
        last = cells.iter().map(|(row, column, _)| content(row, column)).collect();
        if cells.iter().zip(&last).all(|((_, _, wanted), found)| wanted == found) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{cells:?} is not kept: {last:?}");
}

async fn value(browser: &Browser, css: &str) -> String {
    browser.find(css).await.prop("value").await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_filled_in_with_the_keyboard_alone() {
    let Some(browser) = grid(Scripts::On).await else { return };
    let focus = format!("document.querySelector('{}').focus()", cell(DEATHS, "total"));
    browser.driver.execute(&focus, Vec::new()).await.unwrap();
    let keys = async |keys: Key| {
        browser.driver.action_chain().send_keys(keys).perform().await.unwrap();
    };
    browser.driver.action_chain().send_keys("1").perform().await.unwrap();
    keys(Key::Enter).await;
    let here = "document.activeElement.id";
    assert_eq!(browser.value(here).await, format!("c-{BIRTHS}-total").as_str());
    browser.driver.action_chain().send_keys("2532").perform().await.unwrap();
    keys(Key::Down).await;
    kept(&browser, &[(DEATHS, "total", "1"), (BIRTHS, "total", "2532")]).await;
    browser.reads_at(&cell("W-H02", "total"), "39.49").await;
    keys(Key::Up).await;
    assert_eq!(browser.value(here).await, format!("c-{BIRTHS}-total").as_str());
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_from_a_spreadsheet_lands_in_its_cells() {
    let Some(browser) = grid(Scripts::On).await else { return };
    let script = format!(
        "const to = document.querySelector('{}'); to.focus();
         const data = new DataTransfer(); data.setData('text', '48\\t52\\n50\\t55\\n');
         to.dispatchEvent(new ClipboardEvent('paste', {{clipboardData: data, bubbles: true, cancelable: true}}));",
        cell("C-H10-N", "female")
    );
    browser.driver.execute(&script, Vec::new()).await.unwrap();
    let cells = [
        ("C-H10-N", "female", "48"),
        ("C-H10-N", "male", "52"),
        ("C-H10-D", "female", "50"),
        ("C-H10-D", "male", "55"),
    ];
    kept(&browser, &cells).await;
    browser.close().await;
}

/// Somebody else of the unit fills in a cell.
async fn other(browser: &Browser, row: &str, content: &str) {
    let key = task(FIGURES, HEALTH);
    let change = CellChange {
        row: halfsky_plan::indicator::IndicatorCode(row.to_owned()),
        field: Field::from_code("total").unwrap(),
        seen: 0,
        content: content.to_owned(),
    };
    let stamp = Stamp { at: now(), by: "另一填报人".to_owned() };
    let mut tx = browser.database.store.begin(&key.ref_area).await.unwrap();
    entries::save(&mut tx, &key, &[change], &stamp).await.unwrap();
    let entry = halfsky_store::audit::Entry::new(now(), "test", "entry.save", &key.object());
    tx.commit(entry).await.unwrap();
}

/// The answer to an autosave is late; what is typed and saved meanwhile is not in conflict with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_not_in_conflict_with_an_autosave_on_its_way() {
    let Some(browser) = grid(Scripts::On).await else { return };
    let late = "const real = window.fetch;
                window.fetch = (...a) => real(...a).then(r => new Promise(done => setTimeout(() => done(r), 1500)));";
    browser.driver.execute(late, Vec::new()).await.unwrap();
    let births = cell(BIRTHS, "total");
    browser.types(&births, "25").await;
    browser.find(&births).await.send_keys(Key::Tab + "").await.unwrap();
    kept(&browser, &[(BIRTHS, "total", "25")]).await;
    browser.types(&births, "2532").await;
    browser.click(".sticky-bar button[value=save]").await;
    browser.find(".toast[role=status]").await;
    kept(&browser, &[(BIRTHS, "total", "2532")]).await;
    assert_eq!(value(&browser, &births).await, "2532");
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_on_one_form_see_each_other_and_choose() {
    let Some(browser) = grid(Scripts::On).await else { return };
    other(&browser, BIRTHS, "2532").await;
    let births = browser.find(&cell(BIRTHS, "total")).await;
    births.send_keys("2523").await.unwrap();
    births.send_keys(Key::Tab + "").await.unwrap();
    let message = format!("#m-{BIRTHS} [data-held]");
    browser.reads_at(&message, "另一填报人").await;
    browser.reads_at(&message, "2532").await;
    assert_eq!(value(&browser, &cell(BIRTHS, "total")).await, "2523", "nothing is lost");
    kept(&browser, &[(BIRTHS, "total", "2532")]).await;
    // going on elsewhere decides nothing, and shows what the other did meanwhile
    other(&browser, "W-H05-N", "2400").await;
    let deaths = browser.find(&cell(DEATHS, "total")).await;
    deaths.send_keys("1").await.unwrap();
    deaths.send_keys(Key::Tab + "").await.unwrap();
    kept(&browser, &[(DEATHS, "total", "1"), (BIRTHS, "total", "2532")]).await;
    for _ in 0..100 {
        if value(&browser, &cell("W-H05-N", "total")).await == "2400" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(value(&browser, &cell("W-H05-N", "total")).await, "2400");
    browser.click(&format!("#m-{BIRTHS} button[name=mine]")).await;
    kept(&browser, &[(BIRTHS, "total", "2523")]).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_filled_in_without_scripts() {
    let Some(browser) = grid(Scripts::Off).await else { return };
    browser.types(&cell(BIRTHS, "total"), "约2500").await;
    browser.click(".sticky-bar button[value=save]").await;
    browser.reads_at(&format!("#m-{BIRTHS}"), "不是数字").await;
    browser.types(&cell(BIRTHS, "total"), "2532").await;
    browser.click(".sticky-bar button[value=save]").await;
    browser.find(".toast[role=status]").await;
    kept(&browser, &[(BIRTHS, "total", "2532")]).await;
    browser.click(".sticky-bar button[form=undo]").await;
    browser.reads_at(".toast[role=status]", "已撤销").await;
    kept(&browser, &[(BIRTHS, "total", "")]).await;
    browser.close().await;
}

/// Every page of a unit, before and after it has handed in.
async fn check_pages(size: &str, width: u32) {
    let Some(browser) = grid(Scripts::On).await else { return };
    set_size(&browser, size, width).await;
    let own = address();
    let texts = own.replace(FIGURES, TEXTS);
    let store = browser.database.store.clone();
    let mut paths = vec!["/reporting".to_owned(), own.clone(), texts];
    paths.extend(["upload", "paste", "send", "history"].map(|end| format!("{own}/{end}")));
    check_each(&browser, &paths).await;
    hand_in(&store, HEALTH).await;
    let handed_in = [own.clone(), format!("{own}/history"), format!("{own}/submissions/1")];
    check_each(&browser, &handed_in).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_unit_on_a_wide_screen() {
    check_pages("normal", 1366).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_unit_on_a_narrow_screen() {
    check_pages("normal", 390).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_unit_in_large_type() {
    check_pages("large", 1366).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_needs_a_script_is_offered_without_scripts() {
    let Some(browser) = grid(Scripts::Off).await else { return };
    let own = address();
    for path in ["", "/upload", "/paste", "/send", "/history"] {
        browser.go(&format!("{own}{path}")).await;
        // a button outside of a form, or one that submits nothing, does nothing without a script
        let idle = "Array.from(document.querySelectorAll('main button')).filter(b => \
            (!b.form || b.type === 'button') && b.offsetParent !== null).map(b => b.textContent.trim())";
        assert_eq!(browser.value(idle).await, serde_json::json!([]), "{path}");
    }
    browser.close().await;
}
