//! The objects PDF files are made of, read from bytes without trust.

use std::collections::BTreeMap;

/// Any object. Streams are told apart by their place: [`super::file::File`] finds their bytes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Null,
    Number(f64),
    String(Vec<u8>),
    Name(String),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    /// Number of another object.
    Reference(u32),
    /// `true`, an operator of a page, or anything else that is a bare word.
    Word(String),
}

/// Names and their objects.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Dictionary(pub(super) BTreeMap<String, Object>);

impl Dictionary {
    /// The entry of a name, Null when there is none.
    pub(super) fn entry(&self, name: &str) -> &Object {
        self.0.get(name).unwrap_or(&Object::Null)
    }

    /// Whether an entry is the given name.
    pub(super) fn says(&self, entry: &str, name: &str) -> bool {
        self.entry(entry).name() == Some(name)
    }
}

impl Object {
    pub(super) fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// A number that counts something; rubbish counts as none.
    pub(super) fn count(&self) -> Option<usize> {
        let number = self.number().filter(|n| (0.0..=4_294_967_295.0).contains(n))?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked above"
        )]
        Some(number as usize)
    }

    pub(super) fn name(&self) -> Option<&str> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(super) fn dictionary(&self) -> Option<&Dictionary> {
        if let Self::Dictionary(dictionary) = self { Some(dictionary) } else { None }
    }

    /// About what copying it costs.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Array(items) => items.iter().map(Self::weight).sum::<usize>() + 4,
            Self::Dictionary(entries) => entries.0.values().map(Self::weight).sum::<usize>() + 4,
            Self::String(text) => text.len() + 4,
            _ => 4,
        }
    }

    /// The items of an array; anything else has none.
    pub(super) fn items(&self) -> &[Self] {
        if let Self::Array(items) = self { items } else { &[] }
    }
}

/// Arrays in arrays: deeper ones are made to hurt.
const DEEPEST: usize = 48;

/// Reads objects one after the other.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Where the next object begins, or the last one ended.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn jump(&mut self, at: usize) {
        self.at = at.min(self.bytes.len());
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// The next object; None at the end.
    pub(super) fn next(&mut self) -> Option<Object> {
        self.object(0)
    }

    fn object(&mut self, depth: usize) -> Option<Object> {
        self.skip_space();
        let byte = self.peek(0)?;
        match byte {
            b'/' => Some(Object::Name(self.name())),
            b'(' => Some(Object::String(self.literal())),
            b'<' if self.peek(1) == Some(b'<') => Some(self.dictionary(depth)),
            b'<' => Some(Object::String(self.hexadecimal())),
            b'[' => Some(self.array(depth)),
            b'0'..=b'9' | b'+' | b'-' | b'.' => Some(self.number_or_reference()),
            b']' | b'}' | b'{' | b')' => {
                self.at += 1;
                Some(Object::Word(char::from(byte).to_string()))
            }
            b'>' => {
                self.at += 1 + usize::from(self.peek(1) == Some(b'>'));
                Some(Object::Word(">>".to_owned()))
            }
            _ => Some(Object::Word(self.word())),
        }
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek(0) {
            if byte == b'%' {
                while self.peek(0).is_some_and(|b| b != b'\n' && b != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn word(&mut self) -> String {
        let start = self.at;
        while self.peek(0).is_some_and(|b| !is_space(b) && !is_delimiter(b)) {
            self.at += 1;
        }
        self.at += usize::from(self.at == start);
        String::from_utf8_lossy(self.bytes.get(start..self.at).unwrap_or_default()).into_owned()
    }

    fn name(&mut self) -> String {
        self.at += 1;
        let start = self.at;
        while self.peek(0).is_some_and(|b| !is_space(b) && !is_delimiter(b)) {
            self.at += 1;
        }
        let raw = self.bytes.get(start..self.at).unwrap_or_default();
        let mut name = Vec::with_capacity(raw.len());
        let mut at = 0;
        while let Some(byte) = raw.get(at) {
            let code = raw
                .get(at + 1..at + 3)
                .filter(|_| *byte == b'#')
                .and_then(|pair| Some(hex(pair[0])? * 16 + hex(pair[1])?));
            name.push(code.unwrap_or(*byte));
            at += if code.is_some() { 3 } else { 1 };
        }
        String::from_utf8_lossy(&name).into_owned()
    }

    fn number_or_reference(&mut self) -> Object {
        let number = self.number();
        // `12 0 R` looks like two numbers first.
        let mut ahead = self.clone();
        if number.fract() == 0.0 && number >= 0.0 && self.peek(0).is_some_and(is_space) {
            ahead.skip_space();
            if ahead.peek(0).is_some_and(|b| b.is_ascii_digit()) {
                ahead.number();
                ahead.skip_space();
                let ends = ahead.peek(1).is_none_or(|b| is_space(b) || is_delimiter(b));
                if ahead.peek(0) == Some(b'R') && ends {
                    self.at = ahead.at + 1;
                    let target = Object::Number(number).count().and_then(|n| u32::try_from(n).ok());
                    return target.map_or(Object::Null, Object::Reference);
                }
            }
        }
        Object::Number(number)
    }

    fn number(&mut self) -> f64 {
        let start = self.at;
        self.at += 1;
        while self.peek(0).is_some_and(|b| b.is_ascii_digit() || b == b'.' || b == b'-') {
            self.at += 1;
        }
        let text = self.bytes.get(start..self.at).unwrap_or_default();
        let text = std::str::from_utf8(text).unwrap_or_default();
        // Some producers write `--5` or `5-3`.
        let clean = text.trim_start_matches('-').split_inclusive('-').next().unwrap_or_default();
        let value: f64 = clean.trim_end_matches('-').trim_start_matches('+').parse().unwrap_or(0.0);
        if text.starts_with('-') { -value } else { value }
    }

    fn literal(&mut self) -> Vec<u8> {
        self.at += 1;
        let (mut text, mut depth) = (Vec::new(), 1_usize);
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match byte {
                b'\\' => self.escape(&mut text),
                b'(' => {
                    depth += 1;
                    text.push(byte);
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                    text.push(byte);
                }
                _ => text.push(byte),
            }
        }
        text
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek(0) else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\n' => {}
            b'\r' => self.at += usize::from(self.peek(0) == Some(b'\n')),
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek(0) else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                text.push(u8::try_from(code & 0xFF).unwrap_or_default());
            }
            other => text.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        self.at += 1;
        let (mut text, mut half) = (Vec::new(), None);
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = hex(byte) else { continue };
            match half.take() {
                Some(high) => text.push(high * 16 + digit),
                None => half = Some(digit),
            }
        }
        text.extend(half.map(|high: u8| high * 16));
        text
    }

    fn array(&mut self, depth: usize) -> Object {
        self.at += 1;
        let mut items = Vec::new();
        if depth < DEEPEST {
            while let Some(item) = self.object(depth + 1) {
                match item {
                    Object::Word(word) if word == "]" => break,
                    // The end of the object is missing: what was read counts.
                    Object::Word(word) if word == "endobj" || word == ">>" => break,
                    item => items.push(item),
                }
            }
        }
        Object::Array(items)
    }

    fn dictionary(&mut self, depth: usize) -> Object {
        self.at += 2;
        let mut dictionary = Dictionary::default();
        if depth < DEEPEST {
            while let Some(key) = self.object(depth + 1) {
                match key {
                    Object::Name(key) => {
                        let start = self.at;
                        match self.object(depth + 1) {
                            Some(Object::Word(word)) if word == ">>" || word == "endobj" => {
                                self.at = start;
                            }
                            Some(value) => {
                                dictionary.0.insert(key, value);
                            }
                            None => break,
                        }
                    }
                    Object::Word(word) if word == ">>" || word == "endobj" || word == "stream" => {
                        break;
                    }
                    _ => {}
                }
            }
        }
        Object::Dictionary(dictionary)
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 12 | 0)
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Object> {
        let mut lexer = Lexer::new(text.as_bytes(), 0);
        std::iter::from_fn(|| lexer.next()).collect()
    }

    #[test]
    fn objects_of_every_kind() {
        let expect = [
            Object::Number(-1.5),
            Object::Reference(12),
            Object::String(b"a(b)\n\x01c".to_vec()),
            Object::String(b"\xAB\xC0".to_vec()),
            Object::Name("A B".to_owned()),
            Object::Array(vec![Object::Number(1.0), Object::Number(0.0)]),
            Object::Word("Tj".to_owned()),
        ];
        assert_eq!(all("-1.5 12 0 R (a(b)\\n\\001\\\nc) <AB C> /A#20B [1 0] %x\nTj"), expect);
    }

    #[test]
    fn broken_objects_end() {
        for text in
            ["<< /A", "<< /A >>", "[1 2", "(a(b", "<AB", "<< /A << /B [", "/", "1 0", ">", "--"]
        {
            assert!(all(text).len() < 4, "{text}");
        }
        assert!(all(&"[".repeat(100_000)).len() <= 100_000);
    }
}
