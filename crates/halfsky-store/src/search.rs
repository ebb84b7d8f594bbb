//! Full-text search in plans that people see: titles, clauses and targets, by the words they contain.
//!
//! Plans in force are searched whole, drafts by their title only. Letters of either case are the same.

use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::{PlanId, VersionStatus};

use crate::error::Result;
use crate::plans::VersionKey;
use crate::row::{Row, parsed};
use crate::store::Store;
use crate::values::Value;

/// Words that are looked at; the rest of a longer question is left aside.
pub const WORDS: usize = 4;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Plan,
    Target,
    Objective,
    Measure,
    /// A clause of 组织实施 or 监测评估.
    Rule,
}

impl Kind {
    /// All kinds in the order they are shown.
    pub const ALL: [Self; 5] =
        [Self::Plan, Self::Target, Self::Objective, Self::Measure, Self::Rule];

    /// The code used in addresses and statements.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Target => "target",
            Self::Objective => "objective",
            Self::Measure => "measure",
            Self::Rule => "rule",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Plan => "规划",
            Self::Target => "目标",
            Self::Objective => "主要目标",
            Self::Measure => "策略措施",
            Self::Rule => "组织实施和监测评估",
        }
    }
}

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Every one of them must occur.
    pub words: Vec<String>,
    /// The regions whose plans are searched.
    pub ref_areas: Vec<RefArea>,
}

impl Question {
    /// Reads what was typed: words between blanks.
    pub fn read(typed: &str, ref_areas: Vec<RefArea>) -> Self {
        let words = typed.split_whitespace().take(WORDS).map(str::to_lowercase).collect();
        Self { words, ref_areas }
    }

    /// One pattern for each place of a word; an unused place takes everything.
    fn values(&self) -> Vec<Value> {
        (0..WORDS).map(|at| self.words.get(at).map_or("", String::as_str)).map(pattern).collect()
    }

    fn list(&self) -> Vec<Value> {
        self.ref_areas.iter().map(|area| area.as_str().into()).collect()
    }
}

fn pattern(word: &str) -> Value {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    if !word.is_empty() {
        pattern.push('%');
    }
    pattern.into()
}

/// A passage that holds the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub kind: Kind,
    pub key: VersionKey,
    /// Title of the plan.
    pub title: String,
    pub status: VersionStatus,
    /// Section, domain and position of a clause; number of a target.
    pub section: String,
    pub domain: usize,
    pub position: usize,
    /// The passage itself: a clause, or the name of a target's indicator.
    pub content: String,
    /// The words of the plan about a target; empty for the others.
    pub quote: String,
}

macro_rules! among_hits {
    ($select:literal, $rest:literal) => {
        concat!(
            "select ",
            $select,
            " from (",
            "select 'plan' as kind, v.ref_area as ref_area, v.plan_id as plan_id, ",
            "v.version as version, v.title as title, v.status as status, '' as section, ",
            "v.version as domain, v.version as position, v.title as content, '' as quote ",
            "from plan_version v where v.status in ('confirmed', 'draft') ",
            "union all ",
            "select case c.section when 'objective' then 'objective' when 'measure' then 'measure' ",
            "else 'rule' end, c.ref_area, c.plan_id, c.version, v.title, v.status, c.section, ",
            "c.domain, c.position, c.content, '' ",
            "from clause c join plan_version v on v.ref_area = c.ref_area ",
            "and v.plan_id = c.plan_id and v.version = c.version where v.status = 'confirmed' ",
            "union all ",
            "select 'target', t.ref_area, t.plan_id, t.version, v.title, v.status, '', ",
            "t.number, t.number, t.indicator, t.quote ",
            "from target t join plan_version v on v.ref_area = t.ref_area ",
            "and v.plan_id = t.plan_id and v.version = t.version ",
            "where v.status = 'confirmed' and t.review <> 'left_out'",
            ") h where h.ref_area in ({list}) ",
            "and lower(h.content || ' ' || h.quote) like $1 escape '!' ",
            "and lower(h.content || ' ' || h.quote) like $2 escape '!' ",
            "and lower(h.content || ' ' || h.quote) like $3 escape '!' ",
            "and lower(h.content || ' ' || h.quote) like $4 escape '!' ",
            $rest
        )
    };
}

/// How often each kind holds the words; a kind without any is left out.
pub async fn count(store: &Store, question: &Question) -> Result<Vec<(Kind, usize)>> {
    let sql = among_hits!("h.kind as kind, count(*) as hits", "group by h.kind");
    let rows = store.rows_with_list(sql, &question.values(), &question.list()).await?;
    let one = |row: &Row| Ok((row.coded("kind", Kind::from_code)?, row.number("hits")?));
    let mut counts: Vec<(Kind, usize)> = rows.iter().map(one).collect::<Result<_>>()?;
    counts.sort_unstable();
    Ok(counts)
}

/// The passages of one kind in the order of regions and plans: `limit` of them after the first `skipped`.
pub async fn find(
    store: &Store,
    question: &Question,
    kind: Kind,
    (limit, skipped): (usize, usize),
) -> Result<Vec<Hit>> {
    let sql = among_hits!(
        "h.kind as kind, h.ref_area as ref_area, h.plan_id as plan_id, h.version as version, \
         h.title as title, h.status as status, h.section as section, h.domain as domain, \
         h.position as position, h.content as content, h.quote as quote",
        "and h.kind = $5 order by h.ref_area, h.plan_id, h.version, h.section, h.domain, \
         h.position limit $6 offset $7"
    );
    let mut values = question.values();
    values.push(kind.code().into());
    values.extend([limit, skipped].map(|n| i64::try_from(n).unwrap_or(i64::MAX).into()));
    store.rows_with_list(sql, &values, &question.list()).await?.iter().map(hit).collect()
}

fn hit(row: &Row) -> Result<Hit> {
    Ok(Hit {
        kind: row.coded("kind", Kind::from_code)?,
        key: VersionKey {
            ref_area: parsed("ref_area", &row.text("ref_area")?)?,
            plan_id: PlanId(row.text("plan_id")?),
            number: row.number("version")?,
        },
        title: row.text("title")?,
        status: row.coded("status", VersionStatus::from_code)?,
        section: row.text("section")?,
        domain: row.number("domain")?,
        position: row.number("position")?,
        content: row.text("content")?,
        quote: row.text("quote")?,
    })
}
