//! What a request needs from outside: the store, the clock, ids, randomness, and the files being read.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use halfsky_store::Store;
use halfsky_store::backup;
use halfsky_store::rate_limits::Permits;
use halfsky_store::seal::SecretKey;
use halfsky_store::seal::password::Cost;
use jiff::{SignedDuration, Timestamp};

use crate::background::Works;
use crate::checking::Checking;
use crate::login::hashing::Hashing;
use crate::login::single_sign_on::Provider;
use crate::pages::public::Sites;
use crate::pages::reporting::upload::Read;
use crate::parts::toast::Seal;
use crate::pressure::{Capacity, Pressure};
use crate::probe::Readiness;
use crate::published::KnownNames;
use crate::reading::Readings;
use crate::typesetting::Typesetting;

/// The clock as a function, so that tests can stop it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The source of new ids (and of form tokens: it must not be guessable).
pub type NewId = Arc<dyn Fn() -> String + Send + Sync>;

/// Fills bytes that nobody can guess.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// What only the binary may ask the system for.
#[derive(Clone)]
pub struct Outside {
    pub clock: Clock,
    pub new_id: NewId,
    pub random: Random,
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outside(…)")
    }
}

/// Whether anybody may read the public pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Portal {
    Open,
    #[default]
    Closed,
}

/// How the pages are served.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Host names under which the pages are reached, beside those of the machine itself.
    pub hosts: Vec<String>,
    /// Addresses of proxies in front: what they say about the visitor is believed.
    pub proxies: Vec<IpAddr>,
    /// Every connection is encrypted by this program.
    pub encrypted: bool,
    /// How long a session lasts without a request.
    pub idle: SignedDuration,
    /// How long a session lasts at most.
    pub longest: SignedDuration,
    /// What hashing a password costs.
    pub cost: Cost,
    /// The system that may say who somebody is; None where only passwords count.
    pub single_sign_on: Option<Provider>,
    /// What was decided about backups; None where this program makes none.
    pub backups: Option<backup::Policy>,
    /// Fonts for documents.
    pub typesetting: Typesetting,
    /// The public pages.
    pub portal: Portal,
    /// How many requests are taken at a time.
    pub capacity: Capacity,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            proxies: Vec::new(),
            encrypted: false,
            idle: SignedDuration::from_mins(15),
            longest: SignedDuration::from_hours(24),
            cost: Cost::STANDARD,
            single_sign_on: None,
            backups: None,
            typesetting: Typesetting::default(),
            portal: Portal::default(),
            capacity: Capacity::default(),
        }
    }
}

/// Everything the pages are given. Cloning is cheap.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) readings: Readings,
    /// Uploaded tables being read for their previews.
    pub(crate) previews: Works<Read>,
    /// Seals the messages that travel over a redirect.
    pub(crate) seal: Seal,
    pub(crate) settings: Arc<Settings>,
    pub(crate) hashing: Hashing,
    pub(crate) pressure: Pressure,
    /// Permits of the rate limits that this process has taken ahead.
    pub(crate) permits: Permits,
    pub(crate) readiness: Readiness,
    /// The verification of the audit chains.
    pub(crate) checking: Checking,
    /// The public pages as they were last made.
    pub(crate) sites: Sites,
    /// The names of the figures as they were last read.
    pub(crate) names: KnownNames,
    outside: Outside,
    secret: SecretKey,
}

impl App {
    /// Puts together what the binary or a test provides.
    pub fn new(store: Store, outside: Outside, secret: SecretKey, settings: Settings) -> Self {
        let seal = Seal::new(&secret);
        Self {
            store,
            seal,
            readings: Readings::default(),
            previews: Works::default(),
            hashing: Hashing::new(settings.cost),
            pressure: Pressure::new(settings.capacity),
            permits: Permits::default(),
            settings: Arc::new(settings),
            readiness: Readiness::default(),
            checking: Checking::default(),
            sites: Sites::default(),
            names: KnownNames::default(),
            outside,
            secret,
        }
    }

    /// The instant of this request; read it once per request.
    pub(crate) fn now(&self) -> Timestamp {
        (self.outside.clock)()
    }

    /// The clock, for work that ends after its request.
    pub(crate) fn clock(&self) -> Clock {
        Arc::clone(&self.outside.clock)
    }

    /// A new id.
    pub(crate) fn new_id(&self) -> String {
        (self.outside.new_id)()
    }

    /// Random bytes.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.outside.random)(&mut bytes);
        bytes
    }

    /// The key that opens sealed personal data.
    pub const fn secret(&self) -> &SecretKey {
        &self.secret
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("store", &self.store).finish_non_exhaustive()
    }
}
