//! Times of a week, and days: what rules name.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Times of a week: `Mon-Fri 09:00-18:00`, `Sat 22:00-06:00` (until Sunday morning), `Sun 00:00-24:00`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeeklyHours {
    text: String,
    /// Where each begins, in minutes since Monday 00:00, and how long it is.
    spans: Vec<(u32, u32)>,
}

/// Days, the first and the last included: `2026-12-24/2027-01-02`, or one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateRange {
    text: String,
    first: Date,
    last: Date,
}

/// What is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimesError {
    /// No times of a week.
    Hours,
    /// No days.
    Dates,
}

impl fmt::Display for TimesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hours => {
                "must be days and times, like `Mon-Fri 09:00-18:00`, `Sat 22:00-06:00` or `Sun 00:00-24:00`"
            }
            Self::Dates => "must be a day or two, like `2026-12-31` or `2026-12-24/2027-01-02`",
        })
    }
}

impl std::error::Error for TimesError {}

impl FromStr for WeeklyHours {
    type Err = TimesError;

    fn from_str(text: &str) -> Result<Self, TimesError> {
        let parsed = || {
            let (days, times) = text.trim().split_once(' ')?;
            let (from, to) = times.trim().split_once('-')?;
            let (from, to) = (minutes(from)?, minutes(to)?);
            if from == DAY || from == to {
                return None;
            }
            // Until the next day where it ends before it begins.
            let length = if to > from {
                to - from
            } else {
                DAY - from + to
            };
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            let (first, last) = (day(first)?, day(last)?);
            let count = (last + 7 - first) % 7 + 1;
            let begins = (0..count).map(|step| (first + step) % 7 * DAY + from);
            Some(begins.map(|begin| (begin, length)).collect())
        };
        let spans = parsed().ok_or(TimesError::Hours)?;
        Ok(Self {
            text: text.trim().to_owned(),
            spans,
        })
    }
}

fn day(text: &str) -> Option<u32> {
    let found = DAYS.iter().position(|day| day.eq_ignore_ascii_case(text))?;
    u32::try_from(found).ok()
}

/// Minutes since midnight of `HH:MM`, to 24:00.
fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| -> Option<u32> {
        let is_two = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_two.then(|| text.parse().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= DAY).then_some(all)
}

impl WeeklyHours {
    /// Whether a moment, in ms since the Unix epoch, is one of them. A moment that is none counts.
    #[must_use]
    pub fn hold(&self, at: i64, zone: &TimeZone) -> bool {
        let Ok(at) = Timestamp::from_millisecond(at) else {
            return true;
        };
        let at = zone.to_datetime(at);
        let day = u32::try_from(at.weekday().to_monday_zero_offset()).unwrap_or_default();
        let in_day = i32::from(at.hour()) * 60 + i32::from(at.minute());
        let minute = day * DAY + u32::try_from(in_day).unwrap_or_default();
        self.spans
            .iter()
            .any(|(begin, length)| (minute + WEEK - begin) % WEEK < *length)
    }
}

impl fmt::Display for WeeklyHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for DateRange {
    type Err = TimesError;

    fn from_str(text: &str) -> Result<Self, TimesError> {
        let text = text.trim();
        let (first, last) = text.split_once('/').unwrap_or((text, text));
        // What stands for a day is a day alone, without a time that would be left out.
        let day = |text: &str| {
            let date: Date = text.parse().map_err(|_| TimesError::Dates)?;
            (date.to_string() == text)
                .then_some(date)
                .ok_or(TimesError::Dates)
        };
        let (first, last) = (day(first)?, day(last)?);
        if last < first {
            return Err(TimesError::Dates);
        }
        Ok(Self {
            text: text.to_owned(),
            first,
            last,
        })
    }
}

impl DateRange {
    /// Whether a moment, in ms since the Unix epoch, is on one of them. A moment that is none counts.
    #[must_use]
    pub fn hold(&self, at: i64, zone: &TimeZone) -> bool {
        let Ok(at) = Timestamp::from_millisecond(at) else {
            return true;
        };
        let day = zone.to_datetime(at).date();
        (self.first..=self.last).contains(&day)
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn hours_are_those_of_a_week_where_they_are() {
        // 2026-11-30 is a Monday.
        let (utc, shanghai) = (zone("UTC"), zone("Asia/Shanghai"));
        let office: WeeklyHours = "Mon-Fri 09:00-18:00".parse().unwrap();
        for (time, zone, holds) in [
            ("2026-11-30T09:00:00Z", &utc, true),
            ("2026-11-30T08:59:59Z", &utc, false),
            ("2026-11-30T17:59:59Z", &utc, true),
            ("2026-11-30T18:00:00Z", &utc, false),
            ("2026-12-05T12:00:00Z", &utc, false),
            ("2026-11-30T01:00:00Z", &shanghai, true),
            ("2026-11-30T12:00:00Z", &shanghai, false),
        ] {
            assert_eq!(office.hold(at(time), zone), holds, "{time}");
        }
        let night: WeeklyHours = "Sun 22:00-06:00".parse().unwrap();
        for (time, holds) in [
            ("2026-11-29T21:59:00Z", false),
            ("2026-11-29T22:00:00Z", true),
            // It is Monday by then, and another week.
            ("2026-11-30T05:59:00Z", true),
            ("2026-11-30T06:00:00Z", false),
        ] {
            assert_eq!(night.hold(at(time), &utc), holds, "{time}");
        }
        let weekend: WeeklyHours = "sat-mon 00:00-24:00".parse().unwrap();
        assert!(weekend.hold(at("2026-11-30T23:59:00Z"), &utc));
        assert!(!weekend.hold(at("2026-12-01T00:00:00Z"), &utc));
    }

    #[test]
    fn an_hour_that_a_zone_leaves_out_or_has_twice_is_none_of_a_bug() {
        let night: WeeklyHours = "Sun 02:00-03:00".parse().unwrap();
        let berlin = zone("Europe/Berlin");
        // At 02:00 it is 03:00 there, and in autumn it is 02:30 twice.
        assert!(!night.hold(at("2026-03-29T01:00:00Z"), &berlin));
        assert!(night.hold(at("2026-10-25T00:30:00Z"), &berlin));
        assert!(night.hold(at("2026-10-25T01:30:00Z"), &berlin));
    }

    #[test]
    fn days_are_those_of_the_zone_the_last_included() {
        let days: DateRange = "2026-12-24/2027-01-02".parse().unwrap();
        let shanghai = zone("Asia/Shanghai");
        assert!(!days.hold(at("2026-12-23T15:59:59Z"), &shanghai));
        assert!(days.hold(at("2026-12-23T16:00:00Z"), &shanghai));
        assert!(days.hold(at("2027-01-02T15:59:59Z"), &shanghai));
        assert!(!days.hold(at("2027-01-02T16:00:00Z"), &shanghai));
        let one: DateRange = "2026-12-31".parse().unwrap();
        assert!(one.hold(at("2026-12-31T12:00:00Z"), &zone("UTC")));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "Mon",
            "09:00-18:00",
            "Mon 9:00-18:00",
            "Mon 09:00",
            "Mon 09:60-10:00",
            "Mon 24:00-01:00",
            "Mon 09:00-09:00",
            "Mon 09:00-24:01",
            "Someday 09:00-10:00",
        ] {
            assert_eq!(
                text.parse::<WeeklyHours>(),
                Err(TimesError::Hours),
                "{text}"
            );
        }
        for text in [
            "",
            "tomorrow",
            "2026-13-01",
            "2026-02-30",
            "2027-01-02/2026-12-24",
            "2026-12-24T10:00",
            "2026-12-24/2026-12-25/2026-12-26",
            "20261224",
        ] {
            assert_eq!(text.parse::<DateRange>(), Err(TimesError::Dates), "{text}");
        }
    }

    #[test]
    fn a_moment_that_is_none_counts() {
        let office: WeeklyHours = "Mon 09:00-10:00".parse().unwrap();
        assert!(office.hold(i64::MAX, &zone("UTC")));
        let day: DateRange = "2026-12-31".parse().unwrap();
        assert!(day.hold(i64::MIN, &zone("UTC")));
    }
}
