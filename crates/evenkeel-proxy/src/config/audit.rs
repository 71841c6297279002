//! The `[audit]` table.

use std::{path::PathBuf, time::Duration};

use evenkeel_engine::{CheckpointConfig, Reference, Setting};
use toml::{Spanned, de::DeTable};

use super::{
    reader::{Reader, table},
    sync::time,
};

const KEYS: &[&str] = &[
    "checkpoint_key",
    "checkpoint_every",
    "file",
    "syslog",
    "webhook",
];

const EVERY: Duration = Duration::from_hours(1);
const LEAST: Duration = Duration::from_mins(1);
const MOST: Duration = Duration::from_hours(7 * 24);

pub(super) fn audit<'t>(reader: &mut Reader<'t>, root: &DeTable<'t>) -> Option<CheckpointConfig> {
    let table = table(reader, root, "audit")?;
    reader.refuse_unknown(table, "`[audit]`", KEYS);
    let every = time(reader, table, "checkpoint_every", LEAST, MOST, "1h");
    let file = reader
        .string(table, "file")
        .map(|(text, _)| PathBuf::from(text));
    let syslog = syslog(reader, table);
    let webhook = webhook(reader, table);
    let is_shipped = ["file", "syslog", "webhook"]
        .iter()
        .any(|key| table.contains_key(*key));
    if !is_shipped {
        let fault = "`[audit]` ships checkpoints: say where to, by `file`, `syslog` or `webhook`";
        reader.fault(at(root), fault);
    }
    let key = key(reader, table, root)?;
    Some(CheckpointConfig {
        key,
        every: every.unwrap_or(EVERY),
        file,
        syslog,
        webhook,
    })
}

/// Where the table is.
fn at(root: &DeTable<'_>) -> Option<std::ops::Range<usize>> {
    root.get("audit").map(Spanned::span)
}

fn key<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>, root: &DeTable<'t>) -> Option<Reference> {
    let place = format!(
        "where the key is that `evenkeel audit key` made, {}",
        Reference::FORMS
    );
    if !table.contains_key("checkpoint_key") {
        reader.fault(
            at(root),
            format!("`[audit]` needs `checkpoint_key`: {place}"),
        );
        return None;
    }
    let (text, span) = reader.string(table, "checkpoint_key")?;
    let key = Reference::parse(text);
    if key.is_none() {
        // What stands there may be the key: it is not shown.
        reader.fault(Some(span), format!("`checkpoint_key` must be {place}"));
    }
    key
}

fn syslog<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
) -> Option<evenkeel_engine::SyslogAddress> {
    let (text, span) = reader.string(table, "syslog")?;
    match text.parse() {
        Ok(address) => Some(address),
        Err(error) => {
            reader.fault(Some(span), format!("`syslog` {error}"));
            None
        }
    }
}

/// Its URL often is a secret: who has it may post there.
fn webhook<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Option<Setting> {
    let (text, span) = reader.string(table, "webhook")?;
    if let Some(reference) = Reference::parse(text) {
        return Some(Setting::At(reference));
    }
    if !text.starts_with("https://") && !text.starts_with("http://") {
        let fault = format!(
            "`webhook` must be a URL, or where one is: {}",
            Reference::FORMS
        );
        reader.fault(Some(span), fault);
        return None;
    }
    Some(Setting::Plain(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::Config;

    fn said(table: &str) -> String {
        let text = format!("[audit]\n{table}");
        Config::parse(&text, "evenkeel.toml")
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_key_is_where_it_is_and_checkpoints_go_somewhere() {
        let text = "[audit]\ncheckpoint_key = \"file:audit.key\"\nfile = \"signed.jsonl\"";
        let audit = Config::parse(text, "evenkeel.toml").unwrap().audit.unwrap();
        assert_eq!(audit.every, super::EVERY);
        assert_eq!(audit.key.to_string(), "file:audit.key");
        assert!(Config::parse("", "evenkeel.toml").unwrap().audit.is_none());

        let nowhere = said("checkpoint_key = \"file:audit.key\"");
        assert!(
            nowhere.contains(":1: `[audit]` ships checkpoints: say where to"),
            "{nowhere}"
        );
        let none = said("file = \"signed.jsonl\"");
        assert!(none.contains("needs `checkpoint_key`"), "{none}");
        let shown = said("checkpoint_key = \"0123abcd\"\nfile = \"signed.jsonl\"");
        assert!(
            shown.contains(":2: `checkpoint_key` must be where"),
            "{shown}"
        );
        assert!(!shown.contains("0123abcd"), "{shown}");
        let odd = said(
            "checkpoint_key = \"file:k\"\nsyslog = \"logs\"\nwebhook = \"ftp://x\"\ncheckpoint_every = \"1s\"",
        );
        for part in [
            "`syslog` must be `udp://",
            "`webhook` must be a URL",
            "checkpoint_every",
        ] {
            assert!(odd.contains(part), "{odd}");
        }
    }
}
