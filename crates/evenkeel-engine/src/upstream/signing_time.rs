//! Whose clock a signature was made by, and whether the cloud took it for old.

use std::time::SystemTime;

use evenkeel::Response;

/// How far from its own time the clouds take a signature, less a minute for the way, ms.
const SKEW_MS: i64 = 14 * 60 * 1000;

/// Whether a signature was too old, or too young, for the cloud when it came, and one that is made now
/// would not be: time leapt in between, as it does for a machine that was asleep. Times are ms since the
/// Unix epoch.
pub(crate) fn came_off_time(signed_at: i64, cloud_at: Option<i64>, now: i64) -> bool {
    let is_far = |one: i64, other: i64| one.saturating_sub(other).saturating_abs() > SKEW_MS;
    match cloud_at {
        Some(cloud_at) => is_far(cloud_at, signed_at) && !is_far(cloud_at, now),
        None => is_far(now, signed_at),
    }
}

/// The cloud's own time when it answered, ms since the Unix epoch: its `Date`, in whole seconds.
pub(crate) fn cloud_time(answer: &Response) -> Option<i64> {
    let date = httpdate::parse_http_date(answer.header("date")?).ok()?;
    let theirs = date.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(theirs.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_came_off_time_only_if_a_new_one_would_not() {
        let hour = 3_600_000;
        assert!(came_off_time(0, Some(hour), hour));
        assert!(came_off_time(hour, Some(0), 0));
        // This machine's clock is wrong, and stays so.
        assert!(!came_off_time(0, Some(hour), 5));
        assert!(!came_off_time(0, Some(5_000), 6_000));
        // Where the cloud does not say what time it was.
        assert!(came_off_time(0, None, hour));
        assert!(!came_off_time(0, None, 5));
    }
}
