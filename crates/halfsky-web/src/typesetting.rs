//! Documents as files; their fonts are looked for once, when the first document needs them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use halfsky_report::document::Document;
use halfsky_report::fonts::{Fonts, NoChineseFont};
use halfsky_report::render::docx::docx;
use halfsky_report::render::pdf::pdf;

use crate::error::WebError;
use crate::list::Params;

/// Finds the fonts of the machine; waits for the disk.
pub type FindFonts = Arc<dyn Fn() -> Result<Fonts, NoChineseFont> + Send + Sync>;

/// The fonts documents are set with.
#[derive(Clone)]
pub struct Typesetting {
    find: FindFonts,
    found: Arc<OnceLock<Result<Fonts, NoChineseFont>>>,
}

impl Typesetting {
    /// Fonts are looked for when they are needed.
    pub fn new(find: FindFonts) -> Self {
        Self { find, found: Arc::default() }
    }

    /// The fonts. Waits for the disk: call it where waiting is allowed.
    pub(crate) fn fonts(&self) -> Result<&Fonts, NoChineseFont> {
        let found = self.found.get_or_init(|| {
            let found = (self.find)();
            match &found {
                Ok(fonts) => fonts.remark().iter().for_each(|remark| tracing::info!("{remark}")),
                Err(missing) => tracing::warn!("{missing}"),
            }
            found
        });
        found.as_ref().map_err(|missing| *missing)
    }

    /// What a reader has to know of the faces of a PDF; None where all are those of the standard.
    pub(crate) async fn remark(&self) -> Result<Option<String>, WebError> {
        let typesetting = self.clone();
        let work = move || match typesetting.fonts() {
            Ok(fonts) => fonts.remark(),
            Err(missing) => Some(missing.to_string()),
        };
        Ok(tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?)
    }
}

impl Default for Typesetting {
    /// No fonts at all.
    fn default() -> Self {
        Self::new(Arc::new(|| Err(NoChineseFont)))
    }
}

impl fmt::Debug for Typesetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typesetting(…)")
    }
}

/// The format of a document's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileFormat {
    Docx,
    Pdf,
}

impl FileFormat {
    /// The one an address asks for (`?format=pdf`); docx where it asks for none.
    pub(crate) fn asked(params: &Params) -> Self {
        if params.value("format") == "pdf" { Self::Pdf } else { Self::Docx }
    }

    /// A name with the ending of the format.
    pub(crate) fn name(self, name: &str) -> String {
        match self {
            Self::Docx => format!("{name}.docx"),
            Self::Pdf => format!("{name}.pdf"),
        }
    }

    /// The media type it is sent as.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Pdf => "application/pdf",
        }
    }
}

/// A document as a file. Without a Chinese font the visitor is told what to install.
pub(crate) async fn typeset(
    typesetting: &Typesetting,
    document: Document,
    format: FileFormat,
) -> Result<Vec<u8>, WebError> {
    let typesetting = typesetting.clone();
    let work = move || -> Result<Vec<u8>, WebError> {
        let fonts = typesetting.fonts();
        let fonts = fonts.map_err(|missing| WebError::Refused(missing.to_string()))?;
        Ok(match format {
            FileFormat::Docx => docx(&document, Some(fonts)).map_err(anyhow::Error::from)?,
            FileFormat::Pdf => pdf(&document, fonts).map_err(anyhow::Error::from)?.bytes,
        })
    };
    tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?
}
