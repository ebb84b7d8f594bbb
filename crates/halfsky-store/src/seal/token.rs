//! Tokens of sessions and invitations: 256 random bits that only the browser or the letter holds. The
//! database keeps a hash, so that who reads it can use none of them.

use sha2::{Digest as _, Sha256};

use crate::files::hexadecimal;

/// A token of random bytes, as it stands in a cookie or in an address.
pub fn token(random: [u8; 32]) -> String {
    hexadecimal(&random)
}

/// The hash under which a token is kept.
pub fn hash(token: &str) -> String {
    hexadecimal(&Sha256::digest(token.as_bytes()))
}

/// A text that is bound to a token for one purpose and does not give it away.
pub fn derived(token: &str, purpose: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(purpose.len().to_string());
    digest.update(":");
    digest.update(purpose);
    digest.update(token);
    hexadecimal(&digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_not_what_is_sent() {
        let token = token([171; 32]);
        assert_eq!(token.len(), 64);
        assert!(hash(&token) != token && derived(&token, "form") != hash(&token));
        assert_ne!(derived(&token, "form"), derived(&token, "other"));
    }
}
