//! One published indicator in all regions below: how it spreads, which region stands where, and which lie further off
//! than chance explains.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::definition::Definition;
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{Residence, Sex};
use halfsky_monitor::period::Period;
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::chart::ChartSize;
use halfsky_report::chart::funnel::funnel_chart;
use halfsky_report::chart::spread::spread_chart;
use halfsky_report::regional::{
    self, Comparison, Published, RegionFigure, Row, Summary, chance, compare,
};
use halfsky_report::wording::unit_heading;
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::observations::RegionValue;

use super::{Below, tabs};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::data::indicator_url;
use crate::pages::rounds::Area;
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::permission::Action;
use crate::published;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

const FILTERS: [&str; 2] = ["q", "standing"];
const DEFAULT_SORT: &str = "place";
/// What is compared: it stays when the filters are cleared.
const COMPARED: [&str; 4] = ["code", "sex", "residence", "level"];

/// A region in the table.
struct Line {
    row: Row,
    url: String,
}

impl Line {
    fn figure(&self) -> String {
        self.row.figure.map_or_else(|| "…".to_owned(), |figure| figure.to_string())
    }

    fn place(&self) -> String {
        self.row.place.map_or_else(|| "—".to_owned(), |place| place.to_string())
    }

    fn counts(&self) -> String {
        self.row.counts.map_or_else(|| "—".to_owned(), |c| format!("{}/{}", c.part, c.whole))
    }
}

#[derive(Template)]
#[template(path = "regions/indicator.html")]
struct IndicatorPage {
    shell: Shell,
    region: String,
    year: i16,
    tabs: Vec<Tab>,
    choices: Choices,
    levels: Vec<Choice>,
    /// No region below lies within reach.
    alone: bool,
    /// None until an indicator is chosen.
    definition: Option<Definition>,
    unit: String,
    summary: Option<Summary>,
    spread_charts: Vec<String>,
    funnel_charts: Vec<String>,
    list: Listing<Line>,
}

/// What the filter offers.
struct Choices {
    indicators: Vec<Choice>,
    sexes: Vec<Choice>,
    residences: Vec<Choice>,
    standings: Vec<Choice>,
}

/// `GET /regions/{ref_area}/indicator`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    // small counts are not hidden here: only regions whose small counts the visitor may read are compared
    let below = Below::load(&visit, &app, (area, &params), Action::ReadSmallCounts).await?;
    let names = published::names(&app).await?;
    let year = i32::from(visit.frame.year);
    let code = IndicatorCode(params.value("code").to_owned());
    let Some(definition) = names.of_year(&code, year).cloned() else {
        return page(&indicator_page(&visit, below, (&names, None), &params));
    };
    let compared = compared(&app, &below, (&names, &definition), &params, year).await?;
    if let Some(format) = export::Format::asked(&params) {
        let title = format!("{}{year}年各地{}", below.area.name, definition.name_zh);
        let rows = chosen(compared.rows, &params);
        return export::answer(&regional::table(&title, &definition, &rows), format);
    }
    page(&indicator_page(&visit, below, (&names, Some((definition, compared))), &params))
}

/// The dimensions the address asks for.
fn split(params: &Params) -> (Sex, Residence) {
    let sex = Sex::from_code(params.value("sex")).unwrap_or(Sex::Total);
    let residence = Residence::from_code(params.value("residence")).unwrap_or(Residence::Total);
    (sex, residence)
}

/// What all codes begin with.
fn common_prefix<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    let common = |a: String, b: &str| -> String {
        a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x).collect()
    };
    let mut codes = codes;
    codes.next().map_or_else(String::new, |first| codes.fold(first.to_owned(), common))
}

async fn compared(
    app: &App,
    below: &Below,
    (names, definition): (&Names, &Definition),
    params: &Params,
    year: i32,
) -> Result<Comparison, WebError> {
    let invalid = |_| WebError::NotFound("没有这个年份。请从列表重新进入。".to_owned());
    let period = Period::new(definition.period_rule.kind(), year, 1).map_err(invalid)?;
    let all = below.regions.iter().map(|r| r.code.as_str());
    let prefix = common_prefix(std::iter::once(below.area.code.as_str()).chain(all));
    let across = async |code: &IndicatorCode| {
        editions::across_regions(&app.store, code, period, split(params), &prefix).await
    };
    let values = across(&definition.code).await?;
    let calculation = &definition.calculation;
    let items = [&calculation.numerator, &calculation.denominator]
        .map(|name| names.named(name).into_iter().next());
    let counts = match (chance(definition), items) {
        (Some(_), [Some(part), Some(whole)]) => [across(&part).await?, across(&whole).await?],
        _ => [Vec::new(), Vec::new()],
    };
    Ok(put_together(below, definition, &values, &counts))
}

type Values = [(RegionValue, EditionKey)];

/// One value for each region: of several sources the first.
fn by_region(values: &Values) -> BTreeMap<&RefArea, &(RegionValue, EditionKey)> {
    let mut found = BTreeMap::new();
    for value in values {
        found.entry(&value.0.ref_area).or_insert(value);
    }
    found
}

fn put_together(
    below: &Below,
    definition: &Definition,
    values: &Values,
    counts: &[Vec<(RegionValue, EditionKey)>; 2],
) -> Comparison {
    let values = by_region(values);
    let [parts, wholes] = [by_region(&counts[0]), by_region(&counts[1])];
    let figure = |found: &BTreeMap<&RefArea, &(RegionValue, EditionKey)>, code: &RefArea| {
        found.get(code).and_then(|(value, _)| value.figure)
    };
    let regions = below.regions.iter().map(|region| RegionFigure {
        published: values.get(&region.code).map(|(value, edition)| Published {
            figure: value.figure,
            missing: value.missing,
            definition_version: value.definition_version,
            edition: edition.label(),
        }),
        part: figure(&parts, &region.code),
        whole: figure(&wholes, &region.code),
        code: region.code.clone(),
        name: region.name.clone(),
    });
    let own: Option<Figure> = figure(&values, &below.area.code);
    compare(definition, regions.collect(), own)
}

fn chosen(rows: Vec<Row>, params: &Params) -> Vec<Row> {
    let (words, standing) = (params.value("q"), params.value("standing"));
    let fits = |row: &Row| {
        (row.name.contains(words) || row.code.as_str() == words)
            && match standing {
                "outside" => row.is_outside(),
                "far" => row.is_far(),
                "missing" => row.figure.is_none(),
                _ => true,
            }
    };
    let mut rows: Vec<Row> = rows.into_iter().filter(fits).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let first = match key {
            "region" => 0,
            "whole" => row.counts.map_or(0, |c| c.whole),
            _ => row.place.and_then(|place| u64::try_from(place).ok()).unwrap_or(u64::MAX),
        };
        (first, row.code.clone())
    });
    rows
}

fn choices(names: &Names, year: i32, params: &Params) -> Choices {
    let code = params.value("code");
    let mut indicators = vec![Choice::new("", "请选择指标", code)];
    let cards = names.in_year(year);
    indicators.extend(
        cards.iter().map(|d| Choice::new(&*d.code.0, format!("{} {}", d.code, d.name_zh), code)),
    );
    let (sex, residence) = split(params);
    let sexes = Sex::ALL.iter().map(|s| Choice::new(s.code(), s.label(), sex.code()));
    let residences =
        Residence::ALL.iter().map(|r| Choice::new(r.code(), r.label(), residence.code()));
    let standings =
        [("", "全部地区"), ("outside", "95%限外"), ("far", "99.8%限外"), ("missing", "无可比数据")];
    Choices {
        indicators,
        sexes: sexes.collect(),
        residences: residences.collect(),
        standings: standings.map(|(v, l)| Choice::new(v, l, params.value("standing"))).into(),
    }
}

fn indicator_page(
    visit: &Visit,
    below: Below,
    (names, found): (&Names, Option<(Definition, Comparison)>),
    params: &Params,
) -> IndicatorPage {
    let year = i32::from(visit.frame.year);
    let code = params.value("code");
    let sizes = [(ChartSize::Wide, "wide"), (ChartSize::Narrow, "narrow")];
    let (mut spread_charts, mut funnel_charts, mut summary) = (Vec::new(), Vec::new(), None);
    let (mut definition, mut rows) = (None, Vec::new());
    if let Some((card, compared)) = found {
        summary = regional::summary(&card, &compared);
        let chart = regional::spread_of(&below.area.name, (&card, year), &compared);
        let draw = |(size, id): (ChartSize, &str)| {
            spread_chart(chart.as_ref()?, size, &format!("spread-{id}")).ok()
        };
        spread_charts = sizes.into_iter().filter_map(draw).collect();
        let chart = regional::funnel_of(&below.area.name, (&card, year), &compared);
        let draw = |(size, id): (ChartSize, &str)| {
            funnel_chart(chart.as_ref()?, size, &format!("funnel-{id}")).ok()
        };
        funnel_charts = sizes.into_iter().filter_map(draw).collect();
        (definition, rows) = (Some(card), compared.rows);
    }
    let lines = chosen(rows, params)
        .into_iter()
        .map(|row| Line { url: indicator_url(&row.code, code), row })
        .collect();
    let title = format!("{}各地指标比较", below.area.name);
    IndicatorPage {
        shell: Shell::new(visit, Stage::Data, title).under("地区汇总", super::PATH),
        year: visit.frame.year,
        tabs: tabs(&below.area.code, "指标比较"),
        choices: choices(names, year, params),
        levels: below.levels,
        alone: below.regions.is_empty(),
        unit: definition.as_ref().map(|d| unit_heading(d.unit)).unwrap_or_default(),
        region: below.area.name,
        definition,
        summary,
        spread_charts,
        funnel_charts,
        list: Listing::new(params, lines, &FILTERS, DEFAULT_SORT).keeping(&COMPARED),
    }
}

#[cfg(test)]
mod tests {
    use halfsky_monitor::card;
    use halfsky_monitor::definition::Definitions;
    use halfsky_monitor::item;
    use halfsky_monitor::observation::{ConfStatus, ObsStatus};
    use halfsky_plan::indicator::Catalogue;

    use super::super::tests::region;
    use super::*;

    fn names() -> Names {
        let cards = card::definitions(&Catalogue::builtin()).unwrap();
        let items = item::items(&cards);
        let cards = cards.into_iter().map(|c| (c.code.clone(), Definitions::new(vec![c]).unwrap()));
        Names::new(cards.collect(), items)
    }

    fn value(code: &str, figure: &str) -> (RegionValue, EditionKey) {
        let value = RegionValue {
            ref_area: code.parse().unwrap(),
            figure: figure.parse().ok(),
            missing: None,
            definition_version: 1,
            status: ObsStatus::Normal,
            confidentiality: ConfStatus::Free,
        };
        (value, EditionKey { period: Period::year_of(2025).unwrap(), number: 1 })
    }

    fn below(regions: usize) -> Below {
        let names = ["甲县", "乙县", "丙县", "丁县"];
        let code = |at: usize| format!("98012{}", at + 1);
        let known = names.iter().enumerate().take(regions);
        Below {
            area: Area {
                code: "980100".parse().unwrap(),
                name: "某市".to_owned(),
                ..Area::sample()
            },
            regions: known.map(|(at, name)| region(&code(at), name)).collect(),
            levels: Vec::new(),
        }
    }

    fn draw(query: &str, regions: usize) -> String {
        let (params, names, below) =
            (Params::read("/regions/980100/indicator", query), names(), below(regions));
        let of = |figures: [&str; 3]| -> Vec<_> {
            let codes = ["980121", "980122", "980123"];
            codes.iter().zip(figures).map(|(code, figure)| value(code, figure)).collect()
        };
        let code = IndicatorCode(params.value("code").to_owned());
        let found = names.of_year(&code, 2025).cloned().map(|definition| {
            let mut values = of(["95.0", "90.0", "70.0"]);
            values.push(value("980100", "93.4"));
            let counts = [of(["1900", "1800", "700"]), of(["2000", "2000", "1000"])];
            let compared = put_together(&below, &definition, &values, &counts);
            (definition, compared)
        });
        indicator_page(&Visit::sample(), below, (&names, found), &params).render().unwrap()
    }

    #[test]
    fn the_page_shows_spread_funnel_and_own_position() {
        let html = draw("code=W-H05", 4);
        for words in
            ["中位数", "90.0%", "某市 93.4%", "1900/2000", "低于99.8%限", "没有发布这项数据"]
        {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert_eq!(html.matches("class=\"chart ").count(), 4);
        assert_eq!(html, draw("code=W-H05", 4));
    }

    #[test]
    fn filters_leave_what_they_name() {
        let far = draw("code=W-H05&standing=far", 4);
        assert!(far.contains(">丙县</a>") && !far.contains(">乙县</a>"), "{far}");
        let nothing = draw("code=W-H05&sex=F&q=庚", 4);
        assert!(nothing.contains("没有符合条件的地区"));
        let cleared = "/regions/980100/indicator?code=W-H05&#38;sex=F\"";
        assert_eq!(nothing.matches(cleared).count(), 2, "the indicator stays: {nothing}");
    }

    #[test]
    fn what_is_not_there_is_said() {
        assert!(draw("", 4).contains("先选择一项指标"));
        assert!(draw("", 0).contains("没有下级地区"));
    }

    #[test]
    fn codes_share_their_beginning() {
        assert_eq!(common_prefix(["980100", "980121", "980199"].into_iter()), "9801");
        assert_eq!(common_prefix(["980100", "970121"].into_iter()), "9");
        assert_eq!(common_prefix([].into_iter()), "");
    }
}
