//! What a request needs from outside: the store, the clock, ids, and the files being read.

use std::fmt;
use std::sync::Arc;

use halfsky_store::Store;
use jiff::Timestamp;

use crate::parts::toast::Seal;
use crate::reading::Readings;

/// The clock as a function, so that tests can stop it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The source of new ids (and of form tokens: it must not be guessable).
pub type NewId = Arc<dyn Fn() -> String + Send + Sync>;

/// Everything the pages are given. Cloning is cheap.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) readings: Readings,
    /// Seals the messages that travel over a redirect.
    pub(crate) seal: Seal,
    clock: Clock,
    new_id: NewId,
}

impl App {
    /// Puts together what the binary or a test provides.
    pub fn new(store: Store, clock: Clock, new_id: NewId) -> Self {
        let seal = Seal::new(&*new_id);
        Self { store, readings: Readings::default(), seal, clock, new_id }
    }

    /// The instant of this request; read it once per request.
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// A new id.
    pub(crate) fn new_id(&self) -> String {
        (self.new_id)()
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("store", &self.store).finish_non_exhaustive()
    }
}
