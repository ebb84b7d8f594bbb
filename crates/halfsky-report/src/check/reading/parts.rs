//! The parts of an archive, within sober limits.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::check::Unreadable;

/// The largest part that is unpacked, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// An archive, opened.
pub(super) struct Parts<'a>(ZipArchive<Cursor<&'a [u8]>>);

impl<'a> Parts<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        let archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|_| Unreadable("文件不是Word文档（docx），或者已损坏".to_owned()))?;
        Ok(Self(archive))
    }

    /// The text of a part; None when there is no such part.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Unreadable> {
        let Ok(file) = self.0.by_name(name) else { return Ok(None) };
        let mut text = String::new();
        file.take(LARGEST)
            .read_to_string(&mut text)
            .map_err(|_| Unreadable(format!("{name}不能展开")))?;
        Ok(Some(text))
    }
}
