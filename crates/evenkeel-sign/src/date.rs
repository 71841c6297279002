//! The schemes' dates: UTC, whole seconds, one spelling.

use chrono::{DateTime, Datelike, NaiveDateTime};

/// `2025-03-20T06:30:32Z`
pub(crate) const EXTENDED: &str = "%Y-%m-%dT%H:%M:%SZ";
/// `20250320T063032Z`
pub(crate) const BASIC: &str = "%Y%m%dT%H%M%SZ";

/// The date of a time in ms since the Unix epoch, rounded down to a second; `None` outside the years 0 to 9999.
pub(crate) fn write(time_ms: i64, format: &str) -> Option<String> {
    let date = DateTime::from_timestamp_millis(time_ms)?;
    (0..=9999)
        .contains(&date.year())
        .then(|| date.format(format).to_string())
}

/// The time in ms since the Unix epoch; `None` unless the text is exactly as [`write`] makes it.
pub(crate) fn read(text: &str, format: &str) -> Option<i64> {
    let time_ms = NaiveDateTime::parse_from_str(text, format)
        .ok()?
        .and_utc()
        .timestamp_millis();
    (write(time_ms, format)? == text).then_some(time_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_both_spellings() {
        for (format, text) in [
            (EXTENDED, "2025-03-20T06:30:32Z"),
            (BASIC, "20250320T063032Z"),
        ] {
            assert_eq!(write(1_742_452_232_999, format).as_deref(), Some(text));
            assert_eq!(read(text, format), Some(1_742_452_232_000));
        }
    }

    #[test]
    fn refuses_any_other_spelling() {
        for text in [
            "",
            "2025-03-20T06:30:32",
            "2025-3-20T06:30:32Z",
            "2025-03-20t06:30:32Z",
            "+2025-03-20T06:30:32Z",
            "2025-02-30T06:30:32Z",
        ] {
            assert_eq!(read(text, EXTENDED), None, "{text}");
        }
        assert_eq!(read("2025-03-20T06:30:32Z", BASIC), None);
    }

    #[test]
    fn refuses_times_beyond_four_digit_years() {
        assert_eq!(write(i64::MAX, BASIC), None);
        assert_eq!(write(253_402_300_800_000, BASIC), None);
    }
}
