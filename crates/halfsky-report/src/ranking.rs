//! Ranking (得分比较): the composite scores of regions of one level side by side, with how far each rank hangs on the
//! weights of the domains.

use std::collections::{BTreeMap, BTreeSet};

use halfsky_evaluate::composite::{RankRange, ranks};
use halfsky_evaluate::run::{CompositeResult, DomainScore, Run};
use halfsky_plan::ref_area::RefArea;
use serde_json::{Value, json};

use crate::outlook_wording::value;
use crate::table::{Column, Table};

/// A region with its run of the year compared.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionRun {
    pub code: RefArea,
    pub name: String,
    /// None where the plan was not evaluated for that year.
    pub scored: Option<Scored>,
}

/// What of a run is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub plan: String,
    /// Number of the run within its plan.
    pub number: u32,
    pub composite: CompositeResult,
}

impl Scored {
    /// The scores of a run.
    pub fn of(run: &Run, number: u32) -> Self {
        Self { plan: run.plan.clone(), number, composite: run.composite.clone() }
    }
}

/// A region among the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub region: RegionRun,
    /// None without a score.
    pub rank: Option<RankRange>,
}

/// The regions compared, in the order given, with the domains that any of them has.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    pub year: i32,
    pub domains: Vec<String>,
    pub rows: Vec<Row>,
}

/// Compares the scores of one year.
pub fn ranking(year: i32, regions: Vec<RegionRun>) -> Ranking {
    let mut domains: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut places: BTreeMap<RefArea, BTreeMap<String, Option<f64>>> = BTreeMap::new();
    for region in &regions {
        let Some(scored) = &region.scored else { continue };
        let own = scored.composite.domains.iter();
        domains.extend(own.clone().map(|d| d.domain.clone()).filter(|d| seen.insert(d.clone())));
        places.insert(region.code.clone(), own.map(|d| (d.domain.clone(), d.score)).collect());
    }
    let ranks = ranks(&places);
    let row = |region: RegionRun| {
        let rank = ranks.get(&region.code).copied().flatten();
        Row { region, rank }
    };
    Ranking { year, domains, rows: regions.into_iter().map(row).collect() }
}

impl Ranking {
    /// How many regions have a rank.
    pub fn ranked(&self) -> usize {
        self.rows.iter().filter(|row| row.rank.is_some()).count()
    }

    /// How many regions keep their rank whatever the weights, of those that have one.
    pub fn steady(&self) -> usize {
        let steady = |r: RankRange| r.best == r.worst;
        self.rows.iter().filter_map(|row| row.rank).filter(|r| steady(*r)).count()
    }
}

impl Row {
    fn composite(&self) -> Option<&CompositeResult> {
        self.region.scored.as_ref().map(|scored| &scored.composite)
    }

    fn domain(&self, name: &str) -> Option<&DomainScore> {
        self.composite()?.domains.iter().find(|d| d.domain == name)
    }

    /// The rank; a dash without one.
    pub fn place(&self) -> String {
        self.rank.map_or_else(dash, |r| r.rank.to_string())
    }

    /// 2—4, or the one rank that stays.
    pub fn range(&self) -> String {
        self.rank.map_or_else(dash, |r| {
            if r.best == r.worst { r.best.to_string() } else { format!("{}—{}", r.best, r.worst) }
        })
    }

    /// Mean of the domains.
    pub fn arithmetic(&self) -> String {
        told(self.composite().and_then(|c| c.arithmetic))
    }

    /// Geometric mean of the domains.
    pub fn geometric(&self) -> String {
        told(self.composite().and_then(|c| c.geometric))
    }

    /// How far both means part.
    pub fn imbalance(&self) -> String {
        told(self.composite().and_then(|c| c.imbalance))
    }

    /// The score of a domain; a dash where the region has none.
    pub fn score(&self, domain: &str) -> String {
        told(self.domain(domain).and_then(|d| d.score))
    }

    /// Why a region has no rank; empty where it has one.
    pub fn why(&self) -> &'static str {
        match (&self.region.scored, self.rank) {
            (_, Some(_)) => "",
            (None, None) => "没有这一年的评估",
            (Some(_), None) => "有得分的领域不足三分之二，不排名次",
        }
    }
}

fn dash() -> String {
    "–".to_owned()
}

fn told(score: Option<f64>) -> String {
    score.map_or_else(dash, |s| value(s, 1))
}

/// The comparison as a table.
pub fn table(title: &str, domains: &[String], rows: &[Row]) -> Table {
    let mut columns = vec![
        Column::numbers("名次"),
        Column::words("名次区间（权重±25%）"),
        Column::words("地区"),
        Column::words("代码"),
        Column::numbers("总分（领域算术平均）"),
        Column::numbers("总分（领域几何平均）"),
        Column::numbers("不均衡度"),
    ];
    columns.extend(domains.iter().map(|domain| Column::numbers(domain.as_str())));
    columns.push(Column::words("说明"));
    let row = |row: &Row| {
        let mut cells = vec![
            row.place(),
            row.range(),
            row.region.name.clone(),
            row.region.code.to_string(),
            row.arithmetic(),
            row.geometric(),
            row.imbalance(),
        ];
        cells.extend(domains.iter().map(|domain| row.score(domain)));
        cells.push(row.why().to_owned());
        cells
    };
    Table { title: title.to_owned(), columns, rows: rows.iter().map(row).collect() }
}

/// The comparison for programs, with every digit.
pub fn json(ranking: &Ranking) -> Value {
    let regions: Vec<Value> = ranking
        .rows
        .iter()
        .map(|row| {
            let scored = row.region.scored.as_ref();
            let domain = |d: &DomainScore| {
                json!({"domain": d.domain, "score": d.score, "scored": d.scored, "targets": d.targets})
            };
            json!({
                "ref_area": row.region.code.as_str(),
                "name": row.region.name,
                "plan": scored.map(|s| s.plan.as_str()),
                "run": scored.map(|s| s.number),
                "arithmetic": scored.and_then(|s| s.composite.arithmetic),
                "geometric": scored.and_then(|s| s.composite.geometric),
                "imbalance": scored.and_then(|s| s.composite.imbalance),
                "domains": scored.map(|s| s.composite.domains.iter().map(domain).collect::<Vec<_>>()),
                "rank": row.rank.map(|r| r.rank),
                "best": row.rank.map(|r| r.best),
                "worst": row.rank.map(|r| r.worst),
                "why": Some(row.why()).filter(|why| !why.is_empty()),
            })
        })
        .collect();
    json!({"year": ranking.year, "regions": regions})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str, name: &str, reached: &[(&str, Option<f64>)]) -> RegionRun {
        let domains: Vec<DomainScore> = reached
            .iter()
            .map(|(domain, score)| DomainScore {
                domain: (*domain).to_owned(),
                score: *score,
                scored: 3,
                targets: 4,
            })
            .collect();
        let present: Vec<f64> = domains.iter().filter_map(|d| d.score).collect();
        let mean = present.iter().sum::<f64>() / present.len().max(1) as f64;
        let composite = CompositeResult {
            domains,
            arithmetic: (!present.is_empty()).then_some(mean),
            geometric: None,
            imbalance: None,
        };
        let scored = (!reached.is_empty()).then(|| Scored {
            plan: format!("plan-{code}"),
            number: 2,
            composite,
        });
        RegionRun { code: code.parse().unwrap(), name: name.to_owned(), scored }
    }

    fn compared() -> Ranking {
        let of = |a, b| [("健康", Some(a)), ("教育", Some(b))];
        ranking(
            2025,
            vec![
                region("990101", "甲县", &of(90.0, 60.0)),
                region("990102", "乙县", &of(61.0, 88.0)),
                region("990103", "丙县", &of(20.0, 10.0)),
                region("990104", "丁县", &[("健康", Some(99.0)), ("教育", None)]),
                region("990105", "戊县", &[]),
            ],
        )
    }

    #[test]
    fn a_rank_stands_with_its_range() {
        let ranking = compared();
        let told: Vec<_> = ranking.rows.iter().map(|r| (r.place(), r.range())).collect();
        let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            told,
            [text("1", "1—2"), text("2", "1—2"), text("3", "3"), text("–", "–"), text("–", "–")]
        );
        assert_eq!((ranking.ranked(), ranking.steady()), (3, 1));
        assert_eq!(ranking.rows[0].arithmetic(), "75.0");
    }

    #[test]
    fn who_has_no_rank_learns_why() {
        let ranking = compared();
        assert_eq!(ranking.rows[3].why(), "有得分的领域不足三分之二，不排名次");
        assert_eq!(ranking.rows[4].why(), "没有这一年的评估");
        assert_eq!(ranking.rows[0].why(), "");
    }

    #[test]
    fn the_table_has_a_column_for_every_domain() {
        let ranking = compared();
        let table = table("得分", &ranking.domains, &ranking.rows);
        assert_eq!(table.columns.len(), 7 + 2 + 1);
        assert_eq!(table.rows[1][..3], ["2", "1—2", "乙县"]);
        assert_eq!(table.rows[3][7..9], ["99.0", "–"]);
    }

    #[test]
    fn programs_get_numbers_and_nothing_where_there_is_none() {
        let json = json(&compared());
        assert_eq!(json["regions"][0]["worst"], 2);
        assert_eq!(json["regions"][0]["domains"][1]["score"], 60.0);
        assert!(json["regions"][4]["arithmetic"].is_null() && json["regions"][4]["rank"].is_null());
    }
}
