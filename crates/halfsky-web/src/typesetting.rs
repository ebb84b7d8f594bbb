//! Fonts for documents: looked for once, when the first document needs them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use halfsky_report::fonts::{Fonts, NoChineseFont};

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
        self.found.get_or_init(|| (self.find)()).as_ref().map_err(|missing| *missing)
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
