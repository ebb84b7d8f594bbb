//! 预警参数 of a plan: who may sets them, everybody sees them, every change is in the audit log.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_evaluate::run::PlanParameters;
use halfsky_evaluate::warning::Level;
use halfsky_plan::version::PlanId;
use halfsky_store::plan_parameters::{self, StoredParameters};
use halfsky_store::plans;

use super::{shell, url};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::Choice;
use crate::pages::rounds::Area;
use crate::pages::{Answer, page, refused};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "warnings/parameters.html")]
struct ParametersPage {
    shell: Shell,
    plan: String,
    action: String,
    back: String,
    changed: String,
    levels: Vec<Choice>,
    form: Form,
}

async fn plan_title(app: &App, area: &Area, plan: &PlanId) -> Result<String, WebError> {
    let plans = plans::list(&app.store, Some(&area.code)).await?;
    let found = plans.into_iter().find(|p| p.plan_id == *plan);
    let missing = || WebError::NotFound("没有这份规划。请从规划列表重新进入。".to_owned());
    found.map(|p| p.title).ok_or_else(missing)
}

fn filled(stored: &StoredParameters) -> Form {
    let p = &stored.parameters;
    let mut fields = vec![
        ("seen", stored.revision.to_string()),
        ("hopeless", p.hopeless.to_string()),
        ("doubtful", p.doubtful.to_string()),
        ("expected", p.expected.to_string()),
        ("moved", p.moved.to_string()),
        ("gap", p.gap.code().to_owned()),
        ("tolerance", format!("{}.{}", p.tolerance / 10, p.tolerance % 10)),
    ];
    if p.nearly_counts {
        fields.push(("nearly_counts", "yes".to_owned()));
    }
    Form::filled(fields)
}

/// `GET /warnings/{ref_area}/{plan}/parameters`
pub(crate) async fn ask(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, plan)): Path<(String, String)>,
) -> Answer {
    let plan = PlanId(plan);
    let title = plan_title(&app, &area, &plan).await?;
    let stored = plan_parameters::load(&app.store, &area.code, &plan).await?;
    page(&parameters_page(&visit, &area, (&plan, title), &stored, filled(&stored)))
}

fn parameters_page(
    visit: &Visit,
    area: &Area,
    (plan, title): (&PlanId, String),
    stored: &StoredParameters,
    form: Form,
) -> ParametersPage {
    let chosen = form.value("gap");
    ParametersPage {
        shell: shell(visit, area, "预警参数"),
        plan: title,
        action: format!("{}/{}/parameters", url(&area.code), plan.0),
        back: url(&area.code),
        changed: match &stored.changed {
            Some(stamp) => format!("{}由{}修改", text::minute(stamp.at), stamp.by),
            None => "使用方法建议的参数，还没有人改过".to_owned(),
        },
        levels: Level::ALL.map(|l| Choice::new(l.code(), l.label(), chosen)).into(),
        form,
    }
}

/// A whole per cent.
fn percent(form: &mut Form, name: &str) -> u8 {
    let read = form.value(name).parse().ok().filter(|n: &u8| *n <= 100);
    if read.is_none() {
        form.refuse(name, "请填写0到100的整数");
    }
    read.unwrap_or(0)
}

/// A per cent with at most one decimal, in tenths.
fn tenths(form: &mut Form, name: &str) -> u16 {
    let typed = form.value(name).to_owned();
    let (whole, tenth) = typed.split_once('.').unwrap_or((&typed, "0"));
    let read = whole.parse::<u16>().ok().zip(tenth.parse::<u16>().ok());
    let read = read.filter(|(whole, tenth)| *whole <= 100 && *tenth <= 9);
    if read.is_none() {
        form.refuse(name, "请填写百分数，最多一位小数，如0.5；0为不设");
    }
    read.map_or(0, |(whole, tenth)| whole * 10 + tenth)
}

/// `POST /warnings/{ref_area}/{plan}/parameters`
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, plan)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let plan = PlanId(plan);
    let title = plan_title(&app, &area, &plan).await?;
    let stored = plan_parameters::load(&app.store, &area.code, &plan).await?;
    let gap = Level::from_code(form.value("gap"));
    if gap.is_none() {
        form.refuse("gap", "请选择等级");
    }
    let parameters = PlanParameters {
        hopeless: percent(&mut form, "hopeless"),
        doubtful: percent(&mut form, "doubtful"),
        expected: percent(&mut form, "expected"),
        moved: percent(&mut form, "moved"),
        gap: gap.unwrap_or(Level::Yellow),
        tolerance: tenths(&mut form, "tolerance"),
        nearly_counts: form.ticked("nearly_counts"),
    };
    let reason = form.required("reason", "请写明修改的理由");
    if !form.is_refused() {
        for problem in parameters.problems() {
            form.refuse("hopeless", problem.to_string());
        }
    }
    if form.is_refused() {
        return refused(&parameters_page(&visit, &area, (&plan, title), &stored, form));
    }
    let seen = form.value("seen").parse().unwrap_or(-1);
    let mut tx = app.store.begin(&area.code).await?;
    plan_parameters::save(&mut tx, &plan, seen, &parameters, &visit.stamp(&app)).await?;
    let object = format!("parameters {}", plan.0);
    let mut entry = visit.entry(&app, "parameters.set", &object).about(&title);
    let before = stored.parameters.told();
    for ((words, was), (_, is)) in before.iter().zip(parameters.told()) {
        entry = entry.changed(words, was, &is);
    }
    tx.commit(entry.because(&reason)).await?;
    let toast = Toast::new("已保存预警参数；下次评估起使用");
    Ok(visit.redirect(&app, &toast, &url(&area.code)))
}
