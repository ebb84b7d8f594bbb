//! Places (区划) of an imagined country.

use halfsky_plan::ref_area::RefArea;

use crate::definition::Level;

/// The most regions at county level: fifteen provinces of fifty cities of thirteen counties hold them.
pub const MOST_COUNTIES: usize = 10_000;

/// The department that reports what the catalogue gives to nobody.
pub(super) const OFFICE: &str = "妇儿工委办公室";

/// Two digits that GB/T 2260 gives to no province; 99 is the built-in example's.
const PROVINCES: std::ops::RangeInclusive<usize> = 84..=98;

/// Counties of a province, as many as China has on average.
const COUNTIES_OF_A_PROVINCE: usize = 95;
const COUNTIES_OF_A_CITY: usize = 9;
const MOST_CITIES: usize = 55;

/// No county, city or province of China has a name that ends in one of the second row.
const FIRST: [char; 48] = [
    '云', '清', '明', '安', '和', '永', '新', '南', '北', '东', '西', '青', '白', '金', '玉', '石',
    '松', '竹', '兰', '梅', '桂', '柳', '枫', '柏', '溪', '江', '湖', '海', '河', '泉', '山', '岭',
    '川', '原', '林', '沐', '晴', '晓', '初', '望', '怀', '思', '静', '远', '宁', '康', '泰', '丰',
];
const SECOND: [char; 24] = [
    '蘅', '芷', '岫', '畹', '笺', '舸', '樨', '蓼', '筱', '簌', '砚', '棹', '荇', '霭', '筠', '葭',
    '荻', '茗', '笙', '箬', '薷', '蔻', '弦', '墀',
];

/// A region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub code: RefArea,
    pub name: String,
    pub parent: Option<RefArea>,
    pub level: Level,
}

impl Place {
    /// Whether it lies at the lowest level, where figures are counted.
    pub fn is_county(&self) -> bool {
        self.level == Level::County
    }

    /// The name a department has here: `县卫生健康局`.
    pub fn unit_name(&self, department: &str) -> String {
        let level = self.name.chars().last().unwrap_or('县');
        let name = match department {
            "卫生健康委" => "卫生健康局",
            "发展改革委" => "发展和改革局",
            "国资委" => "国有资产监督管理局",
            other => other,
        };
        if self.level == Level::Province {
            return format!("省{}", name.replace('局', "厅"));
        }
        format!("{level}{name}")
    }
}

/// As many counties as asked for with the cities and provinces above them, every region after those below it.
pub(super) fn places(counties: usize) -> Vec<Place> {
    let most = PROVINCES.count();
    let provinces = counties.div_ceil(COUNTIES_OF_A_PROVINCE).clamp(1, most);
    let mut found = Vec::new();
    for (at, number) in PROVINCES.take(provinces).enumerate() {
        let share = share(counties, provinces, at);
        let mut names = names(at);
        let name = format!("{}省", names.next().unwrap_or_default());
        let Ok(code) = format!("{number}0000").parse::<RefArea>() else { continue };
        let cities = share.div_ceil(COUNTIES_OF_A_CITY).clamp(1, MOST_CITIES);
        for city in 0..cities {
            push_city(
                &mut found,
                (&code, number, city),
                self::share(share, cities, city),
                &mut names,
            );
        }
        found.push(Place { code, name, parent: None, level: Level::Province });
    }
    found
}

fn push_city(
    found: &mut Vec<Place>,
    (province, number, city): (&RefArea, usize, usize),
    counties: usize,
    names: &mut impl Iterator<Item = String>,
) {
    let name = format!("{}市", names.next().unwrap_or_default());
    let Ok(code) = format!("{number}{:02}00", city + 1).parse::<RefArea>() else { return };
    // as in GB/T 2260: districts from 02, counties from 21, cities at county level from 81
    let districts = counties.div_ceil(4);
    for county in 0..counties {
        let (digits, word) = if county < districts {
            (county + 2, '区')
        } else if county + 1 == counties && counties > 4 {
            (81, '市')
        } else {
            (county - districts + 21, '县')
        };
        let Ok(own) = format!("{number}{:02}{digits:02}", city + 1).parse() else { continue };
        found.push(Place {
            code: own,
            name: format!("{}{word}", names.next().unwrap_or_default()),
            parent: Some(code.clone()),
            level: Level::County,
        });
    }
    found.push(Place { code, name, parent: Some(province.clone()), level: Level::City });
}

/// How many of `all` the part at a place gets when all parts are as equal as they can be.
fn share(all: usize, parts: usize, at: usize) -> usize {
    all / parts + usize::from(at < all % parts)
}

/// Different names within a province.
fn names(province: usize) -> impl Iterator<Item = String> {
    let all = FIRST.len() * SECOND.len();
    // 379 has no divisor in common with the number of names: each comes once
    (0..all).map(move |n| {
        let at = (n * 379 + province * 613) % all;
        [FIRST[at / SECOND.len()], SECOND[at % SECOND.len()]].iter().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_region_has_its_code_its_name_and_its_parent() {
        for counties in [1, 2, 37, 3000, MOST_COUNTIES] {
            let places = places(counties);
            assert_eq!(places.iter().filter(|p| p.is_county()).count(), counties);
            let codes: BTreeSet<_> = places.iter().map(|p| p.code.clone()).collect();
            assert_eq!(codes.len(), places.len(), "{counties}");
            let names: BTreeSet<_> =
                places.iter().map(|p| (p.code.as_str().get(..2), &p.name)).collect();
            assert_eq!(names.len(), places.len(), "{counties}");
            for (at, place) in places.iter().enumerate() {
                let above = place.parent.as_ref().map(|code| {
                    let found = places.iter().position(|p| p.code == *code).unwrap();
                    assert!(found > at, "{} comes after those below it", places[found].name);
                    places[found].level
                });
                let expected = match place.level {
                    Level::County => Some(Level::City),
                    Level::City => Some(Level::Province),
                    _ => None,
                };
                assert_eq!(above, expected, "{place:?}");
            }
        }
    }

    #[test]
    fn departments_are_called_as_at_their_level() {
        let places = places(30);
        let name =
            |level| places.iter().find(|p| p.level == level).unwrap().unit_name("卫生健康委");
        assert_eq!(name(Level::Province), "省卫生健康厅");
        assert_eq!(name(Level::City), "市卫生健康局");
    }
}
