//! Instants, to the millisecond; the clock itself is the caller's.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::number::{Range, integer, push_digits};

/// Numbers that count seconds since the Unix epoch, from 2001 to 5138, and no milliseconds of today.
pub const LIKE_SECONDS: Range = Range {
    min: 1_000_000_000,
    max: 99_999_999_999,
};

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

    /// Parses the form of whole seconds, `yyyy-MM-ddTHH:mm:ssZ`.
    ///
    /// # Errors
    /// Any other text, a leap second included.
    pub fn parse_utc_seconds(text: &str) -> Result<Self, TimestampError> {
        let bytes: &[u8; 20] = text.as_bytes().try_into().map_err(|_| TimestampError)?;
        Self::from_utc_seconds(bytes).ok_or(TimestampError)
    }

    #[inline]
    pub(crate) fn from_utc_seconds(text: &[u8; 20]) -> Option<Self> {
        utc_seconds_millis(text).map(Self)
    }

    /// Reads a time of a cloud's answer, in whichever way it is written: RFC 3339, also without seconds,
    /// without a zone (which is UTC then) or with `+0800`; seconds or milliseconds since the Unix epoch.
    /// None where it is something else, or where it stands for no time: the epoch and before.
    #[must_use]
    pub fn from_answer(text: &str) -> Option<Self> {
        Self::in_answer(text).filter(|at| at.is_meant())
    }

    /// The same, where 0 is the epoch.
    pub(crate) fn in_answer(text: &str) -> Option<Self> {
        let text = text.trim();
        let utc = text.strip_suffix("UTC").or(text.strip_suffix("GMT"));
        let mut rest = utc.map_or(text, str::trim_end).as_bytes();
        let millis = take_time(&mut rest, Form::Near)
            .filter(|_| rest.is_empty())
            .or_else(|| epoch_millis(text))?;
        Self::checked(millis).ok()
    }

    /// Whether it is a time at all: programs that know none write 0, the epoch, or the year 1.
    pub(crate) fn is_meant(self) -> bool {
        self.0 > 0
    }

    /// Writes the form of whole seconds, `yyyy-MM-ddTHH:mm:ssZ`; a fraction of a second is dropped.
    #[must_use]
    pub fn to_utc_seconds(self) -> String {
        self.written(false)
    }

    /// What [`fmt::Display`] writes, without the machinery of formatting.
    pub(crate) fn to_text(self) -> String {
        self.written(true)
    }

    /// This instant without a fraction of a second.
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
        let at = self.date_time();
        let mut text = String::with_capacity(24);
        let mut push = |number: u32, weight, after| {
            push_digits(&mut text, number.into(), weight);
            text.push(after);
        };
        push(at.year().unsigned_abs(), 1000, '-');
        push(at.month(), 10, '-');
        push(at.day(), 10, 'T');
        push(at.hour(), 10, ':');
        push(at.minute(), 10, ':');
        let fraction = at.timestamp_subsec_millis();
        if millis && fraction != 0 {
            push(at.second(), 10, '.');
            push(fraction, 100, 'Z');
        } else {
            push(at.second(), 10, 'Z');
        }
        text
    }

    fn date_time(self) -> DateTime<Utc> {
        // INVARIANT: the constructors keep the value inside what chrono can hold.
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Parses RFC 3339 with any offset.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rest = text.as_bytes();
        let millis = take_time(&mut rest, Form::Exact).filter(|_| rest.is_empty());
        Self::checked(millis.ok_or(TimestampError)?)
    }
}

// chrono keeps the calendar. Its own readers and writers know any form there is, which makes up a
// large part of what a browser would load.

/// The form of whole seconds, all digits at once, as every event of a list has some; ms since the Unix epoch.
fn utc_seconds_millis(text: &[u8; 20]) -> Option<i64> {
    let (date, rest) = text.split_first_chunk()?;
    let (time, rest) = rest.split_first_chunk()?;
    let [e0, e1, e2, e3] = *rest.first_chunk()?;
    let date = two_digits(*date, *b"0000-00-")?;
    let time = two_digits(*time, *b"00T00:00")?;
    let end = two_digits([e0, e1, e2, e3, b'0', b'0', b'0', b'0'], *b":00Z0000")?;
    let ([high, _, low, _, _, month, ..], [day, _, _, hour, _, _, minute, _]) = (date, time);
    let [_, second, ..] = end;
    millis(high * 100 + low, month, day, [hour, minute, second])
}

/// Where the form has zeros there are digits, elsewhere its own characters. Each number is what the
/// digit there and the one after it make.
#[inline]
fn two_digits(text: [u8; 8], form: [u8; 8]) -> Option<[u32; 8]> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // Digits become their values, the other characters 0.
    let digits = u64::from_le_bytes(text) ^ u64::from_le_bytes(form);
    let within = digits.wrapping_add(0x7676_7676_7676_7676);
    let other = u64::from_le_bytes(form.map(|byte| if byte == b'0' { 0 } else { 0xFF }));
    if (digits | within) & HIGH != 0 || digits & other != 0 {
        return None;
    }
    Some((digits * 10 + (digits >> 8)).to_le_bytes().map(u32::from))
}

/// A leap second is refused here: nobody plans for one.
fn millis(year: u32, month: u32, day: u32, [hour, minute, second]: [u32; 3]) -> Option<i64> {
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let time = date.and_hms_opt(hour, minute, second)?;
    Some(time.and_utc().timestamp_millis())
}

/// How closely a text keeps to RFC 3339.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// It is one.
    Exact,
    /// It may lack seconds, a zone (then it is UTC) or the colon of an offset, and have a leap second.
    Near,
}

/// A time from its year to its zone; ms since the Unix epoch.
fn take_time(rest: &mut &[u8], form: Form) -> Option<i64> {
    let near = form == Form::Near;
    let year = take_number(rest, 4)?;
    take(rest, b"-")?;
    let month = take_number(rest, 2)?;
    take(rest, b"-")?;
    let day = take_number(rest, 2)?;
    take(rest, b"Tt ")?;
    let hour = take_number(rest, 2)?;
    take(rest, b":")?;
    let minute = take_number(rest, 2)?;
    let second = match take(rest, b":") {
        Some(_) => take_number(rest, 2)?,
        None if near => 0,
        None => return None,
    };
    let leap = u32::from(near && second == 60);
    let millis = millis(year, month, day, [hour, minute, second - leap])?;
    let millis = millis + i64::from(leap) * 1000 + take_fraction(rest)?;
    Some(millis - take_offset(rest, form)?)
}

/// A fraction of a second, ms; 0 where there is none.
fn take_fraction(rest: &mut &[u8]) -> Option<i64> {
    let mut millis = 0;
    if take(rest, b".").is_some() {
        let mut weight = 100;
        let before = rest.len();
        while let Some(digit) = take_digit(rest) {
            millis += weight * i64::from(digit);
            weight /= 10;
        }
        if rest.len() == before {
            return None;
        }
    }
    Some(millis)
}

/// How far a zone is ahead of UTC, ms.
fn take_offset(rest: &mut &[u8], form: Form) -> Option<i64> {
    let near = form == Form::Near;
    if take(rest, b"Zz").is_some() || near && rest.is_empty() {
        return Some(0);
    }
    if near {
        take(rest, b" ");
    }
    let sign = take(rest, b"+-")?;
    let hours = take_number(rest, 2).filter(|hours| *hours < 24)?;
    let minutes = match take(rest, b":") {
        None if near && rest.is_empty() => 0,
        None if !near => return None,
        _ => take_number(rest, 2).filter(|minutes| *minutes < 60)?,
    };
    let offset = i64::from(hours * 60 + minutes) * 60_000;
    Some(if sign == b'+' { offset } else { -offset })
}

/// Ms since the Unix epoch of a number that counts those or seconds, which meet nowhere near today. A
/// number that would be before 2001 either way counts something else; 0 is for no time.
fn epoch_millis(number: &str) -> Option<i64> {
    let count = |any: &[char]| number.matches(any).count();
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        && count(&['.']) <= 1
        && count(&['e', 'E']) <= 1
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".eE".contains(&byte));
    if !is_number {
        return None;
    }
    // Seconds may have a fraction.
    let number = match number.split_once('.') {
        Some((seconds, _)) if count(&['e', 'E']) == 0 => seconds,
        _ => number,
    };
    let whole = integer(number).ok()?;
    if whole == 0 || (LIKE_SECONDS.min..=LIKE_SECONDS.max).contains(&whole) {
        whole.checked_mul(1000)
    } else {
        Some(whole).filter(|millis| *millis > LIKE_SECONDS.max)
    }
}

fn take_number(rest: &mut &[u8], digits: usize) -> Option<u32> {
    let mut number = 0;
    for _ in 0..digits {
        number = number * 10 + take_digit(rest)?;
    }
    Some(number)
}

fn take_digit(rest: &mut &[u8]) -> Option<u32> {
    let (first, after) = rest.split_first()?;
    let digit = char::from(*first).to_digit(10)?;
    *rest = after;
    Some(digit)
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
mod tests;
