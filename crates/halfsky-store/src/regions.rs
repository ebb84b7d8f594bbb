//! Regions (区划): the code list every regional table refers to.

use std::collections::BTreeMap;

use halfsky_monitor::validity::Validity;
use halfsky_plan::ref_area::RefArea;
use jiff::civil::Date;

use crate::error::{Error, Result, is_taken};
use crate::row::{Row, parsed};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::Value;

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

/// Those of some regions that have a plan which was not given up, in code order.
pub async fn with_plans_among(store: &Store, codes: &[RefArea]) -> Result<Vec<Region>> {
    let sql = "select code, name, parent, level from ref_area where code in ({list}) \
               and exists (select 1 from plan_version v where v.ref_area = ref_area.code \
               and v.status <> 'discarded') order by code";
    regions_in(store, sql, codes).await
}

/// Some regions, in code order.
pub async fn among(store: &Store, codes: &[RefArea]) -> Result<Vec<Region>> {
    let sql = "select code, name, parent, level from ref_area where code in ({list}) order by code";
    regions_in(store, sql, codes).await
}

async fn regions_in(store: &Store, sql: &'static str, codes: &[RefArea]) -> Result<Vec<Region>> {
    let list: Vec<Value> = codes.iter().map(|code| code.as_str().into()).collect();
    store.rows_with_list(sql, &[], &list).await?.iter().map(region_of).collect()
}

/// The region of a code.
pub async fn find(store: &Store, code: &RefArea) -> Result<Option<Region>> {
    let sql = "select code, name, parent, level from ref_area where code = $1";
    store.rows(sql, &[code.as_str().into()]).await?.first().map(region_of).transpose()
}

/// The regions of the same level below the same region above, with the region itself, in code order. Where the parent
/// of one was never entered its code tells it.
pub async fn siblings(store: &Store, region: &Region) -> Result<Vec<Region>> {
    let upper = |region: &Region| region.parent.clone().or_else(|| above(&region.code));
    let Some(parent) = upper(region) else { return Ok(vec![region.clone()]) };
    let sql = "select code, name, parent, level from ref_area where level = $1 \
               and (parent = $2 or parent is null) order by code";
    let values = [region.level.code().into(), parent.as_str().into()];
    let rows = store.rows(sql, &values).await?;
    let mut found: Vec<Region> = rows.iter().map(region_of).collect::<Result<_>>()?;
    found.retain(|other| upper(other).as_ref() == Some(&parent));
    Ok(found)
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

/// The name and parent a region had for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRegion {
    pub code: RefArea,
    pub name: String,
    pub parent: Option<RefArea>,
    /// The days on which it had them; the last day is known.
    pub validity: Validity,
    /// The decision that changed it, as people cite it.
    pub basis: String,
}

/// What regions were called before, of all of them, oldest first.
pub async fn past(store: &Store) -> Result<Vec<PastRegion>> {
    let sql = "select code, valid_from, valid_until, name, parent, basis from ref_area_past \
               order by code, valid_from";
    store.rows(sql, &[]).await?.iter().map(past_of).collect()
}

/// Keeps what a region was called until now; [`save`] gives it its new name in the same transaction.
pub async fn keep_past(tx: &mut Tx, past: &PastRegion) -> Result<()> {
    let sql = "insert into ref_area_past (code, valid_from, valid_until, name, parent, basis) \
               values ($1, $2, $3, $4, $5, $6)";
    let values = [
        past.code.as_str().into(),
        past.validity.from.into(),
        past.validity.until.into(),
        past.name.as_str().into(),
        past.parent.as_ref().map(RefArea::as_str).into(),
        past.basis.as_str().into(),
    ];
    match tx.execute(sql, &values).await {
        Ok(_) => Ok(()),
        Err(error) if is_taken(&error) => {
            Err(Error::Conflict(format!("区划 {} 同一天起的旧名称已登记过", past.code)))
        }
        Err(error) => Err(error),
    }
}

/// What a region was called on a day: its name of that time, else its name now.
pub fn name_on<'a>(region: &'a Region, past: &'a [PastRegion], day: Date) -> &'a str {
    let then = past.iter().find(|p| p.code == region.code && p.validity.holds_on(day));
    then.map_or(&region.name, |p| &p.name)
}

/// Every region's parent: who lies below whom.
#[derive(Debug, Clone, Default)]
pub struct RegionTree(BTreeMap<RefArea, Option<RefArea>>);

/// The tree of the regions as it stands.
pub async fn tree(store: &Store) -> Result<RegionTree> {
    Ok(RegionTree::of(&list(store).await?))
}

impl RegionTree {
    /// The tree of regions that were read already.
    pub fn of(regions: &[Region]) -> Self {
        Self(regions.iter().map(|r| (r.code.clone(), r.parent.clone())).collect())
    }

    /// A region with the regions above it, from below. Where a region's parent was never entered, its
    /// code tells it.
    pub fn lineage(&self, code: &RefArea) -> Vec<RefArea> {
        let mut line = vec![code.clone()];
        // province, city, county, town, village: longer lines would be a circle
        while line.len() < RegionLevel::ALL.len() {
            let Some(last) = line.last() else { break };
            let recorded = self.0.get(last).cloned().flatten();
            match recorded.or_else(|| above(last)) {
                Some(parent) if !line.contains(&parent) => line.push(parent),
                _ => break,
            }
        }
        line
    }

    /// Whether the first region lies directly below the second one.
    pub fn lies_next_below(&self, lower: &RefArea, upper: &RefArea) -> bool {
        self.lineage(lower).get(1) == Some(upper)
    }

    /// The known regions directly below one, in code order.
    pub fn next_below(&self, upper: &RefArea) -> Vec<RefArea> {
        self.0.keys().filter(|code| self.lies_next_below(code, upper)).cloned().collect()
    }

    /// The known regions below one, at any depth, in code order.
    pub fn below(&self, upper: &RefArea) -> Vec<RefArea> {
        self.0.keys().filter(|code| self.lies_below(code, upper)).cloned().collect()
    }

    /// Whether the first region lies below the second one, at any depth.
    pub fn lies_below(&self, lower: &RefArea, upper: &RefArea) -> bool {
        lower != upper && self.lineage(lower).contains(upper)
    }
}

/// The region above, by the code alone; None for a province.
pub fn above(code: &RefArea) -> Option<RefArea> {
    let kept = match RegionLevel::of(code) {
        RegionLevel::Province => return None,
        RegionLevel::City => 2,
        RegionLevel::County => 4,
        RegionLevel::Town => 6,
        RegionLevel::Village => 9,
    };
    let digits = code.as_str().get(..kept)?;
    let length = if kept <= 6 { 6 } else { code.as_str().len() };
    format!("{digits:0<length$}").parse().ok()
}

/// Makes sure a region is there, under the name a plan gives it; a known region keeps its name.
pub(crate) async fn ensure(tx: &mut Tx, code: &RefArea, name: &str) -> Result<()> {
    let sql = "insert into ref_area (code, name, parent, level) values ($1, $2, null, $3) \
               on conflict (code) do nothing";
    let values = [code.as_str().into(), name.into(), RegionLevel::of(code).code().into()];
    tx.execute(sql, &values).await.map(|_| ())
}

fn past_of(row: &Row) -> Result<PastRegion> {
    Ok(PastRegion {
        code: parsed("code", &row.text("code")?)?,
        name: row.text("name")?,
        parent: row.optional_text("parent")?.map(|p| parsed("parent", &p)).transpose()?,
        validity: row.validity()?,
        basis: row.text("basis")?,
    })
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
    fn the_region_above_follows_from_the_code() {
        let up = |code: &str| above(&code.parse().unwrap()).map(|code| code.to_string());
        assert_eq!(up("990000"), None);
        assert_eq!(up("990100").as_deref(), Some("990000"));
        assert_eq!(up("990101").as_deref(), Some("990100"));
        assert_eq!(up("990101001").as_deref(), Some("990101"));
        assert_eq!(up("990101001201").as_deref(), Some("990101001000"));
    }

    #[test]
    fn a_recorded_parent_comes_before_the_code() {
        let code = |code: &str| code.parse::<RefArea>().unwrap();
        let tree = RegionTree(BTreeMap::from([
            (code("990101"), Some(code("990200"))),
            (code("990200"), None),
            (code("980000"), Some(code("980100"))),
            (code("980100"), Some(code("980000"))),
        ]));
        assert!(tree.lies_below(&code("990101"), &code("990200")));
        assert!(tree.lies_below(&code("990101"), &code("990000")));
        assert!(!tree.lies_below(&code("990101"), &code("990100")));
        assert!(tree.lies_below(&code("990102"), &code("990100")));
        assert!(tree.lies_next_below(&code("990101"), &code("990200")));
        assert!(!tree.lies_next_below(&code("990101"), &code("990000")));
        assert_eq!(tree.lineage(&code("980000")).len(), 2, "a circle ends");
        assert_eq!(tree.below(&code("990200")), [code("990101")]);
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
