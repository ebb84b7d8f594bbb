//! Character references (`&nbsp;`, `&#8212;`).

use std::borrow::Cow;

/// The names that Chinese pages use; an unknown name stays as written.
const NAMED: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ensp", "\u{2002}"),
    ("emsp", "\u{3000}"),
    ("thinsp", "\u{2009}"),
    ("shy", ""),
    ("zwnj", ""),
    ("zwj", ""),
    ("zwsp", ""),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("bdquo", "„"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("lsaquo", "‹"),
    ("rsaquo", "›"),
    ("hellip", "…"),
    ("mdash", "—"),
    ("ndash", "–"),
    ("horbar", "―"),
    ("middot", "·"),
    ("centerdot", "·"),
    ("bull", "•"),
    ("times", "×"),
    ("divide", "÷"),
    ("plusmn", "±"),
    ("minus", "−"),
    ("le", "≤"),
    ("leq", "≤"),
    ("ge", "≥"),
    ("geq", "≥"),
    ("ne", "≠"),
    ("asymp", "≈"),
    ("ap", "≈"),
    ("approx", "≈"),
    ("sim", "∼"),
    ("permil", "‰"),
    ("percnt", "%"),
    ("deg", "°"),
    ("prime", "′"),
    ("Prime", "″"),
    ("sect", "§"),
    ("para", "¶"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("yen", "¥"),
    ("cent", "¢"),
    ("pound", "£"),
    ("euro", "€"),
    ("frac12", "½"),
    ("frac14", "¼"),
    ("frac34", "¾"),
    ("sup1", "¹"),
    ("sup2", "²"),
    ("sup3", "³"),
    ("larr", "←"),
    ("uarr", "↑"),
    ("rarr", "→"),
    ("darr", "↓"),
    ("radic", "√"),
    ("infin", "∞"),
    ("sum", "∑"),
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("mu", "μ"),
    ("pi", "π"),
    ("sigma", "σ"),
    ("omega", "ω"),
    ("Omega", "Ω"),
    ("loz", "◊"),
    ("star", "☆"),
    ("starf", "★"),
    ("bigstar", "★"),
    ("dagger", "†"),
    ("colon", ":"),
    ("comma", ","),
    ("period", "."),
    ("lpar", "("),
    ("rpar", ")"),
    ("num", "#"),
    ("ast", "*"),
    ("sol", "/"),
    ("lowbar", "_"),
    ("lsqb", "["),
    ("rsqb", "]"),
    ("Tab", "\t"),
    ("NewLine", "\n"),
];

/// Replaces character references by their characters.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut decoded = String::with_capacity(text.len());
    decoded.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(body) = rest.strip_prefix('&') {
        let length = reference(body, &mut decoded);
        if length == 0 {
            decoded.push('&');
        }
        let after = &body[length..];
        let next = after.find('&').unwrap_or(after.len());
        decoded.push_str(&after[..next]);
        rest = &after[next..];
    }
    Cow::Owned(decoded)
}

/// Decodes the reference after an `&`; the length of what was read, 0 when it is none.
fn reference(body: &str, decoded: &mut String) -> usize {
    if let Some(number) = body.strip_prefix('#') {
        return number_reference(number, decoded).map_or(0, |length| length + 1);
    }
    let length = body.bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
    let name = &body[..length];
    let Some((_, text)) = NAMED.iter().find(|(known, _)| *known == name) else { return 0 };
    decoded.push_str(text);
    length + usize::from(body[length..].starts_with(';'))
}

fn number_reference(number: &str, decoded: &mut String) -> Option<usize> {
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let length = digits.bytes().take_while(|b| char::from(*b).is_digit(radix)).count();
    let code = u32::from_str_radix(&digits[..length], radix).ok();
    if length == 0 {
        return None;
    }
    decoded.push(code.map_or('\u{FFFD}', character));
    let prefix = number.len() - digits.len();
    Some(prefix + length + usize::from(digits[length..].starts_with(';')))
}

/// Numbers 128 to 159 mean the Windows characters in practice (`&#151;` is a dash).
fn character(code: u32) -> char {
    match u8::try_from(code) {
        Ok(0) => '\u{FFFD}',
        Ok(byte @ 0x80..=0x9F) => {
            let bytes = [byte];
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
            text.chars().next().unwrap_or('\u{FFFD}')
        }
        _ if code == 0xA0 => ' ',
        _ => char::from_u32(code).unwrap_or('\u{FFFD}'),
    }
}
