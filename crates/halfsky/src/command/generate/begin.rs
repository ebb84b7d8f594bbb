//! The beginning: only an empty store takes an imagined country, or one that holds a part of the same.

use anyhow::bail;
use halfsky_monitor::definition::Level;
use halfsky_monitor::imagined::{Country, Place, Size};
use halfsky_store::audit::Entry;
use halfsky_store::regions::{self, Region, RegionLevel};
use halfsky_store::{Location, Store, plans, settings};

use super::ACTOR;
use crate::clock;

/// Enters the regions and what is being made, unless that was done before.
pub(super) async fn begin(
    store: &Store,
    country: &Country,
    location: &Location,
) -> anyhow::Result<()> {
    let asked = told(country.size());
    match settings::find(store, settings::GENERATED).await? {
        Some(before) if before == asked => return Ok(()),
        Some(before) => bail!(
            "{location} 里已有虚拟数据（{before}），与本次参数不同；请用原来的参数继续，或另选一个空的数据目录或数据库"
        ),
        None => {}
    }
    if !regions::list(store).await?.is_empty() || !plans::list(store, None).await?.is_empty() {
        bail!("{location} 里已有其他数据，不能放入虚拟数据；请另选一个空的数据目录或数据库");
    }
    let mut tx = store.begin_reference().await?;
    // those above come before those below
    for place in country.places().iter().rev() {
        regions::save(&mut tx, &region(place)).await?;
    }
    settings::set(&mut tx, settings::GENERATED, &asked).await?;
    settings::set(&mut tx, settings::EXAMPLE_DATA, "虚拟地区").await?;
    let entry = Entry::new(clock::now(), ACTOR, "generate.begin", "generate");
    tx.commit(entry.about("虚拟地区").because(&asked)).await?;
    Ok(())
}

fn told(size: Size) -> String {
    let Size { counties, indicators, years, seed } = size;
    format!("--regions {counties} --indicators {indicators} --years {years} --seed {seed}")
}

pub(super) fn region(place: &Place) -> Region {
    Region {
        code: place.code.clone(),
        name: place.name.clone(),
        parent: place.parent.clone(),
        level: match place.level {
            Level::Nation | Level::Province => RegionLevel::Province,
            Level::City => RegionLevel::City,
            Level::County => RegionLevel::County,
            Level::Township => RegionLevel::Town,
        },
    }
}
