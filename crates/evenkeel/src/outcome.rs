//! What became of each item of a batch.

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, ItemResult};
use crate::batch::Chunk;
use crate::ens::parse_results;
use crate::event::Provider;
use crate::hash::{Key, Places};
use crate::http::Response;
use crate::json::Value;
use crate::provider_error::{
    self, ErrorClass, ProviderError, ResponseError, header_request_id, not_json,
};

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The cloud took it.
    Accepted {
        /// The cloud's id of the request.
        request_id: Option<String>,
    },
    /// The cloud said no; nothing happened.
    Rejected {
        /// The cloud's code.
        code: String,
        /// The cloud's words.
        message: String,
        /// The cloud's id of the request.
        request_id: Option<String>,
    },
    /// It never left.
    NotSent {
        /// Why.
        reason: String,
    },
    /// It left, and nobody knows: only reading the event's state settles it.
    Unknown {
        /// Why.
        reason: String,
    },
}

impl Outcome {
    /// Whether it may be sent again: nothing happened for sure.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        matches!(self, Self::Rejected { .. } | Self::NotSent { .. })
    }
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The cloud answered.
    Answered(Response),
    /// It was refused before a byte left; why.
    NotSent(String),
    /// It left and no whole answer came; why.
    Lost(String),
}

/// What a delivery means for the items of its call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// Nothing happened; the same call may be made again after the hint.
    Throttled {
        /// When to try again, ms; none where the cloud does not say.
        retry_after_ms: Option<u64>,
        /// The cloud's words.
        error: ProviderError,
    },
    /// One outcome an item, in the order of [`Chunk::items`].
    Settled(Vec<Outcome>),
}

impl Chunk {
    /// Judges what became of the call.
    #[must_use]
    pub fn judge(&self, delivery: &Delivery) -> Judgement {
        let all = |outcome: Outcome| Judgement::Settled(vec![outcome; self.items.len()]);
        let response = match delivery {
            Delivery::NotSent(reason) => {
                return all(Outcome::NotSent {
                    reason: reason.clone(),
                });
            }
            Delivery::Lost(reason) => {
                return all(Outcome::Unknown {
                    reason: reason.clone(),
                });
            }
            Delivery::Answered(response) => response,
        };
        if (200..300).contains(&response.status) {
            return Judgement::Settled(self.accepted(response));
        }
        let provider = self.operation.name().provider();
        let error = provider_error::parse(provider, response, "error code");
        if !says_no(response.status) {
            let reason = match error {
                ResponseError::Refused(error) => format!("HTTP {}: {error}", error.status),
                ResponseError::Unreadable { .. } => error.to_string(),
            };
            return all(Outcome::Unknown { reason });
        }
        // INVARIANT: a status of 4xx always makes a refusal.
        let Some(error) = error.into_refusal() else {
            return all(Outcome::Unknown {
                reason: format!("HTTP {}", response.status),
            });
        };
        if error.class == ErrorClass::Throttled {
            return Judgement::Throttled {
                retry_after_ms: error.retry_after_ms,
                error,
            };
        }
        if error.is_repetition() {
            // The one that came first may have been taken.
            let reason = format!("HTTP {}: {error}", error.status);
            return all(Outcome::Unknown { reason });
        }
        all(Outcome::Rejected {
            code: error.code,
            message: error.message,
            request_id: error.request_id,
        })
    }

    fn accepted(&self, response: &Response) -> Vec<Outcome> {
        let unknown = |reason: &str| {
            vec![
                Outcome::Unknown {
                    reason: reason.to_owned()
                };
                self.items.len()
            ]
        };
        if self.operation.name().provider() == Provider::HuaweiEcs {
            if !is_empty(response) {
                return unknown("the cloud's answer is not the empty one of a success");
            }
            let request_id = header_request_id(response).map(str::to_owned);
            return vec![Outcome::Accepted { request_id }; self.items.len()];
        }
        let text = String::from_utf8_lossy(&response.body);
        let answer = match Answer::parse(&text, header_request_id(response)) {
            Ok(answer) => answer,
            Err(why) => return unknown(&not_json(response, &why)),
        };
        let Some(results) = parse_results(&answer) else {
            let error = provider_error::parse(Provider::Ens, response, "results");
            return unknown(&match error {
                ResponseError::Refused(error) => {
                    format!("the cloud's answer has no results: {error}")
                }
                ResponseError::Unreadable { detail, .. } => detail,
            });
        };
        let request_id = answer.request_id();
        let said = Said::of(&results);
        self.targets
            .iter()
            .map(|(event_id, resource_id)| {
                let words = [
                    said.get(event_id, None),
                    said.get(event_id, Some(resource_id)),
                ];
                settle(words, request_id.as_ref())
            })
            .collect()
    }
}

/// The results by event and, where they name one, resource: a look at each, however many are alike.
struct Said<'r> {
    words: Vec<(Key<'r>, Word<'r>)>,
    places: Places,
}

/// What results that are about the same say together.
#[derive(Clone, Copy)]
struct Word<'r> {
    first: &'r ItemResult,
    contradicts: bool,
}

impl<'r> Said<'r> {
    fn of(results: &'r [ItemResult]) -> Self {
        let mut words: Vec<(Key<'r>, Word<'r>)> = Vec::with_capacity(results.len());
        let mut places = Places::with_capacity(results.len());
        for first in results {
            let Some(id) = first.event_id.as_deref() else {
                continue;
            };
            let key = [Some(id), first.resource_id.as_deref(), None];
            let known = places.insert(&key, words.len(), &|place| key_at(&words, place));
            if let Some((_, word)) = known.and_then(|place| words.get_mut(place)) {
                word.contradicts |= !word.first.code.is_like(&first.code);
            } else {
                let contradicts = false;
                words.push((key, Word { first, contradicts }));
            }
        }
        Self { words, places }
    }

    fn get(&self, event_id: &str, resource_id: Option<&str>) -> Option<Word<'r>> {
        let Self { words, places } = self;
        let key = [Some(event_id), resource_id, None];
        let place = places.find(&key, &|place| key_at(words, place))?;
        words.get(place).map(|(_, word)| *word)
    }
}

fn key_at<'r>(words: &[(Key<'r>, Word<'r>)], place: usize) -> Key<'r> {
    words.get(place).map_or([None; 3], |(key, _)| *key)
}

/// The outcome of one item from what is said of its event, at no resource and at its own.
fn settle(words: [Option<Word<'_>>; 2], request_id: Option<&String>) -> Outcome {
    let unknown = |reason: &str| Outcome::Unknown {
        reason: reason.to_owned(),
    };
    let mut words = words.into_iter().flatten();
    let Some(Word { first, contradicts }) = words.next() else {
        return unknown("the cloud's answer does not mention the event");
    };
    let differs = |word: Word<'_>| word.contradicts || !word.first.code.is_like(&first.code);
    if contradicts || words.any(differs) {
        return unknown("the cloud's answer contradicts itself about the event");
    }
    match first.code.number {
        Some(200) => Outcome::Accepted {
            request_id: request_id.cloned(),
        },
        // Undocumented; read like the HTTP status of the same number.
        Some(number) if u16::try_from(number).is_ok_and(says_no) => Outcome::Rejected {
            code: number.to_string(),
            message: first.message.clone(),
            request_id: request_id.cloned(),
        },
        _ if first.code.text.is_empty() => unknown("the cloud's answer has no code for the event"),
        // A word, 0, 201, 302: nobody says that nothing happened.
        _ => unknown(&format!("{}: {}", first.code.text, first.message)),
    }
}

/// Whether a status says that nothing happened. 408 does not: the cloud gave up waiting, which says
/// nothing of what it did.
fn says_no(status: u16) -> bool {
    (400..500).contains(&status) && status != 408
}

/// Whether the body is what Huawei documents of a success: none, or one that says nothing.
fn is_empty(response: &Response) -> bool {
    let text = response.text();
    if text.trim().is_empty() {
        return true;
    }
    Answer::parse(&text, None).is_ok_and(|answer| match answer.root.value {
        Value::Null => true,
        Value::Object(members) => members.iter().all(|(key, _)| key == "request_id"),
        _ => false,
    })
}
