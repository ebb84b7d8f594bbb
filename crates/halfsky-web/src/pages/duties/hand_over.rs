//! 移交: a unit passes its duties on from a day; the old ones end the day before.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use halfsky_monitor::reporting::{self, HandOver, HandOverRefusal, UnitId};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_store::duties;
use jiff::civil::Date;

use super::{shell, unit_choices, unit_on, url};
use crate::app::App;
use crate::form::{Form, Posted};
use crate::list::Choice;
use crate::pages::rounds::{Area, UnitNames};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "duties/hand-over.html")]
struct HandOverPage {
    shell: Shell,
    url: String,
    form: Form,
    from: Vec<Choice>,
    to: Vec<Choice>,
}

/// `GET /duties/{ref_area}/hand-over`
pub(crate) async fn ask(visit: Visit, State(app): State<App>, area: Area) -> Answer {
    let units = UnitNames::load(&app.store, &area.code).await?;
    let form = Form::filled(vec![("on", visit.frame.today.to_string())]);
    page(&hand_over_page(&visit, &area, &units, form))
}

fn hand_over_page(visit: &Visit, area: &Area, units: &UnitNames, form: Form) -> HandOverPage {
    let chosen = form.value("from").to_owned();
    // a unit that was dissolved may still hand over
    let mut from = vec![Choice::new("", "请选择", &chosen)];
    from.extend(
        units
            .stored()
            .map(|(id, stored)| Choice::new(id.0.as_str(), stored.unit.name.as_str(), &chosen)),
    );
    HandOverPage {
        shell: shell(visit, area, "移交填报任务"),
        url: url(&area.code),
        from,
        to: unit_choices(units, day_of(&form, visit), form.value("to")),
        form,
    }
}

/// The day typed, today where there is none.
fn day_of(form: &Form, visit: &Visit) -> Date {
    form.value("on").parse().unwrap_or(visit.frame.today)
}

/// Codes of indicators, separated by anything that is no part of a code.
pub(crate) fn codes(typed: &str) -> Vec<IndicatorCode> {
    let parts = typed.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    parts.filter(|p| !p.is_empty()).map(|p| IndicatorCode(p.to_uppercase())).collect()
}

/// `POST /duties/{ref_area}/hand-over`
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Posted(mut form): Posted,
) -> Answer {
    let units = UnitNames::load(&app.store, &area.code).await?;
    let on = form.required_day("on", "请填写移交日");
    let from = UnitId(form.required("from", "请选择移交单位"));
    let to = unit_on(&units, day_of(&form, &visit), form.value("to"));
    if to.is_none() {
        form.refuse("to", "请选择接收单位；移交日还没有成立或已撤销的单位不能选");
    }
    let reason = form.required("reason", "请写明原因，如机构改革、职责调整");
    let held = duties::load(&app.store, &area.code).await?;
    let order = to.zip(on).map(|(to, on)| HandOver {
        from: from.clone(),
        to,
        indicators: codes(form.value("indicators")),
        on,
    });
    let after = match &order {
        Some(order) if !form.is_refused() => match reporting::hand_over(held.clone(), order) {
            Ok(after) => Some(after),
            Err(refusal) => {
                let field = match refusal {
                    HandOverRefusal::SameUnit => "to",
                    HandOverRefusal::NothingToHandOver => "from",
                    HandOverRefusal::TooEarly => "on",
                };
                form.refuse(field, refusal.to_string());
                None
            }
        },
        _ => None,
    };
    let (Some(order), Some(after)) = (order, after) else {
        let mut response = page(&hand_over_page(&visit, &area, &units, form))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let changed: Vec<_> = after.into_iter().filter(|duty| !held.contains(duty)).collect();
    let passed = changed.iter().filter(|d| d.unit == order.from).count();
    let (from, to) = (units.name(&order.from), units.name(&order.to));
    let mut tx = app.store.begin(&area.code).await?;
    duties::save(&mut tx, &changed).await?;
    let entry = visit
        .entry(&app, "duty.hand_over", &format!("duties {}", area.code))
        .about(&format!("{passed}项填报任务"))
        .changed("单位", &from, &to)
        .changed("移交日", "", &order.on.to_string())
        .because(&reason);
    tx.commit(entry).await?;
    let toast = Toast::new(format!("已将{passed}项任务由{from}移交{to}"));
    Ok(visit.redirect(&app, &toast, &url(&area.code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_however_they_are_separated() {
        let codes = codes("W-H02、w-h05, C-E01\n");
        let codes: Vec<_> = codes.iter().map(|c| c.0.as_str()).collect();
        assert_eq!(codes, ["W-H02", "W-H05", "C-E01"]);
    }

    #[test]
    fn offers_the_units_of_the_region() {
        let draw = || {
            let units = UnitNames::sample();
            let visit = Visit::sample();
            hand_over_page(&visit, &Area::sample(), &units, Form::default()).render().unwrap()
        };
        assert_eq!(draw().matches("县卫生健康局").count(), 2);
        assert_eq!(draw(), draw());
    }
}
