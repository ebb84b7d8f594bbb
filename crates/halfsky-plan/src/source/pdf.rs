//! PDF documents: not read yet.

use super::{SourceError, SourceText};

/// Refuses every PDF.
pub(super) fn read(_bytes: &[u8]) -> Result<SourceText, SourceError> {
    Err(SourceError::Unsupported {
        found: "这是 PDF 文件", advice: "请上传 Word 原件（docx）"
    })
}
