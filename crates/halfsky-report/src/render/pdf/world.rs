//! What typst may see: one template, the data of one document, the given faces. No disk, no network, no clock.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::fonts::Fonts;

const TEMPLATE: &str = include_str!("template.typ");
const MAIN: &str = "main.typ";

static LIBRARY: LazyLock<LazyHash<Library>> =
    LazyLock::new(|| LazyHash::new(<Library as LibraryExt>::default()));

/// The table one document is set on.
pub(super) struct Desk {
    main: Source,
    files: BTreeMap<String, Bytes>,
    book: LazyHash<FontBook>,
    faces: Vec<Font>,
}

impl Desk {
    /// Files by name: `document.json` and the drawings.
    pub(super) fn new(files: BTreeMap<String, Vec<u8>>, fonts: &Fonts) -> Self {
        let path = VirtualPath::new(MAIN).unwrap_or_else(|_| unreachable!("a plain name"));
        // ids are never freed: the same few paths are used for every document
        let id = RootedPath::new(VirtualRoot::Project, path).intern();
        Self {
            main: Source::new(id, TEMPLATE.to_owned()),
            files: files.into_iter().map(|(name, file)| (name, Bytes::new(file))).collect(),
            book: LazyHash::new(fonts.book()),
            faces: fonts.faces.clone(),
        }
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::NotSource) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.get().vpath().get_without_slash();
        self.files.get(name).cloned().ok_or(FileError::Other(None))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.faces.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
