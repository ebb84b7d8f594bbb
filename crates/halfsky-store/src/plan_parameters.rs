//! Parameters of the plans (预警与评估参数): who set what, and what held before stands in the audit chain.

use halfsky_evaluate::run::PlanParameters;
use halfsky_evaluate::warning::Level;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;

use crate::error::{Error, Result, is_taken};
use crate::plans::Stamp;
use crate::row::{Row, instant_text};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

const PARAMETER: Columns = Columns {
    table: "plan_parameter",
    names: &[
        "ref_area",
        "plan_id",
        "hopeless",
        "doubtful",
        "expected",
        "moved",
        "gap",
        "tolerance",
        "nearly_counts",
        "revision",
        "changed_at",
        "changed_by",
    ],
};

/// Parameters with what only the store knows of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredParameters {
    pub parameters: PlanParameters,
    /// 0 while nobody has set any: then they are those the methods propose.
    pub revision: i64,
    pub changed: Option<Stamp>,
}

/// The parameters of a plan.
pub async fn load(store: &Store, ref_area: &RefArea, plan: &PlanId) -> Result<StoredParameters> {
    let sql = "select hopeless, doubtful, expected, moved, gap, tolerance, nearly_counts, \
               revision, changed_at, changed_by from plan_parameter \
               where ref_area = $1 and plan_id = $2";
    let rows = store.rows(sql, &[ref_area.as_str().into(), plan.0.as_str().into()]).await?;
    let proposed =
        StoredParameters { parameters: PlanParameters::default(), revision: 0, changed: None };
    rows.first().map_or(Ok(proposed), parameters_of)
}

/// Sets the parameters of a plan that still stand at the revision seen.
pub async fn save(
    tx: &mut Tx,
    plan: &PlanId,
    seen: i64,
    parameters: &PlanParameters,
    stamp: &Stamp,
) -> Result<()> {
    let conflict = || Error::Conflict("参数刚被别人修改，请刷新后核对".to_owned());
    let mut values: Vec<Value> = vec![
        tx.ref_area().into(),
        plan.0.as_str().into(),
        i64::from(parameters.hopeless).into(),
        i64::from(parameters.doubtful).into(),
        i64::from(parameters.expected).into(),
        i64::from(parameters.moved).into(),
        parameters.gap.code().into(),
        i64::from(parameters.tolerance).into(),
        parameters.nearly_counts.into(),
        (seen + 1).into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
    ];
    if seen == 0 {
        return tx
            .insert(PARAMETER, &[values])
            .await
            .map_err(|error| if is_taken(&error) { conflict() } else { error });
    }
    let sql = "update plan_parameter set hopeless = $3, doubtful = $4, expected = $5, moved = $6, \
               gap = $7, tolerance = $8, nearly_counts = $9, revision = $10, changed_at = $11, \
               changed_by = $12 where ref_area = $1 and plan_id = $2 and revision = $13";
    values.push(seen.into());
    match tx.execute(sql, &values).await? {
        0 => Err(conflict()),
        _ => Ok(()),
    }
}

fn parameters_of(row: &Row) -> Result<StoredParameters> {
    Ok(StoredParameters {
        parameters: PlanParameters {
            hopeless: row.number("hopeless")?,
            doubtful: row.number("doubtful")?,
            expected: row.number("expected")?,
            moved: row.number("moved")?,
            gap: row.coded("gap", Level::from_code)?,
            tolerance: row.number("tolerance")?,
            nearly_counts: row.flag("nearly_counts")?,
        },
        revision: row.integer("revision")?,
        changed: Some(Stamp { at: row.instant("changed_at")?, by: row.text("changed_by")? }),
    })
}
