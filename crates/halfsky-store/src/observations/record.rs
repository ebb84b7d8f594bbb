//! Recording values: what is new becomes a revision, what is the same stays as it is.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use halfsky_monitor::observation::{Observation, ObservationKey, Value as Told};
use halfsky_monitor::reporting::UnitId;

use super::{number_of, observation_of, tell_columns, tell_figure, tell_key};
use crate::error::{Error, Result};
use crate::plans::Stamp;
use crate::rounds::RoundId;
use crate::row::instant_text;
use crate::tx::Tx;
use crate::values::{Columns, RowWriter, Taken, Value};

const CURRENT: Columns = Columns {
    table: "observation",
    names: &[
        "ref_area",
        "indicator",
        "period",
        "sex",
        "residence",
        "age",
        "group_code",
        "source",
        "figure",
        "number",
        "missing",
        "definition_version",
        "status",
        "confidentiality",
        "revision",
    ],
};

const REVISION: Columns = Columns {
    table: "observation_revision",
    names: &[
        "ref_area",
        "indicator",
        "period",
        "sex",
        "residence",
        "age",
        "group_code",
        "source",
        "revision",
        "figure",
        "missing",
        "missing_note",
        "missing_owner",
        "substitute",
        "definition_version",
        "status",
        "confidentiality",
        "unit_mult",
        "explanation",
        "recorded_at",
        "recorded_by",
        "reason",
        "round_id",
        "unit_id",
        "submission",
    ],
};

/// The submission a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromSubmission {
    pub round: RoundId,
    pub unit: UnitId,
    pub number: u32,
}

/// A value to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewValue {
    pub observation: Observation,
    /// Why it changes; required where there is a value already, as `History::append` demands. Shared, because the
    /// values of an import all say the same.
    pub why: Arc<str>,
    /// None when it was entered otherwise.
    pub from: Option<FromSubmission>,
}

/// What recording did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recording {
    pub added: usize,
    pub revised: usize,
    pub unchanged: usize,
}

/// Indicators looked up in one statement.
pub(crate) const INDICATORS_AT_A_TIME: usize = 500;

/// A value that becomes a revision, with its number.
type New<'a> = (&'a NewValue, i64);

/// Records values of the transaction's region, any number of them. What already stands there unchanged makes no
/// revision; a change without a reason is refused, and nothing is kept.
pub async fn record(tx: &mut Tx, values: &[NewValue], stamp: &Stamp) -> Result<Recording> {
    let area = tx.ref_area().to_owned();
    let known = current(tx, values).await?;
    let mut recording = Recording::default();
    let mut revisions: Vec<New<'_>> = Vec::with_capacity(values.len());
    let mut seen: HashSet<&ObservationKey> = HashSet::with_capacity(values.len());
    for value in values {
        let observation = &value.observation;
        let key = &observation.key;
        if key.ref_area.as_str() != area || !seen.insert(key) {
            return Err(Error::Invalid(format!(
                "指标 {} {} 的数据重复或不属于本地区",
                key.indicator, key.period
            )));
        }
        let number = match known.get(key) {
            None => {
                recording.added += 1;
                1
            }
            Some((stands, _)) if same(stands, observation) => {
                recording.unchanged += 1;
                continue;
            }
            Some(_) if value.why.trim().is_empty() => {
                return Err(Error::Invalid(format!(
                    "指标 {} {} 已有数据，修订须写明原因",
                    key.indicator, key.period
                )));
            }
            Some((_, revision)) => {
                recording.revised += 1;
                revision + 1
            }
        };
        revisions.push((value, number));
    }
    let at = instant_text(stamp.at);
    let revision = |new: &New<'_>, to: &mut RowWriter<'_>| {
        tell_revision(new, (&area, &at, &stamp.by), to);
    };
    tx.put_each((REVISION, Taken::Refuse), &revisions, revision).await?;
    // nobody else writes in this region now: what is not known is not there
    let (added, replaced): (Vec<_>, Vec<_>) =
        revisions.into_iter().partition(|(_, number)| *number == 1);
    let current = |new: &New<'_>, to: &mut RowWriter<'_>| tell_current(new, &area, to);
    tx.put_each((CURRENT, Taken::Refuse), &added, current).await?;
    tx.put_each((CURRENT, Taken::Replace { key: 8 }), &replaced, current).await?;
    Ok(recording)
}

fn same(stands: &Observation, new: &Observation) -> bool {
    stands == new && stands.value.printed_alike(&new.value)
}

/// What stands under the indicators of the values, with its revision.
async fn current(
    tx: &mut Tx,
    values: &[NewValue],
) -> Result<BTreeMap<ObservationKey, (Observation, i64)>> {
    let sql = "select r.ref_area, r.indicator, r.period, r.sex, r.residence, r.age, \
               r.group_code, r.source, r.figure, r.missing, r.missing_note, r.missing_owner, \
               r.substitute, r.definition_version, r.status, r.confidentiality, r.unit_mult, \
               r.explanation, r.revision from observation o \
               join observation_revision r on r.ref_area = o.ref_area \
               and r.indicator = o.indicator and r.period = o.period and r.sex = o.sex \
               and r.residence = o.residence and r.age = o.age \
               and r.group_code = o.group_code and r.source = o.source \
               and r.revision = o.revision \
               where o.ref_area = $1 and o.period >= $2 and o.period <= $3 \
               and o.indicator in ({list})";
    let periods = values.iter().map(|v| v.observation.key.period.to_string());
    let (Some(first), Some(last)) = (periods.clone().min(), periods.max()) else {
        return Ok(BTreeMap::new());
    };
    let codes: BTreeSet<&str> =
        values.iter().map(|v| v.observation.key.indicator.0.as_str()).collect();
    let codes: Vec<Value> = codes.into_iter().map(Value::from).collect();
    let fixed = [tx.ref_area().into(), first.into(), last.into()];
    let mut known = BTreeMap::new();
    for some in codes.chunks(INDICATORS_AT_A_TIME) {
        for row in tx.rows_with_list(sql, &fixed, some).await? {
            let observation = observation_of(&row)?;
            let revision = row.integer("revision")?;
            known.insert(observation.key.clone(), (observation, revision));
        }
    }
    Ok(known)
}

fn tell_current((value, revision): &New<'_>, area: &str, to: &mut RowWriter<'_>) {
    let observation = &value.observation;
    to.text(area);
    tell_key(&observation.key, to);
    tell_figure(&observation.value, to);
    to.optional_real(number_of(&observation.value));
    let missing = match &observation.value {
        Told::Figure(_) => None,
        Told::Missing(missing) => Some(missing.reason.code()),
    };
    to.optional_text(missing);
    to.integer(observation.definition_version);
    to.text(observation.status.code());
    to.text(observation.confidentiality.code());
    to.integer(*revision);
}

fn tell_revision(
    (value, revision): &New<'_>,
    (area, at, by): (&str, &str, &str),
    to: &mut RowWriter<'_>,
) {
    let observation = &value.observation;
    to.text(area);
    tell_key(&observation.key, to);
    to.integer(*revision);
    tell_figure(&observation.value, to);
    tell_columns(observation, to);
    to.text(at);
    to.text(by);
    to.text(&value.why);
    let from = value.from.as_ref();
    to.optional_text(from.map(|f| f.round.0.as_str()));
    to.optional_text(from.map(|f| f.unit.0.as_str()));
    to.optional_integer(from.map(|f| f.number));
}

pub(crate) fn figure_text(told: &Told) -> Value {
    told.figure().map(|figure| figure.to_string()).into()
}
