//! Reads the machine's clock, and reads and writes times as the clouds do.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};

/// `yyyy-MM-ddTHH:mm:ssZ`, what the clouds write.
const FORMAT: &str = "%Y-%m-%dT%H:%M:%SZ";

/// The end of the year 9999: no later time can be written as the clouds write times.
pub(crate) const LAST_MS: i64 = 253_402_300_799_999;

/// Milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| {
            i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
        })
}

/// The nearest time that can be written, from 1970 to 9999: a plan may be for any millisecond there is.
fn writable(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms.clamp(0, LAST_MS)).unwrap_or_default()
}

/// Writes milliseconds since the epoch as `yyyy-MM-ddTHH:mm:ssZ`.
pub(crate) fn format(ms: i64) -> String {
    writable(ms).format(FORMAT).to_string()
}

/// Writes milliseconds since the epoch as HTTP has times.
pub(crate) fn format_http(ms: i64) -> String {
    writable(ms).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Writes milliseconds since the epoch as `yyyy-MM-ddTHH:mm:ss.SSSZ`, as the sandbox's own JSON has times.
pub(crate) fn format_ms(ms: i64) -> String {
    writable(ms).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Reads any RFC 3339 time as milliseconds since the epoch.
pub(crate) fn parse_rfc3339(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|time| time.timestamp_millis())
}

/// Reads `yyyy-MM-ddTHH:mm:ssZ`, exactly, as milliseconds since the epoch.
pub(crate) fn parse(text: &str) -> Option<i64> {
    // chrono takes `2025-7-9T1:2:3Z` too; the cloud's format has a fixed width.
    if text.len() != 20 {
        return None;
    }
    NaiveDateTime::parse_from_str(text, FORMAT)
        .ok()
        .map(|time| time.and_utc().timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::{LAST_MS, format, format_ms, parse, parse_rfc3339};

    #[test]
    fn writes_what_it_reads() {
        assert_eq!(
            parse("2025-03-20T06:30:32Z").map(format).as_deref(),
            Some("2025-03-20T06:30:32Z")
        );
    }

    #[test]
    fn writes_what_no_date_can_say_as_the_nearest_that_can() {
        for late in [LAST_MS, LAST_MS + 1, i64::MAX] {
            assert_eq!(format(late), "9999-12-31T23:59:59Z");
            assert_eq!(parse_rfc3339(&format_ms(late)), Some(LAST_MS));
        }
        assert_eq!(format_ms(-1), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn refuses_other_ways_of_writing_a_time() {
        for text in [
            "",
            "2025-03-20",
            "2025-3-20T6:30:32Z",
            "2025-03-20T06:30:32+00:00",
            "2025-13-20T06:30:32Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
