//! The sandbox's clock and the clouds' ways of writing times.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDateTime, SecondsFormat};

/// `yyyy-MM-ddTHH:mm:ssZ`, what both clouds write.
const FORMAT: &str = "%Y-%m-%dT%H:%M:%SZ";

/// Milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| {
            i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
        })
}

/// Writes milliseconds since the epoch as `yyyy-MM-ddTHH:mm:ssZ`.
pub(crate) fn format(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .format(FORMAT)
        .to_string()
}

/// Writes milliseconds since the epoch as `yyyy-MM-ddTHH:mm:ss.SSSZ`, as the sandbox's own JSON has times.
pub(crate) fn format_ms(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Millis, true)
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
    use super::{format, parse};

    #[test]
    fn writes_what_it_reads() {
        assert_eq!(
            parse("2025-03-20T06:30:32Z").map(format).as_deref(),
            Some("2025-03-20T06:30:32Z")
        );
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
