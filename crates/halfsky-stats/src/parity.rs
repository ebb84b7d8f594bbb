//! Parity of two groups: ratio, symmetric ratio, distance, and the band that counts as equal.

/// The band of parity, both ends included.
pub const BAND: (f64, f64) = (0.97, 1.03);

/// Which group is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Balance {
    FirstBehind,
    Equal,
    SecondBehind,
}

impl Balance {
    /// The code used in data, where the first group is women and the second men.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FirstBehind => "female_disadvantage",
            Self::Equal => "parity",
            Self::SecondBehind => "male_disadvantage",
        }
    }
}

/// Parity of a first value against a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parity {
    /// first/second.
    pub index: f64,
    /// index up to 1, above it 2 − second/first: 0 to 2, symmetric.
    pub adjusted: f64,
    pub balance: Balance,
    /// 1 inside the band, else the larger of index and 1/index; None at 0.
    pub folded: Option<f64>,
}

/// Parity index of two values of one unit; None where the second is not positive.
///
/// Described in `docs/methods/parity.md`.
pub fn parity(first: f64, second: f64) -> Option<Parity> {
    if !(second > 0.0) {
        return None;
    }
    let index = first / second;
    let adjusted = if index <= 1.0 { index } else { 2.0 - second / first };
    let balance = if index < BAND.0 {
        Balance::FirstBehind
    } else if index > BAND.1 {
        Balance::SecondBehind
    } else {
        Balance::Equal
    };
    let folded = match balance {
        Balance::Equal => Some(1.0),
        _ if index > 0.0 => Some(index.max(1.0 / index)),
        _ => None,
    };
    Some(Parity { index, adjusted, balance, folded })
}

/// How many of the first there are per 100 of the second; None where the second is not positive.
///
/// Described in `docs/methods/parity.md`.
pub fn per_hundred(first: f64, second: f64) -> Option<f64> {
    if second > 0.0 { Some(first / second * 100.0) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::close;

    /// Secondary education, China 2022.
    #[test]
    fn worked_example() {
        let found = parity(79.702, 86.366).unwrap();
        close(found.index, 0.923, 1e-3);
        assert_eq!(found.balance, Balance::FirstBehind);
        close(per_hundred(79.702, 86.366).unwrap(), 92.3, 1e-3);
        close(per_hundred(86.366, 79.702).unwrap(), 108.4, 1e-3);
        close(parity(110.0, 100.0).unwrap().adjusted, 1.091, 1e-3);
    }

    #[test]
    fn the_ends_of_the_band_are_parity() {
        assert_eq!(parity(97.0, 100.0).unwrap().balance, Balance::Equal);
        assert_eq!(parity(103.0, 100.0).unwrap().folded, Some(1.0));
        assert_eq!(parity(0.0, 100.0).unwrap().folded, None);
        assert_eq!((parity(1.0, 0.0), per_hundred(1.0, 0.0)), (None, None));
    }
}
