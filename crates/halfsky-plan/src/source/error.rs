//! Why a file could not be read, and what its owner can do about it.

use super::Format;

/// A file that gives no text. The message is shown as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// No character but spaces.
    #[error("文件里没有文字：请确认选对了文件，内容不是空白")]
    Empty,
    /// More bytes than are read.
    #[error("文件有 {megabytes} MB，超过 64 MB 的上限：请去掉图片后另存，或分成几个文件")]
    TooLarge { megabytes: usize },
    /// A format that is recognised but not read.
    #[error("{found}，暂不能读取：{advice}")]
    Unsupported { found: &'static str, advice: &'static str },
    /// Protected by a password.
    #[error("这份{}设有密码，无法读取：请在原软件中取消密码保护后另存，再重新上传", .0.label())]
    Encrypted(Format),
    /// Cut off or altered.
    #[error("这份{}已损坏（{detail}）：请用原软件打开后另存一份，再重新上传", .format.label())]
    Damaged { format: Format, detail: String },
    /// Bytes that are no text in any known encoding.
    #[error("文件不是文字内容，也不是能识别的文档：请上传 docx、pdf、html、md 或 txt 文件")]
    Binary,
    /// A PDF made of pictures.
    #[error(
        "这份 PDF 没有文字层（no text layer: needs OCR），多半是扫描件：请先做文字识别（OCR），或上传 Word 原件"
    )]
    NoTextLayer,
    /// Unpacking it would take unreasonable memory or time.
    #[error("这份{}异常庞大或经过特殊压缩（{detail}），为安全起见不予展开：请用原软件另存为普通文件后再上传", .format.label())]
    Excessive { format: Format, detail: String },
    /// XML that declares entities: never needed in a document, dangerous to expand.
    #[error("这份{}含有不允许的 XML 声明（DTD 或自定义实体）：请用 Word 或 WPS 打开后另存为 docx，再重新上传", .0.label())]
    ForbiddenXml(Format),
}

impl SourceError {
    /// A damaged file, with what was found.
    pub(super) fn damaged(format: Format, detail: impl Into<String>) -> Self {
        Self::Damaged { format, detail: detail.into() }
    }
}
