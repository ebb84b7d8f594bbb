//! Sealing with AES-256-GCM. The text says which place it was sealed for, so that a sealed value cannot be
//! moved to another row unnoticed.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::files::hexadecimal;

/// First characters of a text sealed here.
const MARK: &str = "1.";

/// Bytes of a nonce.
const NONCE: usize = 12;

/// The key of an installation. It has no `Debug` that shows it and is never printed.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// The key of 32 random bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key for another purpose that does not give this one away.
    pub fn derived(&self, purpose: &str) -> [u8; 32] {
        let mut digest = Sha256::new();
        for part in [purpose.len().to_string().as_bytes(), b":", purpose.as_bytes(), &self.0] {
            digest.update(part);
        }
        digest.finalize().into()
    }

    /// Encrypts a text for one place (`account.phone zhang`). The nonce is 12 random bytes, never used twice.
    pub fn seal(&self, text: &str, place: &str, nonce: [u8; NONCE]) -> Result<String> {
        let payload = Payload { msg: text.as_bytes(), aad: place.as_bytes() };
        let sealed = self
            .cipher()
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| Error::Invalid("内容过长，不能加密".to_owned()))?;
        Ok(format!("{MARK}{}{}", hexadecimal(&nonce), hexadecimal(&sealed)))
    }

    /// Decrypts what was sealed for this place with this key.
    pub fn open(&self, sealed: &str, place: &str) -> Result<String> {
        let unreadable =
            || Error::Damaged("加密内容不能用现有密钥打开（密钥不符，或内容被改动）".to_owned());
        let bytes = sealed.strip_prefix(MARK).and_then(bytes_of).ok_or_else(unreadable)?;
        let (nonce, rest) = bytes.split_first_chunk::<NONCE>().ok_or_else(unreadable)?;
        let payload = Payload { msg: rest, aad: place.as_bytes() };
        let plain =
            self.cipher().decrypt(&Nonce::from(*nonce), payload).map_err(|_| unreadable())?;
        String::from_utf8(plain).map_err(|_| unreadable())
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.0.into())
    }
}

/// Bytes written as hexadecimal digits.
pub(crate) fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: SecretKey = SecretKey::new([7; 32]);

    #[test]
    fn another_place_another_key_or_an_edit_is_noticed() {
        let sealed = KEY.seal("13800000000", "account.phone zhang", [1; 12]).unwrap();
        assert_eq!(KEY.open(&sealed, "account.phone zhang").unwrap(), "13800000000");
        assert!(KEY.open(&sealed, "account.phone li").is_err());
        assert!(SecretKey::new([8; 32]).open(&sealed, "account.phone zhang").is_err());
        let last = if sealed.ends_with('0') { "1" } else { "0" };
        let edited = format!("{}{last}", &sealed[..sealed.len() - 1]);
        assert!(KEY.open(&edited, "account.phone zhang").is_err());
        assert!(!sealed.contains("13800000000") && !format!("{KEY:?}").contains('7'));
    }

    proptest! {
        #[test]
        fn comes_back(text in "\\PC*", place in "\\PC*", nonce in any::<[u8; 12]>()) {
            let sealed = KEY.seal(&text, &place, nonce).unwrap();
            prop_assert_eq!(KEY.open(&sealed, &place).unwrap(), text);
        }

        #[test]
        fn strange_texts_are_refused(text in "(1\\.)?[0-9a-f]{0,80}|\\PC*") {
            prop_assert!(KEY.open(&text, "place").is_err());
        }
    }
}
