//! A new draft: first which kind, then what it is made from and what only a person knows.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::draft::Detail;
use halfsky_report::issue::{Reader, ReportKind, State as Progress};
use halfsky_store::editions::{self, EditionHead};
use halfsky_store::plans::{self, PlanSummary, VersionKey};
use halfsky_store::reports::{self, Asked, ReportId, StoredReport};
use halfsky_store::units;

use super::{area_of, made, shell, url};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::{Choice, Params};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::published;
use crate::publishing;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

/// Longer answers of a person fit on no line of a document.
const LONGEST: usize = 100;

/// A kind with what it is for.
struct Kind {
    kind: ReportKind,
    purpose: &'static str,
}

#[derive(Template)]
#[template(path = "reports/kinds.html")]
struct KindsPage {
    shell: Shell,
    region: String,
    action: String,
    kinds: Vec<Kind>,
}

#[derive(Template)]
#[template(path = "reports/new.html")]
struct NewPage {
    shell: Shell,
    form: Form,
    action: String,
    region: String,
    kind: ReportKind,
    units: Vec<Choice>,
    plans: Vec<Choice>,
    editions: Vec<Choice>,
    readers: Vec<Choice>,
}

impl NewPage {
    fn asks(&self, detail: Detail) -> bool {
        self.kind.asks().contains(&detail)
    }
}

const fn purpose(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::Annual => "总体情况、各领域监测结果、预警和缺数、问题和建议，附目标一览表",
        ReportKind::Brief => "总体判断、需要关注的目标、需要推动的单位，一页",
        ReportKind::Yearbook => "分领域的分性别、分城乡统计表和指标解释",
        ReportKind::Unit => "按规划分工预填的部门报告，措施和安排由部门补写",
        ReportKind::Midterm | ReportKind::Final => "评估报告的框架，各表已填好，评估组补写文字",
        ReportKind::Reminder => "请牵头单位补报缺少的数据",
        ReportKind::Notice => "提示牵头单位关注进度，书面反馈",
        ReportKind::Warning => "要求牵头单位反馈整改方案",
        ReportKind::Supervision => "要求牵头单位整改、按月反馈、申请销号",
        ReportKind::Report => "向政府或上级妇儿工委报告实施情况",
        ReportKind::Request => "请示召开推进会议",
        ReportKind::Circular => "向各成员单位通报监测情况",
        ReportKind::Minutes => "推进会议的纪要",
    }
}

/// What a draft can be made from.
struct Offered {
    plans: Vec<(PlanSummary, u32)>,
    /// The newest edition of each period, newest period first.
    editions: Vec<EditionHead>,
    /// Names of the units of the region.
    units: Vec<String>,
}

impl Offered {
    async fn load(app: &App, area: &RefArea) -> Result<Self, WebError> {
        let known = plans::list(&app.store, Some(area)).await?;
        let mut editions = editions::list(&app.store, area).await?;
        // newest period first, and within it the newest number
        editions.dedup_by_key(|head| head.key.period);
        // a draft may wait beside the version in force
        let in_force = known.into_iter().filter_map(|p| p.in_force.map(|number| (p, number)));
        let today = text::date(app.now());
        let units = units::list(&app.store, Some(area)).await?;
        let active =
            units.into_iter().map(|stored| stored.unit).filter(|u| u.validity.holds_on(today));
        Ok(Self { plans: in_force.collect(), editions, units: active.map(|u| u.name).collect() })
    }
}

/// `GET /reports/{ref_area}/new`: the kinds; `?kind=…`: the form of one.
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(area): Path<String>,
    params: Params,
) -> Answer {
    let area = area_of(&area)?;
    let region = published::region_name(&app, &area).await?;
    let Some(kind) = ReportKind::from_code(params.value("kind")) else {
        let kinds = ReportKind::ALL.iter().map(|k| Kind { kind: *k, purpose: purpose(*k) });
        let shell = shell(&visit, "新建报告");
        let action = format!("/reports/{area}/new");
        return page(&KindsPage { shell, region, action, kinds: kinds.collect() });
    };
    let offered = Offered::load(&app, &area).await?;
    let today = visit.frame.today;
    let inside = kind.letter().is_some() || kind == ReportKind::Unit;
    let reader = if inside { Reader::Internal } else { Reader::Public };
    let mut given = vec![
        ("kind", kind.code().to_owned()),
        ("reader", reader.code().to_owned()),
        ("dated", today.to_string()),
    ];
    let due = today.checked_add(jiff::Span::new().days(30)).map_err(anyhow::Error::from)?;
    if kind.asks().contains(&Detail::Due) {
        given.push(("due", due.to_string()));
    }
    page(&new_page(&visit, (&area, region), &offered, (kind, Form::filled(given))))
}

fn new_page(
    visit: &Visit,
    (area, region): (&RefArea, String),
    offered: &Offered,
    (kind, form): (ReportKind, Form),
) -> NewPage {
    let choice =
        |value: String, label: String, name: &str| Choice::new(value, label, form.value(name));
    let mut units = vec![choice(String::new(), "请选择".to_owned(), "unit")];
    units.extend(offered.units.iter().map(|u| choice(u.clone(), u.clone(), "unit")));
    NewPage {
        shell: shell(visit, format!("新建{}", kind.label()))
            .under("新建报告", format!("/reports/{area}/new")),
        action: format!("/reports/{area}/new"),
        region,
        kind,
        units,
        plans: offered
            .plans
            .iter()
            .map(|(p, _)| choice(p.plan_id.0.clone(), p.title.clone(), "plan"))
            .collect(),
        editions: offered
            .editions
            .iter()
            .map(|e| choice(e.key.period.to_string(), e.key.label(), "edition"))
            .collect(),
        readers: Reader::ALL
            .iter()
            .map(|r| choice(r.code().to_owned(), r.label().to_owned(), "reader"))
            .collect(),
        form,
    }
}

/// What the kind asks for, as it was typed.
fn asked(kind: ReportKind, form: &mut Form) -> Asked {
    let mut asked = Asked::default();
    for detail in kind.asks() {
        let (name, field) = match detail {
            Detail::Unit => ("unit", &mut asked.unit),
            Detail::Addressee => ("addressee", &mut asked.addressee),
            Detail::Number => ("number", &mut asked.number),
            Detail::SignedBy => ("signed_by", &mut asked.signed_by),
            Detail::Contact => ("contact", &mut asked.contact),
            Detail::Due => ("due", &mut asked.due),
        };
        form.value(name).clone_into(field);
        if field.chars().count() > LONGEST {
            form.refuse(name, format!("最多{LONGEST}字"));
        }
        match detail {
            Detail::Unit if field.is_empty() => form.refuse(name, "请选择单位"),
            Detail::Addressee if field.is_empty() => form.refuse(name, "请填写主送机关"),
            Detail::Due => {
                form.required_day(name, "请填写反馈期限");
            }
            _ => {}
        }
    }
    asked
}

/// `POST /reports/{ref_area}/new`
pub(crate) async fn make(
    visit: Visit,
    State(app): State<App>,
    Path(area): Path<String>,
    Posted(mut form): Posted,
) -> Answer {
    let area = area_of(&area)?;
    let offered = Offered::load(&app, &area).await?;
    let no_kind = || WebError::Invalid("请先选择文种。".to_owned());
    let kind = ReportKind::from_code(form.value("kind")).ok_or_else(no_kind)?;
    let asked = asked(kind, &mut form);
    let reader = Reader::from_code(form.value("reader"));
    let plan = offered.plans.iter().find(|(p, _)| p.plan_id.0 == form.value("plan")).cloned();
    let period = form.value("edition").to_owned();
    let edition = offered.editions.iter().find(|e| e.key.period.to_string() == period).cloned();
    let dated = form.required_day("dated", "请填写成文日期");
    for (missing, name, message) in [
        (reader.is_none(), "reader", "请选择口径"),
        (plan.is_none(), "plan", "请选择已生效的规划"),
        (edition.is_none(), "edition", "请选择数据版本"),
    ] {
        if missing {
            form.refuse(name, message);
        }
    }
    let refused = form.is_refused();
    let (false, Some(reader), Some((plan, number)), Some(head), Some(dated)) =
        (refused, reader, plan, edition, dated)
    else {
        return refuse(&app, &visit, &area, &offered, (kind, form)).await;
    };
    let key = VersionKey { ref_area: area.clone(), plan_id: plan.plan_id.clone(), number };
    let version = plans::load(&app.store, &key).await?.version;
    let edition = editions::load(&app.store, &area, head.key).await?;
    let published = publishing::published(&app.store, &area, edition, dated).await?;
    let details = made::details(&asked);
    let wanted = made::Wanted { version, kept: None, kind, reader, details };
    let work = move || made::make(published, wanted).map(|(document, _)| document.title);
    let title = match tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)? {
        Ok(title) => title,
        Err(error) => {
            let field = if kind.asks().contains(&Detail::Unit) { "unit" } else { "plan" };
            form.refuse(field, error.to_string());
            return refuse(&app, &visit, &area, &offered, (kind, form)).await;
        }
    };
    let report = StoredReport {
        id: ReportId(app.new_id()),
        kind: kind.code().to_owned(),
        plan: plan.plan_id,
        plan_version: number,
        year: head.key.period.year(),
        edition: head.key,
        edition_hash: head.hash,
        dated: dated.to_string(),
        title: title.clone(),
        asked,
        reader: reader.code().to_owned(),
        state: Progress::Draft.code().to_owned(),
        revision: 1,
        created: visit.stamp(&app),
    };
    let mut tx = app.store.begin(&area).await?;
    reports::insert(&mut tx, &report).await?;
    let entry = visit
        .entry(&app, "report.draft", &report.id.object())
        .about(&title)
        .changed("数据版本", "", &head.key.label())
        .changed("成文日期", "", &text::long_date(dated));
    tx.commit(entry).await?;
    Ok(visit.redirect(&app, &Toast::new("已新建报告草稿"), &url(&area, &report.id)))
}

async fn refuse(
    app: &App,
    visit: &Visit,
    area: &RefArea,
    offered: &Offered,
    (kind, form): (ReportKind, Form),
) -> Answer {
    let region = published::region_name(app, area).await?;
    let mut response = page(&new_page(visit, (area, region), offered, (kind, form)))?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered() -> Offered {
        Offered { plans: vec![], editions: vec![], units: vec!["县教育局".to_owned()] }
    }

    fn draw(kind: ReportKind) -> NewPage {
        let area: RefArea = "990101".parse().unwrap();
        let place = (&area, "云溪县".to_owned());
        new_page(&Visit::sample(), place, &offered(), (kind, Form::default()))
    }

    #[test]
    fn without_an_edition_it_says_what_is_missing() {
        let html = draw(ReportKind::Annual).render().unwrap();
        assert!(html.contains("还没有公布的数据版本"), "{html}");
        assert!(html.contains("还没有已生效的规划"), "{html}");
    }

    #[test]
    fn each_kind_asks_for_what_it_needs() {
        assert!(draw(ReportKind::Notice).asks(Detail::Due));
        assert!(!draw(ReportKind::Annual).asks(Detail::Unit));
        let mut empty = Form::default();
        asked(ReportKind::Notice, &mut empty);
        assert_eq!(empty.error("unit"), "请选择单位");
        assert_eq!(empty.error("due"), "请填写反馈期限");
        let mut filled = Form::filled(vec![
            ("addressee", "县人民政府".to_owned()),
            ("unit", "县教育局".to_owned()),
        ]);
        let kept = asked(ReportKind::Report, &mut filled);
        assert!(!filled.is_refused());
        assert_eq!((kept.addressee.as_str(), kept.unit.as_str()), ("县人民政府", ""));
    }

    #[test]
    fn every_kind_says_what_it_is_for() {
        let shell = shell(&Visit::sample(), "新建报告");
        let kinds = ReportKind::ALL.iter().map(|k| Kind { kind: *k, purpose: purpose(*k) });
        let html = KindsPage {
            shell,
            region: "云溪县".to_owned(),
            action: "/reports/990101/new".to_owned(),
            kinds: kinds.collect(),
        };
        let html = html.render().unwrap();
        for kind in ReportKind::ALL {
            assert!(
                html.contains(&format!("/reports/990101/new?kind={}", kind.code())),
                "{kind:?}"
            );
        }
    }
}
