//! Markup: remnants of HTML and word processors inside a text.

/// Words that stand in place of a remnant: at most one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    bytes: [u8; 4],
    length: usize,
}

impl Words {
    const NONE: Self = Self { bytes: [0; 4], length: 0 };

    fn one(c: char) -> Self {
        let mut bytes = [0; 4];
        let length = c.encode_utf8(&mut bytes).len();
        Self { bytes, length }
    }

    /// Whether nothing stands in its place.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or("")
    }
}

/// Reads the remnant at the start of a text: what replaces it and how long it is.
pub fn read(text: &str) -> Option<(Words, usize)> {
    match text.as_bytes().first()? {
        b'[' => bookmark(text),
        b'<' => tag(text),
        b'&' => entity(text),
        _ => None,
    }
}

/// `[bookmark: _GoBack]`
fn bookmark(text: &str) -> Option<(Words, usize)> {
    let inside = text.strip_prefix("[bookmark:")?;
    let close = inside.bytes().take(200).position(|b| b == b']' || b == b'\n')?;
    (inside.as_bytes()[close] == b']').then_some((Words::NONE, "[bookmark:".len() + close + 1))
}

fn tag(text: &str) -> Option<(Words, usize)> {
    if text.starts_with("<!--") {
        let end = text.find("-->")?;
        return Some((Words::NONE, end + "-->".len()));
    }
    let bytes = text.as_bytes();
    let closing = bytes.get(1) == Some(&b'/');
    let start = 1 + usize::from(closing);
    let name_length = bytes[start..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    let name = text[start..start + name_length].to_ascii_lowercase();
    let after = bytes.get(start + name_length)?;
    if name.is_empty() || !is_tag(&name) || !matches!(after, b'>' | b'/' | b' ' | b'\n') {
        return None;
    }
    let length = bytes.iter().take(1000).position(|b| *b == b'>')? + 1;
    if !closing && matches!(name.as_str(), "script" | "style") {
        let end = text.find(&format!("</{name}")).unwrap_or(length);
        return Some((Words::NONE, end.max(length)));
    }
    let words = match name.as_str() {
        "td" | "th" if closing => Words::one('\t'),
        "p" | "br" | "div" | "tr" | "li" | "ul" | "ol" | "table" | "section" | "h1" | "h2"
        | "h3" | "h4" | "h5" | "h6" | "title" => Words::one('\n'),
        _ => Words::NONE,
    };
    Some((words, length))
}

fn is_tag(name: &str) -> bool {
    const NAMES: [&str; 38] = [
        "a", "b", "body", "br", "center", "div", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6",
        "head", "html", "i", "img", "li", "meta", "o", "ol", "p", "script", "section", "small",
        "span", "strong", "style", "sub", "sup", "table", "tbody", "td", "th", "title", "tr", "u",
    ];
    name == "ul" || name == "link" || NAMES.contains(&name)
}

fn entity(text: &str) -> Option<(Words, usize)> {
    let end = text.bytes().take(12).position(|b| b == b';')?;
    let words = match &text[1..end] {
        "nbsp" | "emsp" | "ensp" | "thinsp" | "zwnj" => Words::NONE,
        "amp" => Words::one('&'),
        "lt" => Words::one('<'),
        "gt" => Words::one('>'),
        "quot" => Words::one('"'),
        "ldquo" => Words::one('“'),
        "rdquo" => Words::one('”'),
        "lsquo" => Words::one('‘'),
        "rsquo" => Words::one('’'),
        "mdash" => Words::one('—'),
        "ndash" => Words::one('–'),
        "hellip" => Words::one('…'),
        "middot" => Words::one('·'),
        "permil" => Words::one('‰'),
        "ge" => Words::one('≥'),
        "le" => Words::one('≤'),
        "times" => Words::one('×'),
        name => Words::one(numbered(name.strip_prefix('#')?)?),
    };
    Some((words, end + 1))
}

fn numbered(digits: &str) -> Option<char> {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => digits.parse().ok()?,
    };
    let c = char::from_u32(code)?;
    Some(if c.is_whitespace() || c.is_control() { ' ' } else { c })
}
