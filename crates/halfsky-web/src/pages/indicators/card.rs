//! The definition card of an indicator, and the targets that use it.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::definition::{self, Continuity, Definition, Definitions, FieldChange};
use halfsky_monitor::formula;
use halfsky_plan::indicator::{Indicator, IndicatorCode};
use halfsky_plan::version::{PlanVersion, VersionStatus};
use halfsky_store::plans::{self, VersionKey};
use halfsky_store::{definitions, editions, indicators, regions};

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
    /// Newest first.
    versions: Vec<Version>,
    uses: Vec<Use>,
    /// Where its published figures are: region and address.
    data: Vec<(String, String)>,
}

/// One version of the definition.
struct Version {
    number: u32,
    years: String,
    text: String,
    /// The formula in words; empty where the figure is reported as it is.
    formula: String,
    /// How it stands to the version before: a word, a tone, the reason.
    standing: Option<(String, &'static str, String)>,
    changes: Vec<FieldChange>,
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
    let known = definitions::load_all(&app.store).await?.remove(&code);
    let versions = known.as_ref().map(versions).unwrap_or_default();
    let mut drawn = card_page(&visit, indicator, (versions, uses), example.into());
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
    (versions, uses): (Vec<Version>, Vec<Use>),
    example: crate::shell::Example,
) -> CardPage {
    let shell =
        Shell::new(visit, Stage::Indicator, format!("{} {}", indicator.code, indicator.name_zh))
            .under("指标", "/indicators")
            .showing(example);
    CardPage { shell, indicator, versions, uses, data: Vec::new() }
}

/// The versions of a card, newest first.
fn versions(known: &Definitions) -> Vec<Version> {
    let all = known.versions();
    let before = |at: usize| at.checked_sub(1).map(|at| &all[at]);
    let one = |(at, card): (usize, &Definition)| Version {
        number: card.version,
        years: match known.valid_until(card.version) {
            Some(last) if last == card.valid_from => format!("{last}年"),
            Some(last) => format!("{}—{last}年", card.valid_from),
            None => format!("{}年起", card.valid_from),
        },
        text: card.text.clone(),
        formula: formula_in_words(card),
        standing: before(at).map(|_| standing(&card.continuity)),
        changes: before(at).map(|b| definition::changes(b, card)).unwrap_or_default(),
    };
    all.iter().enumerate().map(one).rev().collect()
}

fn formula_in_words(card: &Definition) -> String {
    let parsed = formula::parse(&card.calculation.formula);
    parsed.map_or_else(|_| String::new(), |f| formula::explain(&card.name_zh, &f, card.unit))
}

fn standing(continuity: &Continuity) -> (String, &'static str, String) {
    match continuity {
        Continuity::Comparable => ("与前一版可比".to_owned(), "accent", String::new()),
        Continuity::Break { reason } => ("与前一版不可比".to_owned(), "amber", reason.clone()),
        Continuity::Bridge { factor, reason } => {
            (format!("前一版的数乘以{}后可比", factor.normalize()), "accent", reason.clone())
        }
    }
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

    fn definitions_of(indicator: &Indicator) -> Definitions {
        let card = Definition::from_catalogue(indicator, 2011).unwrap();
        Definitions::new(vec![card]).unwrap()
    }

    #[test]
    fn shows_definition_and_uses() {
        let stored = crate::samples::confirmed();
        let code = IndicatorCode("W-H02".to_owned());
        let draw = || {
            let indicator = Catalogue::builtin().find(&code).unwrap().clone();
            let cards = definitions_of(&indicator);
            let parts = (versions(&cards), uses_in(&stored.version, &code));
            card_page(&Visit::sample(), indicator, parts, true.into()).render().unwrap()
        };
        let html = draw();
        assert!(html.contains("孕产妇死亡率") && html.contains("不高于12/10万"), "{html}");
        assert!(html.contains("示例数据"));
        assert_eq!(html, draw());
    }

    #[test]
    fn every_version_tells_what_it_changed_and_whether_the_series_breaks() {
        let code = IndicatorCode("W-H02".to_owned());
        let indicator = Catalogue::builtin().find(&code).unwrap().clone();
        let first = Definition::from_catalogue(&indicator, 2011).unwrap();
        let second = Definition {
            version: 2,
            valid_from: 2023,
            text: "按常住口径统计".to_owned(),
            continuity: Continuity::Break {
                reason: "由户籍口径改为常住口径".to_owned()
            },
            ..first.clone()
        };
        let cards = Definitions::new(vec![first, second]).unwrap();
        let parts = (versions(&cards), Vec::new());
        let page = card_page(&Visit::sample(), indicator, parts, false.into());
        let html = page.render().unwrap();
        for words in [
            "第2版",
            "2023年起",
            "2011—2022年",
            "与前一版不可比",
            "由户籍口径改为常住口径",
            "按常住口径统计",
            "孕产妇死亡数 ÷ 活产数 × 100000",
        ] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(html.find("第2版") < html.find("第1版"));
    }
}
