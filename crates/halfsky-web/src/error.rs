//! The one place where an error becomes a status, a page and one log line.

use std::any::Any;

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
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
    /// Another program without a valid token.
    NoToken,
    NotFound(String),
    /// Somebody else changed the same thing meanwhile.
    Conflict(String),
    TooLarge(String),
    /// Faster than people work.
    TooMany(String),
    Busy,
    /// More people than can be served; nothing was begun.
    Crowded,
    /// The database does not answer; nothing was begun.
    Unreachable,
    /// The database went away while it was used.
    CutOff,
    /// What was sent did not arrive in time.
    TooSlow,
    /// The work took too long and was ended.
    Overlong,
    /// The disk of the server is full.
    Full,
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
            Self::NoToken => StatusCode::UNAUTHORIZED,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Crowded | Self::Unreachable | Self::CutOff | Self::Overlong => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Full => StatusCode::INSUFFICIENT_STORAGE,
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
            Self::NoToken => {
                "没有有效的接口令牌。请在请求头 Authorization 中写 Bearer 和令牌；令牌由系统管理员发放。"
                    .to_owned()
            }
            Self::Busy => "同时操作的人较多，数据库正忙，这次操作没有保存。".to_owned(),
            Self::Crowded => {
                "现在同时使用的人太多，这次操作还没有开始处理，没有保存。".to_owned()
            }
            Self::Unreachable => {
                "暂时连不上数据库，这次操作还没有开始处理；已经保存的数据没有受影响。".to_owned()
            }
            Self::CutOff => {
                "与数据库的连接中断了，这次操作可能没有保存；已经保存的数据没有受影响。".to_owned()
            }
            Self::Overlong => "这次操作用时太长，已经停止，可能没有保存。".to_owned(),
            Self::TooSlow => "提交的内容没有在规定的时间内传完，没有保存。".to_owned(),
            Self::Full => {
                "服务器的磁盘空间不足，这次操作没有保存；已经保存的数据没有受影响。".to_owned()
            }
            Self::Internal(_) => String::new(),
        }
    }
}

/// What the page about an error says, and what only the log is told; carried by the response until the page
/// can be drawn.
#[derive(Debug, Clone)]
struct Trouble {
    message: String,
    cause: String,
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let cause = match &self {
            Self::Internal(error) => format!("{error:#}"),
            _ => String::new(),
        };
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Trouble { message: self.message(), cause });
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
            Error::CutOff => Self::CutOff,
            Error::Full => Self::Full,
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
    /// The number under which the log tells more; empty where it does not.
    reference: String,
}

/// The header in which a script finds the number of an error.
const REFERENCE: &str = "halfsky-reference";

/// Draws the page of an error response; every other response passes unchanged.
///
/// An internal error is logged here, once, under a number that the page shows. htmx would put the page where
/// a part was expected: it is told to replace the whole content.
pub(crate) fn page(
    mut response: Response,
    visit: &Visit,
    new_id: impl FnOnce() -> String,
) -> Response {
    let Some(Trouble { message, cause }) = response.extensions_mut().remove::<Trouble>() else {
        return response;
    };
    let status = response.status();
    let mut reference = String::new();
    match status {
        StatusCode::INTERNAL_SERVER_ERROR => {
            reference = new_id();
            tracing::error!(reference, error = cause, "request failed");
        }
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::INSUFFICIENT_STORAGE => {
            tracing::warn!(told = message, "request refused");
        }
        _ => {}
    }
    let later = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_AFTER);
    if visit.here.starts_with(API) {
        let mut response = problem(status, (message, reference));
        response.headers_mut().extend(later);
        return response;
    }
    let told = HeaderValue::from_str(&reference).ok().filter(|_| !reference.is_empty());
    let html = error_page(visit, status, (message, reference)).render();
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
    page.headers_mut().extend(later);
    page.headers_mut().extend(told.map(|told| (HeaderName::from_static(REFERENCE), told)));
    page
}

/// In how many seconds it is worth while to ask again.
const RETRY_AFTER: (header::HeaderName, HeaderValue) =
    (header::RETRY_AFTER, HeaderValue::from_static("5"));

/// Where other programs ask: they get their errors as JSON.
const API: &str = "/api/";

fn problem(status: StatusCode, (message, reference): (String, String)) -> Response {
    let error = if message.is_empty() {
        format!("系统出错，编号 {reference}。请把编号告诉管理员。")
    } else {
        message
    };
    let mut response = (status, serde_json::json!({ "error": error }).to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn error_page(
    visit: &Visit,
    status: StatusCode,
    (message, reference): (String, String),
) -> ErrorPage {
    let shell = Shell::new(visit, Stage::None, heading(status));
    ErrorPage { shell, status: status.as_u16(), message, reference }
}

fn heading(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "请求看不懂",
        StatusCode::UNAUTHORIZED => "没有令牌",
        StatusCode::FORBIDDEN => "不能访问",
        StatusCode::NOT_FOUND => "没有找到",
        StatusCode::CONFLICT => "内容已被改动",
        StatusCode::PAYLOAD_TOO_LARGE => "文件太大",
        StatusCode::UNPROCESSABLE_ENTITY => "不能这样处理",
        StatusCode::TOO_MANY_REQUESTS => "操作太频繁",
        StatusCode::REQUEST_TIMEOUT => "没有传完",
        StatusCode::SERVICE_UNAVAILABLE => "暂时不能办理",
        StatusCode::INSUFFICIENT_STORAGE => "磁盘空间不足",
        _ => "系统出错",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(error: fn(String) -> WebError, status: u16, words: &str) {
        let visit = Visit::sample();
        let draw = async || {
            let answer = error("说明。".to_owned()).into_response();
            let drawn = page(answer, &visit, || "0192f0c1".to_owned());
            assert_eq!(drawn.status().as_u16(), status);
            assert_eq!(drawn.headers().contains_key("retry-after"), status == 503);
            let bytes = axum::body::to_bytes(drawn.into_body(), usize::MAX).await.unwrap();
            String::from_utf8(bytes.to_vec()).unwrap()
        };
        let html = draw().await;
        assert!(html.contains(words) && html.contains("可以这样做"), "{status}: {html}");
        assert_eq!(html.contains("0192f0c1"), status == 500, "only what is logged has a number");
        assert_eq!(html.contains("说明。"), !matches!(status, 408 | 500 | 503 | 507));
        assert_eq!(html, draw().await);
    }

    #[tokio::test]
    async fn every_error_has_its_status_and_says_what_to_do() {
        check(WebError::Invalid, 400, "看不懂").await;
        check(WebError::Forbidden, 403, "不能访问").await;
        check(WebError::NotFound, 404, "没有找到").await;
        check(WebError::Conflict, 409, "已被改动").await;
        check(WebError::TooLarge, 413, "太大").await;
        check(WebError::Refused, 422, "不能这样").await;
        check(WebError::TooMany, 429, "频繁").await;
        check(|_| WebError::Busy, 503, "正忙").await;
        check(|_| WebError::Crowded, 503, "使用的人太多").await;
        check(|_| WebError::Unreachable, 503, "连不上数据库").await;
        check(|_| WebError::CutOff, 503, "连接中断").await;
        check(|_| WebError::Overlong, 503, "用时太长").await;
        check(|_| WebError::TooSlow, 408, "没有传完").await;
        check(|_| WebError::Full, 507, "磁盘空间不足").await;
        check(|secret| WebError::Internal(anyhow::anyhow!(secret)), 500, "出错").await;
    }
}
