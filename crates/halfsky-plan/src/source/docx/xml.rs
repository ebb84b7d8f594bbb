//! XML events of a document part: names by meaning, no declarations that could expand.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use crate::source::{Format, SourceError};

/// What an element's name space stands for; strict and transitional documents use different addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Word,
    Math,
    Compatibility,
    Other,
}

/// A start tag.
#[derive(Debug)]
pub(super) struct Element<'a> {
    pub(super) space: Space,
    start: &'a BytesStart<'a>,
}

/// A step through a part. Empty elements start and end.
#[derive(Debug)]
pub(super) enum Node<'a> {
    Start(Element<'a>),
    End { space: Space, name: &'a str },
    Text(Cow<'a, str>),
}

/// No document nests deeper; made-up ones would cost time.
const DEEPEST: usize = 512;

impl Element<'_> {
    /// The name without its prefix.
    pub(super) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// The value of an attribute, whatever its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let found = self
            .start
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|a| a.key.local_name().into_inner() == name)?;
        Some(
            found
                .normalized_value(XmlVersion::Implicit1_0)
                .map_or_else(|_| found.value.clone().into_owned(), Cow::into_owned),
        )
    }

    /// A switch such as `<w:vanish/>`, on unless it says otherwise.
    pub(super) fn is_on(&self) -> bool {
        !matches!(self.attribute("val").as_deref(), Some("0" | "false" | "off" | "none"))
    }

    /// The `val` attribute as a number.
    pub(super) fn number<T: std::str::FromStr>(&self) -> Option<T> {
        self.attribute("val")?.trim().parse().ok()
    }
}

/// Walks over a part; stops at the first error.
pub(super) fn walk(
    bytes: &[u8],
    mut visit: impl FnMut(Node<'_>) -> Result<(), SourceError>,
) -> Result<(), SourceError> {
    let text = decode(bytes)?;
    let mut reader = NsReader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0_usize;
    loop {
        let (resolved, event) = reader.read_resolved_event().map_err(|error| {
            SourceError::damaged(
                Format::Docx,
                format!("XML 结构有误，位置 {}", error_place(&error)),
            )
        })?;
        let space = space(&resolved);
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(SourceError::Excessive {
                        format: Format::Docx,
                        detail: "元素嵌套过深".to_owned(),
                    });
                }
                visit(Node::Start(Element { space, start: &start }))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                visit(Node::End { space, name: end.local_name().into_inner() })?;
            }
            Event::Text(text) => visit(Node::Text(text.xml10_content()))?,
            Event::CData(data) => visit(Node::Text(data.xml10_content()))?,
            Event::GeneralRef(reference) => visit(Node::Text(Cow::Owned(character(&reference)?)))?,
            Event::DocType(_) => return Err(SourceError::ForbiddenXml(Format::Docx)),
            Event::Eof if depth > 0 => {
                return Err(SourceError::damaged(Format::Docx, "XML 在中途结束"));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn error_place(error: &quick_xml::Error) -> String {
    error.to_string().chars().take(60).collect()
}

/// Character references and the five names of XML; anything else was declared by somebody.
fn character(reference: &quick_xml::events::BytesRef<'_>) -> Result<String, SourceError> {
    if reference.is_char_ref() {
        let found = reference.resolve_char_ref().ok().flatten().filter(|c| *c != '\0');
        return Ok(found.unwrap_or('\u{FFFD}').to_string());
    }
    quick_xml::escape::resolve_xml_entity(reference)
        .map(ToOwned::to_owned)
        .ok_or(SourceError::ForbiddenXml(Format::Docx))
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, SourceError> {
    let (encoding, length) = Encoding::for_bom(bytes).unwrap_or((UTF_8, 0));
    let body = bytes.get(length..).unwrap_or_default();
    encoding
        .decode_without_bom_handling_and_without_replacement(body)
        .ok_or_else(|| SourceError::damaged(Format::Docx, "含有无法识别的字符"))
}

fn space(resolved: &ResolveResult<'_>) -> Space {
    match resolved {
        ResolveResult::Bound(namespace) => match namespace.into_inner() {
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
            | "http://purl.oclc.org/ooxml/wordprocessingml/main" => Space::Word,
            "http://schemas.openxmlformats.org/officeDocument/2006/math"
            | "http://purl.oclc.org/ooxml/officeDocument/math" => Space::Math,
            "http://schemas.openxmlformats.org/markup-compatibility/2006" => Space::Compatibility,
            _ => Space::Other,
        },
        // A prefix nobody declared, but everybody knows.
        ResolveResult::Unknown(prefix) if prefix == "w" => Space::Word,
        _ => Space::Other,
    }
}
