//! How hashes of the chain are made. Every entry names its rule, so that old entries stay verifiable
//! when the installation changes to another one.

use sha2::{Digest as _, Sha256};
use sm3::Sm3;

use crate::files::hexadecimal;

/// A rule by which an entry was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashRule {
    /// SHA-256 over the fields of the first release; only read, never written again.
    FirstSha256,
    /// SHA-256 over all fields.
    Sha256,
    /// SM3 (GB/T 32905) over all fields.
    Sm3,
}

impl HashRule {
    /// The rules a new entry can have.
    pub const SELECTABLE: [Self; 2] = [Self::Sha256, Self::Sm3];

    /// The code kept with each entry.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FirstSha256 => "sha256-1",
            Self::Sha256 => "sha256",
            Self::Sm3 => "sm3",
        }
    }

    /// The rule of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::FirstSha256, Self::Sha256, Self::Sm3].into_iter().find(|rule| rule.code() == code)
    }

    /// The name shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::FirstSha256 | Self::Sha256 => "SHA-256",
            Self::Sm3 => "SM3",
        }
    }
}

/// A hash being computed.
pub(crate) enum Hasher {
    Sha256(Sha256),
    Sm3(Sm3),
}

impl Hasher {
    pub(crate) fn new(rule: HashRule) -> Self {
        match rule {
            HashRule::FirstSha256 | HashRule::Sha256 => Self::Sha256(Sha256::new()),
            HashRule::Sm3 => Self::Sm3(Sm3::new()),
        }
    }

    /// Feeds a text with its length, so that no two lists of texts look alike; absence differs from
    /// emptiness.
    pub(crate) fn text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => {
                let mut digits = [0; DIGITS];
                self.bytes(decimal(text.len(), &mut digits));
                self.bytes(b":");
                self.bytes(text.as_bytes());
            }
            None => self.bytes(b"-"),
        }
    }

    /// As [`Hasher::text`] for many texts, gathered in `bytes` and fed in one go.
    pub(crate) fn gather(bytes: &mut Vec<u8>, text: Option<&str>) {
        match text {
            Some(text) => {
                let mut digits = [0; DIGITS];
                bytes.extend_from_slice(decimal(text.len(), &mut digits));
                bytes.push(b':');
                bytes.extend_from_slice(text.as_bytes());
            }
            None => bytes.push(b'-'),
        }
    }

    /// The hash as lower-case hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        match self {
            Self::Sha256(digest) => hexadecimal(&digest.finalize()),
            Self::Sm3(digest) => hexadecimal(&digest.finalize()),
        }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(digest) => digest.update(bytes),
            Self::Sm3(digest) => digest.update(bytes),
        }
    }
}

/// As many as the largest length has.
const DIGITS: usize = 20;

/// The digits of a length, without a text of its own: a length stands before every value that is written.
fn decimal(mut number: usize, digits: &mut [u8; DIGITS]) -> &[u8] {
    let mut first = DIGITS;
    loop {
        first -= 1;
        digits[first] = b"0123456789"[number % 10];
        number /= 10;
        if number == 0 {
            return &digits[first..];
        }
    }
}

/// The hash over a list of texts.
pub(crate) fn hash_texts(rule: HashRule, texts: &[&str]) -> String {
    let mut hasher = Hasher::new(rule);
    for text in texts {
        hasher.text(Some(text));
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: HashRule, bytes: &[u8], expected: &str) {
        let mut hasher = Hasher::new(rule);
        hasher.bytes(bytes);
        assert_eq!(hasher.finish(), expected);
    }

    /// The examples of FIPS 180-4 and of GB/T 32905, appendix A.
    #[test]
    fn published_examples() {
        let sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        check(HashRule::Sha256, b"abc", sha);
        let sm3 = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        check(HashRule::Sm3, b"abc", sm3);
        let sm3 = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732";
        check(HashRule::Sm3, &b"abcd".repeat(16), sm3);
    }

    #[test]
    fn gathered_texts_hash_alike() {
        let long = "规划".repeat(1000);
        let texts = [Some(""), Some("0123456789"), None, Some(long.as_str())];
        let (mut one, mut other) = (Hasher::new(HashRule::Sm3), Hasher::new(HashRule::Sm3));
        let mut bytes = Vec::new();
        for text in texts {
            one.text(text);
            Hasher::gather(&mut bytes, text);
        }
        assert!(bytes.starts_with(b"0:10:0123456789-6000:"));
        other.bytes(&bytes);
        assert_eq!(one.finish(), other.finish());
    }

    #[test]
    fn lists_that_join_to_the_same_text_differ() {
        let rule = HashRule::Sha256;
        assert_ne!(hash_texts(rule, &["ab", "c"]), hash_texts(rule, &["a", "bc"]));
    }
}
