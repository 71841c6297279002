//! What the answer of a batch operation says of each item: one result an item, in any order, some maybe
//! missing.

use crate::answer::{Answer, ItemCode, ItemResult};
use crate::clouds::error_answer;
use crate::http::Response;
use crate::index_by_key::{IndexByKey, Key};
use crate::outcome::{Outcome, says_no};
use crate::provider::Provider;
use crate::provider_error::ResponseError;

/// What became of each item of a call that was answered with a success.
pub(super) fn outcomes(targets: &[(String, String)], response: &Response) -> Vec<Outcome> {
    let unknown = |reason: &str| {
        let reason = reason.to_owned();
        vec![Outcome::Unknown { reason }; targets.len()]
    };
    let text = String::from_utf8_lossy(&response.body);
    let answer = match Answer::parse(&text, error_answer::header_request_id(response)) {
        Ok(answer) => answer,
        Err(why) => return unknown(&error_answer::not_json_detail(response, &why)),
    };
    let Some(results) = parse_results(&answer) else {
        let error = error_answer::parse(Provider::Ens, response, "results");
        return unknown(&match error {
            ResponseError::Refused(error) => {
                format!("the cloud's answer has no results: {error}")
            }
            ResponseError::Unreadable { detail, .. } => detail,
        });
    };
    let request_id = answer.request_id();
    let by_item = ResultsByItem::of(&results);
    targets
        .iter()
        .map(|(event_id, resource_id)| {
            let answers = [
                by_item.get(event_id, None),
                by_item.get(event_id, Some(resource_id)),
            ];
            outcome(answers, request_id.as_ref())
        })
        .collect()
}

/// The results by event and, where they name one, resource: a look at each, however many are alike.
struct ResultsByItem<'r> {
    answers: Vec<(Key<'r>, ItemAnswer<'r>)>,
    index_by_key: IndexByKey,
}

/// What results that are about the same say together.
#[derive(Clone, Copy)]
struct ItemAnswer<'r> {
    first: &'r ItemResult,
    contradicts: bool,
}

impl<'r> ResultsByItem<'r> {
    fn of(results: &'r [ItemResult]) -> Self {
        let mut answers: Vec<(Key<'r>, ItemAnswer<'r>)> = Vec::with_capacity(results.len());
        let mut index_by_key = IndexByKey::with_capacity(results.len());
        for first in results {
            let Some(id) = first.event_id.as_deref() else {
                continue;
            };
            let key = [Some(id), first.resource_id.as_deref(), None];
            let known = index_by_key.insert(&key, answers.len(), &|index| key_at(&answers, index));
            if let Some((_, answer)) = known.and_then(|index| answers.get_mut(index)) {
                answer.contradicts |= !answer.first.code.is_like(&first.code);
            } else {
                let contradicts = false;
                answers.push((key, ItemAnswer { first, contradicts }));
            }
        }
        Self {
            answers,
            index_by_key,
        }
    }

    fn get(&self, event_id: &str, resource_id: Option<&str>) -> Option<ItemAnswer<'r>> {
        let Self {
            answers,
            index_by_key,
        } = self;
        let key = [Some(event_id), resource_id, None];
        let index = index_by_key.find(&key, &|index| key_at(answers, index))?;
        answers.get(index).map(|(_, answer)| *answer)
    }
}

fn key_at<'r>(answers: &[(Key<'r>, ItemAnswer<'r>)], index: usize) -> Key<'r> {
    answers.get(index).map_or([None; 3], |(key, _)| *key)
}

/// The outcome of one item from what is said of its event, at no resource and at its own.
fn outcome(answers: [Option<ItemAnswer<'_>>; 2], request_id: Option<&String>) -> Outcome {
    let unknown = |reason: &str| Outcome::Unknown {
        reason: reason.to_owned(),
    };
    let mut answers = answers.into_iter().flatten();
    let Some(ItemAnswer { first, contradicts }) = answers.next() else {
        return unknown("the cloud's answer does not mention the event");
    };
    let differs =
        |answer: ItemAnswer<'_>| answer.contradicts || !answer.first.code.is_like(&first.code);
    if contradicts || answers.any(differs) {
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

/// The results of an answer; none where it has no list of them.
fn parse_results(answer: &Answer<'_>) -> Option<Vec<ItemResult>> {
    let results = answer.root.get("Results")?.as_array()?;
    Some(
        results
            .iter()
            .map(|result| ItemResult {
                event_id: result.text("EventId").map(|id| id.trim().to_owned()),
                resource_id: result.text("ResourceId").map(|id| id.trim().to_owned()),
                code: ItemCode::of(result.get("Code")),
                message: result.text("Message").unwrap_or_default().to_owned(),
            })
            .collect(),
    )
}
