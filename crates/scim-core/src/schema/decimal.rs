//! Numbers compared digit by digit, so that none is rounded.

use core::cmp::Ordering;
use core::fmt::Write as _;

use serde_json::Number;

/// An exact decimal number: `0.d₁d₂d₃… × 10^magnitude`.
///
/// It holds the digits that were written, so it takes as much room as the text did, however large the exponent is. Powers of
/// ten beyond ±4 × 10^18 are taken for that bound; no number that a resource holds comes near it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    negative: bool,
    magnitude: i64,
    /// ASCII, without zeros at either end; none at all is zero.
    digits: Vec<u8>,
}

const LARGEST_MAGNITUDE: i64 = i64::MAX / 2;

impl Decimal {
    /// Reads the text of a JSON number ([RFC 8259, section 6](https://www.rfc-editor.org/rfc/rfc8259#section-6)).
    pub(crate) fn from_text(text: &str) -> Self {
        let (negative, text) = text
            .strip_prefix('-')
            .map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> = whole
            .bytes()
            .chain(fraction.bytes())
            .skip_while(|digit| *digit == b'0')
            .collect();
        let leading_zeros = whole.len() + fraction.len() - digits.len();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Self {
                negative: false,
                magnitude: 0,
                digits,
            };
        }
        let magnitude = read_exponent(exponent)
            .saturating_add_unsigned(whole.len() as u64)
            .saturating_sub_unsigned(leading_zeros as u64)
            .clamp(-LARGEST_MAGNITUDE, LARGEST_MAGNITUDE);
        Self {
            negative,
            magnitude,
            digits,
        }
    }

    /// The number as an integer, if it is one and fits.
    pub(crate) fn to_integer(&self) -> Option<i128> {
        let magnitude = usize::try_from(self.magnitude).ok()?;
        if self.digits.len() > magnitude || magnitude > 38 {
            return None;
        }
        let digits = self.digits.iter().copied();
        let padded = digits.chain(core::iter::repeat(b'0')).take(magnitude);
        let absolute = padded.fold(0_i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
        Some(if self.negative { -absolute } else { absolute })
    }

    /// A text with one form for each number: the texts are ordered by byte as the numbers are by value.
    pub(crate) fn key(&self) -> String {
        let mut key = String::with_capacity(self.digits.len() + 18);
        if self.digits.is_empty() {
            key.push('0');
            return key;
        }
        // As an unsigned number, a negative power comes before a positive one.
        let power = self.magnitude.cast_unsigned() ^ (1 << 63);
        let digits = self.digits.iter().copied();
        // Writing to a String cannot fail. Of negative numbers everything is turned round, and the end comes last.
        if self.negative {
            let _ = write!(key, "-{:016x}", !power);
            key.extend(digits.map(|digit| char::from(b'0' + b'9' - digit)));
            key.push('~');
        } else {
            let _ = write!(key, "1{power:016x}");
            key.extend(digits.map(char::from));
        }
        key
    }
}

impl From<&Number> for Decimal {
    /// Integers as they are, floating-point numbers by the shortest text that stands for them.
    fn from(number: &Number) -> Self {
        Self::from_text(&number.to_string())
    }
}

/// The integer that a JSON number is written as, if it is.
pub(crate) fn integer(number: &Number) -> Option<i128> {
    number
        .as_i64()
        .map(i128::from)
        .or_else(|| number.as_u64().map(i128::from))
}

/// How two JSON numbers are ordered by value.
pub(crate) fn compare_numbers(left: &Number, right: &Number) -> Ordering {
    if let Some((left, right)) = integer(left).zip(integer(right)) {
        return left.cmp(&right);
    }
    // Rounding keeps the order, so only what rounds to the same has to be looked at digit by digit.
    let nearest = left.as_f64().zip(right.as_f64());
    nearest
        .and_then(|(left, right)| left.partial_cmp(&right))
        .filter(|ordering| ordering.is_ne())
        .unwrap_or_else(|| Decimal::from(left).key().cmp(&Decimal::from(right).key()))
}

fn read_exponent(text: &str) -> i64 {
    text.parse().unwrap_or(if text.starts_with('-') {
        -LARGEST_MAGNITUDE
    } else {
        LARGEST_MAGNITUDE
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        serde_json::from_str(text).unwrap()
    }

    /// From the least to the greatest; those in one row are equal.
    const ASCENDING: [&[&str]; 18] = [
        &["-1e99999999999999999999"],
        &["-1e999999999"],
        &["-18446744073709551616"],
        &["-9223372036854775808", "-9223372036854775808.0"],
        &["-10.5"],
        &["-10", "-1e1"],
        &["-0.123"],
        &["-0.12"],
        &["0", "-0", "0.0", "-0e5", "0e-999999999"],
        &["1e-99999999999999999999"],
        &["1e-999999999"],
        &["0.1", "1e-1", "0.10", "10E-2"],
        &["0.1000000000000000055511151231257827"],
        &["1", "1.0", "10e-1", "1E+0", "0.001e3"],
        &["9007199254740992.0", "9007199254740992"],
        &["9007199254740993"],
        &["18446744073709551615", "1.8446744073709551615e19"],
        &["1e999999999", "10e999999998"],
    ];

    #[test]
    fn order_is_by_value() {
        let all: Vec<_> = ASCENDING
            .iter()
            .enumerate()
            .flat_map(|(rank, texts)| texts.iter().map(move |text| (rank, *text)))
            .collect();
        for (rank, text) in &all {
            for (other_rank, other) in &all {
                let (left, right) = (Decimal::from_text(text), Decimal::from_text(other));
                let ordering = left.key().cmp(&right.key());
                assert_eq!(ordering, rank.cmp(other_rank), "{text} {other}");
            }
        }
    }

    #[test]
    fn integers_are_told_from_others() {
        for (text, integer) in [
            ("-0", Some(0)),
            ("10e-1", Some(1)),
            ("-1.20e2", Some(-120)),
            ("18446744073709551615", Some(u64::MAX.into())),
            ("1e37", Some(10_i128.pow(37))),
            ("0.5", None),
            ("1e999999999", None),
            ("1e-999999999", None),
        ] {
            assert_eq!(Decimal::from_text(text).to_integer(), integer, "{text}");
        }
    }

    #[test]
    fn a_number_of_a_resource_is_its_shortest_text() {
        for (left, right, ordering) in [
            ("9007199254740993", "9007199254740992.0", Ordering::Greater),
            ("18446744073709551615", "1.5", Ordering::Greater),
            ("-0.0", "0", Ordering::Equal),
            ("1", "1.0", Ordering::Equal),
            ("0.1", "1e-1", Ordering::Equal),
        ] {
            assert_eq!(
                compare_numbers(&number(left), &number(right)),
                ordering,
                "{left} {right}"
            );
        }
        // Read from its text it would be another number where somebody in the build has serde_json keep all digits.
        let rounded = Number::from_f64(9_223_372_036_854_775_808.0).unwrap();
        assert_eq!(
            compare_numbers(&number("9223372036854775807"), &rounded),
            Ordering::Less
        );
    }

    proptest! {
        #[test]
        fn floating_point_numbers_are_ordered_as_they_are(left in any::<f64>(), right in any::<f64>()) {
            let decimal = |value| Number::from_f64(value).map(|number| Decimal::from(&number));
            if let Some((left_decimal, right_decimal)) = decimal(left).zip(decimal(right)) {
                prop_assert_eq!(Some(left_decimal.key().cmp(&right_decimal.key())), left.partial_cmp(&right));
            }
        }

        #[test]
        fn integers_are_ordered_as_they_are(left in any::<i64>(), right in any::<u64>()) {
            let decimals = (Decimal::from(&Number::from(left)), Decimal::from(&Number::from(right)));
            let expected = i128::from(left).cmp(&i128::from(right));
            prop_assert_eq!(decimals.0.key().cmp(&decimals.1.key()), expected);
            prop_assert_eq!(decimals.0.to_integer(), Some(i128::from(left)));
        }

        #[test]
        fn any_text_is_read_in_bounded_work(text in "-?[0-9]{1,30}(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,30})?") {
            let decimal = Decimal::from_text(&text);
            prop_assert!(decimal.key().len() < text.len() + 20);
        }
    }
}
