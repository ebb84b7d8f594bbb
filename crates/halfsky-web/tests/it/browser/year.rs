//! A whole year in the browser: a round is opened, three units report (in the grid, with a spreadsheet that
//! an office program saved, with a CSV file), one makes a mistake, one is late and reminded; one report comes back, is
//! corrected and accepted; the figures are published, and corrected in a second edition.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use halfsky_monitor::edition::Edition;
use halfsky_monitor::observation::ObservationKey;
use halfsky_monitor::reporting::{Basis, ReportingDuty, ReportingRole, UnitId};
use halfsky_monitor::role::Role;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::{Entry, Verification, verify};
use halfsky_store::duties;
use halfsky_store::editions::{self, EditionKey};
use halfsky_web::testing::reporting::{BIRTHS, DEATHS, EDUCATION, HEALTH, define};
use halfsky_web::testing::{COUNTY, now, settle_unit};
use jiff::civil::date;

use super::driver::{Browser, Scripts, open};

const CIVIL: &str = "civil";

/// Minutes of a day.
const DAY: i64 = 24 * 60;

fn area() -> RefArea {
    COUNTY.parse().unwrap()
}

/// Three units, each leading one indicator.
async fn prepare(browser: &Browser) {
    let store = &browser.database.store;
    define(store).await;
    settle_unit(store, EDUCATION, "县教育局", "教育局").await;
    settle_unit(store, CIVIL, "县民政局", "民政局").await;
    let duty = |(indicator, unit): (&str, &str)| ReportingDuty {
        indicator: IndicatorCode(indicator.to_owned()),
        unit: UnitId(unit.to_owned()),
        role: ReportingRole::Lead,
        basis: Basis::Set,
        from: date(2021, 1, 1),
        until: None,
    };
    let held = [("W-H02", HEALTH), ("C-E01", EDUCATION), ("C-W06", CIVIL)].map(duty);
    let mut tx = store.begin(&area()).await.unwrap();
    duties::save(&mut tx, &held).await.unwrap();
    tx.commit(Entry::new(now(), "test", "duty.set", COUNTY)).await.unwrap();
}

impl Browser {
    /// Signs somebody else in.
    pub(super) async fn becomes(&self, login: &str) {
        self.sign_out().await;
        self.sign_in_as(login).await;
    }

    /// Sets a field whose own way of typing depends on the language of the browser.
    pub(super) async fn sets(&self, css: &str, value: &str) {
        self.find(css).await;
        let script = format!("document.querySelector(\"{css}\").value = '{value}'");
        self.driver.execute(&script, Vec::new()).await.unwrap();
    }

    pub(super) async fn path(&self) -> String {
        self.value("location.pathname").await.as_str().unwrap().to_owned()
    }

    /// What an address downloads.
    async fn download(&self, path: &str) -> Vec<u8> {
        let script = format!(
            "return fetch('{path}').then(r => r.arrayBuffer())
             .then(b => btoa(Array.from(new Uint8Array(b), c => String.fromCharCode(c)).join('')));"
        );
        let text = self.driver.execute(&script, Vec::new()).await.unwrap();
        let text = text.json().as_str().unwrap().to_owned();
        base64::engine::general_purpose::STANDARD.decode(text).unwrap()
    }
}

/// The office opens the round of 2025 in the wizard; gives the end of its address.
async fn open_round(browser: &Browser) -> String {
    browser.go("/rounds").await;
    browser.reads("还没有报送轮次").await;
    browser.go(&format!("/rounds/{COUNTY}/new")).await;
    browser.find("#subject option[value=figures]").await.click().await.unwrap();
    browser.types("#year", "2025").await;
    browser.types("#title", "2025年妇女儿童统计监测数据").await;
    browser.sets("#opens", "2026-03-05").await;
    browser.sets("#due", "2026-04-04").await;
    browser.click("button[value=preview]").await;
    browser.reads("县民政局").await;
    browser.click("button[value=open]").await;
    browser.reads("0/3（0%）").await;
    browser.path().await.rsplit('/').next().unwrap().to_owned()
}

/// The task of a unit.
pub(super) fn task(round: &str, unit: &str) -> String {
    format!("/reporting/{COUNTY}/{round}/{unit}")
}

/// Sends a filled-in form to the reviewer and, as the reviewer, out.
pub(super) async fn send_and_submit(
    browser: &Browser,
    (round, unit): (&str, &str),
    reviewer: Option<&str>,
) {
    let task = task(round, unit);
    browser.go(&format!("{task}/send")).await;
    browser.click("form.ask .primary").await;
    browser.find(".toast").await;
    if let Some(reviewer) = reviewer {
        browser.becomes(reviewer).await;
    }
    browser.go(&format!("{task}/answer")).await;
    browser.click("#agreed").await;
    browser.click("form.card .primary").await;
    browser.find(".toast").await;
}

/// The health unit fills in the grid, at first with more deaths than births.
async fn report_in_the_grid(browser: &Browser, round: &str) {
    let grid = task(round, HEALTH);
    browser.go("/tasks").await;
    browser.reads("填报《2025年妇女儿童统计监测数据》").await;
    browser.go(&grid).await;
    let cell = |row: &str| format!("#c-{row}-total");
    browser.types(&cell(DEATHS), "2600").await;
    browser.types(&cell(BIRTHS), "26").await;
    browser.click(".sticky-bar button[value=save]").await;
    browser.reads("处错误").await;
    browser.go(&format!("{grid}/send")).await;
    assert!(!browser.find("form.ask .primary").await.is_enabled().await.unwrap());
    browser.go(&grid).await;
    browser.types(&cell(DEATHS), "1").await;
    browser.types(&cell(BIRTHS), "2600").await;
    browser.click(".sticky-bar button[value=save]").await;
    browser.reads("没有错误").await;
    send_and_submit(browser, (round, HEALTH), Some(Role::UnitReviewer.code())).await;
}

/// A flat document without the white space between its elements.
fn without_indentation(document: &str) -> String {
    document
        .split('>')
        .map(|part| if part.trim_start().starts_with('<') { part.trim_start() } else { part })
        .collect::<Vec<_>>()
        .join(">")
}

/// Writes figures behind the code of a row of a flat spreadsheet document, into the empty cells that follow.
fn fill_row(document: &str, code: &str, figures: &[&str]) -> String {
    let found = format!("<text:p>{code}</text:p></table:table-cell>");
    let at = document.find(&found).unwrap_or_else(|| panic!("no row {code}")) + found.len();
    let (head, tail) = document.split_at(at);
    let cell = tail.trim_start();
    let end = cell.find("/>").unwrap();
    let cut = cell[..end].find(" table:number-columns-repeated=\"");
    let (opening, repeated) = match cut {
        None => (cell[..end].to_owned(), 1),
        Some(cut) => {
            let rest = &cell[cut + 32..end];
            let (count, after) = rest.split_once('"').unwrap();
            (format!("{}{after}", &cell[..cut]), count.parse().unwrap())
        }
    };
    let wanted = figures.len().min(repeated);
    let mut filled = String::new();
    for figure in &figures[..wanted] {
        filled.push_str(&opening);
        filled.push_str(" office:value-type=\"float\" office:value=\"");
        filled.push_str(figure);
        filled.push_str("\"><text:p>");
        filled.push_str(figure);
        filled.push_str("</text:p></table:table-cell>");
    }
    let left = format!("{opening}/>").repeat(repeated - wanted);
    let rest = format!("{left}{}", &cell[end + 2..]);
    if wanted == figures.len() {
        return format!("{head}{filled}{rest}");
    }
    // the next cells have another style: go on behind what is filled in
    let (more, marked) =
        (&figures[wanted..], format!("<text:p>{code}</text:p></table:table-cell>{rest}"));
    let rest = fill_row(&marked, code, more);
    format!("{head}{filled}{}", &rest[found.len()..])
}

/// Converts a file with the office program; None, with a printed message, where it is missing.
fn convert(file: &Path, to: &str, extension: &str) -> Option<PathBuf> {
    let folder = file.parent().unwrap();
    let done = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}/office", folder.display()))
        .args(["--headless", "--convert-to", to, "--outdir"])
        .args([folder, file])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let Ok(status) = done else {
        assert!(std::env::var_os("CI").is_none(), "LibreOffice (soffice) is missing");
        println!("skipped: LibreOffice (soffice) is not installed");
        return None;
    };
    assert!(status.success(), "LibreOffice could not convert {}", file.display());
    Some(file.with_extension(extension))
}

/// The education unit fills in the template in the office program, once with a figure it cannot mean. Without one it
/// pastes a block.
async fn report_with_a_spreadsheet(browser: &Browser, round: &str) {
    browser.becomes(EDUCATION).await;
    let grid = task(round, EDUCATION);
    let folder = browser.dir.path().join("spreadsheet");
    std::fs::create_dir(&folder).unwrap();
    let template = folder.join("template.xlsx");
    std::fs::write(&template, browser.download(&format!("{grid}/template")).await).unwrap();
    let Some(flat) = convert(&template, "fods", "fods") else {
        browser.go(&format!("{grid}/paste")).await;
        browser.types("textarea", "C-E01-N\t8614\t4102\t4512\nC-E01-D\t9200\t4400\t4800").await;
        browser.click("main form .primary").await;
        browser.click("main form .primary").await;
        browser.find(".toast").await;
        return send_and_submit(browser, (round, EDUCATION), None).await;
    };
    let document = without_indentation(&std::fs::read_to_string(&flat).unwrap());
    let document = fill_row(&document, "C-E01-N", &["8614", "4102", "4512"]);
    for (name, births, changes) in [("wrong", "-9200", "6处改动"), ("right", "9200", "1处改动")]
    {
        let file = folder.join(format!("{name}.fods"));
        let filled = fill_row(&document, "C-E01-D", &[births, "4400", "4800"]);
        std::fs::write(&file, filled).unwrap();
        let sheet = convert(&file, "xlsx", "xlsx").unwrap();
        browser.go(&format!("{grid}/upload")).await;
        browser.find("#file").await.send_keys(sheet.to_str().unwrap()).await.unwrap();
        browser.click("main form .primary").await;
        browser.reads(changes).await;
        if name == "wrong" {
            browser.reads("填报表!D6").await;
            browser.reads("错误").await;
        }
        browser.click("main form .primary").await;
        browser.find(".toast").await;
    }
    browser.go(&grid).await;
    browser.reads("没有错误").await;
    send_and_submit(browser, (round, EDUCATION), None).await;
}

/// The civil affairs unit lets the time pass, is reminded, gets more time and sends a CSV file.
async fn report_late(browser: &Browser, round: &str) {
    browser.clock.pass(31 * DAY);
    browser.becomes(Role::CommitteeOffice.code()).await;
    let board = format!("/rounds/{COUNTY}/{round}");
    browser.go(&board).await;
    browser.reads("2/3（66%）").await;
    browser.reads("逾期未报").await;
    browser.click("form[action$='/remind'] .primary").await;
    browser.reads("1次，最近2026年4月5日").await;
    browser.go(&format!("{board}/extend?unit={CIVIL}")).await;
    browser.sets("#until", "2026-04-10").await;
    browser.types("#reason", "单位机构改革，人员刚到岗").await;
    browser.click("form[action$='/extend'] .primary").await;
    browser.find(".toast").await;

    browser.becomes(CIVIL).await;
    browser.go("/messages").await;
    browser.reads("催报").await;
    browser.reads("已批准延期").await;
    let grid = task(round, CIVIL);
    browser.go(&format!("{grid}/upload")).await;
    let file = browser.file("民政.csv", "代码,合计\nC-W06-N,118\nC-W06-D,120\n");
    browser.find("#file").await.send_keys(file).await.unwrap();
    browser.click("main form .primary").await;
    browser.reads("2处").await;
    browser.click("main form .primary").await;
    browser.find(".toast").await;
    send_and_submit(browser, (round, CIVIL), None).await;
}

/// The statistician sends a cell of the health unit back; it is corrected and comes again.
async fn send_back_and_correct(browser: &Browser, round: &str) {
    browser.becomes(Role::Statistician.code()).await;
    browser.go(&format!("/review/{COUNTY}/{round}/{HEALTH}?show=all")).await;
    browser.types(&format!("input[name='why-{BIRTHS}-total']"), "与出生登记数不一致").await;
    browser.click("button.danger").await;
    browser.find(".toast").await;
    browser.becomes(Role::Reporter.code()).await;
    browser.go("/messages").await;
    browser.click("main table a").await;
    browser.reads("与出生登记数不一致").await;
    browser.types(&format!("#c-{BIRTHS}-total"), "2584").await;
    browser.click(".sticky-bar button[value=save]").await;
    browser.find(".toast").await;
    send_and_submit(browser, (round, HEALTH), Some(Role::UnitReviewer.code())).await;
}

/// Accepts what waits from a unit.
pub(super) async fn accept(browser: &Browser, round: &str, unit: &str) {
    browser.go(&format!("/review/{COUNTY}/{round}/{unit}")).await;
    browser.click("button[formaction$='/accept']").await;
    browser.find(".toast").await;
}

pub(super) async fn publish(browser: &Browser, notes: &str) {
    browser.go(&format!("/editions/{COUNTY}/2025/publish")).await;
    browser.types("#notes", notes).await;
    browser.click("#agreed").await;
    browser.click("form[action$='/publish'] .primary").await;
    browser.find(".toast").await;
}

async fn edition(browser: &Browser, number: u32) -> Edition {
    let key = EditionKey { period: "2025".parse().unwrap(), number };
    editions::load(&browser.database.store, &area(), key).await.unwrap()
}

fn figure(edition: &Edition, code: &str) -> String {
    let indicator = IndicatorCode(code.to_owned());
    let key = ObservationKey::total(area(), indicator, "2025".parse().unwrap());
    let found = edition.figures.iter().find(|o| o.key == key).unwrap();
    found.value.figure().unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_from_the_first_reminder_to_the_corrected_edition() {
    let Some(browser) = open(Scripts::On).await else { return };
    prepare(&browser).await;
    let round = open_round(&browser).await;
    browser.becomes(Role::Reporter.code()).await;
    report_in_the_grid(&browser, &round).await;
    report_with_a_spreadsheet(&browser, &round).await;
    report_late(&browser, &round).await;
    send_back_and_correct(&browser, &round).await;
    browser.becomes(Role::Statistician.code()).await;
    for unit in [HEALTH, EDUCATION, CIVIL] {
        accept(&browser, &round, unit).await;
    }
    publish(&browser, "首次公布").await;
    assert_eq!(figure(&edition(&browser, 1).await, BIRTHS), "2584");

    browser.go(&format!("/review/{COUNTY}/{round}/{EDUCATION}/reopen")).await;
    browser.types("#reason", "在园幼儿数漏报一所新建园").await;
    browser.click("form.ask .danger").await;
    browser.find(".toast").await;
    browser.becomes(EDUCATION).await;
    browser.go(&task(&round, EDUCATION)).await;
    browser.types("#c-C-E01-N-total", "8700").await;
    browser.types("#c-C-E01-N-female", "4188").await;
    browser.click(".sticky-bar button[value=save]").await;
    browser.reads("没有错误").await;
    send_and_submit(&browser, (&round, EDUCATION), None).await;
    browser.becomes(Role::Statistician.code()).await;
    accept(&browser, &round, EDUCATION).await;
    publish(&browser, "更正学前教育在园幼儿数：漏报一所新建园").await;
    browser.go(&format!("/editions/{COUNTY}/2025/2/changes")).await;
    browser.reads("8700").await;
    let (first, second) = (edition(&browser, 1).await, edition(&browser, 2).await);
    assert_eq!([&first, &second].map(|e| figure(e, "C-E01-N")), ["8614", "8700"]);
    assert_eq!([&first, &second].map(|e| figure(e, BIRTHS)), ["2584", "2584"]);
    let chain = verify(&browser.database.store, &area()).await.unwrap();
    assert!(matches!(chain, Verification::Intact { .. }), "{chain:?}");
    browser.assert_quiet().await;
    browser.close().await;
}
