//! Finding entries again: filters, newest first, in pages that stay where they are while new entries come.

use halfsky_plan::ref_area::RefArea;
use jiff::Timestamp;

use super::chain::{entry_columns, entry_of};
use super::entry::SealedEntry;
use crate::error::{Error, Result};
use crate::row::instant_text;
use crate::store::Store;
use crate::values::Value;

/// Which entries are meant; what is left empty does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub ref_area: Option<RefArea>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// The name of the actor or its account.
    pub actor: String,
    /// An action (`plan.import`) or a group of them (`plan`).
    pub action: String,
    /// An object, or what it begins with up to a space (`plan 0192…/2`).
    pub object: String,
    /// Words in subject, changes, reason or object.
    pub words: String,
}

/// The place of an entry in the order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    at: String,
    ref_area: String,
    sequence: i64,
}

impl Place {
    /// The place of an entry.
    pub fn of(entry: &SealedEntry) -> Self {
        let (at, ref_area) = (entry.at.clone(), entry.ref_area.clone());
        Self { at, ref_area, sequence: entry.sequence }
    }

    /// As text for an address.
    pub fn text(&self) -> String {
        format!("{}_{}_{}", self.at, self.ref_area, self.sequence)
    }

    /// Reads [`Place::text`]; None for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('_');
        let at: Timestamp = parts.next()?.parse().ok()?;
        let ref_area: RefArea = parts.next()?.parse().ok()?;
        let sequence = parts.next()?.parse().ok()?;
        let place = Self { at: instant_text(at), ref_area: ref_area.as_str().to_owned(), sequence };
        parts.next().is_none().then_some(place)
    }
}

/// Where a page begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum From {
    /// With the newest entry.
    #[default]
    Newest,
    /// After a place, towards older entries.
    OlderThan(Place),
    /// Before a place, towards newer entries.
    NewerThan(Place),
}

/// Entries of one page, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub entries: Vec<SealedEntry>,
    /// Whether there are newer ones.
    pub newer: bool,
    /// Whether there are older ones.
    pub older: bool,
}

macro_rules! matching {
    () => {
        " from audit_entry where ($1 = '' or ref_area = $1) and ($2 = '' or at >= $2) \
         and ($3 = '' or at < $3) and ($4 = '' or actor = $4 or account = $4) \
         and ($5 = '' or action = $5 or action like $6 escape '!') \
         and ($7 = '' or object = $7 or object like $8 escape '!') \
         and ($9 = '' or lower(subject) like $9 escape '!' or lower(changes) like $9 escape '!' \
              or lower(reason) like $9 escape '!' or lower(object) like $9 escape '!')"
    };
}

/// One page of entries.
pub async fn find(store: &Store, filter: &Filter, from: &From, most: usize) -> Result<Found> {
    const NEWEST: &str = concat!(
        "select ",
        entry_columns!(),
        matching!(),
        " order by at desc, ref_area desc, sequence desc limit $10"
    );
    const OLDER: &str = concat!(
        "select ",
        entry_columns!(),
        matching!(),
        " and (at, ref_area, sequence) < ($11, $12, $13) \
          order by at desc, ref_area desc, sequence desc limit $10"
    );
    const NEWER: &str = concat!(
        "select ",
        entry_columns!(),
        matching!(),
        " and (at, ref_area, sequence) > ($11, $12, $13) \
          order by at, ref_area, sequence limit $10"
    );
    let mut values = filter.values();
    // One more than is shown tells whether there is another page.
    values.push(Value::count(most.saturating_add(1))?);
    let sql = match from {
        From::Newest => NEWEST,
        From::OlderThan(_) => OLDER,
        From::NewerThan(_) => NEWER,
    };
    if let From::OlderThan(place) | From::NewerThan(place) = from {
        values.push(place.at.as_str().into());
        values.push(place.ref_area.as_str().into());
        values.push(place.sequence.into());
    }
    let rows = store.rows(sql, &values).await?;
    let mut entries = rows.iter().map(entry_of).collect::<Result<Vec<_>>>()?;
    let more = entries.len() > most;
    entries.truncate(most);
    Ok(match from {
        From::Newest => Found { entries, newer: false, older: more },
        From::OlderThan(_) => Found { entries, newer: true, older: more },
        From::NewerThan(_) => {
            entries.reverse();
            Found { entries, newer: more, older: true }
        }
    })
}

/// How many entries match, counted up to a limit.
pub async fn count(store: &Store, filter: &Filter, limit: i64) -> Result<i64> {
    const COUNT: &str = concat!(
        "select cast(count(*) as bigint) as found from (select 1 as one",
        matching!(),
        " limit $10) as matching"
    );
    let mut values = filter.values();
    values.push(limit.into());
    store.rows(COUNT, &values).await?.first().map_or(Ok(0), |row| row.integer("found"))
}

/// Most entries that are handed out at once.
pub const MOST: usize = 50_000;

/// All entries that match, newest first; more than [`MOST`] are refused.
pub async fn all(store: &Store, filter: &Filter) -> Result<Vec<SealedEntry>> {
    let found = find(store, filter, &From::Newest, MOST).await?;
    if found.older {
        return Err(Error::Invalid(format!(
            "符合条件的审计记录超过 {MOST} 条，一次不能全部导出；请缩小时间范围，分几次导出"
        )));
    }
    Ok(found.entries)
}

/// Every action there is in the entries of a region, or of all: the choices of a filter.
pub async fn actions(store: &Store, ref_area: Option<&RefArea>) -> Result<Vec<String>> {
    let sql = "select distinct action from audit_entry where ($1 = '' or ref_area = $1) \
               order by action";
    let area = ref_area.map_or("", RefArea::as_str);
    store.rows(sql, &[area.into()]).await?.iter().map(|row| row.text("action")).collect()
}

impl Filter {
    /// The values of the placeholders 1 to 9.
    fn values(&self) -> Vec<Value> {
        let instant = |at: Option<Timestamp>| at.map_or_else(String::new, instant_text);
        let words = match self.words.trim() {
            "" => String::new(),
            words => format!("%{}%", escaped(&words.to_ascii_lowercase())),
        };
        let (actor, action) = (self.actor.trim(), self.action.trim());
        let object = self.object.trim();
        vec![
            self.ref_area.as_ref().map_or("", RefArea::as_str).into(),
            instant(self.from).into(),
            instant(self.until).into(),
            actor.into(),
            action.into(),
            format!("{}.%", escaped(action)).into(),
            object.into(),
            format!("{} %", escaped(object)).into(),
            words.into(),
        ]
    }
}

/// A text in which nothing is a wildcard.
fn escaped(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_way_through_an_address() {
        let place = Place {
            at: "2026-03-05T01:30:00.000001Z".to_owned(),
            ref_area: "990101".to_owned(),
            sequence: 12,
        };
        assert_eq!(Place::parse(&place.text()), Some(place));
        for odd in ["", "x", "2026-03-05T01:30:00Z_990101", "2026-03-05T01:30:00Z_990101_1_2"] {
            assert_eq!(Place::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn wildcards_are_ordinary_letters() {
        assert_eq!(escaped("100%_!"), "100!%!_!!");
    }
}
