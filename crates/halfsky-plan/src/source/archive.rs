//! Zip archives of documents: what they hold, and their parts within sober limits.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{Format, SourceError};

/// Word writes some dozens of parts; pictures make a few hundred.
const MOST_ENTRIES: usize = 10_000;
/// The largest part of text that is unpacked.
const LARGEST_PART: u64 = 256 * 1024 * 1024;
/// Office XML packs 5 to 40 times; only made-up data reaches this, and only large parts are dangerous.
const HIGHEST_RATIO: u64 = 250;
const RATIO_MATTERS_FROM: u64 = 8 * 1024 * 1024;

const NO_PLAN_TEXT: &str = "规划全文请用 docx、pdf、html、md 或 txt";

/// A document archive, opened.
#[derive(Debug)]
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
}

/// Tells whether the archive is a text document; everything else is an error that says what it is.
pub(super) fn kind(bytes: &[u8]) -> Result<(), SourceError> {
    let archive = Archive::open(bytes)?;
    let known: [(&str, &'static str, &'static str); 6] = [
        ("xl/workbook.xml", "这是 Excel 工作簿（xlsx）", NO_PLAN_TEXT),
        ("ppt/presentation.xml", "这是演示文稿（pptx）", NO_PLAN_TEXT),
        ("OFD.xml", "这是 OFD 版式文件", "请用阅读软件导出为 PDF 或 docx 后再上传"),
        ("content.xml", "这是 OpenDocument 文件（odt）", "请另存为 docx 后再上传"),
        ("META-INF/container.xml", "这是电子书（epub）", "请另存为 docx 或 txt 后再上传"),
        ("doc.kml", "这是地图文件", NO_PLAN_TEXT),
    ];
    if archive.finds("word/document.xml").is_some()
        || archive.finds("[Content_Types].xml").is_some()
    {
        let other = known.iter().take(2).find(|(part, ..)| archive.finds(part).is_some());
        return match other {
            Some((_, found, advice)) => Err(SourceError::Unsupported { found, advice }),
            None => Ok(()),
        };
    }
    match known.iter().find(|(part, ..)| archive.finds(part).is_some()) {
        Some((_, found, advice)) => Err(SourceError::Unsupported { found, advice }),
        None => Err(SourceError::Unsupported {
            found: "这是压缩包",
            advice: "请先解压，再上传其中的规划文件",
        }),
    }
}

impl<'a> Archive<'a> {
    /// Reads the directory of the archive.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, SourceError> {
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|_| SourceError::damaged(Format::Docx, "压缩结构不完整"))?;
        if zip.len() > MOST_ENTRIES {
            let detail = format!("含 {} 个部分", zip.len());
            return Err(SourceError::Excessive { format: Format::Docx, detail });
        }
        Ok(Self { zip })
    }

    /// The index of a part; some producers write `\` or another case.
    fn finds(&self, part: &str) -> Option<usize> {
        let same = |name: &[u8]| {
            let name = name.strip_prefix(b"/").unwrap_or(name);
            name.len() == part.len()
                && name
                    .iter()
                    .zip(part.bytes())
                    .all(|(a, b)| a.eq_ignore_ascii_case(&b) || (*a == b'\\' && b == b'/'))
        };
        self.zip.file_names_raw().position(same)
    }

    /// The bytes of a part; None when the archive has no such part.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let Some(index) = self.finds(name) else { return Ok(None) };
        let damaged = || SourceError::damaged(Format::Docx, format!("无法展开 {name}"));
        let file = self.zip.by_index(index).map_err(|error| match error {
            ZipError::InvalidPassword
            | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
                SourceError::Encrypted(Format::Docx)
            }
            _ => damaged(),
        })?;
        let packed = file.compressed_size().max(1);
        let limit = LARGEST_PART.min((packed * HIGHEST_RATIO).max(RATIO_MATTERS_FROM));
        let mut bytes = Vec::new();
        // The sizes in the directory may lie: what really comes out is counted.
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|_| damaged())?;
        if bytes.len() as u64 > limit {
            let detail = format!("{name} 展开后超过 {} MB", limit / 1024 / 1024);
            return Err(SourceError::Excessive { format: Format::Docx, detail });
        }
        Ok(Some(bytes))
    }
}
