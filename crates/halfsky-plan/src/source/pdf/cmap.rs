//! Character maps inside the file: from codes to text (`ToUnicode`).

use std::collections::BTreeMap;

use super::object::{Lexer, Object};

/// Codes and the text they stand for.
#[derive(Debug, Default)]
pub(super) struct CMap {
    text: BTreeMap<(usize, u32), String>,
    /// Stretches of codes: length in bytes, first, last, first character.
    ranges: Vec<(usize, u32, u32, Vec<u16>)>,
    /// Lengths of codes by their first byte: length, first, last.
    spaces: Vec<(usize, Vec<u8>, Vec<u8>)>,
}

const MOST_ENTRIES: usize = 200_000;

impl CMap {
    /// Reads a character map.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(bytes, 0);
        let mut operands = Vec::new();
        while let Some(object) = lexer.next() {
            match object {
                Object::Word(word) => {
                    match word.as_str() {
                        "endbfchar" => map.characters(&operands),
                        "endbfrange" => map.stretches(&operands),
                        "endcodespacerange" => map.code_spaces(&operands),
                        _ => {}
                    }
                    operands.clear();
                }
                operand => operands.push(operand),
            }
            if map.text.len() + map.ranges.len() > MOST_ENTRIES {
                break;
            }
        }
        map.ranges.sort_by_key(|range| (range.0, range.1));
        map
    }

    fn characters(&mut self, operands: &[Object]) {
        for pair in operands.chunks_exact(2) {
            if let [Object::String(code), Object::String(text)] = pair {
                self.text.insert((code.len(), number(code)), decode(&units(text)));
            }
        }
    }

    fn stretches(&mut self, operands: &[Object]) {
        for triple in operands.chunks_exact(3) {
            let [Object::String(first), Object::String(last), text] = triple else { continue };
            let (length, first, last) = (first.len(), number(first), number(last));
            match text {
                Object::String(text) => self.ranges.push((length, first, last, units(text))),
                Object::Array(texts) => {
                    for (offset, text) in (0_u32..).zip(texts) {
                        if let Object::String(text) = text {
                            self.text.insert(
                                (length, first.saturating_add(offset)),
                                decode(&units(text)),
                            );
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn code_spaces(&mut self, operands: &[Object]) {
        for pair in operands.chunks_exact(2) {
            if let [Object::String(first), Object::String(last)] = pair
                && first.len() == last.len()
                && (1..=4).contains(&first.len())
            {
                self.spaces.push((first.len(), first.clone(), last.clone()));
            }
        }
    }

    /// The text of a code of that many bytes.
    pub(super) fn text(&self, length: usize, code: u32) -> Option<String> {
        if let Some(text) = self.text.get(&(length, code)) {
            return Some(text.clone());
        }
        let after = self.ranges.partition_point(|range| (range.0, range.1) <= (length, code));
        let (_, first, _, start) = self.ranges[..after]
            .iter()
            .rev()
            .take(4)
            .find(|range| range.0 == length && range.2 >= code)?;
        let mut text = start.clone();
        let last = text.last_mut()?;
        *last = last.wrapping_add(u16::try_from((code - first) & 0xFFFF).unwrap_or_default());
        Some(decode(&text))
    }

    /// How many bytes the next code has; None when the map does not say.
    pub(super) fn code_length(&self, bytes: &[u8]) -> Option<usize> {
        let fits = |(length, first, last): &&(usize, Vec<u8>, Vec<u8>)| {
            bytes.get(..*length).is_some_and(|code| {
                code.iter()
                    .zip(first.iter().zip(last))
                    .all(|(byte, (low, high))| (low..=high).contains(&byte))
            })
        };
        self.spaces.iter().find(fits).map(|(length, ..)| *length)
    }

    /// Whether the map says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.ranges.is_empty()
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

fn units(text: &[u8]) -> Vec<u16> {
    if let [byte] = text {
        return vec![u16::from(*byte)];
    }
    text.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

fn decode(units: &[u16]) -> String {
    String::from_utf16_lossy(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_ranges_and_lists() {
        let map = CMap::read(b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n2 beginbfchar <0001> <5987> <0002> <00660069> endbfchar\n\
            2 beginbfrange <0010> <0012> <4E00> <0020> <0021> [<7532> <4E59>] endbfrange");
        let text = |code| map.text(2, code).unwrap_or_default();
        assert_eq!(
            [text(1), text(2), text(0x11), text(0x21), text(0x13)],
            ["妇", "fi", "丁", "乙", ""]
        );
        assert_eq!(map.code_length(b"\x00\x01\x02"), Some(2));
    }
}
