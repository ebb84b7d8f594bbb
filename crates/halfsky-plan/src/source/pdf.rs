//! PDF
use super::{SourceError, SourceText};
pub(super) fn read(_bytes: &[u8]) -> Result<SourceText, SourceError> {
    Err(SourceError::NoTextLayer)
}
