//! The audit as it is read.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// `GET audit`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// The records, oldest first.
    pub records: Vec<AuditRecord>,
    /// The `after` of the next page.
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
}
