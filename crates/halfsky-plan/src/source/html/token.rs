//! Tags and text of a page, forgiving as browsers are.

use super::element::is_raw;

/// A piece of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Text(&'a str),
    Open { name: &'a str, attributes: &'a str },
    Close(&'a str),
}

/// Walks over a page from start to end.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// The raw element whose content comes next.
    raw: Option<&'a str>,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(source: &'a str) -> Self {
        Self { rest: source, raw: None }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (head, tail) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = tail;
        head
    }

    /// Content of a raw element up to its end tag.
    fn raw_text(&mut self, name: &str) -> &'a str {
        let end = self.rest.match_indices("</").map(|(at, _)| at).find(|at| {
            let after = self.rest.as_bytes().get(at + 2..at + 2 + name.len());
            after.is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
        });
        self.take(end.unwrap_or(self.rest.len()))
    }

    /// A tag, or None for what only looks like one.
    fn tag(&mut self) -> Option<Token<'a>> {
        let body = self.rest.strip_prefix('<')?;
        let closing = body.starts_with('/');
        let named = body.strip_prefix('/').unwrap_or(body);
        if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let length = named.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>');
        let name = &named[..length?];
        let inside = &named[name.len()..];
        let end = tag_end(inside)?;
        let attributes = &inside[..end];
        self.rest = &inside[end + 1..];
        if closing {
            return Some(Token::Close(name));
        }
        self.raw = is_raw(name).then_some(name);
        Some(Token::Open { name, attributes })
    }

    /// Comments, declarations and processing instructions say nothing to a visitor.
    fn skip_declaration(&mut self) -> bool {
        let rest = self.rest;
        let length = if rest.starts_with("<!--") {
            rest.find("-->").map_or(rest.len(), |at| at + 3)
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            rest.find('>').map_or(rest.len(), |at| at + 1)
        } else {
            return false;
        };
        self.take(length);
        true
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if let Some(name) = self.raw.take() {
                let text = self.raw_text(name);
                if !text.is_empty() {
                    return Some(Token::Text(text));
                }
            }
            if self.rest.is_empty() {
                return None;
            }
            if self.rest.starts_with('<') {
                if self.skip_declaration() {
                    continue;
                }
                if let Some(token) = self.tag() {
                    return Some(token);
                }
            }
            let lone = usize::from(self.rest.starts_with('<'));
            let length = self.rest[lone..].find('<').map_or(self.rest.len(), |at| at + lone);
            return Some(Token::Text(self.take(length)));
        }
    }
}

/// Tags longer than this are text that happens to hold a `<`.
const LONGEST_TAG: usize = 64 * 1024;

/// Where a tag ends: the first `>` outside quotes. A quote that is never closed does not swallow the page.
fn tag_end(inside: &str) -> Option<usize> {
    let bytes = inside.as_bytes();
    let bytes = bytes.get(..LONGEST_TAG).unwrap_or(bytes);
    let (mut quote, mut after_equals) = (None, false);
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if after_equals => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
        after_equals = *byte == b'=' || (after_equals && byte.is_ascii_whitespace());
    }
    bytes.iter().position(|byte| *byte == b'>')
}

/// The value of an attribute (empty for one without value).
pub(super) fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        let length = rest
            .char_indices()
            .find(|(at, c)| *at > 0 && (c.is_ascii_whitespace() || *c == '=' || *c == '/'))
            .map_or(rest.len(), |(at, _)| at);
        let (key, tail) = rest.split_at(length);
        let (value, tail) = value(tail);
        if key.eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = tail;
    }
}

fn value(tail: &str) -> (&str, &str) {
    let Some(after) = tail.trim_start().strip_prefix('=') else { return ("", tail) };
    let after = after.trim_start();
    for quote in ['"', '\''] {
        if let Some(quoted) = after.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    after.split_at(after.find(|c: char| c.is_ascii_whitespace()).unwrap_or(after.len()))
}

/// The encoding a page declares in its first lines.
pub(in crate::source) fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    let head = bytes.get(..4096).unwrap_or(bytes);
    if !head.trim_ascii_start().starts_with(b"<") {
        return None;
    }
    let found = |mark: &[u8]| {
        let at = head.windows(mark.len()).position(|part| part.eq_ignore_ascii_case(mark))?;
        let value = head.get(at + mark.len()..)?;
        let start = value.iter().position(|byte| !b" =\"'".contains(byte))?;
        let length = value
            .get(start..)?
            .iter()
            .position(|b| !(b.is_ascii_alphanumeric() || b"-_".contains(b)))?;
        std::str::from_utf8(value.get(start..start + length)?).ok()
    };
    found(b"charset=").or_else(|| found(b"encoding="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_text() {
        let tokens: Vec<_> = Tokens::new("<p a='>' b>x < y<!-- <i> --></P><3").collect();
        let expect = [
            Token::Open { name: "p", attributes: " a='>' b" },
            Token::Text("x "),
            Token::Text("< y"),
            Token::Close("P"),
            Token::Text("<3"),
        ];
        assert_eq!(tokens, expect);
    }

    #[test]
    fn attributes_in_every_manner() {
        let attributes = " colspan = 2 hidden style=\"display:none\" a='b c'/";
        assert_eq!(attribute(attributes, "COLSPAN"), Some("2"));
        assert_eq!(attribute(attributes, "hidden"), Some(""));
        assert_eq!(attribute(attributes, "style"), Some("display:none"));
        assert_eq!(attribute(attributes, "a"), Some("b c"));
        assert_eq!(attribute(attributes, "b"), None);
    }

    #[test]
    fn encodings_a_page_declares() {
        assert_eq!(declared_encoding(b"<meta charset=\"gb2312\">"), Some("gb2312"));
        assert_eq!(declared_encoding(b"<meta content='text/html; charset=GBK'>"), Some("GBK"));
        assert_eq!(declared_encoding(b"<?xml version='1.0' encoding='utf-8'?>"), Some("utf-8"));
        assert_eq!(declared_encoding("charset=x".as_bytes()), None);
    }
}
