//! Evaluation and supervision through the pages: from published figures to a closed case.

use axum::http::StatusCode;
use halfsky_monitor::role::Role;
use halfsky_report::check::check;
use halfsky_web::Settings;
use halfsky_web::testing::reporting::{self, EDUCATION, FIGURES, HEALTH};
use halfsky_web::testing::{Answer, COUNTY, Client, House, settings, value};

use crate::house::WOMEN;
use crate::house::typesetting;

/// A house with a plan in force and figures of 2023 and 2024, and its office.
async fn house(settings: Settings) -> (House, Client) {
    let house = House::open_with(settings).await;
    reporting::settle(&house.database.store).await;
    let office = house.as_role(Role::CommitteeOffice).await;
    let version = office.draft(WOMEN, COUNTY).await;
    office.confirm(&version).await;
    (house, office)
}

/// The same after an evaluation; gives the id of the plan.
async fn evaluated() -> (House, Client, String) {
    evaluated_with(settings()).await
}

async fn evaluated_with(settings: Settings) -> (House, Client, String) {
    let (house, office) = house(settings).await;
    let page = office.page(&format!("/evaluations/{COUNTY}")).await;
    page.says("还没有评估过").says("运行评估");
    let plan = value(page.text(), "plan");
    let done = office.post(&format!("/evaluations/{COUNTY}/run"), &[("plan", &plan)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    (house, office, plan)
}

/// The first link on a page that begins with some words.
fn link(answer: &Answer, start: &str) -> String {
    let text = answer.text();
    let at = text.find(&format!("href=\"{start}")).unwrap_or_else(|| panic!("no {start}: {text}"));
    text[at + 6..].split('"').next().unwrap().to_owned()
}

/// Posts a step of a case without a file.
async fn step(client: &Client, path: &str, fields: &[(&str, &str)]) -> Answer {
    client.upload_to(path, ("", b""), fields).await
}

#[tokio::test]
async fn an_evaluation_is_run_shown_and_compared() {
    let (_house, office, plan) = evaluated().await;
    let list = office.page(&format!("/evaluations/{COUNTY}")).await;
    list.says("2024年度").says("孕产妇死亡率").says("数据不足暂不研判").says("导出 xlsx");
    let csv = office.page(&format!("/evaluations/{COUNTY}?export=csv&q=孕产妇系统管理率")).await;
    csv.says("孕产妇系统管理率");
    assert!(!csv.text().contains("孕产妇死亡率"));
    let rates = office.page(&format!("/evaluations/{COUNTY}/rates")).await;
    rates.says("可监测口径").says("全指标口径").says("综合得分").says("各牵头单位");
    rates.says("性别不平等指数（GII）").says("指标库没有15—19岁女性生育率");
    office.post(&format!("/evaluations/{COUNTY}/run"), &[("plan", &plan)]).await;
    let compared = office.page(&format!("/evaluations/{COUNTY}/compare?plan={plan}")).await;
    compared.says("两次评估完全相同");
    office.page("/").await.says("目标逐年研判").says("可监测口径");
}

/// The heading of the card that tells it.
const EFFECTS: &str = "所填数据对目标的影响（未发布）";

#[tokio::test]
async fn what_a_figure_would_do_is_shown_to_its_unit_alone_and_published_nowhere() {
    let (house, office, _) = evaluated().await;
    let path = format!("/reporting/{COUNTY}/{FIGURES}/{HEALTH}");
    let reporter = house.as_role(Role::Reporter).await;
    let page = reporter.page(&path).await;
    assert!(!page.text().contains(EFFECTS), "nothing is filled in yet");
    let cells = [("W-H05-D.total", "2540"), ("W-H05-N.total", "1500"), ("C-H01-D.total", "2540")];
    let cells = cells.iter().filter(|(name, _)| page.text().contains(&format!("\"{name}\"")));
    let cells: Vec<_> =
        cells.map(|(name, typed)| ((*name).to_owned(), (*typed).to_owned())).collect();
    let seen = cells.iter().map(|(name, _)| {
        let name = format!("s.{name}");
        let value = value(page.text(), &name);
        (name, value)
    });
    let fields: Vec<(String, String)> = seen.chain(cells.iter().cloned()).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let saved = reporter.post(&path, &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    for role in [Role::Reporter, Role::UnitReviewer] {
        let page = house.as_role(role).await.page(&path).await;
        page.says(EFFECTS).says("孕产妇系统管理率");
    }
    for role in [Role::CommitteeOffice, Role::Statistician] {
        let page = house.as_role(role).await.page(&path).await;
        assert!(!page.text().contains(EFFECTS), "{role:?}");
    }
    for role in [Role::Leader, Role::Evaluator] {
        let page = house.as_role(role).await.get(&path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?}");
    }
    let list = office.page(&format!("/evaluations/{COUNTY}")).await;
    assert!(list.says("2024年度").text().find("2025年度").is_none());
    let target = office.page(&format!("/evaluations/{COUNTY}?q=孕产妇系统管理率")).await;
    assert!(!office.page(&link(&target, "/targets/")).await.text().contains("2025年为"));
}

#[tokio::test]
async fn a_target_lays_its_reasoning_open() {
    let (house, office, _) = evaluated().await;
    let list = office.page(&format!("/evaluations/{COUNTY}?q=孕产妇系统管理率")).await;
    let path = link(&list, "/targets/");
    let page = office.page(&path).await;
    page.says("一、官方事实").says("二、序时进度").says("三、研判").says("先验").says("<svg");
    page.says("没有可比的同级地区数据").says("对标口径").says("欧盟统计局").says("AARR");
    let asked = office.page(&format!("{path}?change=-0.5")).await;
    asked.says("每年");
    let wrong = office.page(&format!("{path}?change=abc")).await;
    wrong.says("“abc”不是数字");
    let svg = office.get(&format!("{path}/chart")).await;
    assert_eq!(svg.header("content-type"), "image/svg+xml");
    let missing = office.get(&format!("/targets/{COUNTY}/none/1")).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let deaths = office.page(&format!("/evaluations/{COUNTY}?q=孕产妇死亡率")).await;
    let deaths = link(&deaths, "/targets/");
    office.page(&deaths).await.says("近3年合计");
    let reporter = house.as_role(Role::Reporter).await;
    let hidden = reporter.page(&deaths).await;
    hidden.says("…");
    assert!(!hidden.text().contains("近3年合计"), "{}", hidden.text());
}

/// Opens a case from the first warning of the list; gives its address.
async fn opened(office: &Client) -> String {
    let warnings = office.page(&format!("/warnings/{COUNTY}")).await;
    warnings.says("数据缺报").says("没有安排报送").says("待处理");
    let rest = warnings.text().split("<tbody>").nth(1).unwrap();
    let path = rest.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
    let silent = office.post(path, &[("decision", "confirmed")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    silent.says("请写明理由");
    let opened = office.post(path, &[("decision", "confirmed"), ("reason", "数据缺报")]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text());
    let again = office.post(path, &[("decision", "rejected"), ("reason", "再次")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    opened.location().to_owned()
}

const DISPATCH: [(&str, &str); 4] =
    [("kind", "dispatch"), ("seen", "0"), ("lead", HEALTH), ("due", "2026-03-20")];
const PLAN: [(&str, &str); 6] = [
    ("kind", "submit_plan"),
    ("seen", "2"),
    ("causes", "漏报"),
    ("measures", "补报"),
    ("who", "科室负责人"),
    ("due", "2026-06-30"),
];

#[tokio::test]
async fn a_letter_is_drafted_signed_and_read_by_its_unit() {
    let (house, office, _) = evaluated().await;
    let case = opened(&office).await;
    step(&office, &format!("{case}/office"), &DISPATCH).await;
    let draft = office.page(&format!("{case}/letter")).await;
    draft.says("一、指标情况").says("二、请你单位").says("联系人及电话：（请填写）");
    let fields: Vec<(&str, String)> = ["seen", "kind", "title", "recipient", "signatory", "dated"]
        .into_iter()
        .map(|name| (name, value(draft.text(), name)))
        .collect();
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    fields.push(("paragraphs", "一、指标情况\n数据缺报。"));
    let unread = office.post(&format!("{case}/letter"), &fields).await;
    assert_eq!(unread.status, StatusCode::UNPROCESSABLE_ENTITY);
    fields.push(("agreed", "yes"));
    let mut open = fields.clone();
    open.retain(|(name, _)| *name != "paragraphs");
    open.push(("paragraphs", "一、指标情况\n联系人及电话：（请填写）"));
    let open = office.post(&format!("{case}/letter"), &open).await;
    assert_eq!(open.status, StatusCode::UNPROCESSABLE_ENTITY);
    open.says("正文还有“（请填写）”的地方");
    let signed = office.post(&format!("{case}/letter"), &fields).await;
    assert_eq!(signed.location(), format!("{case}/letters/1"), "{}", signed.text());
    let unit = house.as_role(Role::Reporter).await;
    unit.page(signed.location()).await.says("数据缺报。").says("下载 docx").says("下载 pdf");
    let evaluator = house.as_role(Role::Evaluator).await;
    assert_eq!(evaluator.get(signed.location()).await.status, StatusCode::FORBIDDEN);
    let file = format!("{}/file", signed.location());
    assert_eq!(evaluator.get(&file).await.status, StatusCode::FORBIDDEN);
    let unset = unit.get(&file).await;
    assert_eq!(unset.status, StatusCode::UNPROCESSABLE_ENTITY);
    unset.says("没有找到可用的中文字体");
}

#[tokio::test]
async fn a_letter_leaves_as_a_document_of_the_standard() {
    let Some(typesetting) = typesetting() else { return };
    let (_house, office, _) = evaluated_with(Settings { typesetting, ..settings() }).await;
    let case = opened(&office).await;
    step(&office, &format!("{case}/office"), &DISPATCH).await;
    let draft = office.page(&format!("{case}/letter")).await;
    let fields: Vec<(&str, String)> = ["seen", "kind", "title", "recipient", "signatory", "dated"]
        .into_iter()
        .map(|name| (name, value(draft.text(), name)))
        .collect();
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let text = "一、指标情况\n数据缺报。\n二、请你单位\n（一）核实数据\n请于3月底前补报。";
    fields.extend([("paragraphs", text), ("document_number", "云妇儿办函〔2026〕3号")]);
    fields.push(("agreed", "yes"));
    let signed = office.post(&format!("{case}/letter"), &fields).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text());
    let word = office.get(&format!("{}/file?format=docx", signed.location())).await;
    let checked = check(&word.bytes).unwrap();
    assert_eq!((checked.form, checked.deviations), ("信函", vec![]));
    let pdf = office.get(&format!("{}/file?format=pdf", signed.location())).await;
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.bytes.starts_with(b"%PDF"));
}

#[tokio::test]
async fn a_case_goes_to_several_units_with_one_lead() {
    let (house, office, _) = evaluated().await;
    let case = opened(&office).await;
    let acts = format!("{case}/office");
    let form = office.page(&case).await;
    form.says("配合单位").says(&format!("name=\"support\" value=\"{EDUCATION}\""));
    let mut fields = DISPATCH.to_vec();
    fields.extend([("support", EDUCATION), ("support", "other"), ("due", "")]);
    fields.remove(3);
    let undated = step(&office, &acts, &fields).await;
    assert_eq!(undated.status, StatusCode::UNPROCESSABLE_ENTITY);
    let ticked = format!("value=\"{EDUCATION}\" checked");
    undated.says("请填写整改方案期限").says(&ticked);
    fields.pop();
    fields.push(("due", "2026-03-20"));
    let sent = step(&office, &acts, &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let page = office.page(&case).await;
    page.says("牵头单位").says("县卫生健康局").says("配合单位").says("县教育局");
    office.page(&format!("/rounds/{COUNTY}/calendar")).await.says("督办期限").says("报整改方案");
    let unit = house.as_role(Role::Reporter).await;
    unit.page("/tasks").await.says("等待签收").says("剩余");
}

#[tokio::test]
async fn from_a_warning_to_a_closed_case() {
    let (house, office, _) = evaluated().await;
    let case = opened(&office).await;
    office.page(&case).await.says("等待妇儿工委办交办");
    let acts = format!("{case}/office");
    let early = step(&office, &acts, &[("kind", "close"), ("seen", "0"), ("reason", "早")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    let past = [("kind", "dispatch"), ("seen", "0"), ("lead", HEALTH), ("due", "2026-01-01")];
    let past = step(&office, &acts, &past).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    past.says("期限早于办理当日");
    let sent = step(&office, &acts, &DISPATCH).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());

    let unit = house.as_role(Role::Reporter).await;
    unit.page("/tasks").await.says("等待签收");
    let own = format!("{case}/units/{HEALTH}");
    let other = format!("{case}/units/education");
    assert_eq!(step(&unit, &other, &[("kind", "acknowledge")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(step(&unit, &acts, &[("kind", "remark")]).await.status, StatusCode::FORBIDDEN);
    let by_unit = async |fields: &[(&str, &str)]| {
        let done = step(&unit, &own, fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{fields:?}: {}", done.text());
    };
    let by_office = async |fields: &[(&str, &str)]| {
        let done = step(&office, &acts, fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{fields:?}: {}", done.text());
    };
    by_unit(&[("kind", "acknowledge"), ("seen", "1")]).await;
    by_unit(&PLAN).await;
    by_office(&[("kind", "remark"), ("seen", "3"), ("who", "分管领导"), ("text", "抓紧")]).await;
    by_unit(&[("kind", "report"), ("seen", "4"), ("text", "已补报")]).await;
    by_unit(&[("kind", "ask_for_recheck"), ("seen", "5"), ("text", "请复核")]).await;
    by_office(&[("kind", "recheck"), ("seen", "6"), ("passed", "yes"), ("reason", "属实")]).await;
    by_office(&[("kind", "close"), ("seen", "7"), ("reason", "整改到位")]).await;
    let page = office.page(&case).await;
    page.says("已销号").says("补报").says("抓紧").says("整改到位");
    office.page(&format!("/cases/{COUNTY}")).await.says("已销号").says("督办〔2026〕1号");
    let late = [("kind", "remark"), ("seen", "3"), ("who", "甲"), ("text", "乙")];
    assert_eq!(step(&office, &acts, &late).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_qualitative_target_is_judged_with_evidence() {
    let (house, office, plan) = evaluated().await;
    let list = office.page(&format!("/evaluations/{COUNTY}?q=机制")).await;
    if !list.text().contains("href=\"/targets/") {
        // the plan's own wording decides which mechanisms are targets
        let all = office.page(&format!("/evaluations/{COUNTY}?tone=unknown")).await;
        assert!(!all.text().contains("待认定"), "{}", all.text());
        return;
    }
    let path = link(&list, "/targets/");
    let judge = format!("{path}/judge");
    let page = office.page(&judge).await;
    let seen = value(page.text(), "seen");
    let fields =
        [("seen", seen.as_str()), ("year", "2024"), ("progress", "done"), ("reason", "已建立")];
    let bare = office.upload_to(&judge, ("", b""), &fields).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    bare.says("请附佐证材料");
    let done = office.upload_to(&judge, ("通知.pdf", b"%PDF-1.7"), &fields).await;
    assert_eq!(done.location(), path, "{}", done.text());
    let shown = office.page(&path).await;
    shown.says("已建立").says("通知.pdf");
    let file = office.get(&link(&shown, &format!("{path}/evidence/"))).await;
    assert_eq!(file.text(), "%PDF-1.7");
    office.post(&format!("/evaluations/{COUNTY}/run"), &[("plan", &plan)]).await;
    office.page(&path).await.says("完成");
    let reporter = house.as_role(Role::Reporter).await.get(&judge).await;
    assert_eq!(reporter.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn parameters_are_changed_with_a_reason_and_audited() {
    let (house, office, plan) = evaluated().await;
    let path = format!("/warnings/{COUNTY}/{plan}/parameters");
    let page = office.page(&path).await;
    page.says("还没有人改过");
    let seen = value(page.text(), "seen");
    let fields = |doubtful: &'static str, reason: &'static str| {
        vec![
            ("hopeless", "15"),
            ("doubtful", doubtful),
            ("expected", "60"),
            ("moved", "15"),
            ("gap", "orange"),
            ("tolerance", "0.5"),
            ("reason", reason),
        ]
    };
    let mut flat = fields("10", "从严");
    flat.push(("seen", seen.as_str()));
    let refused = office.post(&path, &flat).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("应依次增大");
    let mut good = fields("35", "从严掌握");
    good.push(("seen", seen.as_str()));
    let saved = office.post(&path, &good).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let again = office.post(&path, &good).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let audit = house.as_role(Role::Auditor).await;
    audit
        .page("/admin/audit?action=parameters.set")
        .await
        .says("从严掌握")
        .says("由“30%”改为“35%”");
    let leader = house.as_role(Role::Leader).await;
    assert_eq!(leader.get(&path).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_empty_region_says_what_to_do() {
    let house = House::open().await;
    let office = house.as_role(Role::CommitteeOffice).await;
    office.draft(WOMEN, COUNTY).await;
    office.page(&format!("/evaluations/{COUNTY}")).await.says("还没有生效的规划");
    office.page(&format!("/warnings/{COUNTY}")).await.says("没有预警");
    office.page(&format!("/cases/{COUNTY}")).await.says("没有督办件");
    let nothing = office.get(&format!("/evaluations/{COUNTY}/rates")).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_inspection_opens_a_case_and_the_next_years_figures_tell_whether_it_worked() {
    let (house, office, plan) = evaluated().await;
    let list = format!("/visits/{COUNTY}");
    office.page(&list).await.says("还没有督导检查");
    let new = format!("{list}/new");
    let page = office.page(&format!("{new}?unit={HEALTH}")).await;
    page.says("县卫生健康局").says("孕产妇死亡率");
    let fields = [
        ("unit", HEALTH),
        ("day", "2026-03-04"),
        ("visitors", "督导一组"),
        ("summary", "查阅台账"),
        ("outcome-0", "problem"),
    ];
    let silent = office.upload_to(&new, ("", b""), &fields).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    silent.says("发现的问题");
    let mut told = fields.to_vec();
    told.push(("finding-0", "台账不全"));
    let made = office.upload_to(&new, ("现场.jpg", b"jpg"), &told).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let visit = made.location().to_owned();
    office.page(&visit).await.says("台账不全").says("现场.jpg");
    let opened = office.post(&visit, &[("item", "0")]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text());
    let case = office.page(opened.location()).await;
    assert!(!case.says("台账不全").text().contains("干预效果"));
    for year in [2025, 2026] {
        reporting::publish_year(&house.database.store, year).await;
    }
    office.post(&format!("/evaluations/{COUNTY}/run"), &[("plan", &plan)]).await;
    office.page(opened.location()).await.says("干预效果").says("立项后发布的2026年数据为");
    assert_eq!(office.post(&visit, &[("item", "0")]).await.status, StatusCode::CONFLICT);
    let reporter = house.as_role(Role::Reporter).await;
    assert_eq!(reporter.get(&new).await.status, StatusCode::FORBIDDEN);
}
