//! Times as people read them. Pure: the offset of the zone and the present moment come in as parameters.

use evenkeel::Locale;

use crate::i18n::Strings;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A moment on a wall clock.
struct Wall {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Wall {
    /// By the proleptic Gregorian calendar; after Howard Hinnant's `civil_from_days`.
    fn at(ms: i64, offset_minutes: i32) -> Self {
        let ms = ms.saturating_add(i64::from(offset_minutes) * MINUTE);
        let (days, rest) = (ms.div_euclid(DAY), ms.rem_euclid(DAY));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_index = (5 * of_year + 2) / 153;
        let month = if month_index < 10 {
            month_index + 3
        } else {
            month_index - 9
        };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: of_year - (153 * month_index + 2) / 5 + 1,
            hour: rest / HOUR,
            minute: rest % HOUR / MINUTE,
            second: rest % MINUTE / 1000,
        }
    }
}

/// `23 Nov 02:40`, or with the year where it is not the present one.
pub fn short(ms: i64, offset_minutes: i32, now: i64, locale: Locale) -> String {
    let wall = Wall::at(ms, offset_minutes);
    let other_year = wall.year != Wall::at(now, offset_minutes).year;
    let Wall {
        year,
        month,
        day,
        hour,
        minute,
        ..
    } = wall;
    match locale {
        Locale::Zh if other_year => format!("{year}年{month}月{day}日 {hour:02}:{minute:02}"),
        Locale::Zh => format!("{month}月{day}日 {hour:02}:{minute:02}"),
        Locale::En => {
            let name = usize::try_from(month - 1)
                .ok()
                .and_then(|index| MONTHS.get(index));
            let name = name.copied().unwrap_or_default();
            if other_year {
                format!("{day} {name} {year} {hour:02}:{minute:02}")
            } else {
                format!("{day} {name} {hour:02}:{minute:02}")
            }
        }
    }
}

/// `2026-11-23 02:40:05`.
pub fn full(ms: i64, offset_minutes: i32) -> String {
    let Wall {
        year,
        month,
        day,
        hour,
        minute,
        second,
    } = Wall::at(ms, offset_minutes);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// `UTC+8`, `UTC−3:30`, `UTC`.
pub fn offset(minutes: i32) -> String {
    if minutes == 0 {
        return "UTC".to_owned();
    }
    let sign = if minutes < 0 { '−' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    if rest == 0 {
        format!("UTC{sign}{hours}")
    } else {
        format!("UTC{sign}{hours}:{rest:02}")
    }
}

/// `in 5 h 12 min`, `3 d ago`, `now`.
pub fn relative(ms: i64, now: i64, t: Strings) -> String {
    let distance = ms.saturating_sub(now);
    if distance.abs() < MINUTE {
        return t.relative_now().to_owned();
    }
    let span = span(distance.saturating_abs(), t);
    if distance > 0 {
        t.relative_in(span)
    } else {
        t.relative_ago(span)
    }
}

/// A length of time in its two biggest units.
pub fn span(ms: i64, t: Strings) -> String {
    let (days, hours, minutes) = (ms / DAY, ms % DAY / HOUR, ms % HOUR / MINUTE);
    match (days, hours, minutes) {
        (0, 0, 0) => t.span_seconds(ms / 1000),
        (0, 0, minutes) => t.span_minutes(minutes),
        (0, hours, 0) => t.span_hours(hours),
        (0, hours, minutes) => t.span_hours_minutes(hours, minutes),
        (days, 0, _) => t.span_days(days),
        (days, hours, _) if days < 10 => t.span_days_hours(days, hours),
        (days, _, _) => t.span_days(days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_348_800_000; // 2026-11-22T12:00:00Z
    const EN: Strings = Strings(Locale::En);

    #[test]
    fn reads_the_wall_clock_of_the_zone() {
        assert_eq!(full(NOW, 0), "2026-11-22 12:00:00");
        assert_eq!(full(NOW, 480), "2026-11-22 20:00:00");
        assert_eq!(full(NOW, -750), "2026-11-21 23:30:00");
        assert_eq!(full(0, 0), "1970-01-01 00:00:00");
        assert_eq!(full(-1, 0), "1969-12-31 23:59:59");
        assert_eq!(full(1_709_164_800_000, 0), "2024-02-29 00:00:00");
    }

    #[test]
    fn names_the_year_only_where_it_is_another() {
        assert_eq!(short(NOW, 0, NOW, Locale::En), "22 Nov 12:00");
        assert_eq!(short(NOW, 480, NOW, Locale::Zh), "11月22日 20:00");
        assert_eq!(short(0, 0, NOW, Locale::En), "1 Jan 1970 00:00");
    }

    #[test]
    fn tells_distances_in_two_units() {
        assert_eq!(
            relative(NOW + 5 * HOUR + 12 * MINUTE, NOW, EN),
            "in 5 h 12 min"
        );
        assert_eq!(
            relative(NOW + DAY + 4 * HOUR + 59 * MINUTE, NOW, EN),
            "in 1 d 4 h"
        );
        assert_eq!(relative(NOW - 3 * DAY, NOW, EN), "3 d ago");
        assert_eq!(relative(NOW + 59_000, NOW, EN), "now");
        assert_eq!(relative(NOW + 30 * DAY + HOUR, NOW, EN), "in 30 d");
    }

    #[test]
    fn writes_offsets_as_people_do() {
        assert_eq!(offset(0), "UTC");
        assert_eq!(offset(480), "UTC+8");
        assert_eq!(offset(-210), "UTC−3:30");
    }
}
