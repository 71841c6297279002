//! Whole numbers: what JavaScript takes a decimal text for, the limits of a field, and digits to write.
//!
//! Reading needs no tables of a full reader of floating-point numbers, writing no machinery of formatting: a
//! browser would load either for this alone.

use std::cmp::Ordering;

/// The least and the greatest number of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub min: i64,
    /// The greatest.
    pub max: i64,
}

impl Range {
    /// Whether the number is within.
    #[must_use]
    pub const fn contains(self, number: i64) -> bool {
        self.min <= number && number <= self.max
    }
}

/// Any whole number that JavaScript holds exactly.
pub const SAFE_INTEGER: Range = Range {
    min: -9_007_199_254_740_991,
    max: 9_007_199_254_740_991,
};

/// Why a number is not a whole one that is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotWhole {
    /// It has a fraction.
    Fraction,
    /// It is beyond [`SAFE_INTEGER`].
    Unsafe,
}

/// How many digits a number in range has before its point, at most.
const MOST_DIGITS: i64 = 16;
/// The binary digits of a double.
const PRECISION: u32 = 53;
/// The first digits of the greatest number that is read as 0, and where they stand.
const TINY: (&[u8], i64) = (b"24703282292062327208", -323);

/// `1e3` is 1000, `-0` is 0, `0.99999999999999999` is 1: what the nearest double is.
pub(crate) fn integer(text: &str) -> Result<i64, NotWhole> {
    if let Ok(value) = text.parse::<i64>() {
        return if SAFE_INTEGER.contains(value) {
            Ok(value)
        } else {
            Err(NotWhole::Unsafe)
        };
    }
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    magnitude(text).map(|value| if negative { -value } else { value })
}

/// The same of a number without a sign.
fn magnitude(text: &str) -> Result<i64, NotWhole> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = before.bytes().chain(after.bytes());
    let zeros = digits.clone().take_while(|digit| *digit == b'0').count();
    let digits = digits.skip(zeros);
    if digits.clone().next().is_none() {
        return Ok(0);
    }
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let exponent = exponent.parse::<i64>().unwrap_or_else(|_| {
        // Beyond any double in any case.
        if exponent.starts_with('-') {
            i64::MIN / 2
        } else {
            i64::MAX / 2
        }
    });
    let length = |digits: usize| i64::try_from(digits).unwrap_or(i64::MAX);
    // The number is 0.ddd… × 10^point.
    let point = exponent.saturating_add(length(before.len()) - length(zeros));
    if point > MOST_DIGITS {
        return Err(NotWhole::Unsafe);
    }
    let Ok(point) = usize::try_from(point) else {
        let (first, place) = TINY;
        let is_zero = point < place || point == place && digits.lt(first.iter().copied());
        return if is_zero {
            Ok(0)
        } else {
            Err(NotWhole::Fraction)
        };
    };
    let zeros = std::iter::repeat(b'0');
    let floor = digits
        .clone()
        .chain(zeros)
        .take(point)
        .fold(0, |floor, digit| floor * 10 + u64::from(digit - b'0'));
    round(floor, digits.skip(point))
}

/// The double nearest to a number with these digits after the point, if that is whole.
fn round(floor: u64, fraction: impl Iterator<Item = u8> + Clone) -> Result<i64, NotWhole> {
    let whole_of = |value: u64| match i64::try_from(value) {
        Ok(value) if SAFE_INTEGER.contains(value) => Ok(value),
        _ => Err(NotWhole::Unsafe),
    };
    if fraction.clone().all(|digit| digit == b'0') {
        return whole_of(floor);
    }
    let bits = u64::BITS - floor.leading_zeros();
    if bits > PRECISION {
        return Err(NotWhole::Unsafe);
    }
    // Half of the distance between doubles here, in units of 2^-63.
    let half = 1 << (63 - (PRECISION + 1 - bits));
    let (low, high) = (half, (1 << 63) - half);
    match (compare(fraction.clone(), low), compare(fraction, high)) {
        // Half way between two whole numbers: to the even one.
        (Ordering::Equal, Ordering::Equal) => whole_of(floor + floor % 2),
        (Ordering::Less | Ordering::Equal, _) => whole_of(floor),
        (_, Ordering::Greater | Ordering::Equal) => whole_of(floor + 1),
        _ => Err(NotWhole::Fraction),
    }
}

/// Compares the digits after a point with a fraction in units of 2^-63.
fn compare(mut digits: impl Iterator<Item = u8>, mut fraction: u64) -> Ordering {
    loop {
        let digit = digits.next();
        if digit.is_none() && fraction == 0 {
            return Ordering::Equal;
        }
        let tenfold = u128::from(fraction) * 10;
        let expected = tenfold >> 63;
        let found = u128::from(digit.unwrap_or(b'0') - b'0');
        if found != expected {
            return found.cmp(&expected);
        }
        fraction = (tenfold & ((1 << 63) - 1)) as u64;
    }
}

/// The whole number that a double is.
pub(crate) fn whole(value: f64) -> Result<i64, NotWhole> {
    #[expect(clippy::cast_precision_loss, reason = "2^53 - 1 is exact")]
    if value.abs() > SAFE_INTEGER.max as f64 {
        Err(NotWhole::Unsafe)
    } else if value.fract() != 0.0 {
        Err(NotWhole::Fraction)
    } else {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within ±2^53")]
        Ok(value as i64)
    }
}

/// Appends the digits of a number, from the one with this weight on.
pub(crate) fn push_digits(out: &mut String, number: u64, mut weight: u64) {
    while weight > 0 {
        let digit = u8::try_from(number / weight % 10).unwrap_or_default();
        out.push(char::from(b'0' + digit));
        weight /= 10;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a full reader of doubles says.
    fn full(text: &str) -> Result<i64, NotWhole> {
        match text.parse::<i64>() {
            Ok(value) if SAFE_INTEGER.contains(value) => Ok(value),
            Ok(_) => Err(NotWhole::Unsafe),
            Err(_) => whole(text.parse().unwrap()),
        }
    }

    #[test]
    fn integers_mean_what_javascript_takes_them_for() {
        for text in [
            "1e3",
            "-0",
            "-0.0",
            "1742452232000.0",
            "9007199254740991",
            "9007199254740992",
            "9007199254740991.4",
            "9007199254740991.5",
            "9007199254740990.5",
            "9007199254740989.5",
            "4503599627370495.75",
            "4503599627370495.25",
            "4503599627370496.5",
            "1e400",
            "1e-400",
            "0.5",
            "0.99999999999999999",
            "0.99999999999999994448884876",
            "1.0000000000000001",
            "1.00000000000000011102230246251565404",
            "1.00000000000000011102230246251565405",
            "2e-324",
            "2.4703282292062327e-324",
            "3e-324",
            "4.9e-324",
            "0e999999999999999999999",
            "1e999999999999999999999",
            "1e-999999999999999999999",
            "12345.678e3",
            "12345.678e2",
            "100000000000000000000e-20",
            "0.00000000000000000001e20",
            "1E+2",
        ] {
            assert_eq!(integer(text), full(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_a_full_reader(text in "-?(0|[1-9][0-9]{0,18})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?") {
            prop_assert_eq!(integer(&text), full(&text), "{}", text);
        }

        #[test]
        fn agrees_with_a_full_reader_next_to_whole_numbers(
            whole in 0_u64..=(1 << 54),
            by in -3_i32..=3,
            shift in 1_u32..=60,
        ) {
            // Exactly `whole + by / 2^shift`.
            let unit = 10_u128.pow(18);
            let part = (unit >> shift.min(18)) * u128::from(by.unsigned_abs());
            let whole = u128::from(whole) * unit;
            let number = if by < 0 { whole.saturating_sub(part) } else { whole + part };
            let text = format!("{}.{:018}", number / unit, number % unit);
            prop_assert_eq!(integer(&text), full(&text), "{}", text);
        }
    }
}
