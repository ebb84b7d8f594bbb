//! What a password must be like: long enough, not the login name, not one everybody tries first.
//!
//! No rules about capitals and signs: they make passwords worse, not better (NIST SP 800-63B).

/// The fewest characters where nobody asks for more.
pub const SHORTEST: usize = 10;

/// The most characters; longer ones are no safer and cost time to hash.
pub const LONGEST: usize = 128;

/// How many former passwords may not be used again.
pub const REMEMBERED: usize = 5;

/// What everybody tries first, in lower case. A password that is one of these, or one of these with a few
/// characters added, is refused.
const COMMON: [&str; 36] = [
    "password",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "123456",
    "12345678",
    "123456789",
    "1234567890",
    "0123456789",
    "9876543210",
    "0987654321",
    "qwertyuiop",
    "qwerty123",
    "1qaz2wsx",
    "1q2w3e4r",
    "qazwsxedc",
    "zaq12wsx",
    "asdfghjkl",
    "zxcvbnm",
    "iloveyou",
    "woaini1314",
    "woaini",
    "5201314",
    "1314520",
    "a123456",
    "abc123456",
    "abcd1234",
    "admin",
    "administrator",
    "admin123",
    "root1234",
    "welcome",
    "letmein",
    "halfsky",
    "banbiantian",
    "fuergongwei",
];

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// With the fewest characters there must be.
    #[error("密码太短：至少{0}个字符，可以用几个词连成一句")]
    TooShort(usize),
    #[error("密码太长：最多{LONGEST}个字符")]
    TooLong,
    #[error("密码不能含有登录名，请换一个")]
    HoldsTheLogin,
    #[error("这是别人最先会试的密码，请换一个")]
    Common,
    #[error("密码里不同的字符太少，请换一个")]
    Monotonous,
    #[error("不能使用最近{REMEMBERED}次用过的密码，请换一个")]
    UsedBefore,
}

/// Whether a new password of at least `shortest` characters may be used by this login. Former passwords are known only as hashes and are
/// held against it by whoever has them: see [`PasswordRefusal::UsedBefore`].
pub fn check(password: &str, login: &str, shortest: usize) -> Result<(), PasswordRefusal> {
    let length = password.chars().count();
    if length < shortest {
        return Err(PasswordRefusal::TooShort(shortest));
    }
    if length > LONGEST {
        return Err(PasswordRefusal::TooLong);
    }
    let lower = password.to_lowercase();
    let login = login.to_lowercase();
    if login.chars().count() >= 3 && lower.contains(&login) {
        return Err(PasswordRefusal::HoldsTheLogin);
    }
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < 5 {
        return Err(PasswordRefusal::Monotonous);
    }
    if COMMON.iter().any(|common| is_nearly(&lower, common)) {
        return Err(PasswordRefusal::Common);
    }
    Ok(())
}

/// Whether a password is a common one with at most a handful of characters around it.
fn is_nearly(password: &str, common: &str) -> bool {
    let added = password.chars().count().saturating_sub(common.chars().count());
    password.contains(common) && added <= 4
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(password: &str, login: &str) -> Result<(), PasswordRefusal> {
        super::check(password, login, SHORTEST)
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(check("短密码", "zhang"), Err(PasswordRefusal::TooShort(10)));
        assert_eq!(check(&"长".repeat(129), "zhang"), Err(PasswordRefusal::TooLong));
        assert_eq!(check("my-ZhangSan-house", "zhangsan"), Err(PasswordRefusal::HoldsTheLogin));
        assert_eq!(check("1234567890", "zhang"), Err(PasswordRefusal::Common));
        assert_eq!(check("Password!!1", "zhang"), Err(PasswordRefusal::Common));
        assert_eq!(check("aaaaaaaabbbb", "zhang"), Err(PasswordRefusal::Monotonous));
    }

    #[test]
    fn more_may_be_asked_for() {
        let refusal = PasswordRefusal::TooShort(16);
        assert_eq!(super::check("三月的雨下在溪边石桥上", "zhang", 16), Err(refusal));
        assert!(refusal.to_string().contains("16个字符"));
    }

    #[test]
    fn a_plain_sentence_is_fine() {
        assert_eq!(check("三月的雨下在溪边石桥上", "zhang"), Ok(()));
        assert_eq!(check("tea house by the river", "zhang"), Ok(()));
    }

    proptest! {
        #[test]
        fn never_panics_and_never_accepts_a_short_one(password in "\\PC{0,200}", login in "\\PC{0,20}") {
            let accepted = check(&password, &login).is_ok();
            let length = password.chars().count();
            prop_assert!(!accepted || (SHORTEST..=LONGEST).contains(&length));
        }

        #[test]
        fn never_accepts_the_login_name(login in "[a-z]{3,12}", before in "[a-z0-9]{8}", after in "[a-z0-9]{8}") {
            let password = format!("{before}{}{after}", login.to_uppercase());
            prop_assert!(check(&password, &login).is_err());
        }
    }
}
