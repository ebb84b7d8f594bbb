//! What a unit's figures are held against: its form, the years before, the figures of other units, the targets.

use std::collections::BTreeMap;
use std::sync::Arc;

use halfsky_monitor::data_set::{CellKey, DataSet, Entries};
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::Observation;
use halfsky_monitor::period::Period;
use halfsky_monitor::validation::{
    Filled, Finding, OtherFigures, PastValues, past_values, source_figures, validate,
};
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::observations::Years;
use halfsky_store::{data_sets, editions, observations, plans, submissions};

use super::task::Work;
use super::upload::in_background;
use crate::app::App;
use crate::error::WebError;
use crate::published;

/// Years before the reported one that are looked at.
const YEARS_BACK: i32 = 6;

/// Rows from which on a form is large: below, the check takes less time than the way to another thread and back.
const LARGE: usize = 60;

/// What the figures of a task are checked with.
#[derive(Debug, Clone)]
pub(crate) struct Basis {
    pub(crate) form: DataSet,
    pub(crate) period: Period,
    pub(crate) past: PastValues,
    pub(crate) names: Arc<Names>,
    others: Vec<OtherFigures>,
    /// What is known of this period from publications.
    published: Vec<OtherFigures>,
}

impl Basis {
    /// Reads it.
    pub(crate) async fn load(app: &App, work: &Work) -> Result<Arc<Self>, WebError> {
        let period = work.period()?;
        let key = work.key();
        let form = work.task.form.as_ref();
        let form = form.ok_or_else(|| WebError::NotFound("这项任务没有报表。".to_owned()))?;
        let form = data_sets::load(&app.store, &key.ref_area, form).await?;
        let names = published::names(app).await?;
        let years = Years { from: period.year() - YEARS_BACK, to: period.year() - 1 };
        let past = past(app, (&key.ref_area, &form), (period, years)).await?;
        let past = past_values(&past, &form, names.cards(), period);
        let others = others(app, work, &form).await?;
        // a health year begins in the year before
        let years = Years { from: period.year() - 1, to: period.year() };
        let known = observations::from_elsewhere(&app.store, &key.ref_area, years).await?;
        let published = source_figures(&known, &form, period);
        Ok(Arc::new(Self { form, period, past, names, others, published }))
    }

    /// What the rules find in what is filled in: of a large form beside the other requests, which would wait for it
    /// otherwise.
    pub(crate) async fn check(
        self: &Arc<Self>,
        entries: &Entries,
    ) -> Result<Vec<Finding>, WebError> {
        if self.form.rows().len() < LARGE {
            return Ok(self.findings(entries));
        }
        let (basis, entries) = (Arc::clone(self), entries.clone());
        in_background(move || basis.findings(&entries)).await
    }

    /// What the rules find, at once.
    pub(crate) fn findings(&self, entries: &Entries) -> Vec<Finding> {
        validate(&Filled {
            data_set: &self.form,
            entries,
            period: self.period,
            past: &self.past,
            other_forms: &self.others,
            published: &self.published,
        })
    }

    /// What the figures of the year before stand under.
    pub(crate) const fn last_year_words(&self) -> &'static str {
        if self.period.is_whole_year() { "上年" } else { "上年同期" }
    }

    /// The same for its figures of women and men, towns and villages.
    pub(crate) const fn parts_words(&self) -> &'static str {
        if self.period.is_whole_year() { "上年分项" } else { "上年同期分项" }
    }

    /// The comparable value of the year before.
    pub(crate) fn last_year(&self, cell: &CellKey) -> Option<Figure> {
        let (year, value) = *self.past.get(cell)?.last()?;
        (year == self.period.year() - 1).then_some(Figure::new(value))
    }
}

/// The figures of the years before: those that are published or, of a part of a year, which is not, those accepted.
async fn past(
    app: &App,
    (ref_area, form): (&RefArea, &DataSet),
    (period, years): (Period, Years),
) -> Result<Vec<Observation>, WebError> {
    if !period.is_whole_year() {
        return Ok(observations::of_years(&app.store, ref_area, years).await?);
    }
    let rows = form.rows().iter().map(|row| row.code.clone()).collect();
    let area = std::slice::from_ref(ref_area);
    let published = editions::of_indicators(&app.store, (area, &rows), years).await?;
    Ok(published.into_iter().map(|p| p.observation).collect())
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use halfsky_monitor::definition::Definition;
    use halfsky_plan::indicator::Catalogue;

    use super::*;

    fn of_indicators(count: usize) -> Arc<Basis> {
        let catalogue = Catalogue::builtin();
        let cards = catalogue.indicators().iter().take(count);
        let cards: Vec<Definition> =
            cards.map(|card| Definition::from_catalogue(card, 2021).unwrap()).collect();
        Arc::new(Basis {
            form: DataSet::worksheet("F", "表", &cards, &cards).unwrap(),
            period: Period::year_of(2025).unwrap(),
            past: PastValues::new(),
            names: Arc::default(),
            others: Vec::new(),
            published: Vec::new(),
        })
    }

    /// Whether another request gets its turn while a form is checked.
    async fn lets_others_in(basis: &Arc<Basis>) -> bool {
        let (done, met) = (Cell::new(false), Cell::new(false));
        let nothing = Entries::new();
        let check = async {
            let found = basis.check(&nothing).await.unwrap();
            done.set(true);
            found
        };
        let (found, ()) = tokio::join!(check, async { met.set(!done.get()) });
        assert_eq!(found, basis.findings(&nothing));
        assert!(!found.is_empty(), "blanks are asked about");
        met.get()
    }

    #[tokio::test]
    async fn a_large_form_holds_up_nobody_else() {
        let small = of_indicators(3);
        assert!(small.form.rows().len() < LARGE && !lets_others_in(&small).await);
        let large = of_indicators(usize::MAX);
        assert!(large.form.rows().len() > LARGE && lets_others_in(&large).await);
    }
}
