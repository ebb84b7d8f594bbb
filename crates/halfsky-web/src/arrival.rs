//! A plan arrives, from a page or from a command: its file is kept under its hash and it becomes a draft.

use std::sync::Arc;

use halfsky_plan::indicator::Indicator;
use halfsky_plan::plan::Plan;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::{DraftHeader, PlanId, PlanVersion, SourceFile};
use halfsky_store::audit::Entry;
use halfsky_store::plans::{self, Stamp, VersionKey};
use halfsky_store::{Error, Store};

/// A plan file, and where its plans belong.
#[derive(Debug, Clone)]
pub struct Arrival<'a> {
    pub ref_area: RefArea,
    pub source: SourceFile,
    /// The file as it came.
    pub bytes: Arc<Vec<u8>>,
    /// The text its plans were read from.
    pub text: &'a str,
    pub catalogue: &'a [Indicator],
    /// Example data (示例数据).
    pub example: bool,
}

/// Keeps one plan of the file as a draft: a new version of the plan with the same region, beneficiary and
/// plan period, else the first version of a new plan, which gets `new_id`. The entry says who and from where;
/// its object is the new version.
pub async fn keep_draft(
    store: &Store,
    arrival: &Arrival<'_>,
    plan: Plan,
    (stamp, entry): (&Stamp, Entry),
    new_id: PlanId,
) -> Result<PlanVersion, Error> {
    let (files, bytes) = (store.files().clone(), Arc::clone(&arrival.bytes));
    let keeping = tokio::task::spawn_blocking(move || files.keep(&bytes));
    keeping.await.map_err(|error| Error::Damaged(format!("保存原文件时中断：{error}")))??;
    let mut tx = store.begin(&arrival.ref_area).await?;
    let known = plans::find_plan(&mut tx, plan.beneficiary, plan.period).await?;
    let plan_id = known.unwrap_or(new_id);
    let header = DraftHeader {
        ref_area: arrival.ref_area.clone(),
        number: plans::next_number(&mut tx, &plan_id).await?,
        plan_id,
        source: arrival.source.clone(),
        text: arrival.text.to_owned(),
        example: arrival.example,
    };
    let version = PlanVersion::draft(header, plan, arrival.catalogue);
    plans::insert_draft(&mut tx, &version, stamp).await?;
    let object = VersionKey::of(&version).object();
    tx.commit(Entry { object, ..entry }.because(&arrival.source.name)).await?;
    Ok(version)
}
