//! The composite scores of the regions below, with how far each rank hangs on the weights of the domains.

use askama::Template;
use axum::extract::State;
use halfsky_plan::plan::Beneficiary;
use halfsky_report::ranking::{self, Ranking, Row};

use super::{Below, tabs};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::evaluations;
use crate::pages::rounds::Area;
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::permission::Action;
use crate::ranking::{Compared, compare};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

const FILTERS: [&str; 1] = ["q"];
const DEFAULT_SORT: &str = "place";

/// A region in the table.
struct Line {
    row: Row,
    url: String,
}

/// What is compared.
struct Shown {
    year: i32,
    domains: Vec<String>,
    regions: usize,
    ranked: usize,
    steady: usize,
}

#[derive(Template)]
#[template(path = "regions/scores.html")]
struct ScoresPage {
    shell: Shell,
    region: String,
    tabs: Vec<Tab>,
    levels: Vec<Choice>,
    beneficiaries: Vec<Choice>,
    years: Vec<Choice>,
    /// No region below lies within reach.
    alone: bool,
    /// None where no region below was evaluated.
    shown: Option<Shown>,
    list: Listing<Line>,
}

/// `GET /regions/{ref_area}/scores?of=women&evaluated=2025`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let below = Below::load(&visit, &app, (area, &params), Action::ReadFigures).await?;
    let compared = load(&app, &below, &params).await?;
    if let (Some(format), Some(compared)) = (export::Format::asked(&params), &compared) {
        let Ranking { year, domains, rows } = compared.ranking.clone();
        let title = format!("{}各地{}{}年综合得分", below.area.name, kind(&params).label(), year);
        let rows = chosen(rows, &params);
        return export::answer(&ranking::table(&title, &domains, &rows), format);
    }
    page(&scores_page(&visit, below, compared, &params))
}

async fn load(app: &App, below: &Below, params: &Params) -> Result<Option<Compared>, WebError> {
    let regions: Vec<_> =
        below.regions.iter().map(|region| (region.code.clone(), region.name.clone())).collect();
    let year = params.value("evaluated").parse().ok();
    Ok(compare(&app.store, &regions, (kind(params), year)).await?)
}

/// Whose plans are compared: those of women and of children ask for different things.
fn kind(params: &Params) -> Beneficiary {
    Beneficiary::from_code(params.value("of")).unwrap_or(Beneficiary::Women)
}

fn chosen(rows: Vec<Row>, params: &Params) -> Vec<Row> {
    let words = params.value("q");
    let fits = |row: &Row| row.region.name.contains(words) || row.region.code.as_str() == words;
    let mut rows: Vec<Row> = rows.into_iter().filter(fits).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        // without a rank a region stands after all that have one
        let of = |rank: Option<usize>| rank.unwrap_or(usize::MAX);
        let first = match key {
            "region" => 0,
            "best" => of(row.rank.map(|r| r.best)),
            "worst" => of(row.rank.map(|r| r.worst)),
            _ => of(row.rank.map(|r| r.rank)),
        };
        (first, row.region.code.clone())
    });
    rows
}

fn scores_page(
    visit: &Visit,
    below: Below,
    compared: Option<Compared>,
    params: &Params,
) -> ScoresPage {
    let of = kind(params);
    let beneficiaries = [Beneficiary::Women, Beneficiary::Children]
        .map(|b| Choice::new(b.code(), format!("{}发展规划", b.label()), of.code()));
    let (mut years, mut shown, mut lines, mut example) = (Vec::new(), None, Vec::new(), false);
    if let Some(Compared { ranking, years: known, example: invented }) = compared {
        let now = ranking.year.to_string();
        years = known.iter().map(|y| Choice::new(y.to_string(), format!("{y}年"), &now)).collect();
        shown = Some(Shown {
            year: ranking.year,
            regions: ranking.rows.len(),
            ranked: ranking.ranked(),
            steady: ranking.steady(),
            domains: ranking.domains,
        });
        let line = |row: Row| Line { url: url(&row), row };
        lines = chosen(ranking.rows, params).into_iter().map(line).collect();
        example = invented;
    }
    let title = format!("{}各地综合得分", below.area.name);
    ScoresPage {
        shell: Shell::new(visit, Stage::Data, title)
            .under("地区汇总", super::PATH)
            .showing(example.into()),
        tabs: tabs(&below.area.code, "综合得分"),
        levels: below.levels,
        beneficiaries: beneficiaries.into(),
        years,
        alone: below.regions.is_empty(),
        region: below.area.name,
        shown,
        list: Listing::new(params, lines, &FILTERS, DEFAULT_SORT),
    }
}

/// The rates and scores of the run that is compared; the list of evaluations where there is none.
fn url(row: &Row) -> String {
    let of = evaluations::url(&row.region.code);
    match &row.region.scored {
        Some(scored) => format!("{of}/rates?plan={}&run={}", scored.plan, scored.number),
        None => of,
    }
}

#[cfg(test)]
mod tests {
    use halfsky_evaluate::run::{CompositeResult, DomainScore};
    use halfsky_report::ranking::{RegionRun, Scored, ranking};

    use super::super::tests::region;
    use super::*;

    fn run(code: &str, name: &str, reached: Option<[f64; 2]>) -> RegionRun {
        let composite = |scores: [f64; 2]| CompositeResult {
            domains: ["妇女与健康", "妇女与教育"]
                .iter()
                .zip(scores)
                .map(|(domain, score)| DomainScore {
                    domain: (*domain).to_owned(),
                    score: Some(score),
                    scored: 2,
                    targets: 2,
                })
                .collect(),
            arithmetic: Some(f64::midpoint(scores[0], scores[1])),
            geometric: Some(73.5),
            imbalance: Some(0.5),
        };
        let scored = reached.map(|by_domain| Scored {
            plan: format!("plan-{code}"),
            number: 3,
            composite: composite(by_domain),
        });
        RegionRun { code: code.parse().unwrap(), name: name.to_owned(), scored }
    }

    fn draw(query: &str, runs: Option<Vec<RegionRun>>) -> String {
        let below = Below {
            area: Area {
                code: "980100".parse().unwrap(),
                name: "某市".to_owned(),
                ..Area::sample()
            },
            regions: vec![region("980121", "甲县"), region("980122", "乙县")],
            levels: Vec::new(),
        };
        let compared = runs.map(|runs| Compared {
            ranking: ranking(2025, runs),
            years: vec![2025, 2024],
            example: true,
        });
        let params = Params::read("/regions/980100/scores", query);
        scores_page(&Visit::sample(), below, compared, &params).render().unwrap()
    }

    fn two() -> Vec<RegionRun> {
        vec![run("980121", "甲县", Some([61.0, 88.0])), run("980122", "乙县", Some([90.0, 60.0]))]
    }

    #[test]
    fn scores_stand_with_rank_and_range() {
        let html = draw("", Some(two()));
        for words in ["1—2", "75.0", "73.5", "妇女与教育", "功效系数", "2024年"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(html.find("乙县</a>") < html.find("甲县</a>"), "the best first: {html}");
        assert!(
            html.contains("/evaluations/980122/rates?plan=plan-980122&amp;run=3")
                || html.contains("/evaluations/980122/rates?plan=plan-980122&#38;run=3"),
            "{html}"
        );
        assert_eq!(html, draw("", Some(two())));
        let html = draw("sort=region", Some(two()));
        assert!(html.find("甲县</a>") < html.find("乙县</a>"), "{html}");
    }

    #[test]
    fn one_region_alone_is_not_ranked_against_anybody() {
        let html = draw(
            "",
            Some(vec![run("980121", "甲县", Some([61.0, 88.0])), run("980122", "乙县", None)]),
        );
        assert!(html.contains("只有1个地区有2025年的得分"), "{html}");
        assert!(html.contains("没有这一年的评估"), "{html}");
    }

    #[test]
    fn what_is_not_there_is_said() {
        assert!(draw("", None).contains("还没有评估"));
        assert!(draw("q=庚", Some(two())).contains("没有符合条件的地区"));
    }
}
