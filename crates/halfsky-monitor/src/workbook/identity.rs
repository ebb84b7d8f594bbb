//! Identity: which form of which unit a template is for, written on a hidden sheet.

use super::grid::Grid;

/// What a template was made for. Everything must agree before anything is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub round: String,
    pub form: String,
    pub version: String,
    pub unit: String,
    /// Code of the period.
    pub period: String,
    /// SHA-256 of the layout.
    pub hash: String,
}

/// The first cell of an identity sheet.
const MARK: &str = "halfsky-template-1";

impl Identity {
    /// The lines of the hidden sheet.
    pub fn lines(&self) -> Vec<[String; 2]> {
        let lines = [
            ("template", MARK),
            ("round", &self.round),
            ("form", &self.form),
            ("version", &self.version),
            ("unit", &self.unit),
            ("period", &self.period),
            ("hash", &self.hash),
        ];
        lines.map(|(key, value)| [key.to_owned(), value.to_owned()]).to_vec()
    }

    /// Reads the hidden sheet; None when it is no identity of ours.
    pub fn read(grid: &Grid) -> Option<Self> {
        let value = |key: &str| {
            (0..grid.rows().min(50))
                .find(|row| grid.text(*row, 0) == key)
                .map(|row| grid.text(row, 1))
        };
        if value("template")? != MARK {
            return None;
        }
        Some(Self {
            round: value("round")?,
            form: value("form")?,
            version: value("version")?,
            unit: value("unit")?,
            period: value("period")?,
            hash: value("hash")?,
        })
    }
}
