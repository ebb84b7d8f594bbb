//! What stands in the rows of the pivot and what in its columns.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_monitor::disaggregation::{Axis, pivot};
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{
    Observation, ObservationKey, Residence, Sex, SourceVariant, TOTAL,
};
use halfsky_monitor::period::{Period, PeriodKind};
use halfsky_monitor::series::breaks;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::wording::{cell, unit_heading, why_not_shown};

use super::super::{indicator_url, trail_url};
use crate::error::WebError;
use crate::list::{Choice, Params};
use crate::published::Shown;

/// The dimensions a viewer places, with their names in the address and for people; what is not placed follows in
/// the rows in this order.
const DIMENSIONS: [(Axis, &str, &str); 5] = [
    (Axis::Indicator, "indicator", "指标"),
    (Axis::RefArea, "region", "地区"),
    (Axis::Period, "period", "年份"),
    (Axis::Sex, "sex", "性别"),
    (Axis::Residence, "residence", "城乡"),
];

/// Where each dimension stands.
pub(super) struct Axes {
    rows: Vec<Axis>,
    columns: Vec<Axis>,
    /// Dimensions with one value, in neither.
    fixed: Vec<Axis>,
}

impl Axes {
    /// What the address chooses: indicators in the rows and years in the columns at first. A dimension that was not
    /// placed stands in the rows where it has several values.
    pub(super) fn chosen(params: &Params, kept: &[Shown]) -> Self {
        let asked = |name: &str| {
            let code = params.value(name);
            DIMENSIONS.iter().find(|(_, own, _)| *own == code).map(|(axis, _, _)| *axis)
        };
        let row = asked("rows").unwrap_or(Axis::Indicator);
        let column = asked("columns")
            .filter(|axis| *axis != row)
            .unwrap_or(if row == Axis::Period { Axis::Indicator } else { Axis::Period });
        let within = asked("within").filter(|axis| *axis != row && *axis != column);
        let mut axes = Self { rows: vec![row], columns: vec![column], fixed: Vec::new() };
        axes.columns.extend(within);
        for (axis, _, _) in DIMENSIONS {
            if axes.rows.contains(&axis) || axes.columns.contains(&axis) {
                continue;
            }
            if values(axis, kept) > 1 { &mut axes.rows } else { &mut axes.fixed }.push(axis);
        }
        if values(Axis::Source, kept) > 1 {
            axes.rows.push(Axis::Source);
        }
        axes
    }

    /// The fields that place dimensions: rows, columns, and what divides the columns.
    pub(super) fn choices(&self) -> [Vec<Choice>; 3] {
        let code = |axis: Option<&Axis>| {
            DIMENSIONS.iter().find(|(own, _, _)| Some(own) == axis).map_or("", |(_, code, _)| *code)
        };
        let list = |chosen: &str| -> Vec<Choice> {
            DIMENSIONS.iter().map(|(_, code, label)| Choice::new(*code, *label, chosen)).collect()
        };
        let within = code(self.columns.get(1));
        let none = std::iter::once(Choice::new("", "不再分", within));
        [
            list(code(self.rows.first())),
            list(code(self.columns.first())),
            none.chain(list(within)).collect(),
        ]
    }
}

fn values(axis: Axis, kept: &[Shown]) -> usize {
    let of = |shown: &Shown| axis.of(&placed(&shown.figure.observation.key));
    kept.iter().map(of).collect::<BTreeSet<_>>().len()
}

/// The health year stands in the column of the year it is labelled by: each indicator has one rule.
fn placed(key: &ObservationKey) -> ObservationKey {
    let mut placed = key.clone();
    if placed.period.kind() == PeriodKind::HealthYear {
        placed.period = Period::year_of(placed.period.year()).unwrap_or(placed.period);
    }
    placed
}

/// The words for codes.
pub(super) struct Words<'a> {
    pub(super) names: &'a Names,
    /// The name of a region.
    pub(super) region: &'a dyn Fn(&str) -> String,
    /// The region the page is about.
    pub(super) base: &'a RefArea,
}

impl Words<'_> {
    fn head(&self, axis: Axis, code: &str) -> Head {
        let indicator = IndicatorCode(code.to_owned());
        let known = |label: Option<&str>| label.unwrap_or(code).to_owned();
        let text = match axis {
            Axis::Indicator => self.names.name(&indicator).to_owned(),
            Axis::RefArea => (self.region)(code),
            Axis::Period => code.parse().map_or_else(|_| code.to_owned(), Period::label),
            Axis::Sex => known(Sex::from_code(code).map(Sex::label)),
            Axis::Residence => known(Residence::from_code(code).map(Residence::label)),
            _ => known(SourceVariant::from_code(code).map(SourceVariant::label)),
        };
        let url = match axis {
            Axis::Indicator => indicator_url(self.base, code),
            Axis::RefArea => format!("/data/{code}"),
            _ => String::new(),
        };
        let unit = match axis {
            Axis::Indicator => self.names.unit(&indicator).map(unit_heading).unwrap_or_default(),
            _ => String::new(),
        };
        Head { axis, code: code.to_owned(), text, unit, url }
    }

    /// Several axes in one head; an indicator with its unit.
    fn joined(&self, axes: &[Axis], codes: &[String]) -> Head {
        let heads: Vec<Head> =
            axes.iter().zip(codes).map(|(axis, code)| self.head(*axis, code)).collect();
        let text = heads.iter().map(Head::with_unit).collect::<Vec<_>>().join(" ");
        let first = heads.into_iter().next();
        Head { text, ..first.unwrap_or_else(|| self.head(Axis::Group, TOTAL)) }
    }
}

/// The head of a row or column.
#[derive(Debug, Clone)]
pub(super) struct Head {
    axis: Axis,
    code: String,
    pub(super) text: String,
    /// The unit of an indicator; empty otherwise.
    pub(super) unit: String,
    /// Where it leads; empty where it leads nowhere.
    pub(super) url: String,
}

impl Head {
    fn with_unit(&self) -> String {
        if self.unit.is_empty() {
            return self.text.clone();
        }
        format!("{}（{}）", self.text, self.unit)
    }

    /// Whether it names an indicator, whose unit stands beside it.
    pub(super) fn has_unit(&self) -> bool {
        self.axis == Axis::Indicator
    }
}

/// One figure.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) url: String,
    /// Why the public is not shown it, or why there is none; empty otherwise.
    pub(super) why: String,
    /// Why it cannot be compared with the years before; empty otherwise.
    pub(super) not_comparable: String,
}

/// One row.
pub(super) struct Row {
    pub(super) heads: Vec<Head>,
    pub(super) cells: Vec<Option<Cell>>,
    /// Names of the editions its figures stand in.
    pub(super) editions: BTreeSet<String>,
    /// Where years cannot be compared, in words.
    pub(super) breaks: Vec<String>,
}

impl Row {
    /// The cells of a file before its figures: indicators and regions with their codes.
    pub(super) fn file_heads(&self) -> Vec<String> {
        let cells = |head: &Head| match head.axis {
            Axis::Indicator => vec![head.code.clone(), head.text.clone(), head.unit.clone()],
            Axis::RefArea => vec![head.code.clone(), head.text.clone()],
            _ => vec![head.text.clone()],
        };
        self.heads.iter().flat_map(cells).collect()
    }
}

/// Rows under their heads.
pub(super) struct Layout {
    row_axes: Vec<Axis>,
    pub(super) row_titles: Vec<&'static str>,
    pub(super) columns: Vec<Head>,
    pub(super) rows: Vec<Row>,
    /// What all figures have in common, in words; unsplit figures need no word.
    pub(super) fixed: Vec<String>,
}

const fn title_of(axis: Axis) -> &'static str {
    match axis {
        Axis::Indicator => "指标",
        Axis::RefArea => "地区",
        Axis::Period => "报告期",
        Axis::Sex => "性别",
        Axis::Residence => "城乡",
        _ => "取数方式",
    }
}

/// Codes in the order of people: 合计 comes before 女.
fn ordered(mut heads: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let rank = |code: &String| (code.as_str() != TOTAL, code.clone());
    heads.sort_by_cached_key(|codes| codes.iter().map(rank).collect::<Vec<_>>());
    heads
}

impl Layout {
    pub(super) fn new(kept: &[Shown], axes: &Axes, words: &Words<'_>) -> Result<Self, WebError> {
        let observations: Vec<Observation> =
            kept.iter().map(|s| s.figure.observation.clone()).collect();
        let copies: Vec<Observation> =
            observations.iter().map(|o| Observation { key: placed(&o.key), ..o.clone() }).collect();
        let pivot = pivot(&copies, &axes.rows, &axes.columns)
            .map_err(|overlap| WebError::Refused(format!("{overlap}。请在上方改选后重试。")))?;
        let breaks = breaks(&observations, |code| words.names.definitions(code));
        let head = |axes: &[Axis], key: &ObservationKey| {
            axes.iter().map(|a| a.of(key)).collect::<Vec<_>>()
        };
        let places: BTreeMap<(Vec<String>, Vec<String>), &Shown> = copies
            .iter()
            .zip(kept)
            .map(|(copy, shown)| {
                ((head(&axes.rows, &copy.key), head(&axes.columns, &copy.key)), shown)
            })
            .collect();
        let columns = ordered(pivot.columns);
        let row = |codes: Vec<String>| {
            let found: Vec<Option<&Shown>> = columns
                .iter()
                .map(|column| places.get(&(codes.clone(), column.clone())).copied())
                .collect();
            let heads = axes.rows.iter().zip(&codes).map(|(axis, code)| words.head(*axis, code));
            Row {
                heads: heads.collect(),
                editions: found.iter().flatten().map(|s| edition(s, axes, words)).collect(),
                breaks: found.iter().flatten().filter_map(|s| broken(s, &breaks)).collect(),
                cells: found.into_iter().map(|s| s.map(|s| shown_cell(s, &breaks))).collect(),
            }
        };
        let rows = ordered(pivot.rows).into_iter().map(row).collect();
        let first = copies.first();
        let fixed = |axis: &Axis| {
            let code = axis.of(&first?.key);
            let own = *axis == Axis::RefArea && code == words.base.as_str();
            (code != TOTAL && !own).then(|| words.head(*axis, &code).with_unit())
        };
        Ok(Self {
            row_titles: axes.rows.iter().map(|axis| title_of(*axis)).collect(),
            columns: columns.iter().map(|codes| words.joined(&axes.columns, codes)).collect(),
            rows,
            fixed: axes.fixed.iter().filter_map(fixed).collect(),
            row_axes: axes.rows.clone(),
        })
    }

    /// Titles of the cells of [`Row::file_heads`].
    pub(super) fn file_titles(&self) -> Vec<&'static str> {
        let titles = |axis: &Axis| match axis {
            Axis::Indicator => vec!["代码", "指标", "计量单位"],
            Axis::RefArea => vec!["区划代码", "地区"],
            axis => vec![title_of(*axis)],
        };
        self.row_axes.iter().flat_map(titles).collect()
    }
}

/// The edition of a figure; with its region where a row may hold several.
fn edition(shown: &Shown, axes: &Axes, words: &Words<'_>) -> String {
    let label = shown.edition.label();
    if axes.columns.contains(&Axis::RefArea) {
        return (words.region)(shown.figure.observation.key.ref_area.as_str()) + &label;
    }
    label
}

fn broken(shown: &Shown, breaks: &BTreeMap<ObservationKey, String>) -> Option<String> {
    let key = &shown.figure.observation.key;
    let why = breaks.get(key)?;
    Some(format!("{}起与以前年份不可比：{why}", key.period.label()))
}

fn shown_cell(shown: &Shown, breaks: &BTreeMap<ObservationKey, String>) -> Cell {
    let observation = &shown.figure.observation;
    let hidden = shown.figure.hidden.map(|why| format!("对外不公布：{}", why.label()));
    Cell {
        text: cell(Some(&observation.value)),
        url: trail_url(&observation.key),
        why: why_not_shown(observation).or(hidden).unwrap_or_default(),
        not_comparable: broken(shown, breaks).unwrap_or_default(),
    }
}
