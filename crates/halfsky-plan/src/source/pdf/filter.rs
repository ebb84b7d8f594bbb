//! Stream filters: how the bytes of a stream are packed.

use std::io::Read;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use super::object::Dictionary;

/// Unpacks with one filter; never more than `limit` bytes. What a damaged stream still gives is kept.
pub(super) fn unpack(
    filter: &str,
    bytes: &[u8],
    parameters: &Dictionary,
    limit: usize,
) -> Option<Vec<u8>> {
    let unpacked = match filter {
        "FlateDecode" | "Fl" => inflate(bytes, limit),
        "LZWDecode" | "LZW" => lzw(bytes, parameters, limit),
        "ASCIIHexDecode" | "AHx" => hexadecimal(bytes),
        "ASCII85Decode" | "A85" => base85(bytes),
        "RunLengthDecode" | "RL" => run_length(bytes, limit),
        _ => return None,
    };
    Some(unpredict(unpacked, parameters))
}

fn inflate(bytes: &[u8], limit: usize) -> Vec<u8> {
    let limit = limit as u64;
    let mut unpacked = Vec::new();
    let read = ZlibDecoder::new(bytes).take(limit).read_to_end(&mut unpacked);
    if read.is_err() && unpacked.is_empty() {
        // The wrapper may be damaged while the data are not.
        let _ = DeflateDecoder::new(bytes.get(2..).unwrap_or_default())
            .take(limit)
            .read_to_end(&mut unpacked);
    }
    unpacked
}

fn lzw(bytes: &[u8], parameters: &Dictionary, limit: usize) -> Vec<u8> {
    let early = usize::from(parameters.entry("EarlyChange").number() != Some(0.0));
    let mut unpacked: Vec<u8> = Vec::new();
    // An entry of the table is a stretch of the output: start and length.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let (mut buffer, mut held, mut width) = (0_u32, 0_u32, 9_u32);
    let mut previous: Option<(usize, usize)> = None;
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        held += 8;
        if held < width {
            continue;
        }
        let code = (buffer >> (held - width)) & ((1 << width) - 1);
        held -= width;
        buffer &= (1 << held) - 1;
        match code {
            256 => {
                table.clear();
                width = 9;
                previous = None;
                continue;
            }
            257 => break,
            _ => {}
        }
        let start = unpacked.len();
        if let Ok(byte) = u8::try_from(code) {
            unpacked.push(byte);
        } else if let Some(&(from, length)) = table.get(code as usize - 258) {
            unpacked.extend_from_within(from..from + length);
        } else if let Some((from, length)) = previous {
            unpacked.extend_from_within(from..from + length);
            unpacked.extend_from_within(from..=from);
        } else {
            break;
        }
        if let Some((from, length)) = previous {
            // The entry is the previous stretch and one byte more, which follows it in the output.
            table.push((from, length + 1));
        }
        previous = Some((start, unpacked.len() - start));
        width = match table.len() + 258 + early + 1 {
            ..=512 => 9,
            513..=1024 => 10,
            1025..=2048 => 11,
            _ => 12,
        };
        if unpacked.len() > limit || table.len() > 4096 {
            break;
        }
    }
    unpacked.truncate(limit);
    unpacked
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = bytes
        .iter()
        .take_while(|byte| **byte != b'>')
        .filter_map(|byte| char::from(*byte).to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    digits.chunks(2).map(|pair| pair[0] * 16 + pair.get(1).copied().unwrap_or(0)).collect()
}

fn base85(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let mut group: Vec<u32> = Vec::new();
    for byte in bytes {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => unpacked.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => {}
        }
        if group.len() == 5 {
            let value = group
                .iter()
                .fold(0_u32, |value, digit| value.wrapping_mul(85).wrapping_add(*digit));
            unpacked.extend(value.to_be_bytes());
            group.clear();
        }
    }
    if group.len() > 1 {
        let kept = group.len() - 1;
        group.resize(5, 84);
        let value =
            group.iter().fold(0_u32, |value, digit| value.wrapping_mul(85).wrapping_add(*digit));
        unpacked.extend(value.to_be_bytes().into_iter().take(kept));
    }
    unpacked
}

fn run_length(bytes: &[u8], limit: usize) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let mut rest = bytes;
    while let [length, tail @ ..] = rest {
        let length = usize::from(*length);
        match (length, tail) {
            (0..=127, tail) => {
                let (copied, after) = tail.split_at(tail.len().min(length + 1));
                unpacked.extend_from_slice(copied);
                rest = after;
            }
            (129.., [byte, after @ ..]) => {
                unpacked.extend(std::iter::repeat_n(*byte, 257 - length));
                rest = after;
            }
            _ => break,
        }
        if unpacked.len() > limit {
            break;
        }
    }
    unpacked
}

/// Undoes a PNG predictor: cross-reference and object streams use one.
fn unpredict(bytes: Vec<u8>, parameters: &Dictionary) -> Vec<u8> {
    let number = |name, default| parameters.entry(name).count().unwrap_or(default);
    if number("Predictor", 1) < 10 {
        return bytes;
    }
    let bits = number("Colors", 1).clamp(1, 32) * number("BitsPerComponent", 8).clamp(1, 16);
    let pixel = bits.div_ceil(8);
    let row = (number("Columns", 1).clamp(1, 1 << 20) * bits).div_ceil(8);
    let mut plain: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut above = vec![0_u8; row];
    for line in bytes.chunks(row + 1) {
        let Some((kind, data)) = line.split_first() else { break };
        let mut current = vec![0_u8; row];
        for (at, byte) in data.iter().enumerate() {
            let left = at.checked_sub(pixel).map_or(0, |at| current[at]);
            let corner = at.checked_sub(pixel).map_or(0, |at| above[at]);
            let guess = match kind {
                1 => left,
                2 => above[at],
                3 => left.midpoint(above[at]),
                4 => paeth(left, above[at], corner),
                _ => 0,
            };
            current[at] = byte.wrapping_add(guess);
        }
        plain.extend_from_slice(current.get(..data.len()).unwrap_or_default());
        above = current;
    }
    plain
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
    let guess = a + b - c;
    let (da, db, dc) = ((guess - a).abs(), (guess - b).abs(), (guess - c).abs());
    if da <= db && da <= dc {
        left
    } else if db <= dc {
        above
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(filter: &str, packed: &[u8], expect: &[u8]) {
        assert_eq!(
            unpack(filter, packed, &Dictionary::default(), 1000).unwrap(),
            expect,
            "{filter}"
        );
    }

    #[test]
    fn text_filters() {
        check("ASCIIHexDecode", b"48 65 6C6c6F>", b"Hello");
        check("ASCII85Decode", b"87cURDZ~>", b"Hello");
        check("RunLengthDecode", b"\x01ab\xFEc\x80", b"abccc");
    }

    #[test]
    fn lzw_as_in_the_specification() {
        check(
            "LZWDecode",
            &[0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01],
            &[45, 45, 45, 45, 45, 65, 45, 45, 45, 66],
        );
    }

    #[test]
    fn rubbish_gives_little_and_no_panic() {
        for filter in
            ["FlateDecode", "LZWDecode", "ASCII85Decode", "RunLengthDecode", "ASCIIHexDecode"]
        {
            for seed in 0..64_u8 {
                let bytes: Vec<u8> =
                    (0..=255).map(|i: u8| i.wrapping_mul(seed).rotate_left(3)).collect();
                assert!(
                    unpack(filter, &bytes, &Dictionary::default(), 1000).unwrap().len() <= 1400
                );
            }
        }
    }
}
