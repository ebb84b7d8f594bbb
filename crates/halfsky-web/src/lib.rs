//! The only crate that knows HTTP: pages, forms, permissions and the assets they need.
//!
//! A handler loads, calls a pure function, saves with its audit entry and renders. No rule of the field
//! lives here.

pub mod acceptance;
mod account;
mod app;
pub mod arrival;
mod assets;
pub mod audit_table;
mod background;
mod checking;
mod drawing;
mod error;
pub mod evaluating;
mod export;
mod form;
mod frame;
mod guard;
pub mod handing_down;
mod list;
mod login;
pub mod measure;
mod origin;
mod pages;
mod parts;
mod permission;
mod pressure;
mod published;
mod probe;
pub mod ranking;
pub mod publishing;
mod reading;
mod shell;
mod tasks;
pub mod testing;
mod text;
mod transport;
mod typesetting;
mod visit;

#[cfg(test)]
mod samples;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath};
use axum::http::Request;
use axum::middleware::from_fn_with_state;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::{Level, Span};

pub use app::{App, Clock, NewId, Outside, Portal, Random, Settings};
pub use login::single_sign_on::Provider;
pub use pressure::Capacity;
pub use transport::{Tls, Transport, serve};
pub use typesetting::{FindFonts, Typesetting};

/// Every page behind the guards, ready to be served.
///
/// The peer address must travel with each request as `ConnectInfo<SocketAddr>`: a request without it is
/// refused.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for (path, handlers) in pages::routes() {
        router = router.route(path, handlers);
    }
    router
        .fallback(pages::missing)
        .method_not_allowed_fallback(pages::missing)
        .layer(DefaultBodyLimit::max(form::BODY_LIMIT))
        .layer(CatchPanicLayer::custom(error::from_panic))
        .layer(from_fn_with_state(app.clone(), guard::admit))
        .layer(from_fn_with_state(app.clone(), visit::receive))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), measure::request))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_request(())
                .on_response(DefaultOnResponse::new().level(Level::DEBUG))
                // the page of the error has logged it, once, with its cause
                .on_failure(()),
        )
        .with_state(app)
}

/// What every line of the log about a request says: method and route. The address itself is left out: it may
/// hold an invitation or what somebody searched for.
fn span(request: &Request<Body>) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    tracing::info_span!("request", method = %request.method(), route)
}
