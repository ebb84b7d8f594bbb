//! Regions (区划): the code list every regional table refers to.

use halfsky_plan::ref_area::RefArea;

use crate::error::Result;
use crate::row::{Row, parsed};
use crate::store::Store;
use crate::tx::Tx;

/// Level of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegionLevel {
    Province,
    City,
    County,
    Town,
    Village,
}

impl RegionLevel {
    /// All levels, from above.
    pub const ALL: [Self; 5] =
        [Self::Province, Self::City, Self::County, Self::Town, Self::Village];

    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::City => "city",
            Self::County => "county",
            Self::Town => "town",
            Self::Village => "village",
        }
    }

    /// The level of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }

    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Province => "省级",
            Self::City => "市级",
            Self::County => "县级",
            Self::Town => "乡级",
            Self::Village => "村级",
        }
    }

    /// The level a region code speaks of: GB/T 2260 gives two digits each to province, city and county,
    /// three each to town and village, and fills up with zeros.
    pub fn of(code: &RefArea) -> Self {
        let digits = code.as_str().trim_end_matches('0').len();
        match digits {
            0..=2 => Self::Province,
            3..=4 => Self::City,
            5..=6 => Self::County,
            7..=9 => Self::Town,
            _ => Self::Village,
        }
    }
}

/// A region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    pub code: RefArea,
    pub name: String,
    /// The region above.
    pub parent: Option<RefArea>,
    pub level: RegionLevel,
}

/// All regions in code order.
pub async fn list(store: &Store) -> Result<Vec<Region>> {
    let sql = "select code, name, parent, level from ref_area order by code";
    store.rows(sql, &[]).await?.iter().map(region_of).collect()
}

/// The regions that have a plan which was not given up, in code order.
pub async fn with_plans(store: &Store) -> Result<Vec<Region>> {
    let sql = "select code, name, parent, level from ref_area where exists (select 1 \
               from plan_version v where v.ref_area = ref_area.code and v.status <> 'discarded') \
               order by code";
    store.rows(sql, &[]).await?.iter().map(region_of).collect()
}

/// The region of a code.
pub async fn find(store: &Store, code: &RefArea) -> Result<Option<Region>> {
    let sql = "select code, name, parent, level from ref_area where code = $1";
    store.rows(sql, &[code.as_str().into()]).await?.first().map(region_of).transpose()
}

/// Adds a region, or changes name, parent and level of one that is there.
pub async fn save(tx: &mut Tx, region: &Region) -> Result<()> {
    let sql = "insert into ref_area (code, name, parent, level) values ($1, $2, $3, $4) \
               on conflict (code) do update set name = excluded.name, \
               parent = excluded.parent, level = excluded.level";
    let values = [
        region.code.as_str().into(),
        region.name.as_str().into(),
        region.parent.as_ref().map(RefArea::as_str).into(),
        region.level.code().into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

/// Makes sure a region is there, under the name a plan gives it; a known region keeps its name.
pub(crate) async fn ensure(tx: &mut Tx, code: &RefArea, name: &str) -> Result<()> {
    let sql = "insert into ref_area (code, name, parent, level) values ($1, $2, null, $3) \
               on conflict (code) do nothing";
    let values = [code.as_str().into(), name.into(), RegionLevel::of(code).code().into()];
    tx.execute(sql, &values).await.map(|_| ())
}

fn region_of(row: &Row) -> Result<Region> {
    Ok(Region {
        code: parsed("code", &row.text("code")?)?,
        name: row.text("name")?,
        parent: row.optional_text("parent")?.map(|p| parsed("parent", &p)).transpose()?,
        level: row.coded("level", RegionLevel::from_code)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, level: RegionLevel) {
        assert_eq!(RegionLevel::of(&code.parse().unwrap()), level, "{code}");
    }

    #[test]
    fn level_follows_from_the_code() {
        check("990000", RegionLevel::Province);
        check("990100", RegionLevel::City);
        check("990101", RegionLevel::County);
        check("990101001", RegionLevel::Town);
        check("990101001000", RegionLevel::Town);
        check("990101001201", RegionLevel::Village);
    }
}
