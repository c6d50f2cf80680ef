//! Decimals: a double such as 123.4567 written exactly as 1234567 and a scale of 4.
//!
//! A double is a decimal of a scale when scaled, rounded and divided again it gives the same bits. The division of
//! two integers below 2^53 is rounded correctly by IEEE 754, so any reader that divides gets the same double.

/// More digits behind the point than this are no reading but arithmetic.
pub(crate) const MAX_SCALE: usize = 9;
const MAX_MANTISSA: f64 = 9_007_199_254_740_992.0;
const POWERS: [f64; MAX_SCALE + 1] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// The double times 10^scale as an integer, if that loses nothing.
pub(crate) fn mantissa(x: f64, scale: usize) -> Option<i64> {
    let scaled = (x * POWERS[scale]).round();
    if scaled.abs() >= MAX_MANTISSA {
        return None;
    }
    let whole = scaled as i64;
    (number(whole, scale).to_bits() == x.to_bits()).then_some(whole)
}

/// The double that a mantissa and a scale stand for.
pub(crate) fn number(mantissa: i64, scale: usize) -> f64 {
    mantissa as f64 / POWERS[scale]
}

/// The smallest scale at which the double is a decimal.
pub(crate) fn scale(x: f64) -> Option<usize> {
    (0..=MAX_SCALE).find(|scale| mantissa(x, *scale).is_some())
}

/// One scale for a run of one signal's numbers; none where most are no decimals. Probes at the head of the run
/// spare full-precision doubles the search.
pub(crate) fn common_scale(numbers: impl Iterator<Item = f64> + Clone) -> Option<usize> {
    const PROBES: usize = 16;
    numbers.clone().take(PROBES).find_map(scale)?;
    let (mut largest, mut decimals, mut others) = (0, 0usize, 0usize);
    for x in numbers {
        // The scale found so far fits most of the time; only a miss searches.
        match mantissa(x, largest).map(|_| largest).or_else(|| scale(x)) {
            Some(scale) => {
                largest = largest.max(scale);
                decimals += 1;
            }
            None => others += 1,
        }
    }
    (decimals >= others).then_some(largest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_scaled_comes_back_to_the_bit(x in any::<f64>(), at in 0..=MAX_SCALE) {
            if let Some(whole) = mantissa(x, at) {
                prop_assert_eq!(number(whole, at).to_bits(), x.to_bits());
            }
        }

        #[test]
        fn written_decimals_are_decimals(whole in -1_000_000_000i64..1_000_000_000, at in 0..=MAX_SCALE) {
            let x: f64 = format!("{whole}e-{at}").parse().unwrap();
            prop_assume!(x.to_bits() != (-0.0f64).to_bits());
            prop_assert!(scale(x).is_some_and(|scale| scale <= at));
        }
    }

    #[test]
    fn minus_zero_and_arithmetic_stay_doubles() {
        assert_eq!(scale(-0.0), None);
        assert_eq!(scale(1.0 / 3.0), None);
        assert_eq!(common_scale([0.5, 0.25, 1.0 / 3.0].into_iter()), Some(2));
        assert_eq!(common_scale([0.1f64.sin(), 0.2f64.sin()].into_iter()), None);
    }
}
