//! Instants, to the millisecond; the clock itself is the caller's.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
        let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%SZ")
            .map_err(|_| TimestampError)?;
        let time = Self::checked(naive.and_utc().timestamp_millis())?;
        // chrono also takes signs, fewer digits and leap seconds.
        if time.to_huawei() == text {
            Ok(time)
        } else {
            Err(TimestampError)
        }
    }

    /// Writes Huawei's form, `yyyy-MM-ddTHH:mm:ssZ`; a fraction of a second is dropped.
    #[must_use]
    pub fn to_huawei(self) -> String {
        self.date_time().to_rfc3339_opts(SecondsFormat::Secs, true)
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

    fn date_time(self) -> DateTime<Utc> {
        // INVARIANT: the constructors keep the value inside what chrono can hold.
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Parses RFC 3339 with any offset.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(":60") {
            // A leap second, or an offset that does not exist.
            return Err(TimestampError);
        }
        let parsed = DateTime::parse_from_rfc3339(text).map_err(|_| TimestampError)?;
        Self::checked(parsed.timestamp_millis())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self
            .date_time()
            .to_rfc3339_opts(SecondsFormat::AutoSi, true);
        f.write_str(&text)
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
