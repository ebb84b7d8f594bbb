//! The only crate that knows HTTP: pages, forms, permissions and the assets they need.
//!
//! A handler loads, calls a pure function, saves with its audit entry and renders. No rule of the field
//! lives here.

mod account;
mod app;
pub mod arrival;
mod assets;
pub mod audit_table;
mod error;
mod export;
mod form;
mod frame;
mod guard;
mod list;
mod login;
mod origin;
mod pages;
mod parts;
mod permission;
mod published;
mod reading;
mod shell;
mod tasks;
pub mod testing;
mod text;
mod visit;

#[cfg(test)]
mod samples;

use std::future::Future;
use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub use app::{App, Clock, NewId, Outside, Random, Settings};
pub use login::single_sign_on::Provider;

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
        .with_state(app)
}

/// Serves the pages until `stop` resolves.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
