//! 下达: a round is given to the regions right below, from a page or from a command. Each gets its own copy, marked with
//! where it comes from; what a region reports of its own stands on its forms beside what the level above asks for, and it
//! keeps the window itself.

use std::collections::BTreeSet;

use halfsky_monitor::data_set::DataSet;
use halfsky_monitor::names::Names;
use halfsky_monitor::round::Round;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::Entry;
use halfsky_store::plans::Stamp;
use halfsky_store::regions::{self, Region, RegionTree};
use halfsky_store::rounds::{RoundOrigin, StoredRound};
use halfsky_store::{Error, Store, data_sets, definitions, regional};

use crate::pages::rounds::Area;
use crate::pages::rounds::new::forms::{self, UnitOffer};
use crate::pages::rounds::new::{Opening, open};

/// A region right below, and whether it has the round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lower {
    pub region: Region,
    pub holds: bool,
}

/// A unit with the number of rows on its form; none for texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitShare {
    pub id: String,
    pub name: String,
    pub rows: usize,
}

/// What comes of it in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub region: Region,
    /// Nobody where no unit has anything to report: nothing is given then.
    pub units: Vec<UnitShare>,
}

/// In whose name it is done.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "functions have nothing to show")]
pub struct Hand<'a> {
    pub stamp: &'a Stamp,
    /// The audit entry of an action on an object.
    pub entry: &'a (dyn Fn(&str, &str) -> Entry + Sync),
    pub new_id: &'a (dyn Fn() -> String + Sync),
}

/// A round with the regions it can be given to.
#[derive(Debug, Clone)]
pub struct HandingDown<'a> {
    store: &'a Store,
    above: &'a RefArea,
    /// Name of the region above.
    name: &'a str,
    stored: &'a StoredRound,
    /// By code.
    pub lower: Vec<Lower>,
}

impl<'a> HandingDown<'a> {
    /// Looks at the regions of the nearest level below.
    pub async fn load(
        store: &'a Store,
        (above, name): (&'a RefArea, &'a str),
        stored: &'a StoredRound,
    ) -> Result<Self, Error> {
        let all = regions::list(store).await?;
        let below: BTreeSet<RefArea> = RegionTree::of(&all).below(above).into_iter().collect();
        let mut found: Vec<Region> =
            all.into_iter().filter(|region| below.contains(&region.code)).collect();
        let nearest = found.iter().map(|region| region.level).min();
        found.retain(|region| Some(region.level) == nearest);
        let codes: Vec<RefArea> = found.iter().map(|region| region.code.clone()).collect();
        let holding = regional::holding(store, &stored.id, &codes).await?;
        let lower = |region: Region| Lower { holds: holding.contains(&region.code), region };
        let lower = found.into_iter().map(lower).collect();
        Ok(Self { store, above, name, stored, lower })
    }

    /// Those among some regions (all where none is named) that do not have the round yet.
    pub fn waiting(&self, named: &BTreeSet<RefArea>) -> Vec<Region> {
        let waits = |lower: &&Lower| {
            !lower.holds && (named.is_empty() || named.contains(&lower.region.code))
        };
        self.lower.iter().filter(waits).map(|lower| lower.region.clone()).collect()
    }

    /// What each of some regions would get; nothing is written.
    pub async fn preview(&self, regions: Vec<Region>) -> Result<Vec<Share>, Error> {
        let asked = self.asked().await?;
        let names = definitions::names(self.store).await?;
        let mut shares = Vec::new();
        for region in regions {
            let units = self.offer(&region, (&asked, &names)).await?;
            shares.push(share(region, &units));
        }
        Ok(shares)
    }

    /// Gives the round to some regions: one transaction for each, with an entry in its own audit chain, and one entry
    /// above that names them.
    pub async fn give(&self, regions: Vec<Region>, hand: Hand<'_>) -> Result<Vec<Share>, Error> {
        let asked = self.asked().await?;
        let names = definitions::names(self.store).await?;
        let mut shares = Vec::new();
        for region in regions {
            let units = self.offer(&region, (&asked, &names)).await?;
            let mut given = share(region.clone(), &units);
            if !units.is_empty() && !self.open_in(region, units, hand).await? {
                // somebody else was faster: the region has it, and nothing was given here
                given.units.clear();
            }
            shares.push(given);
        }
        let names: Vec<&str> = shares
            .iter()
            .filter(|share| !share.units.is_empty())
            .map(|share| share.region.name.as_str())
            .collect();
        if !names.is_empty() {
            let entry = (hand.entry)("round.hand_down", &self.object());
            let entry = entry.about(&self.stored.round.title);
            let entry = entry.changed("地区", "", &names.join("、"));
            self.store.begin(self.above).await?.commit(entry).await?;
        }
        Ok(shares)
    }

    /// The round's name in audit entries.
    fn object(&self) -> String {
        format!("round {}", self.stored.id.0)
    }

    /// What was granted above to single units is not handed down.
    fn round(&self) -> Round {
        Round { extensions: Vec::new(), ..self.stored.round.clone() }
    }

    /// What the round asks for above: every row of its forms.
    async fn asked(&self) -> Result<BTreeSet<IndicatorCode>, Error> {
        let forms = data_sets::of_round(self.store, self.above, &self.stored.id.0).await?;
        Ok(forms.values().flat_map(DataSet::rows).map(|row| row.code.clone()).collect())
    }

    async fn offer(
        &self,
        region: &Region,
        (asked, names): (&BTreeSet<IndicatorCode>, &Names),
    ) -> Result<Vec<UnitOffer>, Error> {
        let area = Area::of(region.clone());
        let offer = forms::load((self.store, names), &area, &self.round(), asked).await?;
        Ok(offer.units.into_iter().filter(|unit| unit.ticked).collect())
    }

    async fn open_in(
        &self,
        region: Region,
        units: Vec<UnitOffer>,
        hand: Hand<'_>,
    ) -> Result<bool, Error> {
        let entry = (hand.entry)("round.receive", &self.object());
        let opening = Opening {
            id: &self.stored.id,
            round: &self.round(),
            origin: &RoundOrigin::Above(self.above.clone()),
            entry: entry.because(&format!("{}下达", self.name)),
        };
        let by = (hand.stamp, hand.new_id);
        open(self.store, &Area::of(region), (opening, units), by).await
    }
}

fn share(region: Region, units: &[UnitOffer]) -> Share {
    let one = |unit: &UnitOffer| UnitShare {
        id: unit.id.0.clone(),
        name: unit.name.clone(),
        rows: unit.rows,
    };
    Share { region, units: units.iter().map(one).collect() }
}
