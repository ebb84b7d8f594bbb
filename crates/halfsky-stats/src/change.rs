//! Change: how far and how fast a value has to move.

use rust_decimal::Decimal;

/// The equal yearly step that leads from one value to another, exactly; None when no year is left.
///
/// `step = (to − from) / years`. Described in `docs/methods/required-change.md`.
pub fn required_yearly_step(from: Decimal, to: Decimal, years: i32) -> Option<Decimal> {
    if years <= 0 { None } else { to.checked_sub(from)?.checked_div(Decimal::from(years)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_add_up() {
        let step = required_yearly_step(Decimal::new(144, 1), Decimal::from(12), 10);
        assert_eq!(step, Some(Decimal::new(-24, 2)));
    }

    #[test]
    fn no_year_left_is_no_step() {
        assert_eq!(required_yearly_step(Decimal::ONE, Decimal::TEN, 0), None);
    }

    #[test]
    fn overflow_is_no_step() {
        assert_eq!(required_yearly_step(Decimal::MIN, Decimal::MAX, 1), None);
    }
}
