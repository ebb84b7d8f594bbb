//! Reference area (区划): SDMX `REF_AREA`, a GB/T 2260 code.

use std::fmt;
use std::str::FromStr;

/// A region code of 6 to 12 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefArea(String);

/// The text is not a region code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”不是区划代码：应为6到12位数字")]
pub struct NotARefArea(pub String);

impl RefArea {
    /// The code as digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RefArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RefArea {
    type Err = NotARefArea;

    fn from_str(text: &str) -> Result<Self, NotARefArea> {
        let code = text.trim();
        let digits = code.bytes().all(|b| b.is_ascii_digit());
        if digits && (6..=12).contains(&code.len()) {
            Ok(Self(code.to_owned()))
        } else {
            Err(NotARefArea(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_codes_and_refuses_names() {
        assert_eq!("220300".parse::<RefArea>().unwrap().as_str(), "220300");
        assert!("云溪县".parse::<RefArea>().is_err());
        assert!("22".parse::<RefArea>().is_err());
    }
}
