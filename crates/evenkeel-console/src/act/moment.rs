//! The text of a `datetime-local` field and the moment it means in a zone. Pure: the zone's offsets come in.

use evenkeel::Timestamp;

use crate::time;

const MINUTE: i64 = 60_000;

/// `2026-11-23T01:30`, as the field takes it; with seconds where there are any.
pub fn text(ms: i64, offset_minutes: i32) -> String {
    let full = time::full(ms, offset_minutes).replace(' ', "T");
    full.strip_suffix(":00").map(str::to_owned).unwrap_or(full)
}

/// The moment that a wall clock shows as `text`. `offset` tells the zone's minutes east of UTC at a moment.
pub fn parse(text: &str, offset: impl Fn(i64) -> i32) -> Option<i64> {
    let with_seconds = if text.len() == "2026-11-23T01:30".len() {
        format!("{text}:00Z")
    } else {
        format!("{text}Z")
    };
    let wall = with_seconds.parse::<Timestamp>().ok()?.as_millis();
    // The offset depends on the moment and the moment on the offset: twice is enough around a change of the clocks.
    let guess = wall - i64::from(offset(wall)) * MINUTE;
    Some(wall - i64::from(offset(guess)) * MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_348_800_000; // 2026-11-22T12:00:00Z

    #[test]
    fn reads_what_it_writes_in_every_zone() {
        for offset in [-720, -210, 0, 330, 480, 840] {
            assert_eq!(
                parse(&text(NOON, offset), |_| offset),
                Some(NOON),
                "{offset}"
            );
        }
        assert_eq!(text(NOON, 480), "2026-11-22T20:00");
        assert_eq!(text(NOON + 5_000, 0), "2026-11-22T12:00:05");
        assert_eq!(parse("2026-11-22T12:00:05", |_| 0), Some(NOON + 5_000));
    }

    #[test]
    fn follows_a_change_of_the_clocks() {
        // The clocks go back from +2 to +1 at noon.
        let zone = |ms: i64| if ms < NOON { 120 } else { 60 };
        assert_eq!(parse("2026-11-22T12:30", zone), Some(NOON - 90 * MINUTE));
        // Shown twice that day: either moment is right.
        let twice = parse("2026-11-22T13:30", zone).expect("a moment");
        assert_eq!(text(twice, zone(twice)), "2026-11-22T13:30");
        assert_eq!(parse("2026-11-22T14:30", zone), Some(NOON + 90 * MINUTE));
    }

    #[test]
    fn refuses_what_is_no_time() {
        assert_eq!(parse("", |_| 0), None);
        assert_eq!(parse("2026-02-30T10:00", |_| 0), None);
    }
}
