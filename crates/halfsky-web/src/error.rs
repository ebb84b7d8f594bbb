//! The one place where an error becomes a status, a page and one log line.

use std::any::Any;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use jiff::SignedDuration;

use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// What went wrong. The text says what happened and what to do next; it is shown to the person.
#[derive(Debug)]
pub(crate) enum WebError {
    /// The request cannot be understood.
    Invalid(String),
    /// The rules of the field or of the document refuse it.
    Refused(String),
    Forbidden(String),
    NotFound(String),
    /// Somebody else changed the same thing meanwhile.
    Conflict(String),
    TooLarge(String),
    /// Faster than people work.
    TooMany(String),
    Busy,
    /// Told to the log, not to the person.
    Internal(anyhow::Error),
}

impl WebError {
    /// The account may do this, but not in this region or for this unit.
    pub(crate) fn out_of_reach() -> Self {
        Self::Forbidden(
            "这个地区（单位）不在您的任职范围内。需要时请联系安全管理员调整任职。".to_owned(),
        )
    }

    /// Refused until this time has passed.
    pub(crate) fn too_many(wait: SignedDuration) -> Self {
        let minutes = wait.as_secs().max(1).unsigned_abs().div_ceil(60);
        Self::TooMany(format!("操作过于频繁，没有执行。请{minutes}分钟后再试。"))
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn message(self) -> String {
        match self {
            Self::Invalid(text)
            | Self::Refused(text)
            | Self::Forbidden(text)
            | Self::NotFound(text)
            | Self::Conflict(text)
            | Self::TooLarge(text)
            | Self::TooMany(text) => text,
            Self::Busy | Self::Internal(_) => String::new(),
        }
    }
}

/// What the page about an error says; carried by the response until the page can be drawn.
#[derive(Debug, Clone)]
struct Trouble(String);

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let status = self.status();
        if let Self::Internal(error) = &self {
            tracing::error!(error = format!("{error:#}"), "request failed");
        }
        let mut response = status.into_response();
        response.extensions_mut().insert(Trouble(self.message()));
        response
    }
}

impl From<anyhow::Error> for WebError {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<halfsky_store::Error> for WebError {
    fn from(error: halfsky_store::Error) -> Self {
        use halfsky_store::Error;
        match error {
            Error::NotFound(what) => {
                Self::NotFound(format!("找不到{what}。它可能已被删除，请从列表重新进入。"))
            }
            Error::Conflict(text) => Self::Conflict(text),
            Error::Invalid(text) => Self::Refused(text),
            Error::Busy => Self::Busy,
            other => Self::Internal(other.into()),
        }
    }
}

impl From<halfsky_plan::version::Refusal> for WebError {
    fn from(refusal: halfsky_plan::version::Refusal) -> Self {
        Self::Refused(format!("{refusal}。"))
    }
}

impl From<askama::Error> for WebError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.into())
    }
}

/// The answer after a panic in a handler.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the cause over by value")]
pub(crate) fn from_panic(cause: Box<dyn Any + Send>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("panic");
    WebError::Internal(anyhow::anyhow!("panic: {text}")).into_response()
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    shell: Shell,
    status: u16,
    message: String,
}

/// Draws the page of an error response; every other response passes unchanged.
///
/// htmx would put the page where a part was expected: it is told to replace the whole content.
pub(crate) fn page(mut response: Response, visit: &Visit) -> Response {
    let Some(Trouble(message)) = response.extensions_mut().remove::<Trouble>() else {
        return response;
    };
    let status = response.status();
    let shell = Shell::new(visit, Stage::None, heading(status));
    let html = ErrorPage { shell, status: status.as_u16(), message }.render();
    let mut page = match html {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => status.into_response(),
    };
    for (name, value) in
        [("hx-retarget", "#main"), ("hx-reselect", "#main"), ("hx-reswap", "outerHTML")]
    {
        page.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}

fn heading(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "请求看不懂",
        StatusCode::FORBIDDEN => "不能访问",
        StatusCode::NOT_FOUND => "没有找到",
        StatusCode::CONFLICT => "内容已被改动",
        StatusCode::PAYLOAD_TOO_LARGE => "文件太大",
        StatusCode::UNPROCESSABLE_ENTITY => "不能这样处理",
        StatusCode::TOO_MANY_REQUESTS => "操作太频繁",
        StatusCode::SERVICE_UNAVAILABLE => "系统正忙",
        _ => "系统出错",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(error: WebError, status: u16, words: &str) {
        let visit = Visit::sample();
        let response = page(error.into_response(), &visit);
        assert_eq!(response.status().as_u16(), status);
        assert!(heading(response.status()).contains(words));
    }

    #[test]
    fn every_error_has_its_status() {
        check(WebError::Invalid(String::new()), 400, "看不懂");
        check(WebError::Forbidden(String::new()), 403, "不能访问");
        check(WebError::NotFound(String::new()), 404, "没有找到");
        check(WebError::Conflict(String::new()), 409, "已被改动");
        check(WebError::TooLarge(String::new()), 413, "太大");
        check(WebError::Refused(String::new()), 422, "不能这样");
        check(WebError::too_many(SignedDuration::from_secs(61)), 429, "频繁");
        check(WebError::Busy, 503, "正忙");
        check(WebError::Internal(anyhow::anyhow!("secret")), 500, "出错");
    }
}
