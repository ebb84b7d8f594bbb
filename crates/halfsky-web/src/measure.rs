//! Measurements for Prometheus: counted where things happen, handed out on a listener of their own.

use std::future::Future;
use std::io;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use halfsky_store::backup::runs;
use jiff::SignedDuration;
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

use crate::app::App;
use crate::probe;
use crate::transport::{Transport, serve_router};

const REQUESTS: &str = "halfsky_http_requests_total";
const DURATION: &str = "halfsky_http_request_duration_seconds";
const SIGN_IN_FAILURES: &str = "halfsky_sign_in_failures_total";
const JOBS: &str = "halfsky_jobs_total";
const JOB_DURATION: &str = "halfsky_job_duration_seconds";
const BACKUP_AGE: &str = "halfsky_backup_age_seconds";
const CONNECTIONS: &str = "halfsky_database_connections";
const READY: &str = "halfsky_ready";

/// Upper bounds of durations in seconds.
const BUCKETS: [f64; 10] = [0.005, 0.02, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0, 60.0, 600.0];

/// What was measured since the program started. Cloning is cheap.
#[derive(Clone)]
pub struct Measurements(PrometheusHandle);

impl std::fmt::Debug for Measurements {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Measurements(…)")
    }
}

impl Measurements {
    /// Begins to measure: once per process. Without it nothing is counted and nothing is kept.
    pub fn begin() -> anyhow::Result<Self> {
        let recorder = PrometheusBuilder::new().set_buckets(&BUCKETS)?.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).context("measurements have begun already")?;
        metrics::describe_counter!(REQUESTS, "Requests by route, method and status");
        metrics::describe_histogram!(DURATION, "Seconds a request took, by route and method");
        metrics::describe_counter!(SIGN_IN_FAILURES, "Sign-ins that did not succeed");
        metrics::describe_counter!(JOBS, "Background jobs that ended, by kind and outcome");
        metrics::describe_histogram!(JOB_DURATION, "Seconds a background job took, by kind");
        metrics::describe_gauge!(BACKUP_AGE, "Seconds since the last backup that ended well began");
        metrics::describe_gauge!(CONNECTIONS, "Database connections by purpose and state");
        metrics::describe_gauge!(READY, "1 when requests can be answered");
        counter!(SIGN_IN_FAILURES).absolute(0);
        Ok(Self(handle))
    }
}

/// Counts a request under its route: an address itself may hold what nobody but the visitor should know.
pub(crate) async fn request(State(app): State<App>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let method = method_name(request.method());
    let begun = app.now();
    let response = next.run(request).await;
    let took = app.now().duration_since(begun).max(SignedDuration::ZERO);
    let status = response.status().as_u16().to_string();
    counter!(REQUESTS, "route" => route.clone(), "method" => method, "status" => status)
        .increment(1);
    histogram!(DURATION, "route" => route, "method" => method).record(took.as_secs_f64());
    response
}

/// Strangers may invent methods; every one would be a series of its own.
fn method_name(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}

/// Counts a sign-in that did not succeed.
pub(crate) fn sign_in_failed() {
    counter!(SIGN_IN_FAILURES).increment(1);
}

/// Counts a background job that has ended.
pub fn job_ended(kind: &str, outcome: &'static str, took: SignedDuration) {
    counter!(JOBS, "kind" => kind.to_owned(), "outcome" => outcome).increment(1);
    histogram!(JOB_DURATION, "kind" => kind.to_owned())
        .record(took.max(SignedDuration::ZERO).as_secs_f64());
}

#[derive(Clone)]
struct Scraped {
    app: App,
    measurements: Measurements,
}

/// `GET /metrics`
async fn scrape(State(Scraped { app, measurements }): State<Scraped>) -> Response {
    look(&app).await;
    measurements.0.run_upkeep();
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, measurements.0.render()).into_response()
}

/// What is looked at when somebody asks.
async fn look(app: &App) {
    for connections in app.store.connections() {
        let purpose = connections.purpose;
        let used = connections.open - connections.idle;
        gauge!(CONNECTIONS, "purpose" => purpose, "state" => "idle").set(connections.idle);
        gauge!(CONNECTIONS, "purpose" => purpose, "state" => "used").set(used);
    }
    let ready = probe::look(app).await.is_ok();
    gauge!(READY).set(f64::from(u8::from(ready)));
    // A database that does not answer is told by the line above; the age stays what it was.
    if let Ok(Some(run)) = runs::last_done(&app.store).await {
        gauge!(BACKUP_AGE).set(app.now().duration_since(run.started_at).as_secs_f64());
    }
}

/// Serves measurements and probes until `stop` resolves. Nobody is asked who they are: the address must be
/// one that only the watching program reaches.
pub async fn serve(
    listener: TcpListener,
    app: App,
    measurements: Measurements,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let probes = Router::new()
        .route("/healthz", get(probe::alive))
        .route("/readyz", get(probe::ready))
        .with_state(app.clone());
    let router = Router::new()
        .route("/metrics", get(scrape))
        .with_state(Scraped { app, measurements })
        .merge(probes);
    serve_router(listener, router, Transport::default(), stop).await
}
