//! The pivot: published figures by indicator, region, year, sex and residence, never summed. What stands in the rows
//! and what in the columns is chosen in the address.

mod layout;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::TOTAL;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::table::{Column as TableColumn, Table};
use halfsky_report::wording::cell;
use halfsky_store::editions::{self, EditionKey};
use halfsky_store::observations::Years;
use halfsky_store::regions::{self, Region, RegionTree};

use self::layout::{Axes, Head, Layout, Row, Words};
use super::area_of;
use crate::account::Reach;
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Listing, Params};
use crate::pages::editions::edition::views;
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::permission::Action;
use crate::published::{self, Shown, View, shown};
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

const FILTERS: [&str; 11] =
    ["q", "domain", "from", "to", "sex", "residence", "what", "area", "rows", "columns", "within"];

/// Years shown at first.
const YEARS: i32 = 5;

/// Columns a page has room for; a file has them all.
const COLUMNS_ON_A_PAGE: usize = 40;

#[derive(Template)]
#[template(path = "data/pivot.html")]
struct PivotPage {
    shell: Shell,
    region: String,
    base: String,
    /// Address of the list of editions.
    versions: String,
    /// Names of the editions the figures stand in.
    editions: String,
    nothing: bool,
    views: Vec<Tab>,
    choices: Choices,
    /// What all figures of the page have in common.
    fixed: String,
    /// Regions that were asked for and have published nothing of this.
    silent: String,
    /// Titles of the columns that name the row.
    row_titles: Vec<&'static str>,
    columns: Vec<Head>,
    all_columns: usize,
    broken: bool,
    list: Listing<Row>,
}

struct Choices {
    domains: Vec<Choice>,
    /// Empty where no lower region is within reach.
    regions: Vec<Choice>,
    from: Vec<Choice>,
    to: Vec<Choice>,
    sex: Vec<Choice>,
    residence: Vec<Choice>,
    what: Vec<Choice>,
    rows: Vec<Choice>,
    columns: Vec<Choice>,
    within: Vec<Choice>,
}

/// The regions a page may be about, and those it is about.
struct Regions {
    all: Vec<Region>,
    own: RefArea,
    /// Directly below the own one, within reach of the visitor.
    lower: Vec<RefArea>,
    asked: Vec<RefArea>,
    /// Where small counts may be read.
    small_counts: Reach,
}

impl Regions {
    async fn load(
        visit: &Visit,
        app: &App,
        own: RefArea,
        params: &Params,
    ) -> Result<Self, WebError> {
        let all = regions::list(&app.store).await?;
        let tree = RegionTree::of(&all);
        let reach = visit.reach(app, Action::ReadFigures).await?;
        let lower: Vec<RefArea> = all
            .iter()
            .filter(|r| tree.lies_next_below(&r.code, &own) && reach.holds(&r.code))
            .map(|r| r.code.clone())
            .collect();
        let asked = match params.value("area") {
            "below" => std::iter::once(&own).chain(&lower).cloned().collect(),
            code => vec![lower.iter().find(|l| l.as_str() == code).unwrap_or(&own).clone()],
        };
        let small_counts = visit.reach(app, Action::ReadSmallCounts).await?;
        Ok(Self { all, own, lower, asked, small_counts })
    }

    fn name<'a>(&'a self, code: &'a str) -> &'a str {
        self.all.iter().find(|r| r.code.as_str() == code).map_or(code, |r| &r.name)
    }

    /// The most the visitor may see in a region.
    fn widest(&self, region: &RefArea) -> View {
        if self.small_counts.holds(region) { View::Internal } else { View::Public }
    }

    fn choices(&self, params: &Params) -> Vec<Choice> {
        if self.lower.is_empty() {
            return Vec::new();
        }
        let asked = params.value("area");
        let mut list = vec![
            Choice::new("", self.name(self.own.as_str()), asked),
            Choice::new("below", "本地区和下级地区", asked),
        ];
        let lower =
            self.lower.iter().map(|r| Choice::new(r.as_str(), self.name(r.as_str()), asked));
        list.extend(lower);
        list
    }
}

/// `GET /data/{ref_area}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(area): Path<String>,
    params: Params,
) -> Answer {
    let area = area_of(&area)?;
    let regions = Regions::load(&visit, &app, area.clone(), &params).await?;
    let known = editions::years_of(&app.store, &regions.asked).await?;
    let names = published::names(&app).await?;
    let years = known.map(|known| chosen_years(known, &params));
    let public = params.value("view") == "public";
    let view = |region: &RefArea| if public { View::Public } else { regions.widest(region) };
    let all = match years {
        Some(years) => {
            let figures = editions::of_regions(&app.store, &regions.asked, years).await?;
            shown(figures, &names, view)
        }
        None => Vec::new(),
    };
    let domains: BTreeSet<String> =
        all.iter().map(|s| names.domain(&s.figure.observation.key.indicator).to_owned()).collect();
    let kept: Vec<Shown> = all.into_iter().filter(|s| fits(s, &names, &params)).collect();
    let axes = Axes::chosen(&params, &kept);
    let region_name = |code: &str| regions.name(code).to_owned();
    let words = Words { names: &names, region: &region_name, base: &area };
    let layout = Layout::new(&kept, &axes, &words)?;
    let region = regions.name(area.as_str()).to_owned();
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&region, &layout), format);
    }
    let found: BTreeSet<&RefArea> =
        kept.iter().map(|s| &s.figure.observation.key.ref_area).collect();
    let silent = regions.asked.iter().filter(|region| !found.contains(region));
    let silent: Vec<&str> = silent.map(|region| regions.name(region.as_str())).collect();
    page(&PivotPage {
        shell: Shell::new(&visit, Stage::Data, "资料"),
        base: format!("/data/{area}"),
        versions: format!("/editions/{area}"),
        region,
        editions: editions_told(&kept, &found, &regions),
        nothing: known.is_none() && regions.lower.is_empty(),
        views: views(&params, view(&area), regions.widest(&area)),
        choices: choices(&domains, known.zip(years), &regions, (&axes, &params)),
        fixed: layout.fixed.join("；"),
        silent: if found.is_empty() { String::new() } else { silent.join("、") },
        row_titles: layout.row_titles.clone(),
        all_columns: layout.columns.len(),
        columns: layout.columns.iter().take(COLUMNS_ON_A_PAGE).cloned().collect(),
        broken: layout.rows.iter().any(|row| !row.breaks.is_empty()),
        list: Listing::new(&params, layout.rows, &FILTERS, ""),
    })
}

/// The editions the figures stand in; where several regions are shown, how many.
fn editions_told(kept: &[Shown], found: &BTreeSet<&RefArea>, regions: &Regions) -> String {
    let editions: BTreeSet<(&RefArea, EditionKey)> =
        kept.iter().map(|s| (&s.figure.observation.key.ref_area, s.edition)).collect();
    if found.len() > 1 {
        return format!("{}个地区共{}版", found.len(), editions.len());
    }
    let labels = editions.iter().rev().map(|(_, key)| key.label()).collect::<Vec<_>>().join("、");
    match found.first() {
        Some(other) if **other != regions.own => regions.name(other.as_str()).to_owned() + &labels,
        _ => labels,
    }
}

/// The years asked for, within those that are known; the last ones at first.
fn chosen_years(known: Years, params: &Params) -> Years {
    let year = |name: &str| params.value(name).parse().ok();
    let to = year("to").unwrap_or(known.to).clamp(known.from, known.to);
    let from = year("from").unwrap_or(to - YEARS + 1).clamp(known.from, to);
    Years { from, to }
}

fn fits(shown: &Shown, names: &Names, params: &Params) -> bool {
    let key = &shown.figure.observation.key;
    let words = params.value("q");
    let chosen = |name: &str, own: &str| match params.value(name) {
        "" => own == TOTAL,
        "all" => true,
        code => own == code,
    };
    let domain = params.value("domain");
    key.age == TOTAL
        && key.group == TOTAL
        && (names.name(&key.indicator).contains(words)
            || key.indicator.0.to_uppercase().contains(&words.to_uppercase()))
        && (domain.is_empty() || names.domain(&key.indicator) == domain)
        && chosen("sex", key.sex.code())
        && chosen("residence", key.residence.code())
        && match params.value("what") {
            "item" => !names.is_indicator(&key.indicator),
            "all" => true,
            _ => names.is_indicator(&key.indicator),
        }
}

fn choices(
    domains: &BTreeSet<String>,
    years: Option<(Years, Years)>,
    regions: &Regions,
    (axes, params): (&Axes, &Params),
) -> Choices {
    let list = |name: &str, labels: &[(&str, &str)]| -> Vec<Choice> {
        labels.iter().map(|(code, label)| Choice::new(*code, *label, params.value(name))).collect()
    };
    let year_list = |chosen: i32, known: Years| -> Vec<Choice> {
        let chosen = chosen.to_string();
        let years = (known.from..=known.to).rev();
        years.map(|y| Choice::new(y.to_string(), format!("{y}年"), &chosen)).collect()
    };
    let mut all = vec![Choice::new("", "全部领域", params.value("domain"))];
    let named = domains.iter().filter(|d| !d.is_empty());
    all.extend(named.map(|d| Choice::new(d, d, params.value("domain"))));
    let [rows, columns, within] = axes.choices();
    Choices {
        domains: all,
        regions: regions.choices(params),
        from: years.map_or_else(Vec::new, |(known, chosen)| year_list(chosen.from, known)),
        to: years.map_or_else(Vec::new, |(known, chosen)| year_list(chosen.to, known)),
        sex: list("sex", &[("", "合计"), ("F", "女"), ("M", "男"), ("all", "合计、女、男")]),
        residence: list(
            "residence",
            &[("", "合计"), ("U", "城镇"), ("R", "农村"), ("all", "合计、城镇、农村")],
        ),
        what: list("what", &[("", "指标"), ("item", "分子分母等数据项"), ("all", "全部")]),
        rows,
        columns,
        within,
    }
}

/// The view as a file: every row and column of it, with what the page says above and beside them.
fn table(region: &str, layout: &Layout) -> Table {
    let mut columns: Vec<TableColumn> =
        layout.file_titles().into_iter().map(TableColumn::words).collect();
    columns.extend(layout.columns.iter().map(|head| TableColumn::numbers(&head.text)));
    columns.extend(["数据版本", "不可比"].map(TableColumn::words));
    let row = |row: &Row| {
        let mut cells = row.file_heads();
        let text =
            |c: &Option<layout::Cell>| c.as_ref().map_or_else(|| cell(None), |c| c.text.clone());
        cells.extend(row.cells.iter().map(text));
        cells.push(row.editions.iter().cloned().collect::<Vec<_>>().join("、"));
        cells.push(row.breaks.join("；"));
        cells
    };
    let title = match layout.fixed.as_slice() {
        [] => format!("{region}资料"),
        fixed => format!("{region}资料（{}）", fixed.join("，")),
    };
    Table { title, columns, rows: layout.rows.iter().map(row).collect() }
}
