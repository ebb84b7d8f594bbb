//! Plain text: bytes in the encodings of Chinese offices become text with `\n` line ends.
//!
//! The order of belief is byte order mark, declaration of the page, valid UTF-8, UTF-16 without a mark,
//! then detection among the Chinese encodings. Every GB encoding is decoded as GB18030, their superset.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{SourceError, warning};
use crate::note::{Note, Span};

/// Decoded text, before any format is looked at.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) encoding: &'static str,
    /// How many characters could not be read; each stands as U+FFFD in the text.
    pub(super) lost: usize,
}

/// Enough text to guess an encoding from; more only costs time.
const SAMPLE: usize = 256 * 1024;

/// Decodes bytes; `declared` is the encoding the file itself names, believed only while it fits.
pub(super) fn decode(bytes: &[u8], declared: Option<&str>) -> Result<Decoded, SourceError> {
    let (encoding, body) = marked(bytes).unwrap_or_else(|| (detected(bytes, declared), bytes));
    let (text, _) = encoding.decode_without_bom_handling(body);
    let lost = text.matches('\u{FFFD}').count();
    if is_binary(&text, lost) {
        return Err(SourceError::Binary);
    }
    let text = without_controls(text);
    Ok(Decoded { text, encoding: named(encoding), lost })
}

/// The encoding a byte order mark announces, and what follows the mark.
fn marked(bytes: &[u8]) -> Option<(&'static Encoding, &[u8])> {
    if let Some(body) = bytes.strip_prefix(b"\x84\x31\x95\x33") {
        return Some((GB18030, body));
    }
    let (encoding, length) = Encoding::for_bom(bytes)?;
    Some((encoding, bytes.get(length..)?))
}

fn detected(bytes: &[u8], declared: Option<&str>) -> &'static Encoding {
    let declared = declared.and_then(|label| Encoding::for_label(label.as_bytes())).map(superset);
    let head = bytes.get(..SAMPLE).unwrap_or(bytes);
    let zeros = head.contains(&0);
    if !zeros && mostly_utf8(bytes) {
        return UTF_8;
    }
    if let Some(wide) = unmarked_utf16(head) {
        return wide;
    }
    if zeros && mostly_utf8(bytes) {
        return UTF_8;
    }
    if let Some(encoding) = declared.filter(|e| *e != UTF_8 && fits(e, head)) {
        return encoding;
    }
    if is_big5(head) { BIG5 } else { GB18030 }
}

/// Traditional text: what GB18030 makes of it is full of unused codes, or detection is sure of it.
fn is_big5(head: &[u8]) -> bool {
    if !fits(BIG5, head) {
        return false;
    }
    let (text, _) = GB18030.decode_without_bom_handling(head);
    let odd = text.chars().filter(|c| matches!(c, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}')).count();
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    odd * 50 > text.chars().count() || detector.guess(Some(b"cn"), Utf8Detection::Deny) == BIG5
}

/// GBK and GB2312 are parts of GB18030.
fn superset(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == encoding_rs::GBK { GB18030 } else { encoding }
}

/// Valid UTF-8, also when the last character is cut off or single bytes were damaged on the way.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut rest, mut wide, mut broken) = (bytes, 0_usize, 0_usize);
    loop {
        let (valid, error) = match std::str::from_utf8(rest) {
            Ok(valid) => (valid.len(), None),
            Err(error) => (error.valid_up_to(), Some(error)),
        };
        let (good, bad) = rest.split_at(valid);
        wide += good.iter().filter(|byte| **byte >= 0xC0).count();
        let Some(error) = error else { return broken == 0 || wide / 20 >= broken };
        broken += usize::from(error.error_len().is_some());
        if broken > wide / 20 + 64 {
            return false;
        }
        rest = bad.get(error.error_len().unwrap_or(bad.len())..).unwrap_or_default();
        if rest.is_empty() {
            return wide / 20 >= broken && (wide > 0 || broken == 0);
        }
    }
}

/// UTF-16 without a mark shows in its high bytes: zero for ASCII, a narrow range for Chinese.
fn unmarked_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let score = |high: usize| {
        let units = head.chunks_exact(2);
        let total = units.len();
        let likely = units
            .filter(|unit| match (unit[high], unit[1 - high]) {
                (0, low) => low.is_ascii_graphic() || b" \t\r\n\xB7".contains(&low),
                (0x20 | 0x30 | 0x4E..=0x9F | 0xFF, _) => true,
                _ => false,
            })
            .count();
        (total >= 2 && likely * 10 >= total * 9).then_some(likely)
    };
    match (score(1), score(0)) {
        (Some(little), Some(big)) => Some(if little >= big { UTF_16LE } else { UTF_16BE }),
        (Some(_), None) => Some(UTF_16LE),
        (None, Some(_)) => Some(UTF_16BE),
        (None, None) => None,
    }
}

/// Whether the bytes decode with next to no errors.
fn fits(encoding: &'static Encoding, head: &[u8]) -> bool {
    let (text, _) = encoding.decode_without_bom_handling(head);
    text.matches('\u{FFFD}').count() <= text.len() / 1000 + 1
}

/// One kind of line end, and of the control characters only TAB and form feed.
pub(super) fn without_controls(text: Cow<'_, str>) -> String {
    let odd = text.bytes().any(|byte| byte < b' ' && !matches!(byte, b'\n' | b'\t' | b'\x0C'));
    let wide = ['\u{FEFF}', '\u{85}', '\u{2028}', '\u{2029}'];
    if !odd && !wide.iter().any(|c| text.contains(*c)) {
        return text.into_owned();
    }
    let mut clean = String::with_capacity(text.len());
    let mut previous = '\0';
    for c in text.chars() {
        match c {
            '\n' if previous == '\r' => {}
            '\n' | '\t' | '\u{C}' => clean.push(c),
            '\r' | '\u{B}' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\u{FEFF}' | '\0'..=' ' if c != ' ' => {}
            c => clean.push(c),
        }
        previous = c;
    }
    clean
}

/// Text has hardly any control characters and hardly any losses.
fn is_binary(text: &str, lost: usize) -> bool {
    let letters = text.chars().count();
    let control =
        text.bytes().filter(|b| b.is_ascii_control() && !b"\t\r\n\x0B\x0C\x1A".contains(b));
    lost * 10 > letters || control.count() > letters / 50 + 4
}

/// Tells of characters that could not be read; the mark stands at the first that is left in the final text.
pub(super) fn losses(lost: usize, encoding: &str, text: &str) -> Option<Note> {
    let length = '\u{FFFD}'.len_utf8();
    let span = text.find('\u{FFFD}').map_or(Span::default(), |at| Span::new(at, at + length));
    let message = format!("按 {encoding} 读取时有 {lost} 处字符无法识别");
    let hint = "请核对标出的位置；如处处乱码，请用记事本另存为 UTF-8 后重新上传";
    (lost > 0).then(|| warning(span, message, hint.to_owned()))
}

/// The name people know an encoding by.
fn named(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 { "GB18030" } else { encoding.name() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str =
        "云溪县妇女发展规划\n一、妇女与健康\n1.孕产妇死亡率下降到12/10万以下，达到95％。\n";

    fn check(bytes: &[u8], encoding: &str, text: &str) {
        let decoded = decode(bytes, None).unwrap();
        assert_eq!((decoded.encoding, decoded.text.as_str()), (encoding, text));
        assert_eq!(decoded.lost, 0);
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn encodings_with_and_without_marks() {
        check(PLAN.as_bytes(), "UTF-8", PLAN);
        check(&[b"\xEF\xBB\xBF", PLAN.as_bytes()].concat(), "UTF-8", PLAN);
        check(&utf16(PLAN, u16::to_le_bytes), "UTF-16LE", PLAN);
        check(&utf16(PLAN, u16::to_be_bytes), "UTF-16BE", PLAN);
        check(&[b"\xFF\xFE".to_vec(), utf16(PLAN, u16::to_le_bytes)].concat(), "UTF-16LE", PLAN);
        check(&[b"\xFE\xFF".to_vec(), utf16(PLAN, u16::to_be_bytes)].concat(), "UTF-16BE", PLAN);
        check(&GB18030.encode(PLAN).0, "GB18030", PLAN);
        check(&[&b"\x84\x31\x95\x33"[..], &GB18030.encode(PLAN).0].concat(), "GB18030", PLAN);
        check(&GB18030.encode("妇女").0, "GB18030", "妇女");
    }

    #[test]
    fn traditional_characters_in_big5() {
        let text = "婦女發展規劃\n一、婦女與健康\n提高婦女的健康水平，縮小城鄉差距。\n";
        check(&BIG5.encode(text).0, "Big5", text);
    }

    #[test]
    fn rare_characters_of_gb18030() {
        check(&GB18030.encode("㐂村、𠀀乡妇女发展规划").0, "GB18030", "㐂村、𠀀乡妇女发展规划");
    }

    #[test]
    fn line_ends_become_one_kind() {
        check(
            "一\r\n二\r三\n四\u{2028}五\0六\r\r七".as_bytes(),
            "UTF-8",
            "一\n二\n三\n四\n五六\n\n七",
        );
    }

    #[test]
    fn damaged_bytes_are_told() {
        let mut bytes = PLAN.repeat(3).into_bytes();
        bytes[40] = 0xFF;
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!(decoded.encoding, "UTF-8");
        let note = losses(decoded.lost, decoded.encoding, &decoded.text).unwrap();
        assert_eq!(note.span.of(&decoded.text), "\u{FFFD}");
        assert!(note.message.contains("处字符无法识别"));
    }

    #[test]
    fn a_declared_encoding_counts_only_while_it_fits() {
        let bytes = GB18030.encode(PLAN).0;
        assert_eq!(decode(&bytes, Some("utf-8")).unwrap().encoding, "GB18030");
        assert_eq!(decode(&bytes, Some("gb2312")).unwrap().text, PLAN);
        assert_eq!(decode(PLAN.as_bytes(), Some("gb2312")).unwrap().text, PLAN);
    }

    #[test]
    fn rubbish_is_refused() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        let bytes: Vec<u8> = std::iter::repeat_with(&mut noise).take(4000).collect();
        assert_eq!(decode(&bytes, None).unwrap_err(), SourceError::Binary);
    }
}
