//! 指定单位, 结束任务: what the office decides about one indicator and one unit.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use halfsky_monitor::reporting::{self, ReportingRole, SetRefusal, UnitId};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_store::duties;

use super::list::{Names, names};
use super::{shell, unit_choices, unit_on, url};
use crate::app::App;
use crate::form::{Form, Posted};
use crate::list::{Choice, Params};
use crate::pages::rounds::{Area, UnitNames};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "duties/set.html")]
struct SetPage {
    shell: Shell,
    url: String,
    form: Form,
    indicators: Vec<Choice>,
    units: Vec<Choice>,
    roles: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "duties/end.html")]
struct EndPage {
    shell: Shell,
    action: String,
    url: String,
    form: Form,
    indicator: String,
    unit: String,
}

/// `GET /duties/{ref_area}/set?indicator=…`
pub(crate) async fn ask(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let (names, units) = (names(&app).await?, UnitNames::load(&app.store, &area.code).await?);
    let form = Form::filled(vec![
        ("indicator", params.value("indicator").to_owned()),
        ("role", ReportingRole::Lead.code().to_owned()),
        ("from", visit.frame.today.to_string()),
    ]);
    page(&set_page(&visit, &area, (&names, &units), form))
}

fn set_page(
    visit: &Visit,
    area: &Area,
    (names, units): (&Names, &UnitNames),
    form: Form,
) -> SetPage {
    let chosen = form.value("indicator");
    let mut indicators = vec![Choice::new("", "请选择", chosen)];
    let label = |(code, name): (&IndicatorCode, &String)| {
        Choice::new(code.0.as_str(), format!("{code} {name}"), chosen)
    };
    indicators.extend(names.iter().map(label));
    let role = form.value("role");
    SetPage {
        shell: shell(visit, area, "指定填报单位"),
        url: url(&area.code),
        indicators,
        units: unit_choices(units, visit.frame.today, form.value("unit")),
        roles: ReportingRole::ALL.iter().map(|r| Choice::new(r.code(), r.label(), role)).collect(),
        form,
    }
}

/// `POST /duties/{ref_area}/set`
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Posted(mut form): Posted,
) -> Answer {
    let (names, units) = (names(&app).await?, UnitNames::load(&app.store, &area.code).await?);
    let indicator = IndicatorCode(form.value("indicator").to_owned());
    if !names.contains_key(&indicator) {
        form.refuse("indicator", "请选择指标");
    }
    let unit = unit_on(&units, visit.frame.today, form.value("unit"));
    if unit.is_none() {
        form.refuse("unit", "请选择单位");
    }
    let role = ReportingRole::from_code(form.value("role"));
    if role.is_none() {
        form.refuse("role", "请选择职责");
    }
    let from = form.required_day("from", "请填写开始日期");
    let held = duties::load(&app.store, &area.code).await?;
    let mut set = None;
    if let (Some(unit), Some(role), Some(from), false) = (unit, role, from, form.is_refused()) {
        match reporting::set(&held, (&indicator, &unit), role, from) {
            Ok(duties) => set = Some((unit, role, duties)),
            Err(refusal) => form.refuse(field_of(refusal, "from"), refusal.to_string()),
        }
    }
    let Some((unit, role, changed)) = set else {
        let mut response = page(&set_page(&visit, &area, (&names, &units), form))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let unit = units.name(&unit);
    let name = names.get(&indicator).cloned().unwrap_or_default();
    let mut tx = app.store.begin(&area.code).await?;
    duties::save(&mut tx, &changed).await?;
    let entry = visit
        .entry(&app, "duty.set", &format!("duty {indicator}"))
        .about(&format!("{indicator} {name}"))
        .changed(role.label(), "", &unit)
        .changed("开始日期", "", form.value("from"));
    tx.commit(entry).await?;
    let toast = Toast::new(format!("已指定{unit}{} {name}", role.label()));
    Ok(visit.redirect(&app, &toast, &url(&area.code)))
}

/// The field a refusal belongs to.
fn field_of(refusal: SetRefusal, day: &'static str) -> &'static str {
    match refusal {
        SetRefusal::HasIt | SetRefusal::HasNone => "unit",
        SetRefusal::TooEarly => day,
    }
}

fn end_page(
    visit: &Visit,
    area: &Area,
    (names, units): (&Names, &UnitNames),
    form: Form,
) -> EndPage {
    let code = IndicatorCode(form.value("indicator").to_owned());
    EndPage {
        shell: shell(visit, area, "结束填报任务"),
        action: format!("{}/end", url(&area.code)),
        url: url(&area.code),
        indicator: format!("{code} {}", names.get(&code).cloned().unwrap_or_default()),
        unit: units.name(&UnitId(form.value("unit").to_owned())),
        form,
    }
}

/// `GET /duties/{ref_area}/end?indicator=…&unit=…`
pub(crate) async fn ask_end(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let (names, units) = (names(&app).await?, UnitNames::load(&app.store, &area.code).await?);
    let form = Form::filled(vec![
        ("indicator", params.value("indicator").to_owned()),
        ("unit", params.value("unit").to_owned()),
        ("last", visit.frame.today.to_string()),
    ]);
    page(&end_page(&visit, &area, (&names, &units), form))
}

/// `POST /duties/{ref_area}/end`
pub(crate) async fn end(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Posted(mut form): Posted,
) -> Answer {
    let (names, units) = (names(&app).await?, UnitNames::load(&app.store, &area.code).await?);
    let key =
        (IndicatorCode(form.value("indicator").to_owned()), UnitId(form.value("unit").to_owned()));
    let last = form.required_day("last", "请填写任务的最后一天");
    let reason = form.required("reason", "请写明原因");
    let held = duties::load(&app.store, &area.code).await?;
    let mut ended = None;
    if let (Some(last), false) = (last, form.is_refused()) {
        match reporting::end(&held, (&key.0, &key.1), last) {
            Ok(duty) => ended = Some(duty),
            Err(refusal) => form.refuse("last", refusal.to_string()),
        }
    }
    let Some(duty) = ended else {
        let mut response = page(&end_page(&visit, &area, (&names, &units), form))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let name = names.get(&key.0).cloned().unwrap_or_default();
    let mut tx = app.store.begin(&area.code).await?;
    duties::save(&mut tx, &[duty]).await?;
    let entry = visit
        .entry(&app, "duty.end", &format!("duty {}", key.0))
        .about(&format!("{} {name} {}", key.0, units.name(&key.1)))
        .changed("最后一天", "", form.value("last"))
        .because(&reason);
    tx.commit(entry).await?;
    let toast = Toast::new(format!("已结束{} {name}", units.name(&key.1)));
    Ok(visit.redirect(&app, &toast, &url(&area.code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indicators() -> Names {
        [(IndicatorCode("W-H02".to_owned()), "孕产妇死亡率".to_owned())].into()
    }

    #[test]
    fn offers_indicators_and_units() {
        let draw = || {
            let known = (&indicators(), &UnitNames::sample());
            set_page(&Visit::sample(), &Area::sample(), known, Form::default()).render().unwrap()
        };
        assert!(draw().contains("W-H02 孕产妇死亡率") && draw().contains("县教育局"));
        assert_eq!(draw(), draw());
    }

    #[test]
    fn the_end_names_indicator_and_unit() {
        let fields = vec![("indicator", "W-H02".to_owned()), ("unit", "health".to_owned())];
        let known = (&indicators(), &UnitNames::sample());
        let page = end_page(&Visit::sample(), &Area::sample(), known, Form::filled(fields));
        let html = page.render().unwrap();
        assert!(html.contains("W-H02 孕产妇死亡率") && html.contains("县卫生健康局"), "{html}");
    }
}
