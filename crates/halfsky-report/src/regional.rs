//! Regional comparison (地区比较) as it is told: places, standing beside the rate of all, two drawings, one table.

mod drawing;
pub mod position;

use halfsky_evaluate::regional::{
    Chance, Counts, Funnel, Spread, Standing, funnel, place, spread, together,
};
use halfsky_monitor::definition::Definition;
use halfsky_monitor::observation::MissingReason;
use halfsky_plan::figure::Figure;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use crate::table::{Column, Table};
use crate::wording::{unit_heading, with_unit};

pub use drawing::{funnel_of, spread_of};

/// What one region has published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionFigure {
    pub code: RefArea,
    pub name: String,
    /// None where the region has published nothing of the kind.
    pub published: Option<Published>,
    /// Numerator and denominator, where the indicator is made of counts.
    pub part: Option<Figure>,
    pub whole: Option<Figure>,
}

/// A published value with its edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub figure: Option<Figure>,
    pub missing: Option<MissingReason>,
    pub definition_version: u32,
    /// `2025年第1版`
    pub edition: String,
}

/// A region among the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub code: RefArea,
    pub name: String,
    pub figure: Option<Figure>,
    /// Why there is nothing to compare; empty otherwise.
    pub why: String,
    /// Empty where nothing is published.
    pub edition: String,
    /// From 1; None without a comparable figure.
    pub place: Option<usize>,
    pub counts: Option<Counts>,
    pub funnel: Option<Funnel>,
}

impl Row {
    /// Whether it lies beyond the inner limits.
    pub fn is_outside(&self) -> bool {
        self.funnel.is_some_and(|f| f.standing != Standing::Within)
    }

    /// Whether it lies beyond the outer limits.
    pub fn is_far(&self) -> bool {
        let far = |f: Funnel| matches!(f.standing, Standing::FarBelow | Standing::FarAbove);
        self.funnel.is_some_and(far)
    }

    /// The words for where it stands beside the rate of all.
    pub fn standing(&self) -> &'static str {
        self.funnel.map_or("—", |funnel| match funnel.standing {
            Standing::FarBelow => "低于99.8%限",
            Standing::Below => "低于95%限",
            Standing::Within => "在限内",
            Standing::Above => "高于95%限",
            Standing::FarAbove => "高于99.8%限",
        })
    }
}

/// One indicator in several regions.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub rows: Vec<Row>,
    pub spread: Option<Spread>,
    /// The figure of the region above.
    pub own: Option<Figure>,
    /// The rate of all regions together, as a part of one.
    pub together: Option<f64>,
    pub chance: Option<Chance>,
    /// What one part of one is in the unit of the indicator.
    pub multiplier: f64,
}

/// What stands above the table, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub regions: usize,
    pub with_figure: usize,
    pub median: String,
    pub quartiles: String,
    pub ends: String,
    pub own: String,
    pub together: String,
    pub outside: usize,
}

/// Which chance a rate has; None where it is no rate of counts.
pub fn chance(definition: &Definition) -> Option<Chance> {
    if definition.calculation.formula.is_empty() || definition.calculation.gross {
        return None;
    }
    match definition.unit {
        Unit::Percent => Some(Chance::Share),
        Unit::Permille
        | Unit::Per100k
        | Unit::CountPer1000
        | Unit::CountPer10k
        | Unit::CountPer100k => Some(Chance::Events),
        _ => None,
    }
}

/// Compares the regions; `own` is the figure of the region above.
pub fn compare(
    definition: &Definition,
    regions: Vec<RegionFigure>,
    own: Option<Figure>,
) -> Comparison {
    let mut rows: Vec<Row> = regions.into_iter().map(|region| row(region, definition)).collect();
    let comparable: Vec<f64> = rows.iter().filter_map(|row| number(row.figure?)).collect();
    for row in &mut rows {
        let own = row.figure.and_then(number);
        row.place = own.map(|own| place(&comparable, own, definition.direction));
    }
    let all: Vec<Counts> = rows.iter().filter_map(|row| row.counts).collect();
    let (together, chance) = (together(&all), chance(definition));
    if let (Some(rate), Some(chance)) = (together, chance) {
        for row in &mut rows {
            row.funnel = row.counts.and_then(|counts| funnel(rate, counts, chance));
        }
    }
    Comparison {
        rows,
        spread: spread(&comparable),
        own,
        together,
        chance,
        multiplier: definition.calculation.multiplier.to_f64().unwrap_or(1.0),
    }
}

fn row(region: RegionFigure, definition: &Definition) -> Row {
    let why = match &region.published {
        None => "没有发布这项数据".to_owned(),
        Some(published) => match published.missing {
            Some(reason) => reason.label().to_owned(),
            None if published.definition_version != definition.version => {
                "口径不同，不参加比较".to_owned()
            }
            None => String::new(),
        },
    };
    let figure = region.published.as_ref().and_then(|p| p.figure).filter(|_| why.is_empty());
    let count = |figure: Option<Figure>| figure?.decimal().to_u64();
    let counts = match (figure, count(region.part), count(region.whole)) {
        (Some(_), Some(part), Some(whole)) if whole > 0 => Some(Counts { part, whole }),
        _ => None,
    };
    Row {
        figure,
        why,
        edition: region.published.map_or_else(String::new, |published| published.edition),
        place: None,
        counts,
        funnel: None,
        code: region.code,
        name: region.name,
    }
}

fn number(figure: Figure) -> Option<f64> {
    figure.decimal().to_f64()
}

fn rounded(value: f64, definition: &Definition) -> Option<Figure> {
    Some(Figure::new(Decimal::from_f64(value)?).rounded(definition.decimals))
}

/// The summary; None without a comparable figure.
pub fn summary(definition: &Definition, compared: &Comparison) -> Option<Summary> {
    let spread = compared.spread?;
    let told = |value: f64| {
        rounded(value, definition).map_or_else(String::new, |f| with_unit(f, definition.unit))
    };
    let own = compared.own.map(|own| with_unit(own, definition.unit));
    let together = compared.together.map(|rate| told(rate * compared.multiplier));
    Some(Summary {
        regions: compared.rows.len(),
        with_figure: spread.regions,
        median: told(spread.median),
        quartiles: format!("{}—{}", told(spread.lower_quartile), told(spread.upper_quartile)),
        ends: format!("{}—{}", told(spread.lowest), told(spread.highest)),
        own: own.unwrap_or_else(|| "未发布".to_owned()),
        together: together.unwrap_or_else(|| "—".to_owned()),
        outside: compared.rows.iter().filter(|row| row.is_outside()).count(),
    })
}

/// The rows as a table.
pub fn table(title: &str, definition: &Definition, rows: &[Row]) -> Table {
    let unit = unit_heading(definition.unit);
    let value = if unit.is_empty() { "数值".to_owned() } else { format!("数值（{unit}）") };
    let line = |row: &Row| {
        let count =
            |of: fn(Counts) -> u64| row.counts.map_or_else(String::new, |c| of(c).to_string());
        vec![
            row.code.to_string(),
            row.name.clone(),
            row.figure.map_or_else(String::new, |figure| figure.to_string()),
            row.place.map_or_else(String::new, |place| place.to_string()),
            count(|c| c.part),
            count(|c| c.whole),
            row.standing().to_owned(),
            row.why.clone(),
            row.edition.clone(),
        ]
    };
    Table {
        title: title.to_owned(),
        columns: vec![
            Column::words("代码"),
            Column::words("地区"),
            Column::numbers(&value),
            Column::numbers("位次"),
            Column::numbers("分子"),
            Column::numbers("分母"),
            Column::words("与合计相比"),
            Column::words("说明"),
            Column::words("数据版本"),
        ],
        rows: rows.iter().map(line).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::ChartSize;
    use crate::chart::funnel::funnel_chart;
    use crate::chart::spread::spread_chart;
    use halfsky_monitor::card;
    use halfsky_plan::indicator::Catalogue;

    pub(in crate::regional) fn definition(code: &str) -> Definition {
        let cards = card::definitions(&Catalogue::builtin()).unwrap();
        cards.into_iter().find(|card| card.code.0 == code).unwrap()
    }

    fn region(at: usize, figure: Option<&str>, counts: Option<(&str, &str)>) -> RegionFigure {
        let parsed = |text: &str| text.parse::<Figure>().unwrap();
        RegionFigure {
            code: format!("98012{at}").parse().unwrap(),
            name: ["", "甲县", "乙县", "丙县", "丁县", "戊县"][at].to_owned(),
            published: Some(Published {
                figure: figure.map(parsed),
                missing: figure.is_none().then_some(MissingReason::NotReported),
                definition_version: 1,
                edition: "2025年第1版".to_owned(),
            }),
            part: counts.map(|(part, _)| parsed(part)),
            whole: counts.map(|(_, whole)| parsed(whole)),
        }
    }

    pub(super) fn sample() -> Comparison {
        let mut other = region(5, Some("99.0"), None);
        other.published.as_mut().unwrap().definition_version = 2;
        let regions = vec![
            region(1, Some("95.0"), Some(("1900", "2000"))),
            region(2, Some("90.0"), Some(("1800", "2000"))),
            region(3, Some("70.0"), Some(("700", "1000"))),
            region(4, None, None),
            other,
        ];
        compare(&definition("W-H05"), regions, "93.4".parse().ok())
    }

    #[test]
    fn regions_stand_in_their_places() {
        let compared = sample();
        let told: Vec<String> = compared
            .rows
            .iter()
            .map(|row| format!("{} {:?} {}", row.name, row.place, row.standing()))
            .collect();
        assert_eq!(
            told,
            [
                "甲县 Some(1) 高于99.8%限",
                "乙县 Some(2) 高于95%限",
                "丙县 Some(3) 低于99.8%限",
                "丁县 None —",
                "戊县 None —"
            ]
        );
        assert_eq!(compared.rows[3].why, "未填报");
        assert_eq!(compared.rows[4].why, "口径不同，不参加比较");
    }

    #[test]
    fn the_summary_says_what_lies_in_the_middle() {
        let told = summary(&definition("W-H05"), &sample()).unwrap();
        assert_eq!((told.regions, told.with_figure, told.outside), (5, 3, 3));
        assert_eq!((told.median.as_str(), told.own.as_str()), ("90.0%", "93.4%"));
        assert_eq!(told.quartiles, "80.0%—92.5%");
        assert_eq!(told.together, "88.0%");
    }

    #[test]
    fn the_table_leaves_with_every_column() {
        let table = table("某市", &definition("W-H05"), &sample().rows);
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        assert_eq!(table.rows[2][2..7], ["70.0", "3", "700", "1000", "低于99.8%限"]);
    }

    #[test]
    fn both_drawings_have_every_region_that_counts() {
        let (definition, compared) = (definition("W-H05"), sample());
        let chart = spread_of("某市", (&definition, 2025), &compared).unwrap();
        assert_eq!(chart.dots.len(), 3);
        assert!(chart.title.contains("中位数90.0%"), "{}", chart.title);
        assert!(spread_chart(&chart, ChartSize::Wide, "s").unwrap().contains("某市 93.4%"));
        let chart = funnel_of("某市", (&definition, 2025), &compared).unwrap();
        assert!(chart.title.contains("2个地区在99.8%限外"), "{}", chart.title);
        assert!(chart.description.contains("甲县") && chart.limits.len() > 10);
        assert!(funnel_chart(&chart, ChartSize::Narrow, "f").is_ok());
    }

    #[test]
    fn a_gross_rate_has_no_funnel() {
        assert_eq!(chance(&definition("C-E01")), None);
        assert_eq!(chance(&definition("W-H02")), Some(Chance::Events));
        let alone = compare(&definition("C-E01"), vec![region(1, Some("95.0"), None)], None);
        assert!(funnel_of("某市", (&definition("C-E01"), 2025), &alone).is_none());
        assert!(
            summary(&definition("C-E01"), &compare(&definition("C-E01"), vec![], None)).is_none()
        );
    }
}
