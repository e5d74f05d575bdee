//! JSON numbers compared digit by digit, so that none is rounded.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// The parts of a JSON number: sign, significant digits without zeros at either end, and the power of ten that stands
/// before the first of them.
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    magnitude: i128,
}

pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (read(left), read(right));
    match (left.sign(), right.sign()) {
        (1, 1) => left.compare_absolute(&right),
        (-1, -1) => right.compare_absolute(&left),
        (left_sign, right_sign) => left_sign.cmp(&right_sign),
    }
}

impl Decimal {
    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    /// Without the zeros at the end the digits compare like text.
    fn compare_absolute(&self, other: &Self) -> Ordering {
        self.magnitude
            .cmp(&other.magnitude)
            .then_with(|| self.digits.cmp(&other.digits))
    }
}

fn read(text: &str) -> Decimal {
    let (negative, text) = text
        .strip_prefix('-')
        .map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    let leading_zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.drain(..leading_zeros);
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    let position = i128::try_from(whole.len()).unwrap_or(i128::MAX / 4)
        - i128::try_from(leading_zeros).unwrap_or(i128::MAX / 4);
    Decimal {
        negative,
        digits,
        magnitude: position.saturating_add(read_exponent(exponent)),
    }
}

/// An exponent beyond the range is as good as its bound: no text is long enough to make up for it.
fn read_exponent(text: &str) -> i128 {
    text.parse().unwrap_or(if text.starts_with('-') {
        i128::MIN / 2
    } else {
        i128::MAX / 2
    })
}
