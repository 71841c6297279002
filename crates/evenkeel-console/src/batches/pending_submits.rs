//! Stores the batches that were submitted to the server and not answered yet. They outlive a reload, so that a lost
//! answer is asked for again under the same key, which never makes a second batch. A password is never stored.

use evenkeel::{Action, BatchDraft, Password};
use evenkeel_api::{Batch, CreateBatch, IssueView, RetryFailed, paths};
use leptos::prelude::window;
use serde::{Deserialize, Serialize};

use crate::api::{Answer, ApiError, ShownFailure};
use crate::random::random_bytes;

/// What the server is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubmitRequest {
    New(BatchDraft),
    /// The failed items of a batch once more.
    Retry {
        batch_id: String,
        /// What took a password is sent without.
        #[serde(default)]
        without_password: bool,
    },
}

/// A batch that was submitted and has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSubmit {
    /// The idempotency key.
    pub key: String,
    #[serde(rename = "order")]
    pub request: SubmitRequest,
    pub account: String,
    pub action: Action,
    pub count: usize,
    /// Whether a password goes with it, which is kept nowhere.
    pub with_password: bool,
    /// When a person sent it, ms since the Unix epoch.
    pub at: i64,
}

impl PendingSubmit {
    pub fn path(&self) -> String {
        match &self.request {
            SubmitRequest::New(_) => paths::batches(),
            SubmitRequest::Retry { batch_id, .. } => paths::retry_failed(batch_id),
        }
    }

    /// The body of the request.
    ///
    /// # Errors
    /// It cannot fail: every part is ordered and has text keys.
    pub fn body(&self, password: Option<&Password>) -> Result<String, serde_json::Error> {
        let password = password.cloned();
        match &self.request {
            SubmitRequest::New(batch) => serde_json::to_string(&CreateBatch::from(&BatchDraft {
                password,
                ..batch.clone()
            })),
            SubmitRequest::Retry {
                without_password, ..
            } => serde_json::to_string(&RetryFailed {
                without_password: *without_password && password.is_none(),
                password,
            }),
        }
    }
}

/// What an answer means for a pending submit.
#[derive(Clone, Debug, PartialEq)]
pub enum SubmitAnswer {
    /// The server has the batch; what happens from now on is its business.
    Taken(Box<Batch>),
    /// The server will not have it; nothing happened.
    Refused(Refusal),
    /// Nobody knows whether it has it: the same is submitted again under the same key.
    Retry(ShownFailure),
}

/// Why the server will not have a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub failure: ShownFailure,
    pub issues: Vec<IssueView>,
}

/// Reads an answer.
pub fn read_answer(answer: Result<Answer, ApiError>) -> SubmitAnswer {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return SubmitAnswer::Retry(error.into()),
    };
    match answer.status {
        200..300 => match serde_json::from_slice(&answer.body) {
            Ok(batch) => SubmitAnswer::Taken(Box::new(batch)),
            Err(_) => SubmitAnswer::Retry(answer.problem().into()),
        },
        // Not now; a refusal for good has a 4xx of its own. Who is not let in is not told either whether the first
        // answer was lost: under another key it could be a second order.
        401 | 403 | 408 | 425 | 429 | 500.. => SubmitAnswer::Retry(answer.problem().into()),
        _ => {
            let mut error = answer.problem();
            let issues = match &mut error {
                ApiError::Problem(problem) => problem.issues.take().unwrap_or_default(),
                ApiError::Silent(_) | ApiError::Unreadable(_) => Vec::new(),
            };
            SubmitAnswer::Refused(Refusal {
                failure: error.into(),
                issues,
            })
        }
    }
}

const PREFIX: &str = "evenkeel.handed-in.";

/// A key that nobody has used: 128 random bits.
pub fn fresh_key() -> String {
    format!("{:032x}", u128::from_le_bytes(random_bytes()))
}

/// The storage of this tab: another tab has its own, so that no two ask for the same.
fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// Stores a pending submit until it is answered. Where storage is forbidden it lasts as long as the page.
pub fn store(pending: &PendingSubmit) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(pending)) {
        drop(storage.set_item(&format!("{PREFIX}{}", pending.key), &text));
    }
}

pub fn remove(key: &str) {
    if let Some(storage) = storage() {
        drop(storage.remove_item(&format!("{PREFIX}{key}")));
    }
}

/// The names in the storage of all that are there now: when the page begins, those that were submitted before.
pub fn names() -> Vec<String> {
    let Some(storage) = storage() else {
        return Vec::new();
    };
    let count = storage.length().unwrap_or_default();
    (0..count)
        .filter_map(|index| storage.key(index).ok().flatten())
        .filter(|name| name.starts_with(PREFIX))
        .collect()
}

/// Those with these names that have not been answered meanwhile.
pub fn load(names: &[String]) -> Vec<PendingSubmit> {
    let Some(storage) = storage() else {
        return Vec::new();
    };
    let mut pending_submits: Vec<PendingSubmit> = names
        .iter()
        .filter_map(|name| storage.get_item(name).ok().flatten())
        .filter_map(|text| serde_json::from_str(&text).ok())
        .collect();
    pending_submits.sort_by_key(|pending| pending.at);
    pending_submits
}

#[cfg(test)]
mod tests {
    use evenkeel::{ItemDraft, When};
    use evenkeel_api::ItemState;

    use super::*;
    use crate::api::FailureClass;
    use crate::fixture::{item, summary};

    fn pending() -> PendingSubmit {
        PendingSubmit {
            key: "k-1".to_owned(),
            request: SubmitRequest::New(BatchDraft {
                account: "edge".to_owned(),
                action: Action::Reboot,
                items: vec![ItemDraft {
                    event_id: "e-1".to_owned(),
                    resource_id: "i-1".to_owned(),
                    when: Some(When::Now),
                    data_policy: None,
                }],
                password: None,
            }),
            account: "edge".to_owned(),
            action: Action::Reboot,
            count: 1,
            with_password: true,
            at: 7,
        }
    }

    fn answer(status: u16, body: &str) -> SubmitAnswer {
        read_answer(Ok(Answer {
            status,
            body: body.as_bytes().to_vec(),
        }))
    }

    #[test]
    fn what_is_kept_reads_back_and_has_no_password() {
        let pending = pending();
        let password = Password::new("Canary77".to_owned());
        let sent = pending.body(Some(&password)).unwrap();
        assert!(sent.contains(r#""password":"Canary77""#));
        let kept = serde_json::to_string(&pending).unwrap();
        assert!(!kept.contains("Canary77"));
        assert_eq!(
            serde_json::from_str::<PendingSubmit>(&kept).unwrap(),
            pending
        );
        // A page of another version may have stored it.
        assert!(
            kept.starts_with(r#"{"key":"k-1","order":{"new":{"#),
            "{kept}"
        );
    }

    #[test]
    fn the_same_order_is_asked_again_byte_for_byte() {
        let pending = pending();
        let kept: PendingSubmit =
            serde_json::from_str(&serde_json::to_string(&pending).unwrap()).unwrap();
        assert_eq!(pending.body(None).unwrap(), kept.body(None).unwrap());
        let retry = PendingSubmit {
            request: SubmitRequest::Retry {
                batch_id: "b".to_owned(),
                without_password: false,
            },
            ..pending
        };
        // The server asks for a password that is lost meanwhile, and does without only where a person said so.
        assert_eq!(retry.body(None).unwrap(), "{}");
        let bare = PendingSubmit {
            request: SubmitRequest::Retry {
                batch_id: "b".to_owned(),
                without_password: true,
            },
            ..retry.clone()
        };
        assert_eq!(bare.body(None).unwrap(), r#"{"without_password":true}"#);
        assert_eq!(retry.path(), "/api/v1/batches/b/retry-failed");
    }

    #[test]
    fn a_batch_is_taken_the_first_time_and_every_time_after() {
        let batch = Batch {
            summary: summary("b", &[item(0, ItemState::Queued)]),
            issues: Vec::new(),
            items: Vec::new(),
        };
        let body = serde_json::to_string(&batch).unwrap();
        for status in [200, 201] {
            assert_eq!(
                answer(status, &body),
                SubmitAnswer::Taken(Box::new(batch.clone()))
            );
        }
    }

    #[test]
    fn silence_and_a_server_in_trouble_are_asked_again() {
        let store = r#"{"code":"store_unavailable","detail":"the disk is full"}"#;
        assert!(
            matches!(answer(503, store), SubmitAnswer::Retry(f) if f.detail == "the disk is full")
        );
        assert!(matches!(answer(201, "<html>"), SubmitAnswer::Retry(_)));
        let silent = ApiError::Silent(String::new());
        assert!(matches!(
            read_answer(Err(silent)),
            SubmitAnswer::Retry(ShownFailure {
                class: FailureClass::ProxyUnreachable,
                ..
            })
        ));
    }

    #[test]
    fn one_who_is_not_let_in_is_not_refused() {
        for (status, code) in [(401, "login_needed"), (403, "forbidden_origin")] {
            let body = format!(r#"{{"code":"{code}","detail":"no"}}"#);
            assert!(
                matches!(answer(status, &body), SubmitAnswer::Retry(_)),
                "{status}"
            );
        }
    }

    #[test]
    fn a_refusal_says_what_is_wrong_with_each_item() {
        let body = r#"{"code":"invalid_parameters","detail":"1 issue","issues":[{"pointer":"/items/0","location":"items[0]","code":"action_not_applicable","severity":"error","message":"cannot"}]}"#;
        let SubmitAnswer::Refused(refusal) = answer(422, body) else {
            panic!("a refusal");
        };
        assert_eq!(refusal.issues[0].code, "action_not_applicable");
    }
}
