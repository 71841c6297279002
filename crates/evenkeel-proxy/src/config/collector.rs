//! The `[collector]` table, and how often one account is read.

use std::{num::NonZeroU32, time::Duration};

use toml::de::{DeTable, DeValue};

use super::reader::{Reader, kind};
use crate::collector::CollectorConfig;

const KEYS: &[&str] = &["poll", "calls_per_second", "keep"];
/// More often is more than the clouds are asked to bear.
const POLL_MIN: Duration = Duration::from_secs(5);
const POLL_MAX: Duration = Duration::from_hours(24);
const KEEP_MIN: Duration = Duration::from_hours(24);
// Ten years, as they are written.
const KEEP_MAX: Duration = Duration::from_hours(87_660);
const CALLS_MAX: u32 = 1_000;

pub(super) fn collector<'t>(reader: &mut Reader<'t>, root: &DeTable<'t>) -> CollectorConfig {
    let mut config = CollectorConfig::default();
    let Some(value) = root.get("collector") else {
        return config;
    };
    let DeValue::Table(table) = value.get_ref() else {
        let kind = kind(value);
        reader.fault(
            Some(value.span()),
            format!("`collector` must be a table, `[collector]`, not {kind}"),
        );
        return config;
    };
    reader.refuse_unknown(table, "`[collector]`", KEYS);
    if let Some(poll) = poll(reader, table) {
        config.poll = poll;
    }
    if let Some(keep) = time(reader, table, "keep", KEEP_MIN, KEEP_MAX, "90d") {
        config.keep = keep;
    }
    if let Some(calls) = calls(reader, table) {
        config.calls_per_second = calls;
    }
    config
}

/// How often a list is read.
pub(super) fn poll<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Option<Duration> {
    time(reader, table, "poll", POLL_MIN, POLL_MAX, "60s")
}

pub(super) fn time<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    key: &str,
    least: Duration,
    most: Duration,
    example: &str,
) -> Option<Duration> {
    let (text, span) = reader.string(table, key)?;
    match humantime::parse_duration(text) {
        Ok(time) if (least..=most).contains(&time) => Some(time),
        _ => {
            let (least, most) = (
                humantime::format_duration(least),
                humantime::format_duration(most),
            );
            reader.fault(
                Some(span),
                format!(
                    "`{key}` must be a time from {least} to {most}, like `{example}`, not `{text}`"
                ),
            );
            None
        }
    }
}

fn calls<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Option<NonZeroU32> {
    let value = table.get("calls_per_second")?;
    let number = match value.get_ref() {
        DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    let calls = number
        .filter(|number| *number <= CALLS_MAX)
        .and_then(NonZeroU32::new);
    if calls.is_none() {
        reader.fault(
            Some(value.span()),
            format!("`calls_per_second` must be a whole number from 1 to {CALLS_MAX}"),
        );
    }
    calls
}
