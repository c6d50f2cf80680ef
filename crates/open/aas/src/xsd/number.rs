//! Numbers: what is compared is the digits, so that no length is too great.

use crate::DataTypeDefXsd as T;
use std::cmp::Ordering;

/// A whole number as sign and digits without leading zeros; zero has no digits.
struct Whole<'a> {
    negative: bool,
    digits: &'a str,
}

impl<'a> Whole<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let sound = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        sound.then(|| Self { negative, digits: digits.trim_start_matches('0') })
    }

    fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Whether its amount is at most `most`.
    fn at_most(&self, most: &str) -> bool {
        match self.digits.len().cmp(&most.len()) {
            Ordering::Less => true,
            Ordering::Equal => self.digits <= most,
            Ordering::Greater => false,
        }
    }
}

/// The greatest amounts below and above zero of each bounded type; an empty text is zero.
fn bounds(kind: T) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        T::Byte => ("128", "127"),
        T::Short => ("32768", "32767"),
        T::Int => ("2147483648", "2147483647"),
        T::Long => ("9223372036854775808", "9223372036854775807"),
        T::UnsignedByte => ("", "255"),
        T::UnsignedShort => ("", "65535"),
        T::UnsignedInt => ("", "4294967295"),
        T::UnsignedLong => ("", "18446744073709551615"),
        _ => return None,
    })
}

/// Whether a type is one of the whole numbers.
pub(super) fn is_integer_type(kind: T) -> bool {
    use T::{Integer, NegativeInteger, NonNegativeInteger, NonPositiveInteger, PositiveInteger};
    let unbounded = [Integer, NegativeInteger, NonNegativeInteger, NonPositiveInteger, PositiveInteger];
    unbounded.contains(&kind) || bounds(kind).is_some()
}

/// Whether a text is a value of one of the types of whole numbers.
pub(super) fn is_integer_of(kind: T, text: &str) -> bool {
    let Some(number) = Whole::parse(text) else { return false };
    match kind {
        T::Integer => true,
        T::PositiveInteger => !number.negative && !number.is_zero(),
        T::NonNegativeInteger => !number.negative || number.is_zero(),
        T::NegativeInteger => number.negative && !number.is_zero(),
        T::NonPositiveInteger => number.negative || number.is_zero(),
        bounded => bounds(bounded)
            .is_some_and(|(below, above)| number.at_most(if number.negative { below } else { above })),
    }
}

/// Digits with at most one point, and a sign.
pub(super) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    whole.len() + part.len() > 0 && whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit())
}

/// A decimal with or without an exponent, or one of the three words.
fn is_scientific(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    is_decimal(mantissa) && Whole::parse(exponent).is_some()
}

fn is_special(text: &str) -> bool {
    matches!(text, "INF" | "-INF" | "NaN")
}

/// A number that a double can hold.
pub(super) fn is_double(text: &str) -> bool {
    is_special(text) || is_scientific(text) && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// A number that a float can hold.
pub(super) fn is_float(text: &str) -> bool {
    is_special(text) || is_scientific(text) && text.parse::<f32>().is_ok_and(f32::is_finite)
}
