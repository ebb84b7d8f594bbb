//! Published figures as one reader may see them: small counts stay hidden from those who see what the public sees.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use halfsky_monitor::names::Names;
use halfsky_monitor::observation::{ConfStatus, Observation};
use halfsky_monitor::suppression::{Structure, hidden, public_view};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::editions::{EditionKey, Published};
use halfsky_store::{definitions, regions};

use crate::app::App;
use crate::error::WebError;
use crate::list::Params;
use crate::permission::Action;
use crate::visit::Visit;

/// What a reader sees of small counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// Every figure; what the public is not shown is marked.
    Internal,
    /// 对外公布: small counts, and what they could be worked out from, are hidden.
    Public,
}

impl View {
    /// The view of a visitor in a region. Who may see everything can look at the public view, too (`view=public`).
    pub(crate) async fn of(
        visit: &Visit,
        app: &App,
        ref_area: &RefArea,
        params: &Params,
    ) -> Result<Self, WebError> {
        let widest = Self::widest(visit, app, ref_area).await?;
        Ok(if params.value("view") == "public" { Self::Public } else { widest })
    }

    /// The most a visitor may see in a region.
    pub(crate) async fn widest(
        visit: &Visit,
        app: &App,
        ref_area: &RefArea,
    ) -> Result<Self, WebError> {
        let all = visit.may(app, Action::ReadSmallCounts, ref_area).await?;
        Ok(if all { Self::Internal } else { Self::Public })
    }

    /// The figures of one edition, in their order.
    pub(crate) fn figures(self, figures: &[Observation], structure: &Structure) -> Vec<Figure> {
        match self {
            Self::Internal => {
                let hidden = hidden(figures, structure);
                let shown = |o: &Observation| Figure {
                    observation: o.clone(),
                    hidden: hidden.get(&o.key).copied(),
                };
                figures.iter().map(shown).collect()
            }
            Self::Public => {
                let shown = |o: Observation| Figure {
                    hidden: Some(o.confidentiality).filter(|c| *c != ConfStatus::Free),
                    observation: o,
                };
                public_view(figures, structure).into_iter().map(shown).collect()
            }
        }
    }
}

/// A figure as it may be shown.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub(crate) observation: Observation,
    /// Why the public is not shown it.
    pub(crate) hidden: Option<ConfStatus>,
}

/// A published figure as it may be shown.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) edition: EditionKey,
    pub(crate) figure: Figure,
}

/// Published figures as they may be shown in each region, edition by edition. What
/// [`Names::deciding`] tells must be complete in each edition: what is hidden depends on all of it.
pub(crate) fn shown(
    figures: Vec<Published>,
    names: &Names,
    view: impl Fn(&RefArea) -> View,
) -> Vec<Shown> {
    let mut editions: BTreeMap<(RefArea, EditionKey), Vec<Observation>> = BTreeMap::new();
    for published in figures {
        let key = (published.observation.key.ref_area.clone(), published.edition);
        editions.entry(key).or_default().push(published.observation);
    }
    let mut all = Vec::new();
    for ((region, edition), figures) in editions {
        let structure = names.structure(edition.period.year());
        let figures = view(&region).figures(&figures, structure);
        all.extend(figures.into_iter().map(|figure| Shown { edition, figure }));
    }
    all
}

/// The names of all figures as they were last read, with how many cards and items there were before.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownNames(Arc<Mutex<Option<Read>>>);

/// How many cards and items there were, and what they said.
type Read = ((i64, i64), Arc<Names>);

/// The names of all figures. The catalogue is large and seldom grows: it is read again only when it has grown, by
/// whichever process.
pub(crate) async fn names(app: &App) -> Result<Arc<Names>, WebError> {
    let extent = definitions::extent(&app.store).await?;
    let known = app.names.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((of, names)) = known
        && of == extent
    {
        return Ok(names);
    }
    let names = Arc::new(definitions::names(&app.store).await?);
    let mut known = app.names.0.lock().unwrap_or_else(PoisonError::into_inner);
    *known = Some((extent, Arc::clone(&names)));
    Ok(names)
}

/// The name of a region; its code where nobody named it.
pub(crate) async fn region_name(app: &App, ref_area: &RefArea) -> Result<String, WebError> {
    let region = regions::find(&app.store, ref_area).await?;
    Ok(region.map_or_else(|| ref_area.to_string(), |region| region.name))
}
