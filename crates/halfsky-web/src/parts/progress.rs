//! How far a long work has come.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// What the progress bar shows.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    /// What is being done now, as a heading: 正在识别条文.
    pub(crate) doing: String,
    /// None while nobody can tell.
    pub(crate) percent: Option<u8>,
    /// 12秒, 3分5秒
    pub(crate) elapsed: String,
}

impl Progress {
    /// A work of unknown length.
    pub(crate) fn new(doing: impl Into<String>, seconds: i64) -> Self {
        Self { doing: doing.into(), percent: None, elapsed: elapsed(seconds) }
    }
}

fn elapsed(seconds: i64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds}秒"),
        (minutes, seconds) => format!("{minutes}分{seconds}秒"),
    }
}

/// The answer to a progress bar that asks for itself when the work is over: the browser loads the page anew.
/// None when the browser asked for the page itself.
pub(crate) fn finished(headers: &HeaderMap) -> Option<Response> {
    headers.contains_key("hx-request").then(|| {
        let reload = (HeaderName::from_static("hx-refresh"), HeaderValue::from_static("true"));
        (StatusCode::OK, [reload]).into_response()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_words() {
        assert_eq!(Progress::new("正在识别", 7).elapsed, "7秒");
        assert_eq!(Progress::new("正在识别", 185).elapsed, "3分5秒");
    }

    #[test]
    fn only_the_bar_itself_is_told_to_reload() {
        assert!(finished(&HeaderMap::new()).is_none());
        let mut headers = HeaderMap::new();
        headers.insert("hx-request", HeaderValue::from_static("true"));
        assert_eq!(finished(&headers).unwrap().headers()["hx-refresh"], "true");
    }
}
