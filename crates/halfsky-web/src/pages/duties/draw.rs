//! 由规划生成: what the plans in force and the catalogue say, beside what stands; names nobody knows are matched
//! by hand and remembered.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::reporting::{self, Assigned, Changes, NamedUnit, ReportingDuty, UnitId};
use halfsky_store::{duties, settings};
use jiff::civil::Date;

use super::list::{Names, names};
use super::{plans_in_force, shell, unit_choices, unit_on, url};
use crate::app::App;
use crate::error::WebError;
use crate::form::Posted;
use crate::list::Choice;
use crate::pages::rounds::{Area, UnitNames};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::published;
use crate::shell::Shell;
use crate::visit::Visit;

/// Names as plans print them, with the unit a person matched.
type Matches = BTreeMap<String, UnitId>;

/// A name that belongs to no unit, with the units it may be.
struct Unknown {
    name: String,
    units: Vec<Choice>,
}

/// A duty in words: indicator, unit, role.
struct Words {
    code: String,
    indicator: String,
    unit: String,
    role: &'static str,
    basis: &'static str,
}

#[derive(Template)]
#[template(path = "duties/draw.html")]
struct DrawPage {
    shell: Shell,
    url: String,
    no_plan: bool,
    unknown: Vec<Unknown>,
    added: Vec<Words>,
    ended: Vec<Words>,
    handed_over: Vec<Words>,
    kept: usize,
    without_lead: Vec<(String, String)>,
}

struct Drawn {
    no_plan: bool,
    assigned: Assigned,
    changes: Changes,
    indicators: Names,
    units: UnitNames,
}

async fn remembered(app: &App, area: &Area) -> Result<Matches, WebError> {
    let kept = settings::find(&app.store, &settings::unit_names(&area.code)).await?;
    Ok(read_matches(&kept.unwrap_or_default()))
}

fn read_matches(text: &str) -> Matches {
    let pairs = text.lines().filter_map(|line| line.split_once('\t'));
    pairs.map(|(name, unit)| (name.to_owned(), UnitId(unit.to_owned()))).collect()
}

fn write_matches(matches: &Matches) -> String {
    let lines = matches.iter().map(|(name, unit)| format!("{name}\t{}\n", unit.0));
    lines.collect()
}

/// Every name by which a unit may be called: full, short, without the name of the region, matched by hand.
fn named(area: &Area, units: &UnitNames, matches: &Matches, today: Date) -> Vec<NamedUnit> {
    let on = units.on(today);
    let mut list = Vec::new();
    for (id, stored) in units.stored().filter(|(id, _)| on.contains_key(*id)) {
        let mut add = |name: &str| {
            if !name.is_empty() {
                list.push(NamedUnit { id: id.clone(), name: name.to_owned() });
            }
        };
        add(&stored.unit.name);
        add(&stored.unit.short_name);
        add(stored.unit.name.strip_prefix(area.name.as_str()).unwrap_or(""));
    }
    let chosen = matches.iter().filter(|(_, id)| on.contains_key(*id));
    list.extend(chosen.map(|(name, id)| NamedUnit { id: id.clone(), name: name.clone() }));
    list
}

async fn drawn(app: &App, area: &Area, matches: &Matches, today: Date) -> Result<Drawn, WebError> {
    let plans = plans_in_force(app, &area.code).await?;
    let units = UnitNames::load(&app.store, &area.code).await?;
    let held = duties::load(&app.store, &area.code).await?;
    let cards = published::names(app).await?.in_year(i32::from(today.year()));
    let assigned = reporting::draw(&plans, &cards, &named(area, &units, matches, today), today);
    Ok(Drawn {
        no_plan: plans.is_empty(),
        changes: reporting::changes(&held, &assigned.duties, today),
        assigned,
        indicators: names(app).await?,
        units,
    })
}

/// `GET /duties/{ref_area}/draw`
pub(crate) async fn preview(visit: Visit, State(app): State<App>, area: Area) -> Answer {
    let today = visit.frame.today;
    let matches = remembered(&app, &area).await?;
    let drawn = drawn(&app, &area, &matches, today).await?;
    page(&draw_page(&visit, &area, drawn, today))
}

fn draw_page(visit: &Visit, area: &Area, drawn: Drawn, today: Date) -> DrawPage {
    let Drawn { no_plan, assigned, changes, indicators, units } = drawn;
    let words = |duties: &[ReportingDuty]| -> Vec<Words> {
        let one = |duty: &ReportingDuty| Words {
            code: duty.indicator.0.clone(),
            indicator: indicators.get(&duty.indicator).cloned().unwrap_or_default(),
            unit: units.name(&duty.unit),
            role: duty.role.label(),
            basis: duty.basis.label(),
        };
        duties.iter().map(one).collect()
    };
    let without = assigned
        .without_lead
        .iter()
        .map(|code| (code.0.clone(), indicators.get(code).cloned().unwrap_or_default()));
    DrawPage {
        shell: shell(visit, area, "由规划生成填报任务"),
        url: url(&area.code),
        no_plan,
        added: words(&changes.added),
        ended: words(&changes.ended),
        handed_over: words(&changes.handed_over),
        kept: changes.kept,
        without_lead: without.collect(),
        unknown: assigned
            .unknown
            .into_iter()
            .map(|name| Unknown { units: unit_choices(&units, today, ""), name })
            .collect(),
    }
}

/// `POST /duties/{ref_area}/draw`: keeps the matches made; `step` is `match` (look again) or `save`.
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Posted(form): Posted,
) -> Answer {
    let today = visit.frame.today;
    let units = UnitNames::load(&app.store, &area.code).await?;
    let old = remembered(&app, &area).await?;
    let mut matches = old.clone();
    for (name, unit) in form.values("name").zip(form.values("unit")) {
        if let Some(unit) = unit_on(&units, today, unit) {
            matches.insert(name.replace(['\t', '\n', '\r'], " "), unit);
        }
    }
    let drawn = drawn(&app, &area, &matches, today).await?;
    let saves = form.value("step") == "save";
    let duties = if saves { drawn.changes.duties() } else { Vec::new() };
    if matches == old && duties.is_empty() {
        return page(&draw_page(&visit, &area, drawn, today));
    }
    let mut tx = app.store.begin(&area.code).await?;
    let object = format!("duties {}", area.code);
    let mut entry =
        visit.entry(&app, "duty.draw", &object).about(&format!("{}填报任务", area.name));
    if matches != old {
        settings::set(&mut tx, &settings::unit_names(&area.code), &write_matches(&matches)).await?;
        for (name, unit) in matches.iter().filter(|(name, _)| !old.contains_key(*name)) {
            entry = entry.changed(&format!("“{name}”对应"), "", &units.name(unit));
        }
    }
    duties::save(&mut tx, &duties).await?;
    let (added, ended) = (drawn.changes.added.len(), drawn.changes.ended.len());
    if saves {
        entry = entry.changed("新增任务", "", &format!("{added}项"));
        entry = entry.changed("结束任务", "", &format!("{ended}项"));
    }
    tx.commit(entry).await?;
    if saves {
        let toast = Toast::new(format!("已新增{added}项任务，结束{ended}项"));
        return Ok(visit.redirect(&app, &toast, &url(&area.code)));
    }
    let toast = Toast::new("已记住单位名称的对应，请核对下面的任务");
    Ok(visit.redirect(&app, &toast, &format!("{}/draw", url(&area.code))))
}

#[cfg(test)]
mod tests {
    use halfsky_monitor::card;
    use halfsky_plan::indicator::Catalogue;
    use jiff::civil::date;

    use super::*;

    fn page_of(matches: &Matches) -> String {
        let today = date(2026, 3, 5);
        let (area, units) = (Area::sample(), UnitNames::sample());
        let cards = card::definitions(&Catalogue::builtin()).unwrap();
        let plan = crate::samples::confirmed().version;
        let named = named(&area, &units, matches, today);
        let assigned = reporting::draw(&[plan], &cards, &named, today);
        let drawn = Drawn {
            no_plan: false,
            changes: reporting::changes(&[], &assigned.duties, today),
            assigned,
            indicators: Names::new(),
            units,
        };
        draw_page(&Visit::sample(), &area, drawn, today).render().unwrap()
    }

    #[test]
    fn unknown_names_are_asked_for_and_matched_ones_lead() {
        let first = page_of(&Matches::new());
        assert!(first.contains("卫生健康委") && first.contains("name=\"unit\""), "{first}");
        let matches = [("卫生健康委".to_owned(), UnitId("health".to_owned()))].into();
        let second = page_of(&matches);
        assert!(!second.contains("value=\"卫生健康委\""), "{second}");
        assert_eq!(second, page_of(&matches));
    }

    #[test]
    fn matches_are_kept_line_by_line() {
        let matches: Matches = [("卫生健康委".to_owned(), UnitId("health".to_owned()))].into();
        assert_eq!(read_matches(&write_matches(&matches)), matches);
        assert!(read_matches("no tab\n").is_empty());
    }
}
