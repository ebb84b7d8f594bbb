//! The objects of a file, found by looking for them.
//!
//! The cross-reference table is not used: many files in circulation carry a wrong one, and looking through the
//! file finds every object it could name. Of several versions of an object the last counts.

use std::cell::Cell;
use std::collections::BTreeMap;

use memchr::memmem;

use super::filter;
use super::object::{Dictionary, Lexer, Object};

/// A PDF file.
#[derive(Debug)]
pub(super) struct File<'a> {
    bytes: &'a [u8],
    places: BTreeMap<u32, Place>,
    /// Unpacked object streams.
    packed: Vec<Vec<u8>>,
    pub(super) trailer: Dictionary,
    /// Bytes that may still be unpacked or read again.
    budget: Cell<usize>,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    /// Behind `obj` at this offset of the file.
    InFile(usize),
    /// In an unpacked object stream, at this offset.
    InStream(usize, usize),
}

/// A stream: what it says of itself, and where its packed bytes are.
#[derive(Debug)]
struct Stream {
    dictionary: Dictionary,
    start: usize,
    end: usize,
}

/// Unpacking and repeated reading of one file may cost this much.
const BUDGET: usize = 768 * 1024 * 1024;
/// No text of a plan is larger unpacked.
const LARGEST_STREAM: usize = 96 * 1024 * 1024;
const MOST_OBJECTS: usize = 2_000_000;
const LONGEST_CHAIN: usize = 16;
/// Objects without an end that are read over twice.
const MOST_UNENDED: usize = 64;
const LONG_OBJECT: usize = 256 * 1024;

impl<'a> File<'a> {
    /// Looks for all objects.
    pub(super) fn open(bytes: &'a [u8]) -> Self {
        let mut file = Self {
            bytes,
            places: BTreeMap::new(),
            packed: Vec::new(),
            trailer: Dictionary::default(),
            budget: Cell::new(BUDGET),
        };
        file.find_objects();
        file
    }

    fn find_objects(&mut self) {
        let (bytes, mut from, mut unended) = (self.bytes, 0, 0);
        while let Some(at) = memmem::find(&bytes[from..], b"obj").map(|at| at + from) {
            from = at + 3;
            let Some(number) = object_number(bytes.get(..at).unwrap_or_default()) else {
                continue;
            };
            if self.places.len() >= MOST_OBJECTS {
                return;
            }
            self.places.insert(number, Place::InFile(from));
            let mut lexer = Lexer::new(bytes, from);
            let object = lexer.next();
            if let Some(Object::Dictionary(dictionary)) = object
                && let Some(stream) = self.stream_at(&mut lexer, dictionary)
            {
                from = stream.end;
                self.note_stream(stream);
                continue;
            }
            if lexer.at() - from < LONG_OBJECT {
                from = lexer.at();
            } else {
                unended += 1;
                from = if unended > MOST_UNENDED { lexer.at() } else { from };
            }
        }
        self.find_trailers();
    }

    fn find_trailers(&mut self) {
        for at in memmem::find_iter(self.bytes, b"trailer").take(1000) {
            if let Some(Object::Dictionary(found)) = Lexer::new(self.bytes, at + 7).next() {
                self.trailer.0.extend(found.0);
            }
        }
    }

    /// Object streams and cross-reference streams are needed to find the rest.
    fn note_stream(&mut self, stream: Stream) {
        if stream.dictionary.says("Type", "XRef") {
            self.trailer.0.extend(stream.dictionary.0);
        } else if stream.dictionary.says("Type", "ObjStm") {
            let count = stream.dictionary.entry("N").count().unwrap_or(0).min(MOST_OBJECTS);
            let first = stream.dictionary.entry("First").count().unwrap_or(0);
            let unpacked = self.unpack(&stream);
            let mut lexer = Lexer::new(&unpacked, 0);
            for _ in 0..count {
                let (Some(number), Some(offset)) = (lexer.next(), lexer.next()) else { break };
                let number = number.count().and_then(|n| u32::try_from(n).ok());
                if let (Some(number), Some(offset)) = (number, offset.count()) {
                    self.places.insert(number, Place::InStream(self.packed.len(), first + offset));
                }
            }
            self.packed.push(unpacked);
        }
    }

    /// The stream behind a dictionary, if one begins there.
    fn stream_at(&self, lexer: &mut Lexer<'_>, dictionary: Dictionary) -> Option<Stream> {
        let mut ahead = lexer.clone();
        if ahead.next() != Some(Object::Word("stream".to_owned())) {
            return None;
        }
        let rest = self.bytes.get(ahead.at()..)?;
        let line_end = if rest.starts_with(b"\r\n") {
            2
        } else {
            usize::from(rest.starts_with(b"\n") || rest.starts_with(b"\r"))
        };
        let start = ahead.at() + line_end;
        let length = self.resolve(dictionary.entry("Length")).count();
        let stated = length.and_then(|length| start.checked_add(length)).filter(|end| {
            let after = self.bytes.get(*end..).unwrap_or_default();
            let after = after.get(..32).unwrap_or(after).trim_ascii_start();
            after.starts_with(b"endstream") || after.starts_with(b"endobj")
        });
        let end = stated.unwrap_or_else(|| {
            let body = self.bytes.get(start..).unwrap_or_default();
            start + memmem::find(body, b"endstream").unwrap_or(body.len())
        });
        Some(Stream { dictionary, start, end })
    }

    fn unpack(&self, stream: &Stream) -> Vec<u8> {
        let mut bytes = self.bytes.get(stream.start..stream.end).unwrap_or_default().to_vec();
        self.spend(bytes.len());
        let dictionary = &stream.dictionary;
        let filters = self.list(dictionary, "Filter", "F");
        let parameters = self.list(dictionary, "DecodeParms", "DP");
        for (at, filter) in filters.iter().enumerate().take(8) {
            let limit = LARGEST_STREAM.min(self.budget.get());
            let parameters = parameters.get(at).map(|p| self.resolve(p));
            let parameters =
                parameters.as_ref().and_then(Object::dictionary).cloned().unwrap_or_default();
            let filter = self.resolve(filter);
            match filter::unpack(filter.name().unwrap_or_default(), &bytes, &parameters, limit) {
                Some(unpacked) => bytes = unpacked,
                None => return Vec::new(),
            }
            self.spend(bytes.len());
        }
        bytes
    }

    /// An entry that may be one object or a list of them.
    fn list(&self, dictionary: &Dictionary, name: &str, short: &str) -> Vec<Object> {
        let entry = match dictionary.entry(name) {
            Object::Null => dictionary.entry(short),
            entry => entry,
        };
        match self.resolve(entry) {
            Object::Null => Vec::new(),
            Object::Array(items) => items,
            other => vec![other],
        }
    }

    fn spend(&self, bytes: usize) {
        self.budget.set(self.budget.get().saturating_sub(bytes));
    }

    /// Whether reading has cost more than a document may.
    pub(super) fn is_spent(&self) -> bool {
        self.budget.get() == 0
    }

    /// Follows references to the object itself.
    pub(super) fn resolve(&self, object: &Object) -> Object {
        self.spend(object.weight());
        let mut object = object.clone();
        for _ in 0..LONGEST_CHAIN {
            let Object::Reference(number) = object else { return object };
            object = self.object(number);
        }
        Object::Null
    }

    /// The entry of a dictionary, references followed.
    pub(super) fn entry(&self, dictionary: &Dictionary, name: &str) -> Object {
        self.resolve(dictionary.entry(name))
    }

    /// The entry of a dictionary that is a dictionary itself.
    pub(super) fn dictionary(&self, dictionary: &Dictionary, name: &str) -> Dictionary {
        match self.entry(dictionary, name) {
            Object::Dictionary(found) => found,
            _ => Dictionary::default(),
        }
    }

    fn object(&self, number: u32) -> Object {
        if self.is_spent() {
            return Object::Null;
        }
        let (mut lexer, start) = match self.places.get(&number) {
            Some(Place::InFile(at)) => (Lexer::new(self.bytes, *at), *at),
            Some(Place::InStream(stream, at)) => {
                let bytes = self.packed.get(*stream).map(Vec::as_slice).unwrap_or_default();
                (Lexer::new(bytes, *at), *at)
            }
            None => return Object::Null,
        };
        let object = lexer.next().unwrap_or(Object::Null);
        self.spend(lexer.at().saturating_sub(start) + 16);
        object
    }

    /// The unpacked bytes of a stream object with its dictionary.
    pub(super) fn stream(&self, object: &Object) -> Option<(Dictionary, Vec<u8>)> {
        let Object::Reference(number) = object else { return None };
        let Some(Place::InFile(at)) = self.places.get(number) else { return None };
        let mut lexer = Lexer::new(self.bytes, *at);
        match lexer.next()? {
            Object::Dictionary(dictionary) => {
                let stream = self.stream_at(&mut lexer, dictionary)?;
                let bytes = self.unpack(&stream);
                Some((stream.dictionary, bytes))
            }
            reference @ Object::Reference(_) if reference != *object => self.stream(&reference),
            _ => None,
        }
    }

    /// Numbers of all objects, in order.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.places.keys().copied()
    }
}

/// The number before `0 obj`.
fn object_number(before: &[u8]) -> Option<u32> {
    let digits_back = |text: &'_ [u8]| {
        let digits = text.iter().rev().take(10).take_while(|b| b.is_ascii_digit()).count();
        (digits > 0).then(|| text.len() - digits)
    };
    let spaced = before.trim_ascii_end();
    if spaced.len() == before.len() && !spaced.ends_with(b"0") {
        return None;
    }
    let generation = digits_back(spaced)?;
    let head = before.get(..generation)?;
    let number_end = head.trim_ascii_end();
    if number_end.len() == head.len() {
        return None;
    }
    let number = number_end.get(digits_back(number_end)?..)?;
    std::str::from_utf8(number).ok()?.parse().ok()
}
