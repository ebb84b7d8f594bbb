//! Word documents (docx, also as WPS writes them): paragraphs, automatic numbers, tables.
//!
//! Left out: headers, footers, notes at the foot, comments, deleted and hidden text, field codes.

use super::archive::Archive;
use super::{Format, SourceError, SourceText, warning};
use crate::note::Span;

mod body;
mod numbering;
mod styles;
mod xml;

use numbering::Numbering;
use styles::Styles;

/// Reads the text of a document.
pub(super) fn read(bytes: &[u8]) -> Result<SourceText, SourceError> {
    let mut archive = Archive::open(bytes)?;
    let main = related(&mut archive, "_rels/.rels", "/officeDocument")?
        .unwrap_or_else(|| "word/document.xml".to_owned());
    let body = archive
        .part(&main)?
        .ok_or_else(|| SourceError::damaged(Format::Docx, format!("缺少正文 {main}")))?;
    let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
    let relations = format!("{folder}/_rels/{file}.rels");
    let mut notes = Vec::new();
    let styles_part = sibling(&mut archive, folder, &relations, "styles")?;
    let numbering_part = sibling(&mut archive, folder, &relations, "numbering")?;
    let styles = styles_part.map(|part| Styles::read(&part)).transpose();
    let numbering = numbering_part.map(|part| Numbering::read(&part)).transpose();
    if let Some(error @ SourceError::ForbiddenXml(_)) =
        styles.as_ref().err().or(numbering.as_ref().err())
    {
        return Err(error.clone());
    }
    if styles.is_err() || numbering.is_err() {
        notes.push(warning(
            Span::default(),
            "文档的自动编号部分已损坏，编号可能缺失".to_owned(),
            "请用 Word 或 WPS 打开后另存一份，再重新上传".to_owned(),
        ));
    }
    let styles = styles.ok().flatten().unwrap_or_default();
    let numbering = numbering.ok().flatten().unwrap_or_default();
    let text = body::read(&body, &styles, numbering, &mut notes)?;
    Ok(SourceText { text, format: Format::Docx, encoding: None, notes })
}

/// A part beside the main one, by its relation or under its usual name.
fn sibling(
    archive: &mut Archive<'_>,
    folder: &str,
    relations: &str,
    kind: &str,
) -> Result<Option<Vec<u8>>, SourceError> {
    let named = related(archive, relations, &format!("/{kind}"))?;
    let path = named.map_or_else(
        || format!("{folder}/{kind}.xml"),
        |target| if target.contains('/') { target } else { format!("{folder}/{target}") },
    );
    archive.part(&path)
}

/// The target of the first relation whose type ends in `kind`.
fn related(
    archive: &mut Archive<'_>,
    part: &str,
    kind: &str,
) -> Result<Option<String>, SourceError> {
    let Some(bytes) = archive.part(part)? else { return Ok(None) };
    let mut target = None;
    let walked = xml::walk(&bytes, |node| {
        if let xml::Node::Start(element) = node {
            let fits = element.attribute("Type").is_some_and(|found| found.ends_with(kind));
            if fits && target.is_none() {
                target =
                    element.attribute("Target").map(|to| to.trim_start_matches('/').to_owned());
            }
        }
        Ok(())
    });
    match walked {
        Err(error @ SourceError::ForbiddenXml(_)) => Err(error),
        _ => Ok(target),
    }
}
