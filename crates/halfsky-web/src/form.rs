//! Forms: what was typed stays as it was typed, with the errors beside it; the token is checked here.
//!
//! These extractors are the only way a handler reads a body, so no form gets in without its token.

use axum::body::{Bytes, to_bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use jiff::civil::Date;

use crate::error::WebError;
use crate::visit::Visit;

/// The largest file that is taken, in bytes.
pub(crate) const FILE_LIMIT: usize = 64 * 1024 * 1024;

/// The largest request: a file and the fields around it.
pub(crate) const BODY_LIMIT: usize = FILE_LIMIT + 64 * 1024;

/// The largest form without a file.
const FORM_LIMIT: usize = 1024 * 1024;

/// Name of the field that carries the token.
pub(crate) const TOKEN_FIELD: &str = "token";

/// The raw fields of a form and what is wrong with them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    /// Field and message, in the order in which they were found.
    errors: Vec<(String, String)>,
    /// Put before the names to make ids: several forms of the same kind may stand on one page.
    prefix: String,
}

impl Form {
    /// A form that was not typed but is shown filled in.
    pub(crate) fn filled(fields: Vec<(&str, String)>) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { fields, ..Self::default() }
    }

    /// One of several forms of its kind on a page.
    #[must_use]
    pub(crate) fn within(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// The id of a field.
    pub(crate) fn id(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// What was typed, without the blanks around it; empty when the field is absent.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// What was typed, to the last blank: for passwords.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Takes a field out: a password is never sent back.
    pub(crate) fn forget(&mut self, name: &str) {
        self.fields.retain(|(key, _)| key != name);
    }

    /// Every value of a field that may be repeated.
    pub(crate) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// Whether a box was ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        self.fields.iter().any(|(key, _)| key == name)
    }

    /// Reads a day; what is no day is refused, an empty field is None.
    pub(crate) fn day(&mut self, name: &str) -> Option<Date> {
        let typed = self.value(name).to_owned();
        if typed.is_empty() {
            return None;
        }
        let read = typed.parse().ok();
        if read.is_none() {
            self.refuse(name, format!("“{typed}”不是日期，请写成2026-03-05的样子"));
        }
        read
    }

    /// Reads a day that must be given.
    pub(crate) fn required_day(&mut self, name: &str, message: &str) -> Option<Date> {
        self.required(name, message);
        self.day(name)
    }

    /// The words of a field that must not be empty.
    pub(crate) fn required(&mut self, name: &str, message: &str) -> String {
        let typed = self.value(name).to_owned();
        if typed.is_empty() {
            self.refuse(name, message);
        }
        typed
    }

    /// Sets a field that was not typed.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.forget(name);
        self.fields.push((name.to_owned(), value.into()));
    }

    /// Every field with its value, the token left out: to be carried along.
    pub(crate) fn carried(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        fields.filter(|(name, _)| *name != TOKEN_FIELD)
    }

    /// Notes what is wrong with a field; the first finding stays.
    pub(crate) fn refuse(&mut self, name: &str, message: impl Into<String>) {
        if self.error(name).is_empty() {
            self.errors.push((name.to_owned(), message.into()));
        }
    }

    /// What is wrong with a field; empty when nothing is.
    pub(crate) fn error(&self, name: &str) -> &str {
        self.errors.iter().find(|(key, _)| key == name).map_or("", |(_, message)| message)
    }

    /// Every error with its field, in the order in which they were found.
    pub(crate) fn errors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.errors.iter().map(|(name, message)| (name.as_str(), message.as_str()))
    }

    /// Whether something is wrong.
    pub(crate) fn is_refused(&self) -> bool {
        !self.errors.is_empty()
    }

    fn check_token(&self, visit: &Visit) -> Result<(), WebError> {
        let given = self.value(TOKEN_FIELD);
        if given.is_empty() || given != visit.token {
            return Err(WebError::Forbidden(
                "页面已过期或提交不是从半边天的页面发出的，没有保存。请返回、刷新页面后重新提交；浏览器须允许本站使用 Cookie。"
                    .to_owned(),
            ));
        }
        Ok(())
    }
}

/// A posted form whose token was right.
#[derive(Debug)]
pub(crate) struct Posted(pub(crate) Form);

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = WebError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, WebError> {
        let visit = visit(&request)?;
        let bytes = to_bytes(request.into_body(), FORM_LIMIT).await.map_err(|_| {
            WebError::TooLarge("提交的内容超过1 MB。请减少内容后再提交。".to_owned())
        })?;
        let fields = form_urlencoded::parse(&bytes).into_owned().collect();
        let form = Form { fields, ..Form::default() };
        form.check_token(&visit)?;
        Ok(Self(form))
    }
}

/// A posted form with a file (field `file`), whose token was right. The file is None when none was chosen.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) form: Form,
    pub(crate) file: Option<UploadedFile>,
}

/// A file as the browser sent it.
#[derive(Debug)]
pub(crate) struct UploadedFile {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let visit = visit(&request)?;
        let unreadable = || WebError::Invalid("提交的表单不完整。请返回后重新上传。".to_owned());
        let mut parts = Multipart::from_request(request, state).await.map_err(|_| unreadable())?;
        let mut upload = Self { form: Form::default(), file: None };
        while let Some(field) = parts.next_field().await.map_err(|e| broken(&e))? {
            let name = field.name().unwrap_or("").to_owned();
            if name == "file" {
                // before megabytes are taken in, the token must be right
                upload.form.check_token(&visit)?;
                let file_name = field.file_name().unwrap_or("").to_owned();
                let bytes = field.bytes().await.map_err(|e| broken(&e))?;
                if !file_name.is_empty() {
                    upload.file = Some(UploadedFile { name: base_name(&file_name), bytes });
                }
            } else {
                let value = field.text().await.map_err(|e| broken(&e))?;
                upload.form.fields.push((name, value));
            }
        }
        upload.form.check_token(&visit)?;
        Ok(upload)
    }
}

fn visit(request: &Request) -> Result<Visit, WebError> {
    let missing = || WebError::Internal(anyhow::anyhow!("request without a visit"));
    request.extensions().get::<Visit>().cloned().ok_or_else(missing)
}

fn broken(error: &MultipartError) -> WebError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        WebError::TooLarge(
            "文件超过64 MB，没有上传。请只保留规划正文后再试，或另存为 .docx、.txt。".to_owned(),
        )
    } else {
        WebError::Invalid("上传中断，文件不完整。请重新上传。".to_owned())
    }
}

/// Some browsers send the whole path.
fn base_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or(name).chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_was_typed_and_the_first_error() {
        let mut form = Form::filled(vec![("value", " 12a ".to_owned())]);
        form.refuse("value", "不是数字");
        form.refuse("value", "太大");
        assert_eq!((form.value("value"), form.error("value")), ("12a", "不是数字"));
        assert!(form.is_refused() && !form.ticked("soft"));
    }

    #[test]
    fn a_path_is_no_file_name() {
        assert_eq!(base_name("C:\\规划\\第2版.docx"), "第2版.docx");
        assert_eq!(base_name("../../etc/plan.txt"), "plan.txt");
    }
}
