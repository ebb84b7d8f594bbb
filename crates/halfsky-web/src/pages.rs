//! The pages, grouped like the navigation, and the routes that lead to them.

pub(crate) mod account;
pub(crate) mod admin;
mod api;
#[cfg(debug_assertions)]
mod components;
pub(crate) mod duties;
pub(crate) mod data;
pub(crate) mod cases;
pub(crate) mod editions;
pub(crate) mod evaluations;
pub(crate) mod indicators;
pub(crate) mod messages;
pub(crate) mod missing_items;
pub(crate) mod opinions;
pub(crate) mod overview;
pub(crate) mod plan;
pub(crate) mod public;
pub(crate) mod regions;
pub(crate) mod rounds;
pub(crate) mod targets;
pub(crate) mod texts;
pub(crate) mod reporting;
pub(crate) mod reports;
pub(crate) mod review;
pub(crate) mod visits;
pub(crate) mod warnings;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};

use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::{assets, probe, visit};

/// What a handler answers.
pub(crate) type Answer = Result<Response, WebError>;

/// Every route with its handlers; the permission table lists the same ones.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    let mut routes = vec![
        ("/assets/{name}", get(assets::serve)),
        ("/healthz", get(probe::alive)),
        ("/readyz", get(probe::ready)),
        ("/display", post(display)),
        ("/", get(overview::home::show)),
        ("/search", get(overview::search::show)),
        ("/tasks", get(overview::tasks::show)),
        #[cfg(debug_assertions)]
        ("/components", get(components::show)),
    ];
    routes.extend(account::routes());
    routes.extend(admin::routes());
    routes.extend(plan::routes());
    routes.extend(indicators::routes());
    routes.extend(messages::routes());
    routes.extend(rounds::routes());
    routes.extend(duties::routes());
    routes.extend(texts::routes());
    routes.extend(missing_items::routes());
    routes.extend(reporting::routes());
    routes.extend(review::routes());
    routes.extend(editions::routes());
    routes.extend(data::routes());
    routes.extend(regions::routes());
    routes.extend(reports::routes());
    routes.extend(public::routes());
    routes.extend(opinions::routes());
    routes.extend(evaluations::routes());
    routes.extend(targets::routes());
    routes.extend(warnings::routes());
    routes.extend(cases::routes());
    routes.extend(visits::routes());
    routes.extend(api::routes());
    routes
}

/// The answer where there is no page.
pub(crate) async fn missing() -> WebError {
    WebError::NotFound("没有这个页面。请检查地址，或从导航重新进入。".to_owned())
}

/// Draws a page.
pub(crate) fn page(template: &impl Template) -> Answer {
    Ok(Html(template.render()?).into_response())
}

/// Draws a page again because something in its form was refused.
pub(crate) fn refused(template: &impl Template) -> Answer {
    let mut answer = page(template)?;
    *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(answer)
}

/// Draws a page with its form: as a question, or again because something in it was refused.
pub(crate) fn with_form(template: &impl Template, form: &Form) -> Answer {
    if form.is_refused() { refused(template) } else { page(template) }
}

fn hexadecimal(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase()
}

/// Hands out a file to be kept.
pub(crate) fn download(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', hexadecimal(byte >> 4), hexadecimal(byte & 15)]);
        }
    }
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{encoded}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// Remembers the type size and goes back to where the person was.
async fn display(Posted(form): Posted) -> Answer {
    let size = if form.value("size") == "large" { "large" } else { "normal" };
    let back = form.value("back");
    let back = if account::login::is_own(back) { back } else { "/" };
    let mut response = Redirect::to(back).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&visit::size_cookie(size)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
