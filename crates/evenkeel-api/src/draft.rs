//! The body of `POST batches`: the core's draft, with its password.

use evenkeel::{BatchDraft, Password};
use serde::{Serialize, Serializer};

/// Writes a draft as the body of `POST batches`. A draft by itself is written without its password, wherever it
/// is kept or shown; on its way to the proxy it takes it along.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CreateBatch<'a> {
    #[serde(flatten)]
    draft: &'a BatchDraft,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<Revealed<'a>>,
}

impl<'a> From<&'a BatchDraft> for CreateBatch<'a> {
    fn from(draft: &'a BatchDraft) -> Self {
        Self {
            draft,
            password: draft.password.as_ref().map(Revealed),
        }
    }
}

/// A password where it is written out: in the bodies that take one to the proxy, and in nothing else.
#[derive(Debug, Clone, Copy)]
struct Revealed<'a>(&'a Password);

impl Serialize for Revealed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_revealed(serializer)
    }
}

/// Writes the password of another body out, for `serialize_with`.
#[allow(clippy::ref_option, reason = "serde hands the field over so")]
pub(crate) fn write_password<S: Serializer>(
    password: &Option<Password>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    password.as_ref().map(Revealed).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"account":"edge","action":"migrate","items":[{"event_id":"e-1","resource_id":"i-1","when":"now","data_policy":"abandon"},{"event_id":"e-2","resource_id":"i-2","when":{"at":"2026-11-24T01:30:00Z"},"data_policy":"try_transfer"}],"password":"Canary77"}"#;

    #[test]
    fn a_batch_reads_as_it_is_written_and_hides_its_password() {
        let batch: BatchDraft = serde_json::from_str(WHOLE).unwrap();
        let body = CreateBatch::from(&batch);
        assert_eq!(serde_json::to_string(&body).unwrap(), WHOLE);
        assert!(!format!("{batch:?}{body:?}").contains("Canary77"));
        assert_eq!(batch.items.len(), 2);
    }

    #[test]
    fn a_draft_that_is_kept_has_no_password_in_it() {
        let batch: BatchDraft = serde_json::from_str(WHOLE).unwrap();
        let kept = serde_json::to_string(&batch).unwrap();
        assert_eq!(kept, WHOLE.replace(r#","password":"Canary77""#, ""));
        let bare = BatchDraft {
            password: None,
            ..batch
        };
        assert_eq!(serde_json::from_str::<BatchDraft>(&kept).unwrap(), bare);
        assert_eq!(
            serde_json::to_string(&CreateBatch::from(&bare)).unwrap(),
            kept
        );
    }

    #[test]
    fn what_nobody_has_chosen_is_left_out() {
        let json = r#"{"account":"edge","action":"reboot","items":[{"event_id":"e-1","resource_id":"i-1"}]}"#;
        let batch: BatchDraft = serde_json::from_str(json).unwrap();
        assert!(batch.items.iter().all(|item| item.when.is_none()));
        assert_eq!(
            serde_json::to_string(&CreateBatch::from(&batch)).unwrap(),
            json
        );
    }

    #[test]
    fn a_key_that_nobody_knows_is_refused() {
        for (json, said) in [
            (
                r#"{"account":"edge","action":"reboot","items":[],"dry_run":true}"#,
                "unknown field `dry_run`, expected one of `account`, `action`, `items`, `password`",
            ),
            (
                r#"{"account":"edge","action":"reboot","items":[{"id":"e-1"}]}"#,
                "unknown field `id`, expected one of `event_id`, `resource_id`, `when`, `data_policy`",
            ),
            (
                r#"{"account":"edge","action":"reboot"}"#,
                "missing field `items`",
            ),
        ] {
            let error = serde_json::from_str::<BatchDraft>(json).unwrap_err();
            assert!(error.to_string().starts_with(said), "{error}");
        }
    }
}
