//! The signed-in account: who it is, what it is appointed as today, and what follows from that.

use std::collections::BTreeSet;
use std::sync::Arc;

use halfsky_monitor::appointment::{AccountId, Appointment};
use halfsky_monitor::unit::UnitId;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::regions::{self, RegionTree};
use tokio::sync::OnceCell;

use crate::app::App;
use crate::error::WebError;
use crate::permission::{self, Action, Place, Scope};

/// The account behind a request.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) login: String,
    pub(crate) name: String,
    /// The unit of the appointments, in words; empty where none names one.
    pub(crate) unit: String,
    /// The appointments that hold today.
    pub(crate) appointments: Vec<Appointment>,
    /// A password somebody else gave must be replaced before anything else.
    pub(crate) password_is_temporary: bool,
    pub(crate) has_second_factor: bool,
    /// A role of today demands a second factor and there is none: it must be set up before anything else.
    pub(crate) lacks_second_factor: bool,
    /// Hash of the session's token.
    pub(crate) session: String,
    pub(crate) tree: KnownTree,
}

/// The tree of the regions: read once for each request, and only for those who look at lower regions.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownTree(Arc<OnceCell<Arc<RegionTree>>>);

impl KnownTree {
    async fn get(&self, app: &App) -> Result<Arc<RegionTree>, WebError> {
        let read = || async { Ok::<_, WebError>(Arc::new(regions::tree(&app.store).await?)) };
        Ok(Arc::clone(self.0.get_or_try_init(read).await?))
    }
}

/// The regions in which an account may do something.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reach {
    everywhere: bool,
    own: BTreeSet<RefArea>,
    with_lower: BTreeSet<RefArea>,
    tree: Arc<RegionTree>,
}

impl Account {
    /// Whether the account may do something anywhere at all.
    pub(crate) fn may_somewhere(&self, action: Action) -> bool {
        permission::permits(&self.appointments, action, Place::Anywhere)
    }

    /// Whether the account may do something in a region, perhaps for one of its units.
    pub(crate) async fn may(
        &self,
        app: &App,
        action: Action,
        (ref_area, unit): (&RefArea, Option<&UnitId>),
    ) -> Result<bool, WebError> {
        let own = std::slice::from_ref(ref_area);
        if permission::permits(&self.appointments, action, Place::Region { lineage: own, unit }) {
            return Ok(true);
        }
        // the tree of the regions is read only for those whom it can help
        let mut grants = permission::grants(&self.appointments, action);
        if !grants.any(|(_, scope)| scope == Scope::LowerRegions) {
            return Ok(false);
        }
        let lineage = self.tree.get(app).await?.lineage(ref_area);
        let place = Place::Region { lineage: &lineage, unit };
        Ok(permission::permits(&self.appointments, action, place))
    }

    /// Where the account may do something: for lists, which show what lies within reach.
    pub(crate) async fn reach(&self, app: &App, action: Action) -> Result<Reach, WebError> {
        let mut reach = Reach::default();
        for (appointment, scope) in permission::grants(&self.appointments, action) {
            match scope {
                Scope::Installation => reach.everywhere = true,
                Scope::LowerRegions => {
                    reach.with_lower.insert(appointment.ref_area.clone());
                }
                Scope::OwnRegion | Scope::OwnUnit => {
                    reach.own.insert(appointment.ref_area.clone());
                }
            }
        }
        if !reach.with_lower.is_empty() {
            reach.tree = self.tree.get(app).await?;
        }
        Ok(reach)
    }
}

impl Reach {
    /// A region and those below it, in this tree.
    #[cfg(test)]
    pub(crate) fn below(upper: &RefArea, tree: RegionTree) -> Self {
        let with_lower = BTreeSet::from([upper.clone()]);
        Self { with_lower, tree: Arc::new(tree), ..Self::default() }
    }

    /// Every region.
    #[cfg(test)]
    pub(crate) fn everywhere() -> Self {
        Self { everywhere: true, ..Self::default() }
    }

    /// Whether a region lies within.
    pub(crate) fn holds(&self, ref_area: &RefArea) -> bool {
        self.everywhere
            || self.own.contains(ref_area)
            || self.with_lower.contains(ref_area)
            || self.with_lower.iter().any(|upper| self.tree.lies_below(ref_area, upper))
    }

    /// Whether it goes further than the regions of the appointments.
    pub(crate) fn looks_down(&self) -> bool {
        !self.with_lower.is_empty()
    }

    /// Every region within, in code order. An action of the whole installation is of no region: it has none.
    pub(crate) fn codes(&self) -> Vec<RefArea> {
        let below = self.with_lower.iter().flat_map(|upper| self.tree.below(upper));
        let own = self.own.iter().chain(&self.with_lower).cloned();
        below.chain(own).collect::<BTreeSet<RefArea>>().into_iter().collect()
    }

    /// A region with those above it that lie within, from below.
    pub(crate) fn lineage(&self, ref_area: &RefArea) -> Vec<RefArea> {
        self.tree.lineage(ref_area).into_iter().filter(|code| self.holds(code)).collect()
    }

    /// The regions within that lie directly below one.
    pub(crate) fn next_below(&self, upper: &RefArea) -> Vec<RefArea> {
        let mut found = self.tree.next_below(upper);
        found.retain(|code| self.holds(code));
        found
    }

    /// The one region it consists of; None when there are several or none.
    pub(crate) fn only(&self) -> Option<&RefArea> {
        let single = !self.everywhere && self.with_lower.is_empty() && self.own.len() == 1;
        self.own.first().filter(|_| single)
    }
}
