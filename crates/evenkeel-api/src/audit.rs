//! The audit as it is read.

use evenkeel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};

use crate::Actor;

/// `GET audit`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// The records, oldest first unless the newest were asked for first.
    pub records: Vec<AuditRecord>,
    /// The `after` of the next page, or its `before` where the newest come first. A page that a filter leaves empty may
    /// have one: then there is more to be looked through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// A record, as a line of an export has it: `docs/audit.md`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditRecord {
    /// The SHA-256 of the record's text.
    pub hash: String,
    /// The record, byte for byte.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub record: Box<RawValue>,
}

/// What a record says, for whoever shows it; its text alone is what the hash is of.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RecordedAct {
    /// Its number, from 1.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What happened, such as `batch.ordered`.
    pub kind: String,
    /// Who did it.
    pub by: Actor,
    /// From which address.
    #[serde(default)]
    pub from: Option<String>,
    /// Under which id of the request.
    #[serde(default)]
    pub request: Option<String>,
    /// What else there is to say of it.
    pub data: Map<String, Value>,
}

impl AuditRecord {
    /// What the record says.
    ///
    /// # Errors
    /// When it is none.
    pub fn act(&self) -> Result<RecordedAct, serde_json::Error> {
        serde_json::from_str(self.record.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_goes_through_byte_for_byte() {
        let text =
            r#"{"records":[{"hash":"00","record":{"seq":1, "b":1.0,"a":"\u0041"}}],"next":7}"#;
        let page: AuditPage = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&page).unwrap(), text);
    }

    #[test]
    fn a_record_is_read_as_it_is_documented() {
        let record = r#"{"seq":2,"at":"2027-01-15T08:00:00Z","prev":"00","kind":"batch.paused",
            "by":{"who":"user","name":"lin","login":"password"},"from":"127.0.0.1","data":{"batch":"b-1"}}"#;
        let record = AuditRecord {
            hash: String::new(),
            record: serde_json::from_str(record).unwrap(),
        };
        let act = record.act().unwrap();
        assert_eq!((act.seq, act.kind.as_str()), (2, "batch.paused"));
        assert_eq!(act.at.as_millis(), 1_800_000_000_000);
        assert_eq!(act.from.as_deref(), Some("127.0.0.1"));
        assert_eq!(act.request, None);
        assert_eq!(act.data["batch"], "b-1");
    }
}
