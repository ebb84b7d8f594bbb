//! Addresses for programs that watch this one: is it alive, can it answer requests.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use halfsky_store::health::{self, Unready};
use jiff::{SignedDuration, Timestamp};

use crate::app::App;

/// So long an answer holds: anybody may ask, and asking must not cost the database anything.
const HOLDS: SignedDuration = SignedDuration::from_secs(3);

/// When it was last looked, and what was found.
type Looked = (Timestamp, Result<(), Unready>);

/// The last answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Readiness(Arc<Mutex<Option<Looked>>>);

impl Readiness {
    fn recent(&self, now: Timestamp) -> Option<Result<(), Unready>> {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, found) = last?;
        (now.duration_since(at).abs() < HOLDS).then_some(found)
    }

    /// Whether the database did not answer a moment ago: asking it again would only take time.
    pub(crate) fn is_cut_off(&self, now: Timestamp) -> bool {
        self.recent(now) == Some(Err(Unready::Database))
    }

    /// Notes that the database did not answer.
    pub(crate) fn cut_off(&self, now: Timestamp) {
        self.keep(now, Err(Unready::Database));
    }

    fn keep(&self, now: Timestamp, found: Result<(), Unready>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, found));
    }
}

/// `GET /healthz`: the process is alive.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// Whether requests can be answered, as it was found a moment ago.
pub(crate) async fn look(app: &App) -> Result<(), Unready> {
    let now = app.now();
    if let Some(found) = app.readiness.recent(now) {
        return found;
    }
    let found = health::readiness(&app.store).await;
    app.readiness.keep(now, found);
    found
}

/// `GET /readyz`: requests can be answered; otherwise 503 with one line that says why not.
pub(crate) async fn ready(State(app): State<App>) -> Response {
    match look(&app).await {
        Ok(()) => "ok\n".into_response(),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", why.label())).into_response(),
    }
}
