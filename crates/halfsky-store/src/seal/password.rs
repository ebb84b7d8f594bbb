//! Passwords as argon2id hashes in PHC form, which carry their parameters and salt.
//!
//! Hashing is slow on purpose: call it where waiting is allowed, a few at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, Params};

use crate::error::{Error, Result};

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    /// 19 MiB and two passes: the first recommendation of the OWASP password storage guide for argon2id.
    pub const STANDARD: Self = Self { memory: 19 * 1024, passes: 2, lanes: 1 };

    /// As little as the algorithm allows: for tests only.
    pub const TRIFLING: Self = Self { memory: 8, passes: 1, lanes: 1 };
}

/// Hashes a password with 16 random bytes of salt.
pub fn hash(password: &str, salt: [u8; 16], cost: Cost) -> Result<String> {
    let failed = |what: &dyn std::fmt::Display| Error::Invalid(format!("密码不能处理：{what}"));
    let params =
        Params::new(cost.memory, cost.passes, cost.lanes, None).map_err(|error| failed(&error))?;
    let hashed: PasswordHash = Argon2::from(params)
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|error| failed(&error))?;
    Ok(hashed.to_string())
}

/// Whether this is the password of a hash.
pub fn verify(password: &str, hash: &str) -> Result<bool> {
    let damaged = || Error::Damaged("一个密码的校验值不能识别".to_owned());
    let parsed = PasswordHash::new(hash).map_err(|_| damaged())?;
    match Argon2::default().verify_password(password.as_bytes(), &parsed) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(_) => Err(damaged()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password_and_its_parameters() {
        let kept = hash("三月的雨下在溪边", [1; 16], Cost::TRIFLING).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{kept}");
        assert!(verify("三月的雨下在溪边", &kept).unwrap());
        assert!(!verify("三月的雨下在溪头", &kept).unwrap());
        let other_salt = hash("三月的雨下在溪边", [2; 16], Cost::TRIFLING).unwrap();
        assert_ne!(kept, other_salt);
        assert!(matches!(verify("x", "plain"), Err(Error::Damaged(_))));
    }

    #[test]
    fn the_standard_cost_is_accepted() {
        let kept = hash("tea house by the river", [1; 16], Cost::STANDARD).unwrap();
        assert!(kept.contains("m=19456,t=2,p=1"), "{kept}");
    }
}
