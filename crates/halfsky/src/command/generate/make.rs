//! Making: one region after the other, each ready to be written; a city follows from its counties.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use halfsky_monitor::data_set::{DataSet, Entries};
use halfsky_monitor::imagined::{Country, Delivery, LAST_YEAR, Place, Sums};
use halfsky_monitor::observation::Observation;
use halfsky_monitor::observe::{Occasion, observe};
use halfsky_monitor::period::Period;
use halfsky_monitor::reporting::UnitId;
use halfsky_plan::ref_area::RefArea;
use tokio::sync::mpsc::Sender;

/// A region with everything that is written of it.
pub(super) struct Made {
    /// How many regions were made with it.
    pub(super) number: usize,
    pub(super) place: Place,
    pub(super) reports: Vec<Report>,
    /// The figures of each year, with the unit that reported each.
    pub(super) years: Vec<(Period, Vec<(UnitId, Observation)>)>,
}

/// A unit's form in the last round, and what became of it.
pub(super) struct Report {
    pub(super) unit: UnitId,
    pub(super) name: String,
    pub(super) form: DataSet,
    pub(super) delivery: Delivery,
    /// What it filled in; empty where the report did not arrive.
    pub(super) entries: Entries,
}

/// Makes every region that is not done, as long as somebody takes them.
pub(super) fn regions(
    country: &Country,
    done: &BTreeSet<RefArea>,
    sender: &Sender<Made>,
) -> anyhow::Result<()> {
    let places = country.places();
    let above = |place: &Place| {
        let city = places.iter().find(|p| Some(&p.code) == place.parent.as_ref());
        city.map(|city| (city.code.clone(), city.parent.clone()))
    };
    let mut sums: BTreeMap<RefArea, Vec<Sums>> = BTreeMap::new();
    let mut city: Option<(RefArea, bool)> = None;
    for (at, place) in places.iter().enumerate() {
        if place.is_county() && city.as_ref().map(|(code, _)| code) != place.parent.as_ref() {
            city = above(place).map(|(code, province)| {
                let all = done.contains(&code) && province.is_none_or(|p| done.contains(&p));
                (code, all)
            });
        }
        let written = done.contains(&place.code);
        if place.is_county() && written && city.as_ref().is_some_and(|(_, all)| *all) {
            continue;
        }
        let filled_in: Vec<Entries> = match sums.remove(&place.code) {
            Some(below) => below.iter().map(|sums| sums.entries(country.form())).collect(),
            None => country.years().map(|year| country.entries(place, year)).collect(),
        };
        if let Some(parent) = &place.parent {
            let above = sums.entry(parent.clone()).or_default();
            above.resize_with(filled_in.len(), Sums::default);
            above.iter_mut().zip(&filled_in).for_each(|(sums, entries)| sums.add(entries));
        }
        if written {
            continue;
        }
        let made = made(country, place, (at + 1, &filled_in))?;
        if sender.blocking_send(made).is_err() {
            break;
        }
    }
    Ok(())
}

fn made(
    country: &Country,
    place: &Place,
    (number, filled_in): (usize, &[Entries]),
) -> anyhow::Result<Made> {
    let mut reports = Vec::new();
    for department in country.departments() {
        let form = country.unit_form(&department, place)?;
        let delivery = country.delivery(place, &department.unit);
        let last = filled_in.last().context("没有年份")?;
        let entries = if delivery.arrived() {
            let asked = form.rows().iter().filter_map(|row| last.get_key_value(&row.code));
            asked.map(|(code, entry)| (code.clone(), entry.clone())).collect()
        } else {
            Entries::new()
        };
        let name = place.unit_name(&department.name);
        reports.push(Report { unit: department.unit, name, form, delivery, entries });
    }
    let years = country.years().zip(filled_in).map(|(year, entries)| {
        let period = Period::year_of(year)?;
        let mut keys = BTreeSet::new();
        let mut figures = Vec::new();
        for report in &reports {
            if year == LAST_YEAR && !report.delivery.arrived() {
                continue;
            }
            let occasion = Occasion { ref_area: &place.code, period, unit: &report.unit };
            for observation in observe(&report.form, entries, &[], &occasion) {
                // an item may stand on the forms of two units: the first one's figure counts
                if keys.insert(observation.key.clone()) {
                    figures.push((report.unit.clone(), observation));
                }
            }
        }
        Ok((period, figures))
    });
    let years = years.collect::<anyhow::Result<_>>()?;
    Ok(Made { number, place: place.clone(), reports, years })
}
