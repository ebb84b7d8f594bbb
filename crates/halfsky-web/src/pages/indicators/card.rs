//! The definition card of an indicator, and the targets that use it.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_plan::indicator::{Indicator, IndicatorCode};
use halfsky_plan::version::{PlanVersion, VersionStatus};
use halfsky_store::plans::{self, VersionKey};
use halfsky_store::{editions, indicators, regions};

use crate::app::App;
use crate::error::WebError;
use crate::pages::data::indicator_url;
use crate::pages::plan::{PlanKey, version_url};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "indicators/card.html")]
struct CardPage {
    shell: Shell,
    indicator: Indicator,
    uses: Vec<Use>,
    /// Where its published figures are: region and address.
    data: Vec<(String, String)>,
}

/// A target linked to the indicator.
struct Use {
    plan: String,
    status: &'static str,
    url: String,
    statement: String,
    by: i32,
    scope: String,
    lead: String,
}

/// `GET /indicators/{code}`
pub(crate) async fn show(visit: Visit, State(app): State<App>, Path(code): Path<String>) -> Answer {
    let catalogue = indicators::load_catalogue(&app.store).await?;
    let code = IndicatorCode(code);
    let indicator = catalogue
        .into_iter()
        .find(|i| i.code == code)
        .ok_or_else(|| WebError::NotFound(format!("指标目录里没有{code}。请从指标列表查找。")))?;
    let mut uses = Vec::new();
    let mut example = false;
    for plan in plans::list(&app.store, None).await? {
        if plan.status == VersionStatus::Discarded {
            continue;
        }
        let key = PlanKey { ref_area: plan.ref_area, plan_id: plan.plan_id }
            .version(plan.in_force.unwrap_or(plan.number));
        let version = plans::load(&app.store, &key).await?.version;
        let found = uses_in(&version, &code);
        example |= version.example && !found.is_empty();
        uses.extend(found);
    }
    let mut drawn = card_page(&visit, indicator, uses, example.into());
    drawn.data = data(&visit, &app, &code).await?;
    page(&drawn)
}

/// The pages of the published figures within reach: of the chosen region, else of every region that published any.
async fn data(
    visit: &Visit,
    app: &App,
    code: &IndicatorCode,
) -> Result<Vec<(String, String)>, WebError> {
    let reach = visit.reach(app, Action::ReadFigures).await?;
    let published = editions::regions(&app.store).await?;
    let chosen = visit.frame.region.as_ref();
    let regions = regions::list(&app.store).await?.into_iter().filter(|region| {
        published.contains(&region.code)
            && reach.holds(&region.code)
            && chosen.is_none_or(|code| *code == region.code)
    });
    Ok(regions.map(|r| (r.name, indicator_url(&r.code, &code.0))).collect())
}

fn card_page(
    visit: &Visit,
    indicator: Indicator,
    uses: Vec<Use>,
    example: crate::shell::Example,
) -> CardPage {
    let shell =
        Shell::new(visit, Stage::Indicator, format!("{} {}", indicator.code, indicator.name_zh))
            .under("指标", "/indicators")
            .showing(example);
    CardPage { shell, indicator, uses, data: Vec::new() }
}

fn uses_in(version: &PlanVersion, code: &IndicatorCode) -> Vec<Use> {
    let key = VersionKey::of(version);
    let linked =
        version.active_targets().filter(|t| t.link.as_ref().is_some_and(|l| l.code == *code));
    linked
        .map(|t| Use {
            plan: version.plan.title.clone(),
            status: version.status.label(),
            url: if version.status == VersionStatus::Draft {
                let part = crate::pages::plan::review::part_of(version, t.number);
                format!("{}/review?part={part}#t{}", version_url(&key), t.number)
            } else {
                format!("{}?open=all#t{}", version_url(&key), t.number)
            },
            statement: t.target.statement(),
            by: t.target.by,
            scope: t.target.scope.clone().unwrap_or_default(),
            lead: t.lead.join("、"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_plan::indicator::Catalogue;

    #[test]
    fn shows_definition_and_uses() {
        let stored = crate::samples::confirmed();
        let code = IndicatorCode("W-H02".to_owned());
        let draw = || {
            let indicator = Catalogue::builtin().find(&code).unwrap().clone();
            card_page(&Visit::sample(), indicator, uses_in(&stored.version, &code), true.into())
                .render()
                .unwrap()
        };
        let html = draw();
        assert!(html.contains("孕产妇死亡率") && html.contains("不高于12/10万"), "{html}");
        assert!(html.contains("示例数据"));
        assert_eq!(html, draw());
    }
}
