//! Warnings (预警): how every rule stands, the steps that were told with their evidence, and what people decided.

use std::collections::BTreeMap;

use halfsky_evaluate::run::{EvidenceResult, Followed, WarningKey, WarningState};
use halfsky_evaluate::warning::{Level, Rule};
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;

use crate::error::{Error, Result, is_taken};
use crate::plans::Stamp;
use crate::row::{Row, instant_text, parsed};
use crate::store::Store;
use crate::tx::Tx;
use crate::values::{Columns, Value};

const STATE: Columns = Columns {
    table: "warning_state",
    names: &[
        "ref_area",
        "plan_id",
        "target_key",
        "rule",
        "level",
        "pending",
        "probability",
        "provisional",
    ],
};

const STEP: Columns = Columns {
    table: "warning_step",
    names: &[
        "ref_area",
        "plan_id",
        "number",
        "target_key",
        "rule",
        "indicator",
        "demand",
        "from_level",
        "to_level",
        "provisional",
        "release",
        "run_number",
        "evidence",
        "raised_at",
    ],
};

const UNIT: Columns = Columns {
    table: "warning_unit",
    names: &["ref_area", "plan_id", "number", "position", "name"],
};

const DECISION: Columns = Columns {
    table: "warning_decision",
    names: &["ref_area", "plan_id", "number", "decision", "reason", "decided_at", "decided_by"],
};

/// A step of a warning as it was told.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredWarning {
    pub plan_id: PlanId,
    /// From 1 within a plan.
    pub number: u32,
    pub key: WarningKey,
    pub indicator: String,
    pub demand: String,
    /// Units that lead the target, as the plan words them.
    pub lead: Vec<String>,
    pub from: Option<Level>,
    /// None: the warning is over.
    pub to: Option<Level>,
    pub provisional: bool,
    pub release: String,
    pub run_number: u32,
    pub evidence: Option<EvidenceResult>,
    pub raised_at: jiff::Timestamp,
    pub decision: Option<Decided>,
}

impl StoredWarning {
    /// The step's name in audit entries.
    pub fn object(&self) -> String {
        format!("warning {}/{}", self.plan_id.0, self.number)
    }
}

/// What somebody may decide about a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Taken up.
    Confirmed,
    /// Set aside, with the reason.
    Rejected,
}

impl Decision {
    /// The code used in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
        }
    }

    /// The decision of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Confirmed, Self::Rejected].into_iter().find(|d| d.code() == code)
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Confirmed => "已确认",
            Self::Rejected => "不予处理",
        }
    }
}

/// A decision with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub decision: Decision,
    pub reason: String,
    pub stamp: Stamp,
}

/// How the rules of a plan stand, inside the transaction that follows them on.
pub async fn states(tx: &mut Tx, plan: &PlanId) -> Result<BTreeMap<WarningKey, WarningState>> {
    let sql = "select target_key, rule, level, pending, probability, provisional \
               from warning_state where ref_area = $1 and plan_id = $2 order by target_key, rule";
    let values = [tx.ref_area().into(), plan.0.as_str().into()];
    tx.rows(sql, &values).await?.iter().map(state_of).collect()
}

/// Keeps the states after a run and the steps that led there.
pub async fn save_followed(
    tx: &mut Tx,
    plan: &PlanId,
    run_number: u32,
    followed: &Followed,
    stamp: &Stamp,
) -> Result<()> {
    let area = tx.ref_area().to_owned();
    let own = || -> [Value; 2] { [area.as_str().into(), plan.0.as_str().into()] };
    tx.execute("delete from warning_state where ref_area = $1 and plan_id = $2", &own()).await?;
    let states: Vec<Vec<Value>> = followed
        .states
        .iter()
        .map(|(key, state)| {
            let mut row = own().to_vec();
            row.extend([
                key.target.as_str().into(),
                key.rule.code().into(),
                state.level.map(Level::code).into(),
                state.pending.map(Level::code).into(),
                state.probability.map(|p| p.to_string()).into(),
                state.provisional.into(),
            ]);
            row
        })
        .collect();
    tx.insert(STATE, &states).await?;
    let sql = "select coalesce(max(number), 0) as newest from warning_step \
               where ref_area = $1 and plan_id = $2";
    let rows = tx.rows(sql, &own()).await?;
    let newest: u32 = rows.first().map_or(Ok(0), |row| row.number("newest"))?;
    let (mut steps, mut units) = (Vec::new(), Vec::new());
    for (step, number) in followed.steps.iter().zip(newest + 1..) {
        let mut row = own().to_vec();
        row.extend([
            number.into(),
            step.key.target.as_str().into(),
            step.key.rule.code().into(),
            step.indicator.as_str().into(),
            step.demand.as_str().into(),
            step.from.map(Level::code).into(),
            step.to.map(Level::code).into(),
            step.provisional.into(),
            step.release.as_str().into(),
            run_number.into(),
            step.evidence.as_ref().map(EvidenceResult::to_text).into(),
            instant_text(stamp.at).into(),
        ]);
        steps.push(row);
        for (position, name) in step.lead.iter().enumerate() {
            let mut row = own().to_vec();
            row.extend([number.into(), Value::count(position)?, name.as_str().into()]);
            units.push(row);
        }
    }
    tx.insert(STEP, &steps).await.map_err(|error| {
        if is_taken(&error) {
            Error::Conflict("这版数据的预警刚被别人生成，请刷新".to_owned())
        } else {
            error
        }
    })?;
    tx.insert(UNIT, &units).await
}

const STEPS: &str = "select s.plan_id, s.number, s.target_key, s.rule, s.indicator, s.demand, \
    s.from_level, s.to_level, s.provisional, s.release, s.run_number, s.evidence, s.raised_at, \
    d.decision, d.reason, d.decided_at, d.decided_by from warning_step s \
    left join warning_decision d on d.ref_area = s.ref_area and d.plan_id = s.plan_id \
    and d.number = s.number where s.ref_area = $1 \
    order by s.raised_at desc, s.plan_id, s.number desc";
const UNITS: &str = "select plan_id, number, name from warning_unit where ref_area = $1 \
    order by plan_id, number, position";

/// Every step of a region, newest first.
pub async fn list(store: &Store, ref_area: &RefArea) -> Result<Vec<StoredWarning>> {
    let values = [ref_area.as_str().into()];
    let mut snapshot = store.snapshot().await?;
    let steps = snapshot.rows(STEPS, &values).await?;
    let units = snapshot.rows(UNITS, &values).await?;
    snapshot.end().await?;
    let mut lead: BTreeMap<(String, u32), Vec<String>> = BTreeMap::new();
    for row in &units {
        let key = (row.text("plan_id")?, row.number("number")?);
        lead.entry(key).or_default().push(row.text("name")?);
    }
    steps
        .iter()
        .map(|row| {
            let key = (row.text("plan_id")?, row.number("number")?);
            warning_of(row, lead.remove(&key).unwrap_or_default())
        })
        .collect()
}

/// The warnings of a region that stand: the last step of each, where it has a level. Gravest first, then newest.
pub async fn standing(store: &Store, ref_area: &RefArea) -> Result<Vec<StoredWarning>> {
    let mut seen = std::collections::BTreeSet::new();
    let mut last: Vec<StoredWarning> = list(store, ref_area)
        .await?
        .into_iter()
        .filter(|w| seen.insert((w.plan_id.clone(), w.key.clone())))
        .filter(|w| w.to.is_some())
        .collect();
    last.sort_by_key(|w| std::cmp::Reverse(w.to));
    Ok(last)
}

/// One step.
pub async fn find(
    store: &Store,
    ref_area: &RefArea,
    plan: &PlanId,
    number: u32,
) -> Result<StoredWarning> {
    let all = list(store, ref_area).await?;
    all.into_iter()
        .find(|w| w.plan_id == *plan && w.number == number)
        .ok_or_else(|| Error::NotFound(format!("第{number}号预警")))
}

/// Keeps what a person decided about a step; only once.
pub async fn decide(tx: &mut Tx, plan: &PlanId, number: u32, decided: &Decided) -> Result<()> {
    let row: Vec<Value> = vec![
        tx.ref_area().into(),
        plan.0.as_str().into(),
        number.into(),
        decided.decision.code().into(),
        decided.reason.as_str().into(),
        instant_text(decided.stamp.at).into(),
        decided.stamp.by.as_str().into(),
    ];
    tx.insert(DECISION, &[row]).await.map_err(|error| {
        if is_taken(&error) {
            Error::Conflict("这条预警已经处理过，请刷新".to_owned())
        } else {
            error
        }
    })
}

fn state_of(row: &Row) -> Result<(WarningKey, WarningState)> {
    let key =
        WarningKey { target: row.text("target_key")?, rule: row.coded("rule", Rule::from_code)? };
    let probability = row.optional_text("probability")?;
    let state = WarningState {
        level: row.optional_coded("level", Level::from_code)?,
        pending: row.optional_coded("pending", Level::from_code)?,
        probability: probability.map(|text| parsed("probability", &text)).transpose()?,
        provisional: row.flag("provisional")?,
    };
    Ok((key, state))
}

fn warning_of(row: &Row, lead: Vec<String>) -> Result<StoredWarning> {
    let evidence = row.optional_text("evidence")?;
    let evidence = evidence
        .map(|text| EvidenceResult::from_text(&text))
        .transpose()
        .map_err(|problem| Error::Damaged(problem.to_string()))?;
    let decision = match row.optional_coded("decision", Decision::from_code)? {
        None => None,
        Some(decision) => Some(Decided {
            decision,
            reason: row.optional_text("reason")?.unwrap_or_default(),
            stamp: Stamp {
                at: row.instant("decided_at")?,
                by: row.optional_text("decided_by")?.unwrap_or_default(),
            },
        }),
    };
    Ok(StoredWarning {
        plan_id: PlanId(row.text("plan_id")?),
        number: row.number("number")?,
        key: WarningKey {
            target: row.text("target_key")?,
            rule: row.coded("rule", Rule::from_code)?,
        },
        indicator: row.text("indicator")?,
        demand: row.text("demand")?,
        lead,
        from: row.optional_coded("from_level", Level::from_code)?,
        to: row.optional_coded("to_level", Level::from_code)?,
        provisional: row.flag("provisional")?,
        release: row.text("release")?,
        run_number: row.number("run_number")?,
        evidence,
        raised_at: row.instant("raised_at")?,
        decision,
    })
}
