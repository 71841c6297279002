//! Instants, to the millisecond; the clock itself is the caller's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::push_digits;

/// An instant in ms since the Unix epoch, between the years 0 and 9999.
///
/// ```
/// let at: evenkeel::Timestamp = "2025-03-20T14:30:32+08:00".parse()?;
/// assert_eq!(at.as_millis(), 1_742_452_232_000);
/// assert_eq!(at.to_string(), "2025-03-20T06:30:32Z");
/// # Ok::<(), evenkeel::TimestampError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text or number that is no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time; write it as `2026-11-24T01:30:00Z`")]
pub struct TimestampError;

impl Timestamp {
    /// The last instant of the year 9999, ms since the Unix epoch.
    pub const MAX_MILLIS: i64 = 253_402_300_799_999;
    /// The first instant of the year 0, ms since the Unix epoch.
    pub const MIN_MILLIS: i64 = -62_167_219_200_000;

    /// An instant from ms since the Unix epoch; beyond the years 0 to 9999 it is the nearest bound.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(Self::MIN_MILLIS, Self::MAX_MILLIS))
    }

    /// Ms since the Unix epoch.
    #[must_use]
    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// This instant moved by `millis`.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// Parses Huawei's only form, `yyyy-MM-ddTHH:mm:ssZ`.
    ///
    /// # Errors
    /// Any other text, a leap second included.
    pub fn parse_huawei(text: &str) -> Result<Self, TimestampError> {
        let bytes: &[u8; 20] = text.as_bytes().try_into().map_err(|_| TimestampError)?;
        let mut rest: &[u8] = bytes;
        let at = take_seconds(&mut rest, b"T").filter(|_| rest == b"Z");
        Self::checked(at.ok_or(TimestampError)?)
    }

    /// Writes Huawei's form, `yyyy-MM-ddTHH:mm:ssZ`; a fraction of a second is dropped.
    #[must_use]
    pub fn to_huawei(self) -> String {
        self.written(false)
    }

    /// What [`fmt::Display`] writes, without the machinery of formatting.
    pub(crate) fn to_text(self) -> String {
        self.written(true)
    }

    /// This instant without a fraction of a second, as Huawei's form has it.
    pub(crate) fn whole_seconds(self) -> Self {
        Self::from_millis(self.0.div_euclid(1000) * 1000)
    }

    fn checked(millis: i64) -> Result<Self, TimestampError> {
        if (Self::MIN_MILLIS..=Self::MAX_MILLIS).contains(&millis) {
            Ok(Self(millis))
        } else {
            Err(TimestampError)
        }
    }

    /// `yyyy-MM-ddTHH:mm:ssZ`, with milliseconds where there are any and they are wanted.
    fn written(self, millis: bool) -> String {
        let small = |number: i64| i32::try_from(number).unwrap_or_default();
        let (year, month, day) = date(small(self.0.div_euclid(DAY_MS)));
        let of_day = small(self.0.rem_euclid(DAY_MS));
        let (seconds, fraction) = (of_day / 1000, of_day % 1000);
        let mut text = String::with_capacity(24);
        let mut push = |number: i32, weight, after| {
            push_digits(&mut text, number.unsigned_abs().into(), weight);
            text.push(after);
        };
        push(year, 1000, '-');
        push(month, 10, '-');
        push(day, 10, 'T');
        push(seconds / 3600, 10, ':');
        push(seconds / 60 % 60, 10, ':');
        if millis && fraction != 0 {
            push(seconds % 60, 10, '.');
            push(fraction, 100, 'Z');
        } else {
            push(seconds % 60, 10, 'Z');
        }
        text
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Parses RFC 3339 with any offset.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rest = text.as_bytes();
        let millis = take_rfc3339(&mut rest).filter(|_| rest.is_empty());
        Self::checked(millis.ok_or(TimestampError)?)
    }
}

// The calendar stands here: a library's knows any form there is, which made up a large part of what
// a browser loads. The tests hold it against chrono's.

const DAY_MS: i64 = 86_400_000;
/// The days of 400 years, after which the calendar repeats.
const CYCLE: i32 = 146_097;
/// The days from 0000-03-01 to the Unix epoch. Years are counted from March on, so that a leap day
/// is the last of its year.
const EPOCH: i32 = 719_468;

/// The days from the Unix epoch to a date; none where there is no such date.
fn days(year: i32, month: i32, day: i32) -> Option<i32> {
    let days = days_to_month(year, month) + day - 1;
    // Where there is none, it counts on into the months around.
    (date(days) == (year, month, day)).then_some(days)
}

/// The days from the Unix epoch to the first of a month.
fn days_to_month(year: i32, month: i32) -> i32 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leaps + (153 * month + 2) / 5 - EPOCH
}

/// Year, month and day of the day so many after the Unix epoch.
fn date(days: i32) -> (i32, i32, i32) {
    let days = days + EPOCH;
    let of_cycle = days.rem_euclid(CYCLE);
    // Without the leap days all years are alike.
    let plain = of_cycle - of_cycle / 1460 + of_cycle / 36_524 - of_cycle / (CYCLE - 1);
    let year = plain / 365;
    let of_year = of_cycle - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let year = year + 400 * days.div_euclid(CYCLE);
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

/// `yyyy-MM-dd`, one of `separators`, `HH:mm:ss`; ms since the Unix epoch.
fn take_seconds(rest: &mut &[u8], separators: &[u8]) -> Option<i64> {
    let year = take_number(rest, 4)?;
    take(rest, b"-")?;
    let month = take_number(rest, 2)?;
    take(rest, b"-")?;
    let day = take_number(rest, 2)?;
    take(rest, separators)?;
    let hour = take_number(rest, 2)?;
    take(rest, b":")?;
    let minute = take_number(rest, 2)?;
    take(rest, b":")?;
    // A leap second is refused here: nobody plans for one.
    let second = take_number(rest, 2)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = i64::from(3600 * hour + 60 * minute + second);
    Some(i64::from(days(year, month, day)?) * DAY_MS + seconds * 1000)
}

fn take_rfc3339(rest: &mut &[u8]) -> Option<i64> {
    let mut millis = take_seconds(rest, b"Tt ")?;
    if take(rest, b".").is_some() {
        let mut weight = 100;
        let before = rest.len();
        while let Some(digit) = take_digit(rest) {
            millis += i64::from(weight * digit);
            weight /= 10;
        }
        if rest.len() == before {
            return None;
        }
    }
    if take(rest, b"Zz").is_some() {
        return Some(millis);
    }
    let sign = take(rest, b"+-")?;
    let hours = take_number(rest, 2).filter(|hours| *hours < 24)?;
    take(rest, b":")?;
    let minutes = take_number(rest, 2).filter(|minutes| *minutes < 60)?;
    let offset = i64::from((hours * 60 + minutes) * 60_000);
    Some(if sign == b'+' {
        millis - offset
    } else {
        millis + offset
    })
}

fn take_number(rest: &mut &[u8], digits: usize) -> Option<i32> {
    let mut number = 0;
    for _ in 0..digits {
        number = number * 10 + take_digit(rest)?;
    }
    Some(number)
}

fn take_digit(rest: &mut &[u8]) -> Option<i32> {
    let (first, after) = rest.split_first()?;
    if !first.is_ascii_digit() {
        return None;
    }
    *rest = after;
    Some(i32::from(first - b'0'))
}

/// The next byte, if it is one of these.
fn take(rest: &mut &[u8], any: &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    any.contains(first).then(|| *rest = after)?;
    Some(*first)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_huaweis_own_form() {
        assert!(Timestamp::parse_huawei("2025-07-09T10:40:00Z").is_ok());
        for text in [
            "2025-07-09T10:40:00+00:00",
            "2025-07-09 10:40:00Z",
            "+025-07-09T10:40:00Z",
            "2025-07-09T10:40:60Z",
            "2025-02-30T10:40:00Z",
            "2025-7-09T10:40:00Z",
            "",
            "２025-07-09T10:40:0",
        ] {
            assert!(Timestamp::parse_huawei(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shows_milliseconds_only_when_there_are_any() {
        assert_eq!(
            Timestamp::from_millis(0).to_string(),
            "1970-01-01T00:00:00Z"
        );
        assert_eq!(
            Timestamp::from_millis(1).to_string(),
            "1970-01-01T00:00:00.001Z"
        );
    }

    proptest::proptest! {
        #[test]
        fn has_the_calendar_of_chrono(millis in Timestamp::MIN_MILLIS..=Timestamp::MAX_MILLIS) {
            let at = Timestamp::from_millis(millis);
            let theirs = chrono::DateTime::from_timestamp_millis(millis).unwrap();
            proptest::prop_assert_eq!(
                at.to_huawei(),
                theirs.format("%Y-%m-%dT%H:%M:%SZ").to_string()
            );
            proptest::prop_assert_eq!(at.to_string().parse(), Ok(at));
        }

        #[test]
        fn has_the_dates_of_chrono(year in 0..=9999_i32, month in 0..=13_u32, day in 0..=32_u32) {
            let text = format!("{year:04}-{month:02}-{day:02}T00:00:00Z");
            let theirs = chrono::NaiveDate::from_ymd_opt(year, month, day)
                .map(|date| date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis());
            let ours = Timestamp::parse_huawei(&text).ok().map(Timestamp::as_millis);
            proptest::prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn knows_every_day_of_a_cycle() {
        let first = Timestamp::from_millis(Timestamp::MIN_MILLIS);
        for day in 0..=CYCLE {
            let at = first.plus_millis(i64::from(day) * DAY_MS);
            assert_eq!(Timestamp::parse_huawei(&at.to_huawei()), Ok(at));
        }
    }

    #[test]
    fn stays_within_four_digit_years() {
        assert_eq!(
            Timestamp::from_millis(i64::MAX).to_string(),
            "9999-12-31T23:59:59.999Z"
        );
        assert_eq!(
            Timestamp::from_millis(i64::MIN).to_string(),
            "0000-01-01T00:00:00Z"
        );
        assert!("+10000-01-01T00:00:00Z".parse::<Timestamp>().is_err());
    }
}
