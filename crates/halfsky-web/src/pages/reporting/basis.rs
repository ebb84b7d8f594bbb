//! What a unit's figures are held against: its form, the years before, the figures of other units, the targets.

use std::collections::BTreeMap;

use halfsky_monitor::data_set::{CellKey, DataSet, Entries};
use halfsky_monitor::definition::Definitions;
use halfsky_monitor::period::Period;
use halfsky_monitor::validation::{
    Filled, Finding, OtherFigures, PastValues, past_values, source_figures, validate,
};
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::observations::Years;
use halfsky_store::{data_sets, definitions, editions, observations, plans, submissions};

use super::task::Work;
use crate::app::App;
use crate::error::WebError;

/// Years before the reported one that are looked at.
const YEARS_BACK: i32 = 6;

/// What the figures of a task are checked with.
#[derive(Debug, Clone)]
pub(crate) struct Basis {
    pub(crate) form: DataSet,
    pub(crate) period: Period,
    pub(crate) past: PastValues,
    pub(crate) definitions: BTreeMap<IndicatorCode, Definitions>,
    others: Vec<OtherFigures>,
    /// What is known of this period from publications.
    published: Vec<OtherFigures>,
}

impl Basis {
    /// Reads it.
    pub(crate) async fn load(app: &App, work: &Work) -> Result<Self, WebError> {
        let period = work.period()?;
        let key = work.key();
        let form = work.task.form.as_ref();
        let form = form.ok_or_else(|| WebError::NotFound("这项任务没有报表。".to_owned()))?;
        let form = data_sets::load(&app.store, &key.ref_area, form).await?;
        let definitions = definitions::load_all(&app.store).await?;
        let years = Years { from: period.year() - YEARS_BACK, to: period.year() - 1 };
        let published = editions::of_years(&app.store, &key.ref_area, years).await?;
        let observations = published.iter().map(|p| &p.observation);
        let past = past_values(observations, &form, &definitions, period);
        let others = others(app, work, &form).await?;
        // a health year begins in the year before
        let years = Years { from: period.year() - 1, to: period.year() };
        let known = observations::from_elsewhere(&app.store, &key.ref_area, years).await?;
        let published = source_figures(&known, &form, period);
        Ok(Self { form, period, past, definitions, others, published })
    }

    /// What the rules find in what is filled in.
    pub(crate) fn check(&self, entries: &Entries) -> Vec<Finding> {
        validate(&Filled {
            data_set: &self.form,
            entries,
            period: self.period,
            past: &self.past,
            other_forms: &self.others,
            published: &self.published,
        })
    }

    /// The comparable value of the year before.
    pub(crate) fn last_year(&self, cell: &CellKey) -> Option<Figure> {
        let (year, value) = *self.past.get(cell)?.last()?;
        (year == self.period.year() - 1).then_some(Figure::new(value))
    }
}

/// What other units submitted in this round about the items of a form.
async fn others(app: &App, work: &Work, form: &DataSet) -> Result<Vec<OtherFigures>, WebError> {
    let rows: Vec<IndicatorCode> = form.rows().iter().map(|row| row.code.clone()).collect();
    let found = submissions::of_others(&app.store, work.key(), &rows).await?;
    let other = |(name, entries): (String, Entries)| {
        let figures = entries.iter().flat_map(|(row, entry)| {
            let cell = |column: &_| CellKey { row: row.clone(), column: *column };
            entry.figures.iter().map(move |(column, figure)| (cell(column), *figure))
        });
        OtherFigures { name, figures: figures.collect() }
    };
    Ok(found.into_iter().map(other).collect())
}

/// The targets of a region's plans in force by indicator, as they are printed: `≤12/10万（2030年）`.
pub(crate) async fn targets(
    app: &App,
    ref_area: &RefArea,
) -> Result<BTreeMap<IndicatorCode, String>, WebError> {
    let mut targets = BTreeMap::new();
    for linked in plans::linked_in_force(&app.store, ref_area).await? {
        let words = format!("{}（{}年）", linked.target.statement(), linked.target.by);
        targets.entry(linked.indicator).or_insert(words);
    }
    Ok(targets)
}
