//! Western fonts: codes through names of glyphs (`percent`, `uni5987`).

use std::collections::BTreeMap;

use super::file::File;
use super::object::Object;

/// The names of ASCII and of the punctuation that Chinese files borrow from Western fonts.
const NAMES: &[(&str, char)] = &[
    ("space", ' '),
    ("exclam", '!'),
    ("quotedbl", '"'),
    ("numbersign", '#'),
    ("dollar", '$'),
    ("percent", '%'),
    ("ampersand", '&'),
    ("quotesingle", '\''),
    ("parenleft", '('),
    ("parenright", ')'),
    ("asterisk", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("hyphen", '-'),
    ("period", '.'),
    ("slash", '/'),
    ("zero", '0'),
    ("one", '1'),
    ("two", '2'),
    ("three", '3'),
    ("four", '4'),
    ("five", '5'),
    ("six", '6'),
    ("seven", '7'),
    ("eight", '8'),
    ("nine", '9'),
    ("colon", ':'),
    ("semicolon", ';'),
    ("less", '<'),
    ("equal", '='),
    ("greater", '>'),
    ("question", '?'),
    ("at", '@'),
    ("bracketleft", '['),
    ("backslash", '\\'),
    ("bracketright", ']'),
    ("underscore", '_'),
    ("braceleft", '{'),
    ("bar", '|'),
    ("braceright", '}'),
    ("asciitilde", '~'),
    ("quoteleft", '‘'),
    ("quoteright", '’'),
    ("quotedblleft", '“'),
    ("quotedblright", '”'),
    ("endash", '–'),
    ("emdash", '—'),
    ("bullet", '•'),
    ("ellipsis", '…'),
    ("perthousand", '‰'),
    ("degree", '°'),
    ("plusminus", '±'),
    ("multiply", '×'),
    ("divide", '÷'),
    ("lessequal", '≤'),
    ("greaterequal", '≥'),
    ("notequal", '≠'),
    ("approxequal", '≈'),
    ("periodcentered", '·'),
    ("middot", '·'),
    ("minus", '−'),
    ("nbspace", ' '),
    ("yen", '¥'),
    ("section", '§'),
    ("fi", 'ﬁ'),
    ("fl", 'ﬂ'),
];

/// The texts that an encoding entry gives to codes.
pub(super) fn of_encoding(file: &File<'_>, encoding: &Object) -> BTreeMap<u8, String> {
    let mut names = BTreeMap::new();
    let Some(dictionary) = encoding.dictionary() else { return names };
    let differences = file.entry(dictionary, "Differences");
    let mut code = 0_usize;
    for item in differences.items() {
        match item {
            Object::Name(name) => {
                if let (Ok(byte), Some(text)) = (u8::try_from(code), text(name)) {
                    names.insert(byte, text);
                }
                code += 1;
            }
            other => code = other.count().unwrap_or(code),
        }
    }
    names
}

/// The text of a glyph name.
fn text(name: &str) -> Option<String> {
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return Some(letter.to_string());
    }
    if let Some((_, c)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(c.to_string());
    }
    let code = name.strip_prefix("uni").or_else(|| name.strip_prefix('u'))?;
    let code = code.split('.').next()?;
    (code.len() >= 4)
        .then(|| u32::from_str_radix(code, 16).ok().and_then(char::from_u32).map(String::from))?
}

/// The character of a code in the Windows encoding, which the others share for ASCII.
pub(super) fn windows(byte: u8) -> String {
    if byte < 0x20 {
        return String::new();
    }
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.into_owned()
}
