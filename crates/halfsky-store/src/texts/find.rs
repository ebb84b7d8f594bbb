//! One page of the texts that units of many regions have to send: the database filters, sorts and counts, so that
//! neither the number of statements nor what is read grows with the regions.

use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::submission::SubmissionState;
use halfsky_monitor::text_report::TextKind;
use halfsky_plan::ref_area::RefArea;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::Result;
use crate::rounds::RoundId;
use crate::row::{Row, parsed};
use crate::store::Store;
use crate::tasks::TaskKey;
use crate::values::{Order, Slice, Value};

/// A text that a unit has to send, with the last version it handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedText {
    pub key: TaskKey,
    /// The id where the unit is not known.
    pub unit: String,
    pub kind: TextKind,
    pub year: i32,
    /// Title of the round.
    pub round: String,
    pub state: SubmissionState,
    /// The last day of this unit.
    pub due: Date,
    pub first_submitted: Option<Date>,
    pub handed_in: Option<Timestamp>,
    /// 0 before the first.
    pub version: u32,
    pub filing_number: String,
}

/// Which texts are meant; what is left empty does not matter.
#[derive(Debug, Clone, Copy)]
pub struct TextFilter<'a> {
    pub regions: &'a [RefArea],
    pub kind: Option<TextKind>,
    pub year: Option<i32>,
    /// What the name of the unit holds.
    pub unit: &'a str,
    pub state: Option<SubmissionState>,
    /// Only what was not handed in by its last day.
    pub overdue: bool,
    /// The day on which it is late.
    pub today: Date,
}

impl TextFilter<'_> {
    fn values(&self) -> Vec<Value> {
        let year = self.year.map_or_else(String::new, |year| year.to_string());
        vec![
            self.kind.map_or("", TextKind::code).into(),
            year.into(),
            self.unit.into(),
            self.state.map_or("", SubmissionState::code).into(),
            if self.overdue { "overdue" } else { "" }.into(),
            self.today.into(),
        ]
    }

    fn list(&self) -> Vec<Value> {
        self.regions.iter().map(|code| code.as_str().into()).collect()
    }
}

/// What a list of texts is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextSort {
    /// What waits for the office, what is late, what is under way, what is done.
    Waiting,
    Unit,
    Due,
    FilingNumber,
}

macro_rules! matching {
    ($select:literal, $end:expr) => {
        concat!(
            "select ",
            $select,
            " from (select t.ref_area, t.round_id, t.unit_id, ",
            "coalesce(u.name, t.unit_id) as unit_name, r.text_kind, r.period, r.title, t.state, ",
            "coalesce((select max(e.until) from round_extension e ",
            "where e.ref_area = t.ref_area and e.round_id = t.round_id ",
            "and e.unit_id = t.unit_id and e.until > r.due), r.due) as due, t.first_submitted, ",
            "x.submitted_at, coalesce(x.version, 0) as version, ",
            "coalesce(x.filing_number, '') as filing_number ",
            "from reporting_round r join reporting_task t on t.ref_area = r.ref_area ",
            "and t.round_id = r.round_id left join organisation_unit u ",
            "on u.ref_area = t.ref_area and u.unit_id = t.unit_id left join text_report x ",
            "on x.ref_area = t.ref_area and x.round_id = t.round_id and x.unit_id = t.unit_id ",
            "and x.version = (select max(n.version) from text_report n ",
            "where n.ref_area = t.ref_area and n.round_id = t.round_id ",
            "and n.unit_id = t.unit_id and n.submitted_at is not null) ",
            "where r.subject = 'text' and r.ref_area in ({list}) ",
            "and ($1 = '' or r.text_kind = $1) and ($2 = '' or r.period = $2)) f ",
            "where ($3 = '' or replace(f.unit_name, $3, '') <> f.unit_name) ",
            "and ($4 = '' or f.state = $4) ",
            "and ($5 = '' or (f.first_submitted is null and f.due < $6))",
            $end
        )
    };
}

macro_rules! sorted {
    ($order:expr) => {
        matching!("f.*", concat!(" order by ", $order, " limit $7 offset $8"))
    };
}

macro_rules! waiting {
    ($direction:literal, $rest:literal) => {
        sorted!(concat!(
            "case when f.state = 'submitted' then 0 ",
            "when f.first_submitted is null and f.due < $6 then 1 ",
            "when f.state in ('accepted', 'published') then 3 else 2 end",
            $direction,
            $rest
        ))
    };
}

/// How many texts match.
pub async fn count(store: &Store, filter: &TextFilter<'_>) -> Result<usize> {
    let sql = matching!("count(*) as found", "");
    let rows = store.rows_with_list(sql, &filter.values(), &filter.list()).await?;
    rows.first().map_or(Ok(0), |row| row.number("found"))
}

/// The texts of one page, in their order.
pub async fn find(
    store: &Store,
    filter: &TextFilter<'_>,
    (sort, order): (TextSort, Order),
    slice: Slice,
) -> Result<Vec<ExpectedText>> {
    let sql = match (sort, order) {
        (TextSort::Waiting, Order::Up) => waiting!("", ", f.due, f.ref_area, f.unit_name"),
        (TextSort::Waiting, Order::Down) => {
            waiting!(" desc", ", f.due desc, f.ref_area desc, f.unit_name desc")
        }
        (TextSort::Unit, Order::Up) => sorted!("f.unit_name, f.due, f.ref_area, f.round_id"),
        (TextSort::Unit, Order::Down) => {
            sorted!("f.unit_name desc, f.due desc, f.ref_area desc, f.round_id")
        }
        (TextSort::Due, Order::Up) => sorted!("f.due, f.ref_area, f.unit_name, f.round_id"),
        (TextSort::Due, Order::Down) => {
            sorted!("f.due desc, f.ref_area desc, f.unit_name desc, f.round_id")
        }
        (TextSort::FilingNumber, Order::Up) => {
            sorted!("f.filing_number, f.due, f.ref_area, f.unit_name, f.round_id")
        }
        (TextSort::FilingNumber, Order::Down) => {
            sorted!("f.filing_number desc, f.due desc, f.ref_area desc, f.unit_name, f.round_id")
        }
    };
    let mut values = filter.values();
    values.extend(slice.values());
    let rows = store.rows_with_list(sql, &values, &filter.list()).await?;
    rows.iter().map(expected_of).collect()
}

/// The years that texts of some regions are about, newest first.
pub async fn years(store: &Store, regions: &[RefArea]) -> Result<Vec<i32>> {
    let sql = "select distinct period from reporting_round where subject = 'text' \
               and ref_area in ({list}) order by period desc";
    let list: Vec<Value> = regions.iter().map(|code| code.as_str().into()).collect();
    let rows = store.rows_with_list(sql, &[], &list).await?;
    rows.iter().map(|row| parsed("period", &row.text("period")?)).collect()
}

fn expected_of(row: &Row) -> Result<ExpectedText> {
    Ok(ExpectedText {
        key: TaskKey {
            ref_area: parsed("ref_area", &row.text("ref_area")?)?,
            round: RoundId(row.text("round_id")?),
            unit: UnitId(row.text("unit_id")?),
        },
        unit: row.text("unit_name")?,
        kind: row.coded("text_kind", TextKind::from_code)?,
        year: parsed("period", &row.text("period")?)?,
        round: row.text("title")?,
        state: row.coded("state", SubmissionState::from_code)?,
        due: row.day("due")?,
        first_submitted: row.optional_day("first_submitted")?,
        handed_in: row.optional_instant("submitted_at")?,
        version: row.number("version")?,
        filing_number: row.text("filing_number")?,
    })
}
