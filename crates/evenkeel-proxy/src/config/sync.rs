//! The configuration of the sync, its table `[collector]`, and how often one account is read.

use std::{num::NonZeroU32, time::Duration};

use evenkeel_engine::SyncOptions;
use toml::de::{DeTable, DeValue};

use super::reader::{Reader, kind};

const KEYS: &[&str] = &["poll", "calls_per_second", "keep", "names"];
/// More often is more than the clouds are asked to bear.
const POLL_MIN: Duration = Duration::from_secs(5);
const POLL_MAX: Duration = Duration::from_hours(24);
const KEEP_MIN: Duration = Duration::from_hours(24);
// Ten years, as they are written.
const KEEP_MAX: Duration = Duration::from_hours(87_660);
const CALLS: (usize, usize) = (1, 1_000);

pub(super) fn sync<'t>(reader: &mut Reader<'t>, root: &DeTable<'t>) -> SyncOptions {
    let mut config = SyncOptions::default();
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
    if let Some(names) = reader.boolean(table, "names") {
        config.names = names;
    }
    let calls = reader.count(table, "calls_per_second", CALLS);
    if let Some(calls) = calls.and_then(|calls| NonZeroU32::new(calls.try_into().ok()?)) {
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
