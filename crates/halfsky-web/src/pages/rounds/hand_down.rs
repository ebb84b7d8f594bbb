//! 下达: the office above gives a round to the regions right below. Each gets its own copy, marked with where it comes
//! from; what a region reports of its own stands on its forms beside what the level above asks for, and it keeps the
//! window itself.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::regions::{self, Region};
use halfsky_store::rounds::RoundOrigin;
use halfsky_store::{data_sets, regional};

use super::new::{Opening, forms, open};
use super::{Area, Place};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

/// Regions named in a message.
const NAMED: usize = 5;

/// A region right below, and whether it has the round.
struct Lower {
    region: Region,
    holds: bool,
}

#[derive(Template)]
#[template(path = "rounds/hand-down.html")]
struct HandDownPage {
    shell: Shell,
    action: String,
    place: Place,
    form: Form,
    lower: Vec<Lower>,
}

impl HandDownPage {
    fn new(visit: &Visit, place: Place, lower: Vec<Lower>, form: Form) -> Self {
        let action = format!("{}/hand-down", place.url());
        Self { shell: place.shell(visit, "向下级下达"), action, place, form, lower }
    }

    fn waiting(&self) -> usize {
        self.lower.iter().filter(|lower| !lower.holds).count()
    }
}

async fn lower(app: &App, place: &Place) -> Result<Vec<Lower>, WebError> {
    let all = regions::list(&app.store).await?;
    let below = regions::tree(&app.store).await?.below(&place.area.code);
    let below: BTreeSet<RefArea> = below.into_iter().collect();
    let mut found: Vec<Region> = all.into_iter().filter(|r| below.contains(&r.code)).collect();
    let nearest = found.iter().map(|r| r.level).min();
    found.retain(|r| Some(r.level) == nearest);
    let codes: Vec<RefArea> = found.iter().map(|r| r.code.clone()).collect();
    let holding = regional::holding(&app.store, &place.stored.id, &codes).await?;
    let holds = |region: Region| Lower { holds: holding.contains(&region.code), region };
    Ok(found.into_iter().map(holds).collect())
}

/// `GET /rounds/{ref_area}/{round}/hand-down`
pub(crate) async fn ask(visit: Visit, State(app): State<App>, place: Place) -> Answer {
    let lower = lower(&app, &place).await?;
    page(&HandDownPage::new(&visit, place, lower, Form::default()))
}

/// `POST /rounds/{ref_area}/{round}/hand-down`: one transaction for each region, with an entry in its own audit chain.
pub(crate) async fn hand_down(
    visit: Visit,
    State(app): State<App>,
    place: Place,
    Posted(mut form): Posted,
) -> Answer {
    let lower = lower(&app, &place).await?;
    let ticked: BTreeSet<String> = form.values("region").map(str::to_owned).collect();
    let chosen: Vec<Region> = lower
        .iter()
        .filter(|lower| !lower.holds && ticked.contains(lower.region.code.as_str()))
        .map(|lower| lower.region.clone())
        .collect();
    if chosen.is_empty() {
        form.refuse("region", "请至少选择一个还没有这一轮的地区");
        let mut response = page(&HandDownPage::new(&visit, place, lower, form))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let asked = asked(&app, &place).await?;
    let (mut given, mut without) = (Vec::new(), Vec::new());
    for region in chosen {
        let name = region.name.clone();
        let whole = give(&visit, &app, (&place, &asked), Area::of(region)).await?;
        if whole { given.push(name) } else { without.push(name) }
    }
    if !given.is_empty() {
        let entry = visit.entry(&app, "round.hand_down", &place.object());
        let entry = entry.about(&place.round().title).changed("地区", "", &given.join("、"));
        app.store.begin(&place.area.code).await?.commit(entry).await?;
    }
    let toast = Toast::new(told(&given, &without));
    Ok(visit.redirect(&app, &toast, &format!("{}/hand-down", place.url())))
}

/// What the round asks for above: every row of its forms.
async fn asked(app: &App, place: &Place) -> Result<BTreeSet<IndicatorCode>, WebError> {
    let forms = data_sets::of_round(&app.store, &place.area.code, &place.stored.id.0).await?;
    let rows = forms.values().flat_map(halfsky_monitor::data_set::DataSet::rows);
    Ok(rows.map(|row| row.code.clone()).collect())
}

/// Opens the round in a region below, for all its units that have something to report; false where there is none.
async fn give(
    visit: &Visit,
    app: &App,
    (place, asked): (&Place, &BTreeSet<IndicatorCode>),
    area: Area,
) -> Result<bool, WebError> {
    // what was granted above to single units is not handed down
    let round = halfsky_monitor::round::Round { extensions: Vec::new(), ..place.round().clone() };
    let offer = forms::load(app, &area, &round, asked).await?;
    let units: Vec<_> = offer.units.into_iter().filter(|unit| unit.ticked).collect();
    if units.is_empty() {
        return Ok(false);
    }
    let entry = visit.entry(app, "round.receive", &place.object());
    let opening = Opening {
        id: &place.stored.id,
        round: &round,
        origin: &RoundOrigin::Above(place.area.code.clone()),
        entry: entry.because(&format!("{}下达", place.area.name)),
    };
    open(app, &area, opening, (units, &visit.stamp(app))).await
}

fn told(given: &[String], without: &[String]) -> String {
    let names = |all: &[String]| {
        let first = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join("、");
        if all.len() > NAMED { format!("{first}等{}个地区", all.len()) } else { first }
    };
    match (given.is_empty(), without.is_empty()) {
        (false, true) => format!("已下达给{}，并通知了各单位", names(given)),
        (false, false) => format!(
            "已下达给{}；{}没有承担填报任务的单位，请当地先按规划生成填报任务",
            names(given),
            names(without)
        ),
        (true, _) => format!(
            "没有下达：{}没有承担填报任务的单位，请当地先按规划生成填报任务",
            names(without)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_store::regions::RegionLevel;

    fn draw(lower: &[(&str, bool)]) -> String {
        let place = super::super::board::tests::place();
        let lower = lower.iter().enumerate().map(|(at, (name, holds))| Lower {
            region: Region {
                code: format!("99010{at}").parse().unwrap(),
                name: (*name).to_owned(),
                parent: None,
                level: RegionLevel::County,
            },
            holds: *holds,
        });
        let page = HandDownPage::new(&Visit::sample(), place, lower.collect(), Form::default());
        page.render().unwrap()
    }

    #[test]
    fn what_a_region_has_already_is_not_offered_again() {
        let html = draw(&[("甲县", true), ("乙县", false)]);
        assert_eq!(html.matches("type=\"checkbox\" name=\"region\"").count(), 1);
        assert!(html.contains("已有本轮") && html.contains("乙县"), "{html}");
        assert_eq!(html, draw(&[("甲县", true), ("乙县", false)]));
    }

    #[test]
    fn without_regions_below_the_page_says_so() {
        assert!(draw(&[]).contains("没有下级地区"));
        assert!(!draw(&[("甲县", true)]).contains("<button class=\"button primary\""));
    }

    #[test]
    fn the_message_names_who_got_it_and_who_did_not() {
        let names = |n: usize| (1..=n).map(|n| format!("{n}县")).collect::<Vec<_>>();
        assert_eq!(told(&names(2), &[]), "已下达给1县、2县，并通知了各单位");
        assert!(told(&names(7), &names(1)).contains("等7个地区；1县没有承担"));
        assert!(told(&[], &names(1)).starts_with("没有下达"));
    }
}
