//! The chain: each record names the hash of the one before.

use std::net::IpAddr;

use evenkeel::Timestamp;
use evenkeel_api::Actor;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::{Entry, hexadecimal};

/// What a line has before the hash, between hash and record, and after it.
const BEFORE: &str = "{\"hash\":\"";
const BETWEEN: &str = "\",\"record\":";
const AFTER: &str = "}";
/// How many digits a hash has.
const HASH: usize = 64;

/// The last record of a chain, as far as the next one needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its number; 0 is before the first.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

/// A record with its hash: neither can be another any more without the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Its number, from 1.
    pub seq: u64,
    /// The SHA-256 of the record's text.
    pub hash: String,
    /// The record, as JSON: these very bytes are what is hashed.
    pub record: String,
}

/// A record, in the order of its members.
#[derive(Serialize)]
struct Record<'a> {
    seq: u64,
    at: Timestamp,
    prev: &'a str,
    kind: &'a str,
    by: &'a Actor,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a str>,
    data: &'a Map<String, Value>,
}

impl Default for Head {
    /// Before the first record.
    fn default() -> Self {
        Self {
            seq: 0,
            hash: "0".repeat(HASH),
        }
    }
}

impl Head {
    /// Makes the record that follows this one, and goes on to it.
    ///
    /// # Errors
    /// When the entry is no JSON.
    pub fn seal(&mut self, entry: &Entry) -> Result<Sealed, serde_json::Error> {
        let seq = self.seq.saturating_add(1);
        let record = serde_json::to_string(&Record {
            seq,
            at: Timestamp::from_millis(entry.at),
            prev: &self.hash,
            kind: &entry.kind,
            by: &entry.by.actor,
            from: entry.by.address,
            request: entry.by.request_id.as_deref(),
            data: &entry.data,
        })?;
        let hash = hash(record.as_bytes());
        *self = Self {
            seq,
            hash: hash.clone(),
        };
        Ok(Sealed { seq, hash, record })
    }
}

impl Sealed {
    /// The line of an export, with its end.
    #[must_use]
    pub fn line(&self) -> String {
        let (hash, record) = (&self.hash, &self.record);
        format!("{BEFORE}{hash}{BETWEEN}{record}{AFTER}\n")
    }
}

/// The hash and the record of a line without its end.
pub(crate) fn parts(line: &[u8]) -> Option<(&str, &[u8])> {
    let rest = line.strip_prefix(BEFORE.as_bytes())?;
    let (hash, rest) = rest.split_at_checked(HASH)?;
    let rest = rest.strip_prefix(BETWEEN.as_bytes())?;
    let record = rest.strip_suffix(AFTER.as_bytes())?;
    Some((std::str::from_utf8(hash).ok()?, record))
}

/// The hash of a record's text.
pub(crate) fn hash(record: &[u8]) -> String {
    hexadecimal::write(&Sha256::digest(record))
}

#[cfg(test)]
mod tests {
    use evenkeel_api::Caller;

    use super::*;

    #[test]
    fn a_record_is_written_as_the_documentation_has_it() {
        let mut by = Caller::local();
        by.address = Some(IpAddr::from([127, 0, 0, 1]));
        by.request_id = Some("r-1".to_owned());
        let entry = Entry::new("batch.paused", &by, 1_800_000_000_000)
            .with("batch", "b-1")
            .with("reason", None::<&str>);
        let sealed = Head::default().seal(&entry).unwrap();
        let zeros = "0".repeat(64);
        let record = format!(
            "{{\"seq\":1,\"at\":\"2027-01-15T08:00:00Z\",\"prev\":\"{zeros}\",\"kind\":\"batch.paused\",\
             \"by\":{{\"who\":\"local\",\"login\":\"none\"}},\"from\":\"127.0.0.1\",\"request\":\"r-1\",\
             \"data\":{{\"batch\":\"b-1\"}}}}"
        );
        assert_eq!(sealed.record, record);
        let line = sealed.line();
        let (hash, text) = parts(line.trim_end().as_bytes()).unwrap();
        assert_eq!((hash, text), (&*sealed.hash, record.as_bytes()));
    }
}
