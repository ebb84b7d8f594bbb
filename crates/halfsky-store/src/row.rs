//! Rows read back: columns by name, each kind of value in one way.
//!
//! A nullable column is always read as an `Option`; a NULL in another column is an error on both databases.

use halfsky_monitor::validity::Validity;
use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::error::{Error, Result};

/// A row of a result.
pub(crate) struct Row(pub(crate) AnyRow);

impl Row {
    pub(crate) fn text(&self, column: &str) -> Result<String> {
        Ok(self.0.try_get::<String, _>(column)?)
    }

    pub(crate) fn optional_text(&self, column: &str) -> Result<Option<String>> {
        Ok(self.0.try_get::<Option<String>, _>(column)?)
    }

    pub(crate) fn integer(&self, column: &str) -> Result<i64> {
        Ok(self.0.try_get::<i64, _>(column)?)
    }

    pub(crate) fn optional_integer(&self, column: &str) -> Result<Option<i64>> {
        Ok(self.0.try_get::<Option<i64>, _>(column)?)
    }

    pub(crate) fn optional_real(&self, column: &str) -> Result<Option<f64>> {
        Ok(self.0.try_get::<Option<f64>, _>(column)?)
    }

    /// A whole number that fits a narrower type.
    pub(crate) fn number<T: TryFrom<i64>>(&self, column: &str) -> Result<T> {
        narrow(column, self.integer(column)?)
    }

    pub(crate) fn optional_number<T: TryFrom<i64>>(&self, column: &str) -> Result<Option<T>> {
        self.optional_integer(column)?.map(|n| narrow(column, n)).transpose()
    }

    /// A yes or no kept as 1 or 0.
    pub(crate) fn flag(&self, column: &str) -> Result<bool> {
        match self.integer(column)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(strange(column, &other.to_string())),
        }
    }

    pub(crate) fn instant(&self, column: &str) -> Result<Timestamp> {
        parsed(column, &self.text(column)?)
    }

    pub(crate) fn optional_instant(&self, column: &str) -> Result<Option<Timestamp>> {
        self.optional_text(column)?.map(|text| parsed(column, &text)).transpose()
    }

    /// The days on which something holds, from `valid_from` and `valid_until`.
    pub(crate) fn validity(&self) -> Result<Validity> {
        let until = self.optional_text("valid_until")?;
        Ok(Validity {
            from: parsed("valid_from", &self.text("valid_from")?)?,
            until: until.map(|text| parsed("valid_until", &text)).transpose()?,
        })
    }

    /// A day, ISO 8601.
    pub(crate) fn day(&self, column: &str) -> Result<jiff::civil::Date> {
        parsed(column, &self.text(column)?)
    }

    pub(crate) fn optional_day(&self, column: &str) -> Result<Option<jiff::civil::Date>> {
        self.optional_text(column)?.map(|text| parsed(column, &text)).transpose()
    }

    /// A value of a code list.
    pub(crate) fn coded<T>(&self, column: &str, from: fn(&str) -> Option<T>) -> Result<T> {
        let code = self.text(column)?;
        from(&code).ok_or_else(|| strange(column, &code))
    }

    pub(crate) fn optional_coded<T>(
        &self,
        column: &str,
        from: fn(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(code) = self.optional_text(column)? else { return Ok(None) };
        from(&code).map(Some).ok_or_else(|| strange(column, &code))
    }
}

/// An instant as kept: UTC, always six decimals, so that comparing texts compares times.
pub(crate) fn instant_text(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// The error for a value that this program never writes.
pub(crate) fn strange(column: &str, value: &str) -> Error {
    Error::Damaged(format!("字段 {column} 的值“{value}”不能识别"))
}

/// Reads a value from its text.
pub(crate) fn parsed<T: std::str::FromStr>(column: &str, text: &str) -> Result<T> {
    text.parse().map_err(|_| strange(column, text))
}

fn narrow<T: TryFrom<i64>>(column: &str, number: i64) -> Result<T> {
    T::try_from(number).map_err(|_| strange(column, &number.to_string()))
}
