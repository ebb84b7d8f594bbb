//! The pages of a file, in order.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::file::File;
use super::object::{Dictionary, Object};
use crate::source::{Format, SourceError};

/// A page: what it draws and what it draws with.
#[derive(Debug)]
pub(super) struct Page {
    contents: Vec<Object>,
    pub(super) resources: Rc<Dictionary>,
    /// Quarter turns when shown.
    pub(super) quarters: i64,
}

const MOST_PAGES: usize = 3000;
const MOST_NODES: usize = 20_000;

/// What pages inherit from the nodes above them.
#[derive(Debug, Clone, Default)]
struct Inherited {
    resources: Rc<Dictionary>,
    quarters: i64,
}

impl Page {
    /// The operators of the page.
    pub(super) fn content(&self, file: &File<'_>) -> Vec<u8> {
        let mut content = Vec::new();
        for part in &self.contents {
            if let Some((_, bytes)) = file.stream(part) {
                content.extend(bytes);
                content.push(b'\n');
            }
        }
        content
    }
}

/// Finds the pages through the page tree; in a damaged file by looking for them.
pub(super) fn find(file: &File<'_>) -> Result<Vec<Page>, SourceError> {
    let root = root(file);
    let mut pages = Vec::new();
    walk(file, root.entry("Pages"), &mut pages);
    if pages.is_empty() {
        for number in file.numbers() {
            let object = Object::Reference(number);
            if file.resolve(&object).dictionary().is_some_and(|d| d.says("Type", "Page")) {
                walk(file, &object, &mut pages);
            }
        }
    }
    if pages.len() > MOST_PAGES {
        let detail = format!("超过 {MOST_PAGES} 页");
        return Err(SourceError::Excessive { format: Format::Pdf, detail });
    }
    if pages.is_empty() {
        return Err(SourceError::damaged(Format::Pdf, "找不到页面"));
    }
    Ok(pages)
}

fn root(file: &File<'_>) -> Dictionary {
    let named = file.dictionary(&file.trailer, "Root");
    if *named.entry("Pages") != Object::Null {
        return named;
    }
    let catalog =
        file.numbers().find_map(|number| match file.resolve(&Object::Reference(number)) {
            Object::Dictionary(found) if found.says("Type", "Catalog") => Some(found),
            _ => None,
        });
    catalog.unwrap_or_default()
}

/// Adds the pages below a node, without trusting the tree to be one.
fn walk(file: &File<'_>, top: &Object, pages: &mut Vec<Page>) {
    let mut open = vec![(top.clone(), Inherited::default())];
    let mut seen = BTreeSet::new();
    while let Some((node, mut inherited)) = open.pop() {
        if let Object::Reference(number) = node
            && (!seen.insert(number) || seen.len() > MOST_NODES)
        {
            continue;
        }
        let Object::Dictionary(dictionary) = file.resolve(&node) else { continue };
        if let Object::Dictionary(own) = file.entry(&dictionary, "Resources") {
            inherited.resources = Rc::new(own);
        }
        if let Some(degrees) = file.entry(&dictionary, "Rotate").number() {
            #[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
            let quarters = (degrees / 90.0) as i64;
            inherited.quarters = quarters;
        }
        let kids = file.entry(&dictionary, "Kids");
        if kids.items().is_empty() || dictionary.says("Type", "Page") {
            pages.push(page(file, &dictionary, inherited));
        } else {
            let kids = kids.items().iter().rev().take(MOST_NODES);
            open.extend(kids.map(|kid| (kid.clone(), inherited.clone())));
        }
        if pages.len() > MOST_PAGES {
            return;
        }
    }
}

fn page(file: &File<'_>, dictionary: &Dictionary, inherited: Inherited) -> Page {
    let contents = match dictionary.entry("Contents") {
        array @ Object::Array(_) => array.items().to_vec(),
        reference => match file.resolve(reference) {
            array @ Object::Array(_) => array.items().to_vec(),
            _ => vec![reference.clone()],
        },
    };
    Page { contents, resources: inherited.resources, quarters: inherited.quarters }
}
