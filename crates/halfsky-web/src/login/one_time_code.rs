//! Codes of the second factor: six digits that change every half minute (TOTP, RFC 6238), the address and
//! picture that hand the secret to a telephone, and the codes that replace a lost one.

use std::fmt::Write as _;

use jiff::Timestamp;
use qrcode::{Color, EcLevel, QrCode};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::error::WebError;

/// Digits of a code.
const DIGITS: u8 = 6;

/// Seconds for which a code holds.
const STEP: u64 = 30;

/// Codes before and after the present one that are accepted: clocks are never quite right.
const SKEW: u16 = 1;

/// What the telephone shows beside the code.
const ISSUER: &str = "半边天";

/// Recovery codes that are given out at once.
pub(crate) const RECOVERY_CODES: usize = 10;

/// Characters of a recovery code: sixty bits.
const RECOVERY_LENGTH: usize = 12;

/// Digits and letters that are not mistaken for one another.
const LETTERS: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";

/// A new secret in base32, as it is kept and shown.
pub(crate) fn secret(random: [u8; 20]) -> String {
    Secret::from(random).to_base32()
}

fn totp(secret: &str, login: &str) -> Result<Totp, WebError> {
    let broken = |error: &dyn std::fmt::Display| {
        WebError::Internal(anyhow::anyhow!("second factor: {error}"))
    };
    let secret = Secret::try_from_base32(secret).map_err(|error| broken(&error))?;
    let builder = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_skew(SKEW)
        .with_step_duration(STEP)
        .with_secret(secret)
        .with_issuer(Some(ISSUER))
        .with_account_name(login.replace(':', "."));
    builder.build().map_err(|error| broken(&error))
}

/// The step whose code this is; None for a wrong one.
pub(crate) fn step(secret: &str, code: &str, now: Timestamp) -> Result<Option<i64>, WebError> {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let step = totp(secret, "")?.check(code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// The code of an instant.
///
/// # Panics
/// When the secret is none: only tests ask for a code.
pub(crate) fn code(secret: &str, now: Timestamp) -> String {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    totp(secret, "").expect("a secret").generate(seconds).to_string()
}

/// The address that a telephone reads from the picture.
pub(crate) fn address(secret: &str, login: &str) -> Result<String, WebError> {
    let address = totp(secret, login)?.to_url();
    address.map_err(|error| WebError::Internal(anyhow::anyhow!("second factor: {error}")))
}

/// The secret in groups of four, as it is typed where no picture can be read.
pub(crate) fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups = letters.chunks(4).map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}

/// A QR code as the path of an SVG picture.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    /// Side of the picture in modules, with the quiet zone around it.
    pub(crate) side: usize,
    pub(crate) path: String,
}

/// Modules that stay empty around a QR code.
const QUIET: usize = 4;

impl Picture {
    /// The picture of a text.
    pub(crate) fn of(text: &str) -> Result<Self, WebError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M);
        let code = code.map_err(|error| WebError::Internal(anyhow::anyhow!("QR code: {error}")))?;
        let width = code.width();
        let mut path = String::new();
        for (at, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                // writing into a String cannot fail
                let _ = write!(path, "M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET);
            }
        }
        Ok(Self { side: width + 2 * QUIET, path })
    }
}

/// A recovery code as it is shown: k3m9-x7pq-2rtd.
pub(crate) fn recovery_code(random: [u8; 12]) -> String {
    let mut code = String::new();
    for (at, byte) in random.iter().take(RECOVERY_LENGTH).enumerate() {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    code
}

/// What somebody typed, without the blanks and strokes that make it readable.
pub(crate) fn plain(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_lowercase()
}

/// Whether a plain text can be a recovery code.
pub(crate) fn is_recovery_code(plain: &str) -> bool {
    plain.len() == RECOVERY_LENGTH && plain.bytes().all(|byte| LETTERS.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the test values of RFC 6238: the digits from 1 to 0, twice.
    fn known() -> String {
        secret(*b"12345678901234567890")
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (second, code_then) in
            [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")]
        {
            assert_eq!(code(&known(), at(second)), code_then);
            assert_eq!(step(&known(), code_then, at(second)).unwrap(), Some(second / 30));
        }
    }

    #[test]
    fn a_code_holds_for_its_step_and_one_around_it() {
        let code = code(&known(), at(3000));
        let accepted = |second| step(&known(), &code, at(second)).unwrap();
        assert_eq!(accepted(2970), Some(100));
        assert_eq!(accepted(3059), Some(100));
        assert_eq!((accepted(2969), accepted(3060)), (None, None));
        for wrong in ["", "12345", "1234567", "+12345", "abcdef", "１２３４５６"] {
            assert_eq!(step(&known(), wrong, at(3000)).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn the_address_names_house_and_login() {
        let address = address(&known(), "zhang:san").unwrap();
        assert!(address.starts_with("otpauth://totp/"), "{address}");
        assert!(address.contains(&format!("secret={}", known())) && address.contains("zhang.san"));
        assert_eq!(grouped("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }

    #[test]
    fn the_picture_has_its_corners_and_its_quiet_zone() {
        let picture = Picture::of("otpauth://totp/a").unwrap();
        assert!(picture.path.starts_with("M4 4h1v1h-1z") && picture.side >= 29);
        assert!(picture.path.bytes().all(|b| b.is_ascii_digit() || b"MhvzZ- ".contains(&b)));
    }

    #[test]
    fn a_recovery_code_is_read_as_it_is_written() {
        let code = recovery_code([0, 31, 32, 255, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(code, "2z2z-3456-789a");
        assert!(is_recovery_code(&plain(" 2Z2Z 3456-789a ")));
        assert!(!is_recovery_code("287082") && !is_recovery_code("2z2z3456789!"));
    }
}
