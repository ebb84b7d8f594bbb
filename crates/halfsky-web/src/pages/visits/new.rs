//! A visit is recorded: the unit first, then its targets as a checklist.

use askama::Template;
use axum::extract::State;
use halfsky_evaluate::run::TargetResult;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::unit::UnitId as ResponsibleId;
use halfsky_plan::version::PlanId;
use halfsky_store::visits::{self, Item, Outcome};

use super::{led_by, shell, url};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Upload};
use crate::list::{Choice, Params};
use crate::pages::rounds::{Area, UnitNames};
use crate::pages::targets::judge::{keep, refuse_large};
use crate::pages::{Answer, page, refused};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

/// One line of the checklist as the form has it.
struct Line {
    name: String,
    finding: String,
    indicator: String,
    demand: String,
    label: &'static str,
    outcomes: Vec<Choice>,
    found: String,
}

#[derive(Template)]
#[template(path = "visits/new.html")]
struct NewPage {
    shell: Shell,
    action: String,
    back: String,
    units: Vec<Choice>,
    unit: String,
    lines: Vec<Line>,
    form: Form,
}

/// `GET /visits/{ref_area}/new?unit=…`
pub(crate) async fn ask(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let form = Form::filled(vec![
        ("unit", params.value("unit").to_owned()),
        ("day", visit.frame.today.to_string()),
    ]);
    let (drawn, _) = new_page(&visit, &app, &area, form).await?;
    page(&drawn)
}

/// The page with the targets it lists.
async fn new_page(
    visit: &Visit,
    app: &App,
    area: &Area,
    form: Form,
) -> Result<(NewPage, Vec<(PlanId, TargetResult)>), WebError> {
    let names = UnitNames::load(&app.store, &area.code).await?;
    let chosen = form.value("unit").to_owned();
    let today = names.on(visit.frame.today);
    let unit = today.get(&UnitId(chosen.clone())).cloned().unwrap_or_default();
    let targets = if unit.is_empty() { Vec::new() } else { led_by(app, area, &unit).await? };
    let mut units = vec![Choice::new("", "请选择", &chosen)];
    units.extend(today.into_iter().map(|(id, name)| Choice::new(id.0, name, &chosen)));
    let line = |(at, (_, target)): (usize, &(PlanId, TargetResult))| {
        let name = format!("outcome-{at}");
        let value = form.value(&name).to_owned();
        let mut outcomes = vec![Choice::new("", "未检查", &value)];
        outcomes.extend(Outcome::ALL.map(|o| Choice::new(o.code(), o.label(), &value)));
        Line {
            finding: format!("finding-{at}"),
            indicator: target.indicator.clone(),
            demand: target.demand.clone(),
            label: target.class.label(),
            outcomes,
            found: form.value(&format!("finding-{at}")).to_owned(),
            name,
        }
    };
    let drawn = NewPage {
        shell: shell(visit, area, "记录督导检查").under("督导检查", url(&area.code)),
        action: format!("{}/new", url(&area.code)),
        back: url(&area.code),
        units,
        unit,
        lines: targets.iter().enumerate().map(line).collect(),
        form,
    };
    Ok((drawn, targets))
}

/// `POST /visits/{ref_area}/new`
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Upload { mut form, file }: Upload,
) -> Answer {
    form.required("unit", "请选择单位");
    let day = form.required_day("day", "请填写检查日期");
    if day.is_some_and(|day| day > visit.frame.today) {
        form.refuse("day", "检查日期不能晚于今天");
    }
    let visitors = form.required("visitors", "请填写检查人");
    let summary = form.required("summary", "请写明检查情况");
    refuse_large(&mut form, file.as_ref());
    let (_, targets) = new_page(&visit, &app, &area, form.clone()).await?;
    let items = items(&mut form, &targets);
    let (Some(day), false) = (day, form.is_refused()) else {
        let (drawn, _) = new_page(&visit, &app, &area, form).await?;
        return refused(&drawn);
    };
    let made = visits::Visit {
        id: app.new_id(),
        visited_on: day,
        unit: ResponsibleId(form.value("unit").to_owned()),
        visitors,
        summary,
        items,
        files: keep(&app, file).await?,
        made: visit.stamp(&app),
    };
    let mut tx = app.store.begin(&area.code).await?;
    visits::insert(&mut tx, &made).await?;
    let entry = visit
        .entry(&app, "visit.record", &format!("visit {}", made.id))
        .about(&format!("{} {}", made.visited_on, made.visitors));
    tx.commit(entry).await?;
    let address = format!("{}/{}", url(&area.code), made.id);
    Ok(visit.redirect(&app, &Toast::new("已记录督导检查"), &address))
}

/// The lines that were looked at; a problem must be described.
fn items(form: &mut Form, targets: &[(PlanId, TargetResult)]) -> Vec<Item> {
    let mut items = Vec::new();
    for (at, (plan_id, target)) in targets.iter().enumerate() {
        let Some(outcome) = Outcome::from_code(form.value(&format!("outcome-{at}"))) else {
            continue;
        };
        let name = format!("finding-{at}");
        let finding = form.value(&name).to_owned();
        if outcome == Outcome::Problem && finding.is_empty() {
            form.refuse(&name, format!("请写明“{}”发现的问题", target.indicator));
        }
        items.push(Item {
            plan_id: plan_id.clone(),
            target_key: target.key.clone(),
            indicator: target.indicator.clone(),
            outcome,
            finding,
        });
    }
    items
}
