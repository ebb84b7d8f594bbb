//! The definition card of an indicator, and the targets that use it.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::definition::{self, Continuity, Definition, Definitions, FieldChange};
use halfsky_monitor::formula;
use halfsky_plan::indicator::{Indicator, IndicatorCode};
use halfsky_plan::version::VersionStatus;
use halfsky_store::plans::{self, LinkedTarget};
use halfsky_store::{editions, indicators, regions};

use crate::app::App;
use crate::error::WebError;
use crate::list::{Pager, Params};
use crate::pages::data::indicator_url;
use crate::pages::plan::version_url;
use crate::pages::rounds::codes_within;
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::published;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "indicators/card.html")]
struct CardPage {
    shell: Shell,
    indicator: Indicator,
    /// Newest first.
    versions: Vec<Version>,
    /// Of one page.
    uses: Vec<Use>,
    pager: Pager,
    /// Where its published figures are: region and address.
    data: Vec<(String, String)>,
    more_data: bool,
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
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(code): Path<String>,
    params: Params,
) -> Answer {
    let catalogue = indicators::load_catalogue(&app.store).await?;
    let code = IndicatorCode(code);
    let indicator = catalogue
        .into_iter()
        .find(|i| i.code == code)
        .ok_or_else(|| WebError::NotFound(format!("指标目录里没有{code}。请从指标列表查找。")))?;
    // drafts are nobody's business but their region's: the plans within reach, like every list
    let regions = codes_within(&visit, &app, Action::ReadPlan).await?;
    let pager = params.pager(plans::count_linked(&app.store, &regions, &code).await?);
    let linked = plans::linked_to(&app.store, &regions, &code, pager.slice()).await?;
    let example = linked.iter().any(|linked| linked.example);
    let uses = linked.into_iter().map(Use::new).collect();
    let names = published::names(&app).await?;
    let versions = names.definitions(&code).map(versions).unwrap_or_default();
    let mut drawn = card_page(&visit, indicator, (versions, uses, pager), example.into());
    (drawn.data, drawn.more_data) = data(&visit, &app, &code).await?;
    page(&drawn)
}

/// Regions whose figures are led to; the others are found through the list of regions.
const DATA_REGIONS: usize = 5;

/// The pages of the published figures within reach, the first of them, and whether there are more.
async fn data(
    visit: &Visit,
    app: &App,
    code: &IndicatorCode,
) -> Result<(Vec<(String, String)>, bool), WebError> {
    let reach = visit.reach(app, Action::ReadFigures).await?;
    let mut published = editions::regions(&app.store).await?;
    let chosen = visit.frame.region.as_ref();
    published.retain(|area| reach.holds(area) && chosen.is_none_or(|code| code == area));
    let more = published.len() > DATA_REGIONS;
    published.truncate(DATA_REGIONS);
    let regions = regions::among(&app.store, &published).await?;
    let links = regions.into_iter().map(|r| (r.name, indicator_url(&r.code, &code.0)));
    Ok((links.collect(), more))
}

fn card_page(
    visit: &Visit,
    indicator: Indicator,
    (versions, uses, pager): (Vec<Version>, Vec<Use>, Pager),
    example: crate::shell::Example,
) -> CardPage {
    let shell =
        Shell::new(visit, Stage::Indicator, format!("{} {}", indicator.code, indicator.name_zh))
            .under("指标", "/indicators")
            .showing(example);
    CardPage { shell, indicator, versions, uses, pager, data: Vec::new(), more_data: false }
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

impl Use {
    fn new(linked: LinkedTarget) -> Self {
        let url = version_url(&linked.key);
        let url = if linked.status == VersionStatus::Draft {
            let part = crate::pages::plan::review::part_at(linked.place, linked.domains);
            format!("{url}/review?part={part}#t{}", linked.number)
        } else {
            format!("{url}?open=all#t{}", linked.number)
        };
        Self {
            plan: linked.plan,
            status: linked.status.label(),
            url,
            statement: linked.target.statement(),
            by: linked.target.by,
            scope: linked.target.scope.unwrap_or_default(),
            lead: linked.lead.join("、"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_plan::indicator::Catalogue;
    use halfsky_plan::version::ReviewedTarget;
    use halfsky_store::plans::VersionKey;

    fn definitions_of(indicator: &Indicator) -> Definitions {
        let card = Definition::from_catalogue(indicator, 2011).unwrap();
        Definitions::new(vec![card]).unwrap()
    }

    #[test]
    fn shows_definition_and_uses() {
        let stored = crate::samples::confirmed();
        let code = IndicatorCode("W-H02".to_owned());
        let linked = |status| {
            let version = &stored.version;
            let of = |t: &&ReviewedTarget| t.link.as_ref().is_some_and(|l| l.code == code);
            let target = version.active_targets().find(of).unwrap();
            LinkedTarget {
                key: VersionKey::of(version),
                plan: version.plan.title.clone(),
                status,
                period: version.plan.period,
                example: true,
                domains: version.plan.domains.len(),
                number: target.number,
                indicator: code.clone(),
                place: target.place,
                target: target.target.clone(),
                lead: target.lead.clone(),
            }
        };
        let draw = || {
            let indicator = Catalogue::builtin().find(&code).unwrap().clone();
            let cards = definitions_of(&indicator);
            let uses = [VersionStatus::Confirmed, VersionStatus::Draft].map(linked).map(Use::new);
            let pager = Params::read("/indicators/W-H02", "").pager(2);
            let parts = (versions(&cards), uses.into(), pager);
            card_page(&Visit::sample(), indicator, parts, true.into()).render().unwrap()
        };
        let html = draw();
        assert!(html.contains("孕产妇死亡率") && html.contains("不高于12/10万"), "{html}");
        assert!(html.contains("示例数据"));
        let part = crate::pages::plan::review::part_of(
            &stored.version,
            linked(VersionStatus::Draft).number,
        );
        assert!(html.contains(&format!("/review?part={part}#t")), "{html}");
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
        let pager = Params::read("/indicators/W-H02", "").pager(0);
        let parts = (versions(&cards), Vec::new(), pager);
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
