//! Passwords as argon2id hashes in PHC form, which carry their parameters and salt.
//!
//! Hashing is slow on purpose: call it where waiting is allowed, a few at a time.

use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

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

/// Memory of hashes that are done, wiped, for those to come: as much as there were hashes at the same time. Given back to
/// the allocator it would stay with the thread that had it, and soon with every thread.
static SPARE: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Hashes a password with 16 random bytes of salt.
pub fn hash(password: &str, salt: [u8; 16], cost: Cost) -> Result<String> {
    let failed = |what: &dyn Display| Error::Invalid(format!("密码不能处理：{what}"));
    let params = Params::new(cost.memory, cost.passes, cost.lanes, None);
    let argon2 = Argon2::from(params.map_err(|error| failed(&error))?);
    let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
    fill(&argon2, password, &salt, &mut out).map_err(|error| failed(&error))?;
    let params = ParamsString::try_from(argon2.params()).map_err(|error| failed(&error))?;
    let hashed = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params,
        salt: Some(Salt::new(&salt).map_err(|error| failed(&error))?),
        hash: Some(Output::new(&out).map_err(|error| failed(&error))?),
    };
    Ok(hashed.to_string())
}

/// Whether this is the password of a hash.
pub fn verify(password: &str, hash: &str) -> Result<bool> {
    is_that_of(password, hash).ok_or_else(|| Error::Damaged("一个密码的校验值不能识别".to_owned()))
}

/// None when the hash is not one of ours.
fn is_that_of(password: &str, hash: &str) -> Option<bool> {
    let parsed = PasswordHash::new(hash).ok()?;
    let (salt, expected) = (parsed.salt?, parsed.hash?);
    let algorithm = Algorithm::try_from(parsed.algorithm.as_str()).ok()?;
    let version = parsed.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
    let params = Params::try_from(&parsed).ok()?;
    let mut out = vec![0; expected.as_ref().len()];
    fill(&Argon2::new(algorithm, version, params), password, &salt, &mut out).ok()?;
    // outputs are compared in constant time
    Some(Output::new(&out).ok()? == expected)
}

/// Works a hash out in memory that is kept.
fn fill(argon2: &Argon2<'_>, password: &str, salt: &[u8], out: &mut [u8]) -> argon2::Result<()> {
    let spare = || SPARE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut memory = spare().pop().unwrap_or_default();
    memory.resize(argon2.params().block_count(), Block::default());
    let done =
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut memory[..]);
    memory.fill(Block::default());
    spare().push(memory);
    done
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
    fn hashes_are_those_of_the_library_whatever_the_memory_held_before() {
        use argon2::password_hash::PasswordHasher as _;
        let of_library = |cost: Cost| {
            let params = Params::new(cost.memory, cost.passes, cost.lanes, None).unwrap();
            let hash: PasswordHash =
                Argon2::from(params).hash_password_with_salt(b"river", &[7; 16]).unwrap();
            hash.to_string()
        };
        let large = Cost { memory: 64, passes: 2, lanes: 2 };
        for cost in [Cost::TRIFLING, large, Cost::TRIFLING, large] {
            assert_eq!(hash("river", [7; 16], cost).unwrap(), of_library(cost));
            assert!(verify("river", &of_library(cost)).unwrap());
        }
    }

    #[test]
    fn the_standard_cost_is_accepted() {
        let kept = hash("tea house by the river", [1; 16], Cost::STANDARD).unwrap();
        assert!(kept.contains("m=19456,t=2,p=1"), "{kept}");
    }
}
