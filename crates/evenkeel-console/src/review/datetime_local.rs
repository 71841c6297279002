//! Converts between the text of a `datetime-local` field and the moment it means in a zone. Pure: the zone's offsets come in.

use evenkeel::Timestamp;

use crate::time;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// `2026-11-23T01:30`, as the field takes it; with seconds where there are any.
pub fn text(ms: i64, offset_minutes: i32) -> String {
    let full = time::full(ms, offset_minutes).replace(' ', "T");
    full.strip_suffix(":00").map(str::to_owned).unwrap_or(full)
}

/// What a wall clock's time means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// One moment.
    Once(i64),
    /// The clocks go back: they show it at these two moments.
    Twice(i64, i64),
    /// The clocks go forward over it: as far before and after the gap.
    Never(i64, i64),
}

/// The moments at which a wall clock shows `text`. `offset` tells the zone's minutes east of UTC at a moment.
pub fn read(text: &str, offset: impl Fn(i64) -> i32) -> Option<Reading> {
    let with_seconds = if text.len() == "2026-11-23T01:30".len() {
        format!("{text}:00Z")
    } else {
        format!("{text}Z")
    };
    let wall = with_seconds.parse::<Timestamp>().ok()?.as_millis();
    // A day to either side the clocks are certainly as they are before and after a change.
    let at = |beside: i64| wall - i64::from(offset(wall.saturating_add(beside))) * MINUTE;
    let (by_before, by_after) = (at(-DAY), at(DAY));
    let shows =
        |datetime_local: i64| datetime_local + i64::from(offset(datetime_local)) * MINUTE == wall;
    Some(match (shows(by_before), shows(by_after)) {
        (true, true) if by_before != by_after => {
            Reading::Twice(by_before.min(by_after), by_before.max(by_after))
        }
        (true, _) => Reading::Once(by_before),
        (false, true) => Reading::Once(by_after),
        (false, false) => Reading::Never(by_before.min(by_after), by_before.max(by_after)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_348_800_000; // 2026-11-22T12:00:00Z

    #[test]
    fn reads_what_it_writes_in_every_zone() {
        for offset in [-720, -210, 0, 330, 480, 840] {
            assert_eq!(
                read(&text(NOON, offset), |_| offset),
                Some(Reading::Once(NOON)),
                "{offset}"
            );
        }
        assert_eq!(text(NOON, 480), "2026-11-22T20:00");
        assert_eq!(text(NOON + 5_000, 0), "2026-11-22T12:00:05");
        let exact = read("2026-11-22T12:00:05", |_| 0);
        assert_eq!(exact, Some(Reading::Once(NOON + 5_000)));
    }

    #[test]
    fn a_time_that_the_clocks_show_twice_is_two_moments() {
        // The clocks go back from +2 to +1 at noon.
        let zone = |ms: i64| if ms < NOON { 120 } else { 60 };
        let once = |minutes: i64| Some(Reading::Once(NOON + minutes * MINUTE));
        assert_eq!(read("2026-11-22T12:30", zone), once(-90));
        assert_eq!(
            read("2026-11-22T13:30", zone),
            Some(Reading::Twice(NOON - 30 * MINUTE, NOON + 30 * MINUTE))
        );
        assert_eq!(read("2026-11-22T14:30", zone), once(90));
    }

    #[test]
    fn a_time_that_the_clocks_leave_out_is_none() {
        // The clocks go forward from +1 to +2 at noon: 13:00 to 14:00 is left out.
        let zone = |ms: i64| if ms < NOON { 60 } else { 120 };
        let found = read("2026-11-22T13:30", zone);
        let (before, after) = (NOON - 30 * MINUTE, NOON + 30 * MINUTE);
        assert_eq!(found, Some(Reading::Never(before, after)));
        assert_eq!(text(before, zone(before)), "2026-11-22T12:30");
        assert_eq!(text(after, zone(after)), "2026-11-22T14:30");
        assert_eq!(read("2026-11-22T14:00", zone), Some(Reading::Once(NOON)));
    }

    #[test]
    fn refuses_what_is_no_time() {
        assert_eq!(read("", |_| 0), None);
        assert_eq!(read("2026-02-30T10:00", |_| 0), None);
    }
}
