//! 下达: the office above gives a round to the regions right below.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use halfsky_plan::ref_area::RefArea;

use super::Place;
use crate::app::App;
use crate::form::{Form, Posted};
use crate::handing_down::{Hand, HandingDown, Lower};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

/// Regions named in a message.
const NAMED: usize = 5;

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

/// `GET /rounds/{ref_area}/{round}/hand-down`
pub(crate) async fn ask(visit: Visit, State(app): State<App>, place: Place) -> Answer {
    let above = (&place.area.code, &*place.area.name);
    let lower = HandingDown::load(&app.store, above, &place.stored).await?.lower;
    page(&HandDownPage::new(&visit, place, lower, Form::default()))
}

/// `POST /rounds/{ref_area}/{round}/hand-down`
pub(crate) async fn hand_down(
    visit: Visit,
    State(app): State<App>,
    place: Place,
    Posted(mut form): Posted,
) -> Answer {
    let above = (&place.area.code, &*place.area.name);
    let handing = HandingDown::load(&app.store, above, &place.stored).await?;
    let ticked: BTreeSet<RefArea> =
        form.values("region").filter_map(|code| code.parse().ok()).collect();
    let chosen = if ticked.is_empty() { Vec::new() } else { handing.waiting(&ticked) };
    if chosen.is_empty() {
        form.refuse("region", "请至少选择一个还没有这一轮的地区");
        let lower = handing.lower;
        let mut response = page(&HandDownPage::new(&visit, place, lower, form))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let hand = Hand {
        stamp: &visit.stamp(&app),
        entry: &|action, object| visit.entry(&app, action, object),
        new_id: &|| app.new_id(),
    };
    let shares = handing.give(chosen, hand).await?;
    let names = |with_units: bool| -> Vec<String> {
        let of = shares.iter().filter(|share| share.units.is_empty() != with_units);
        of.map(|share| share.region.name.clone()).collect()
    };
    let toast = Toast::new(told(&names(true), &names(false)));
    Ok(visit.redirect(&app, &toast, &format!("{}/hand-down", place.url())))
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
    use halfsky_store::regions::{Region, RegionLevel};

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
