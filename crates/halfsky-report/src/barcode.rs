//! Bar code (条形码): Code 128 of the hash on a signed page, so that paper finds its figures again.

use std::fmt::Write as _;

/// Widths of bars and gaps by value, in modules; the last is the end mark.
const PATTERNS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];
/// Value of the mark that begins code set B.
const START_B: usize = 104;
const STOP: usize = 106;
/// Blank modules on either side.
const QUIET: u32 = 10;
/// Height, in modules.
const HEIGHT: u32 = 40;

/// A text as SVG; None when a character is not in code set B (printable ASCII).
pub fn code_128(text: &str) -> Option<String> {
    let mut at = QUIET;
    let mut bars = String::new();
    for value in values(text)? {
        for (index, width) in PATTERNS[value].bytes().enumerate() {
            let width = u32::from(width - b'0');
            if index % 2 == 0 {
                // writing to a String cannot fail
                let _ = write!(bars, "<rect x=\"{at}\" width=\"{width}\" height=\"{HEIGHT}\"/>");
            }
            at += width;
        }
    }
    let wide = at + QUIET;
    Some(format!(
        "<svg viewBox=\"0 0 {wide} {HEIGHT}\" width=\"{}\" height=\"{}\" role=\"img\" \
         aria-label=\"条形码 {text}\" shape-rendering=\"crispEdges\">{bars}</svg>",
        wide * 2,
        HEIGHT * 2
    ))
}

/// Start, characters, check value, stop.
fn values(text: &str) -> Option<Vec<usize>> {
    let characters: Vec<usize> = text
        .bytes()
        .map(|byte| matches!(byte, b' '..=b'~').then(|| usize::from(byte - b' ')))
        .collect::<Option<_>>()?;
    let sum: usize = (1..).zip(&characters).map(|(place, value)| place * value).sum();
    let check = (START_B + sum) % 103;
    let mut values = vec![START_B];
    values.extend(characters);
    values.extend([check, STOP]);
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_its_own_and_eleven_wide() {
        let width = |pattern: &str| pattern.bytes().map(|b| u32::from(b - b'0')).sum::<u32>();
        assert!(PATTERNS[..STOP].iter().all(|p| p.len() == 6 && width(p) == 11));
        assert_eq!(width(PATTERNS[STOP]), 13);
        let once: std::collections::BTreeSet<_> = PATTERNS.iter().collect();
        assert_eq!(once.len(), PATTERNS.len());
    }

    #[test]
    fn a_known_code_has_its_check_value() {
        assert_eq!(values("PJJ123C").unwrap(), [104, 48, 42, 42, 17, 18, 19, 35, 55, 106]);
        assert_eq!(values("年"), None);
    }

    #[test]
    fn a_drawing_is_as_wide_as_its_modules() {
        let svg = code_128("0a").unwrap();
        assert!(svg.contains("viewBox=\"0 0 77 40\""), "{svg}");
        assert_eq!(svg.matches("<rect").count(), 3 * 4 + 4);
    }
}
