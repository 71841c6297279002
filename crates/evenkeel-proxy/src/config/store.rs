//! The `[store]` and `[journal]` tables.

use std::time::Duration;

use evenkeel_engine::{JournalOptions, Reference, Setting};
use evenkeel_store::StoreUrl;
use toml::de::DeTable;

use super::{
    StoreConfig,
    reader::{Reader, table},
    sync::time,
};

const UNVERIFIED: &str = "allow_unverified_server";
const STORE: &[&str] = &["url", UNVERIFIED];
/// What `items_per_call` of an account once was.
const OLD_ITEMS_PER_CALL: &str = "ens_chunk";
const JOURNAL: &[&str] = &[
    OLD_ITEMS_PER_CALL,
    "call_timeout",
    "deadline",
    "lease",
    "stale_after",
];

/// Longer than the clouds take; an open call keeps the end of the process waiting for as long.
const CALL_TIMEOUT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(2));
/// Shorter than what a call that was lost rests for, and every such order would ask a person.
const STALE_AFTER: (Duration, Duration) = (Duration::from_mins(20), Duration::from_hours(7 * 24));
const DEADLINE: (Duration, Duration) = (Duration::from_mins(1), Duration::from_hours(24));
/// Shorter, and a busy database makes a living proxy look dead; longer, and its work waits longer
/// than anybody wants.
const LEASE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_mins(5));

pub(super) fn store<'t>(reader: &mut Reader<'t>, root: &DeTable<'t>) -> StoreConfig {
    let Some(table) = table(reader, root, "store") else {
        return StoreConfig::default();
    };
    reader.refuse_unknown(table, "`[store]`", STORE);
    StoreConfig {
        url: url(reader, table),
        allow_unverified_server: reader.boolean(table, UNVERIFIED).unwrap_or(false),
    }
}

/// Where the store is, if the file says so.
fn url<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Option<Setting> {
    let (text, span) = reader.string(table, "url")?;
    if let Some(reference) = Reference::parse(text) {
        return Some(Setting::At(reference));
    }
    let fault = match text.parse::<StoreUrl>() {
        Ok(url) if url.has_password() => {
            // The value is not shown.
            format!(
                "`url` holds a password, which never stands in the file: keep the URL elsewhere and write {}, or let PGPASSWORD or ~/.pgpass have the password",
                Reference::FORMS
            )
        }
        Ok(_) => return Some(Setting::Plain(text.to_owned())),
        // It says what is wrong with the URL of a PostgreSQL, and shows nothing of it.
        Err(error) if text.starts_with("postgres") => error.to_string(),
        Err(_) => format!(
            "`url` must be `sqlite:PATH`, `postgres://USER@HOST/DATABASE`, {}",
            Reference::FORMS
        ),
    };
    reader.fault(Some(span), fault);
    None
}

pub(super) fn journal<'t>(reader: &mut Reader<'t>, root: &DeTable<'t>) -> JournalOptions {
    let mut options = JournalOptions::default();
    let Some(table) = table(reader, root, "journal") else {
        return options;
    };
    reader.refuse_unknown(table, "`[journal]`", JOURNAL);
    if let Some(value) = table.get(OLD_ITEMS_PER_CALL) {
        let fault = format!(
            "`{OLD_ITEMS_PER_CALL}` is `items_per_call` of an account now: write it in its `[[accounts]]`"
        );
        reader.fault(Some(value.span()), fault);
    }
    if let Some(timeout) = time(
        reader,
        table,
        "call_timeout",
        CALL_TIMEOUT.0,
        CALL_TIMEOUT.1,
        "10s",
    ) {
        options.call_timeout = timeout;
    }
    if let Some(stale_after) = time(
        reader,
        table,
        "stale_after",
        STALE_AFTER.0,
        STALE_AFTER.1,
        "1h",
    ) {
        options.stale_after = stale_after;
    }
    if let Some(deadline) = time(reader, table, "deadline", DEADLINE.0, DEADLINE.1, "15m") {
        options.deadline = deadline;
    }
    if let Some(lease) = time(reader, table, "lease", LEASE.0, LEASE.1, "15s") {
        options.lease = lease;
    }
    options
}
