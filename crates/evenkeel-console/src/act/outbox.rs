//! Batches that were handed to the server and not answered yet. They outlive a reload, so that a lost answer is asked
//! for again under the same key, which never makes a second batch. A password is not among what is kept.

use evenkeel::{Action, BatchDraft, Password};
use evenkeel_api::{Batch, CreateBatch, IssueView, RetryFailed, paths};
use leptos::prelude::window;
use serde::{Deserialize, Serialize};

use crate::api::{Answer, ApiError};
use crate::chance::by_chance;
use crate::state::failure::Failure;

/// What the server is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    New(BatchDraft),
    /// The failed items of a batch once more.
    Retry {
        batch_id: String,
        /// What took a password is sent without.
        #[serde(default)]
        without_password: bool,
    },
}

/// A batch on its way to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// The idempotency key.
    pub key: String,
    pub order: Order,
    pub account: String,
    pub action: Action,
    pub count: usize,
    /// Whether a password goes with it, which is kept nowhere.
    pub with_password: bool,
    /// When a person sent it, ms since the Unix epoch.
    pub at: i64,
}

impl Slip {
    pub fn path(&self) -> String {
        match &self.order {
            Order::New(_) => paths::batches(),
            Order::Retry { batch_id, .. } => paths::retry_failed(batch_id),
        }
    }

    /// The body of the request.
    ///
    /// # Errors
    /// It cannot fail: every part has an order and text keys.
    pub fn body(&self, password: Option<&Password>) -> Result<String, serde_json::Error> {
        let password = password.cloned();
        match &self.order {
            Order::New(batch) => serde_json::to_string(&CreateBatch::from(&BatchDraft {
                password,
                ..batch.clone()
            })),
            Order::Retry {
                without_password, ..
            } => serde_json::to_string(&RetryFailed {
                without_password: *without_password && password.is_none(),
                password,
            }),
        }
    }
}

/// What an answer means for the slip.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The server has the batch; what happens from now on is its business.
    Taken(Box<Batch>),
    /// The server will not have it; nothing happened.
    Refused(Refusal),
    /// Nobody knows whether it has it: the same is asked again under the same key.
    Again(Failure),
}

/// Why the server will not have a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub failure: Failure,
    pub issues: Vec<IssueView>,
}

/// Reads an answer.
pub fn judge(answer: Result<Answer, ApiError>) -> Verdict {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return Verdict::Again(error.into()),
    };
    match answer.status {
        200..300 => match serde_json::from_slice(&answer.body) {
            Ok(batch) => Verdict::Taken(Box::new(batch)),
            Err(_) => Verdict::Again(answer.problem().into()),
        },
        // Not now; a refusal for good has a 4xx of its own.
        408 | 425 | 429 | 500.. => Verdict::Again(answer.problem().into()),
        _ => {
            let mut error = answer.problem();
            let issues = match &mut error {
                ApiError::Problem(problem) => problem.issues.take().unwrap_or_default(),
                ApiError::Silent(_) | ApiError::Unreadable(_) => Vec::new(),
            };
            Verdict::Refused(Refusal {
                failure: error.into(),
                issues,
            })
        }
    }
}

const PREFIX: &str = "evenkeel.handed-in.";

/// A key that nobody has used: 128 bits by chance.
pub fn fresh_key() -> String {
    format!("{:032x}", u128::from_le_bytes(by_chance()))
}

/// The storage of this tab: another tab has its own, so that no two ask for the same.
fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// Keeps a slip until it is answered. Where storage is forbidden it lasts as long as the page.
pub fn keep(slip: &Slip) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(slip)) {
        drop(storage.set_item(&format!("{PREFIX}{}", slip.key), &text));
    }
}

pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        drop(storage.remove_item(&format!("{PREFIX}{key}")));
    }
}

/// What was handed in before the page was loaded and has not been answered.
pub fn unanswered() -> Vec<Slip> {
    let Some(storage) = storage() else {
        return Vec::new();
    };
    let count = storage.length().unwrap_or_default();
    let mut slips: Vec<Slip> = (0..count)
        .filter_map(|index| storage.key(index).ok().flatten())
        .filter(|name| name.starts_with(PREFIX))
        .filter_map(|name| storage.get_item(&name).ok().flatten())
        .filter_map(|text| serde_json::from_str(&text).ok())
        .collect();
    slips.sort_by_key(|slip| slip.at);
    slips
}

#[cfg(test)]
mod tests {
    use evenkeel::{ItemDraft, When};
    use evenkeel_api::ItemState;

    use super::*;
    use crate::state::failure::FailureClass;
    use crate::state::fixture::{item, summary};

    fn slip() -> Slip {
        Slip {
            key: "k-1".to_owned(),
            order: Order::New(BatchDraft {
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

    fn answer(status: u16, body: &str) -> Verdict {
        judge(Ok(Answer {
            status,
            body: body.as_bytes().to_vec(),
        }))
    }

    #[test]
    fn what_is_kept_reads_back_and_has_no_password() {
        let slip = slip();
        let password = Password::new("Canary77".to_owned());
        let sent = slip.body(Some(&password)).unwrap();
        assert!(sent.contains(r#""password":"Canary77""#));
        let kept = serde_json::to_string(&slip).unwrap();
        assert!(!kept.contains("Canary77"));
        assert_eq!(serde_json::from_str::<Slip>(&kept).unwrap(), slip);
    }

    #[test]
    fn the_same_order_is_asked_again_byte_for_byte() {
        let slip = slip();
        let kept: Slip = serde_json::from_str(&serde_json::to_string(&slip).unwrap()).unwrap();
        assert_eq!(slip.body(None).unwrap(), kept.body(None).unwrap());
        let retry = Slip {
            order: Order::Retry {
                batch_id: "b".to_owned(),
                without_password: false,
            },
            ..slip
        };
        // The server asks for a password that is lost meanwhile, and does without only where a person said so.
        assert_eq!(retry.body(None).unwrap(), "{}");
        let bare = Slip {
            order: Order::Retry {
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
                Verdict::Taken(Box::new(batch.clone()))
            );
        }
    }

    #[test]
    fn silence_and_a_server_in_trouble_are_asked_again() {
        let store = r#"{"code":"store_unavailable","detail":"the disk is full"}"#;
        assert!(matches!(answer(503, store), Verdict::Again(f) if f.detail == "the disk is full"));
        assert!(matches!(answer(201, "<html>"), Verdict::Again(_)));
        let silent = ApiError::Silent(String::new());
        assert!(matches!(
            judge(Err(silent)),
            Verdict::Again(Failure {
                class: FailureClass::ProxyUnreachable,
                ..
            })
        ));
    }

    #[test]
    fn a_refusal_says_what_is_wrong_with_each_item() {
        let body = r#"{"code":"invalid_parameters","detail":"1 issue","issues":[{"pointer":"/items/0","location":"items[0]","code":"action_not_applicable","severity":"error","message":"cannot"}]}"#;
        let Verdict::Refused(refusal) = answer(422, body) else {
            panic!("a refusal");
        };
        assert_eq!(refusal.issues[0].code, "action_not_applicable");
    }
}
