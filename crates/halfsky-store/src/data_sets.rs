//! Forms (报表) in versions. A form is only ever added: what was filled in on it stays readable.

use std::collections::BTreeMap;

use halfsky_monitor::data_set::{Column, DataSet, FormHeader, Fraction, Row as FormRow, RowKind};
use halfsky_monitor::definition::PeriodRule;
use halfsky_monitor::formula;
use halfsky_monitor::observation::SourceVariant;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::unit::Unit;

use crate::definitions::plausible_of;
use crate::error::{Error, Result};
use crate::plans::Stamp;
use crate::row::{Row, instant_text, strange};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

const HEAD: Columns = Columns {
    table: "data_set",
    names: &[
        "ref_area",
        "code",
        "version",
        "name",
        "header",
        "form_number",
        "issuer",
        "approver",
        "approval_number",
        "valid_until",
        "recorded_at",
        "recorded_by",
    ],
};

const ROW: Columns = Columns {
    table: "data_set_row",
    names: &[
        "ref_area",
        "code",
        "version",
        "position",
        "row_code",
        "name",
        "unit",
        "decimals",
        "formula",
        "cell_columns",
        "part_of",
        "numerator",
        "denominator",
        "gross",
        "possible_low",
        "possible_high",
        "likely_low",
        "likely_high",
        "source",
        "variant",
        "period_rule",
        "definition_version",
    ],
};

/// Which version of which form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataSetKey {
    pub code: String,
    pub version: u32,
}

impl DataSetKey {
    /// The key of a form.
    pub fn of(form: &DataSet) -> Self {
        Self { code: form.code().to_owned(), version: form.version() }
    }
}

/// The number the next version of a form gets, from 1.
pub async fn next_version(tx: &mut Tx, code: &str) -> Result<u32> {
    let area = tx.ref_area().to_owned();
    let sql = "select coalesce(max(version), 0) + 1 as next from data_set \
               where ref_area = $1 and code = $2";
    let rows = tx.rows(sql, &[area.into(), code.into()]).await?;
    rows.first().map_or(Ok(1), |row| row.number("next"))
}

/// Keeps a form under its version.
pub async fn insert(tx: &mut Tx, form: &DataSet, stamp: &Stamp) -> Result<()> {
    let next = next_version(tx, form.code()).await?;
    if form.version() != next {
        return Err(Error::Conflict(format!(
            "报表“{}”的下一版应为第{next}版，可能刚被别人修改，请刷新后重试",
            form.name()
        )));
    }
    let area = tx.ref_area().to_owned();
    tx.insert(HEAD, &[head_row(&area, form, stamp)]).await?;
    let rows: Result<Vec<_>> = form
        .rows()
        .iter()
        .enumerate()
        .map(|(position, row)| form_row(&area, form, position, row))
        .collect();
    tx.insert(ROW, &rows?).await
}

/// One form.
pub async fn load(store: &Store, ref_area: &RefArea, key: &DataSetKey) -> Result<DataSet> {
    let values = [ref_area.as_str().into(), key.code.as_str().into(), key.version.into()];
    let found = load_matching(store, &values).await?;
    found
        .into_values()
        .next()
        .ok_or_else(|| Error::NotFound(format!("报表 {} 第{}版", key.code, key.version)))
}

/// Every form of a region that the tasks of a round are filled in on.
pub async fn of_round(
    store: &Store,
    ref_area: &RefArea,
    round_id: &str,
) -> Result<BTreeMap<DataSetKey, DataSet>> {
    let values = [ref_area.as_str().into(), round_id.into()];
    let mut snapshot = store.snapshot().await?;
    let heads = snapshot.rows(HEADS_OF_ROUND, &values).await?;
    let rows = snapshot.rows(ROWS_OF_ROUND, &values).await?;
    snapshot.end().await?;
    forms_of(&heads, &rows)
}

/// The newest version of each form of a region.
pub async fn newest(store: &Store, ref_area: &RefArea) -> Result<BTreeMap<DataSetKey, DataSet>> {
    let values = [ref_area.as_str().into()];
    let mut snapshot = store.snapshot().await?;
    let heads = snapshot.rows(NEWEST_HEADS, &values).await?;
    let rows = snapshot.rows(NEWEST_ROWS, &values).await?;
    snapshot.end().await?;
    forms_of(&heads, &rows)
}

macro_rules! heads {
    ($condition:literal) => {
        concat!(
            "select d.code, d.version, d.name, d.header, d.form_number, d.issuer, d.approver, ",
            "d.approval_number, d.valid_until from data_set d where d.ref_area = $1 and ",
            $condition,
            " order by d.code, d.version"
        )
    };
}

macro_rules! form_rows {
    ($condition:literal) => {
        concat!(
            "select d.code, d.version, d.row_code, d.name, d.unit, d.decimals, d.formula, ",
            "d.cell_columns, d.part_of, d.numerator, d.denominator, d.gross, d.possible_low, ",
            "d.possible_high, d.likely_low, d.likely_high, d.source, d.variant, d.period_rule, ",
            "d.definition_version ",
            "from data_set_row d where d.ref_area = $1 and ",
            $condition,
            " order by d.code, d.version, d.position"
        )
    };
}

const HEADS: &str = heads!("d.code = $2 and d.version = $3");
const ROWS: &str = form_rows!("d.code = $2 and d.version = $3");
const HEADS_OF_ROUND: &str = heads!(
    "exists (select 1 from reporting_task t where t.ref_area = d.ref_area \
     and t.round_id = $2 and t.data_set = d.code and t.data_set_version = d.version)"
);
const ROWS_OF_ROUND: &str = form_rows!(
    "exists (select 1 from reporting_task t where t.ref_area = d.ref_area \
     and t.round_id = $2 and t.data_set = d.code and t.data_set_version = d.version)"
);
const NEWEST_HEADS: &str = heads!(
    "d.version = (select max(n.version) from data_set n \
     where n.ref_area = d.ref_area and n.code = d.code)"
);
const NEWEST_ROWS: &str = form_rows!(
    "d.version = (select max(n.version) from data_set n \
     where n.ref_area = d.ref_area and n.code = d.code)"
);

async fn load_matching(store: &Store, values: &[Value]) -> Result<BTreeMap<DataSetKey, DataSet>> {
    let mut snapshot = store.snapshot().await?;
    let heads = snapshot.rows(HEADS, values).await?;
    let rows = snapshot.rows(ROWS, values).await?;
    snapshot.end().await?;
    forms_of(&heads, &rows)
}

fn head_row(area: &str, form: &DataSet, stamp: &Stamp) -> Vec<Value> {
    let (kind, [number, issuer, approver, approval, until]) = match form.header() {
        FormHeader::Statistical { number, issuer, approver, approval_number, valid_until } => (
            "statistical",
            [number, issuer, approver, approval_number, valid_until].map(String::as_str),
        ),
        FormHeader::Worksheet => ("worksheet", [""; 5]),
    };
    vec![
        area.into(),
        form.code().into(),
        form.version().into(),
        form.name().into(),
        kind.into(),
        number.into(),
        issuer.into(),
        approver.into(),
        approval.into(),
        until.into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
    ]
}

fn form_row(area: &str, form: &DataSet, position: usize, row: &FormRow) -> Result<Vec<Value>> {
    let formula = match &row.kind {
        RowKind::Reported => None,
        RowKind::Computed(expression) => Some(formula::print(expression)),
    };
    let columns: Vec<&str> = row.columns.iter().map(|column| column.code()).collect();
    let fraction = row.fraction.as_ref();
    let bound = |value: Option<rust_decimal::Decimal>| Value::from(value.map(|v| v.to_string()));
    Ok(vec![
        area.into(),
        form.code().into(),
        form.version().into(),
        Value::count(position)?,
        row.code.0.as_str().into(),
        row.name.as_str().into(),
        row.unit.code().into(),
        row.decimals.into(),
        formula.into(),
        columns.join(" ").into(),
        row.part_of.as_ref().map(|code| code.0.as_str()).into(),
        fraction.map(|f| f.numerator.0.as_str()).into(),
        fraction.map(|f| f.denominator.0.as_str()).into(),
        fraction.is_some_and(|f| f.gross).into(),
        bound(row.plausible.possible.low),
        bound(row.plausible.possible.high),
        bound(row.plausible.likely.low),
        bound(row.plausible.likely.high),
        row.source.as_str().into(),
        row.variant.code().into(),
        row.period_rule.code().into(),
        row.definition_version.into(),
    ])
}

fn forms_of(heads: &[Row], rows: &[Row]) -> Result<BTreeMap<DataSetKey, DataSet>> {
    let mut by_form: BTreeMap<DataSetKey, Vec<FormRow>> = BTreeMap::new();
    for row in rows {
        by_form.entry(key_of(row)?).or_default().push(form_row_of(row)?);
    }
    heads
        .iter()
        .map(|head| {
            let key = key_of(head)?;
            let rows = by_form.remove(&key).unwrap_or_default();
            let form =
                DataSet::new(&key.code, &head.text("name")?, key.version, header_of(head)?, rows)
                    .map_err(|problem| Error::Damaged(format!("报表 {}：{problem}", key.code)))?;
            Ok((key, form))
        })
        .collect()
}

fn key_of(row: &Row) -> Result<DataSetKey> {
    Ok(DataSetKey { code: row.text("code")?, version: row.number("version")? })
}

fn header_of(row: &Row) -> Result<FormHeader> {
    match row.text("header")?.as_str() {
        "worksheet" => Ok(FormHeader::Worksheet),
        "statistical" => Ok(FormHeader::Statistical {
            number: row.text("form_number")?,
            issuer: row.text("issuer")?,
            approver: row.text("approver")?,
            approval_number: row.text("approval_number")?,
            valid_until: row.text("valid_until")?,
        }),
        other => Err(strange("header", other)),
    }
}

fn form_row_of(row: &Row) -> Result<FormRow> {
    let columns = row.text("cell_columns")?;
    let columns = columns
        .split_whitespace()
        .map(|code| Column::from_code(code).ok_or_else(|| strange("cell_columns", code)))
        .collect::<Result<_>>()?;
    let kind = match row.optional_text("formula")? {
        None => RowKind::Reported,
        Some(text) => {
            RowKind::Computed(formula::parse(&text).map_err(|_| strange("formula", &text))?)
        }
    };
    let fraction = match (row.optional_text("numerator")?, row.optional_text("denominator")?) {
        (Some(numerator), Some(denominator)) => Some(Fraction {
            numerator: IndicatorCode(numerator),
            denominator: IndicatorCode(denominator),
            gross: row.flag("gross")?,
        }),
        _ => None,
    };
    Ok(FormRow {
        code: IndicatorCode(row.text("row_code")?),
        name: row.text("name")?,
        unit: row.coded("unit", Unit::from_code)?,
        decimals: row.number("decimals")?,
        kind,
        columns,
        part_of: row.optional_text("part_of")?.map(IndicatorCode),
        fraction,
        plausible: plausible_of(row)?,
        source: row.text("source")?,
        variant: row.coded("variant", SourceVariant::from_code)?,
        period_rule: row.coded("period_rule", PeriodRule::from_code)?,
        definition_version: row.number("definition_version")?,
    })
}
