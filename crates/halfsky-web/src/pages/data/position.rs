//! 同级位置: where a region stands among those of its level below the same region above.
//!
//! Only the public view of published editions is compared, that of the region itself, too: the position is the same for
//! every reader, and no small count can be worked out from it. The neighbours stay a distribution without names, because a
//! role in one region reads no other region's pages (`permission.rs`); whoever may read them is led to the comparison.

use std::collections::BTreeMap;

use halfsky_evaluate::regional::position::FEWEST;
use halfsky_monitor::definition::Definition;
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{Observation, Residence, Sex, SourceVariant, TOTAL};
use halfsky_monitor::period::Period;
use halfsky_plan::figure::Figure;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::regional::position::{Told, stand};
use halfsky_store::editions;
use halfsky_store::observations::Years;
use halfsky_store::regions::{self, Region};

use crate::app::App;
use crate::error::WebError;
use crate::permission::Action;
use crate::published::{self, View, shown};
use crate::visit::Visit;

/// The figure that is compared.
pub(super) struct Asked<'a> {
    pub(super) area: &'a RefArea,
    pub(super) definition: &'a Definition,
    pub(super) period: Period,
    pub(super) source: SourceVariant,
}

/// What the page tells.
pub(super) struct Standing {
    pub(super) year: i32,
    /// 云江市的8个县级地区
    pub(super) among: String,
    /// None where there is nothing to compare; then `why` says so.
    pub(super) told: Option<Told>,
    pub(super) why: String,
    /// Regions that are left out: nothing comparable published, or hidden.
    pub(super) without: usize,
    /// The comparison with names, for those who may read the neighbours.
    pub(super) comparison: Option<String>,
}

/// Where the region stands; None where it has no neighbours.
pub(super) async fn load(
    visit: &Visit,
    app: &App,
    names: &Names,
    asked: &Asked<'_>,
) -> Result<Option<Standing>, WebError> {
    let Some(own) = regions::find(&app.store, asked.area).await? else { return Ok(None) };
    let siblings = regions::siblings(&app.store, &own).await?;
    if siblings.len() < 2 {
        return Ok(None);
    }
    let codes: Vec<RefArea> = siblings.iter().map(|region| region.code.clone()).collect();
    let year = asked.period.year();
    let needed = names.deciding(year..=year, std::slice::from_ref(&asked.definition.code));
    let years = Years { from: year, to: year };
    let found = editions::of_indicators(&app.store, (&codes, &needed), years).await?;
    let figures = shown(found, names, |_| View::Public).into_iter().map(|s| s.figure.observation);
    let parent = own.parent.clone().or_else(|| regions::above(&own.code));
    let above = match &parent {
        Some(parent) => published::region_name(app, parent).await?,
        None => String::new(),
    };
    let reads = visit.reach(app, Action::ReadSmallCounts).await?;
    let sees = codes.iter().any(|code| *code != own.code && reads.holds(code));
    let comparison = parent.filter(|_| sees).map(|parent| {
        format!(
            "/regions/{parent}/indicator?code={}&level={}",
            asked.definition.code,
            own.level.code()
        )
    });
    let standing = compare((&own, &above), siblings.len(), asked, figures);
    Ok(Some(Standing { comparison, ..standing }))
}

/// Compares what is there in the public view.
fn compare(
    (own, above): (&Region, &str),
    regions: usize,
    asked: &Asked<'_>,
    figures: impl Iterator<Item = Observation>,
) -> Standing {
    let mut values: BTreeMap<RefArea, Figure> = BTreeMap::new();
    for observation in figures.filter(|o| is_asked(o, asked)) {
        if let Some(figure) = observation.value.figure() {
            values.insert(observation.key.ref_area, figure);
        }
    }
    let all: Vec<Figure> = values.values().copied().collect();
    let mine = values.get(&own.code).copied();
    let found = mine.and_then(|figure| stand(asked.definition, figure, &all));
    let why = match (&found, mine) {
        (Some(_), _) => String::new(),
        (None, None) => format!("{}这一年的数据没有对外公布，不参加比较。", own.name),
        (None, Some(_)) => {
            let count = values.len();
            format!("只有{count}个地区公布了可比的数据，少于{FEWEST}个，不排位次。")
        }
    };
    Standing {
        year: asked.period.year(),
        among: format!("{above}的{regions}个{}地区", own.level.label()),
        without: regions - values.len().min(regions),
        told: found,
        why,
        comparison: None,
    }
}

/// The figure of the whole region, by the same definition and from the same source.
fn is_asked(observation: &Observation, asked: &Asked<'_>) -> bool {
    let key = &observation.key;
    key.indicator == asked.definition.code
        && key.period == asked.period
        && key.source == asked.source
        && (key.sex, key.residence) == (Sex::Total, Residence::Total)
        && key.age == TOTAL
        && key.group == TOTAL
        && observation.definition_version == asked.definition.version
}

#[cfg(test)]
pub(super) mod tests {
    use halfsky_monitor::observation::{ConfStatus, ObsStatus, ObservationKey, Value};
    use halfsky_plan::indicator::{Catalogue, IndicatorCode};

    use super::*;

    fn card() -> Definition {
        let catalogue = Catalogue::builtin();
        let code = IndicatorCode("W-H05".to_owned());
        Definition::from_catalogue(catalogue.find(&code).unwrap(), 2021).unwrap()
    }

    fn observation(at: usize, figure: &str, version: u32) -> Observation {
        let area = format!("98012{at}").parse().unwrap();
        let period = Period::year_of(2025).unwrap();
        Observation {
            key: ObservationKey::total(area, IndicatorCode("W-H05".to_owned()), period),
            value: Value::Figure(figure.parse().unwrap()),
            definition_version: version,
            status: ObsStatus::Normal,
            confidentiality: ConfStatus::Free,
            unit_mult: 0,
            explanation: String::new(),
        }
    }

    fn standing(figures: Vec<Observation>) -> Standing {
        let (card, area) = (card(), "980121".parse().unwrap());
        let own = Region {
            name: "甲县".to_owned(),
            parent: regions::above(&area),
            level: regions::RegionLevel::County,
            code: area.clone(),
        };
        let asked = Asked {
            area: &area,
            definition: &card,
            period: Period::year_of(2025).unwrap(),
            source: figures.first().map_or(SourceVariant::FullCount, |o| o.key.source),
        };
        compare((&own, "某市"), 8, &asked, figures.into_iter())
    }

    /// Eight counties of which six have published the same thing.
    pub(in crate::pages::data) fn sample() -> Standing {
        let values = ["93.0", "90.0", "95.0", "97.0", "91.0", "88.0"];
        let mut figures: Vec<Observation> =
            values.iter().enumerate().map(|(at, v)| observation(at + 1, v, 1)).collect();
        figures.push(observation(7, "99.0", 2));
        standing(figures)
    }

    #[test]
    fn the_region_stands_among_those_with_the_same_definition() {
        let found = sample();
        let told = found.told.unwrap();
        assert_eq!((told.place.as_str(), told.of.as_str()), ("第3位", "共6个"));
        assert_eq!(found.among, "某市的8个县级地区");
        assert_eq!(found.without, 2);
    }

    #[test]
    fn too_few_neighbours_and_a_hidden_figure_are_said() {
        let few = standing(vec![observation(1, "93.0", 1), observation(2, "90.0", 1)]);
        assert!(few.told.is_none() && few.why.contains("只有2个地区"), "{}", few.why);
        let hidden = standing((2..8).map(|at| observation(at, "90.0", 1)).collect());
        assert!(hidden.told.is_none() && hidden.why.contains("没有对外公布"));
    }
}
