//! What a success's answer to a call that acts says: its id, and of a reboot how each instance fared.

use super::errors;
use crate::answer::{Answer, ItemCode};
use crate::clouds::error_answer;
use crate::http::Response;
use crate::json::Node;
use crate::outcome::{Outcome, says_no};
use crate::provider_error::ErrorClass;

/// What became of the one item of a call whose answer is an id, and nothing that says otherwise.
pub(super) fn outcome(response: &Response) -> Outcome {
    with_answer(response, |answer| {
        let is_success = answer.root.text("RequestId").is_some();
        if !is_success || answer.root.get("Code").is_some() {
            return unknown("the cloud's answer is not that of a success");
        }
        Outcome::Accepted {
            request_id: answer.request_id(),
        }
    })
}

/// What became of an instance that was to reboot.
pub(super) fn of_instance(response: &Response, instance: &str) -> Outcome {
    with_answer(response, |answer| {
        let results = answer.root.get("InstanceResponses");
        let results = results.and_then(|results| results.get("InstanceResponse")?.as_array());
        let Some(results) = results else {
            return unknown("the cloud's answer has no results");
        };
        let id = |result: &Node<'_>| {
            result
                .text("InstanceId")
                .is_some_and(|id| id.trim() == instance)
        };
        let mut about = results.iter().filter(|result| id(result));
        let Some(result) = about.next() else {
            return unknown("the cloud's answer does not mention the instance");
        };
        let code = ItemCode::of(result.get("Code"));
        if about.any(|other| !ItemCode::of(other.get("Code")).is_like(&code)) {
            return unknown("the cloud's answer contradicts itself about the instance");
        }
        let message = result.text("Message").unwrap_or_default();
        let request_id = answer.request_id();
        if code.number == Some(200) {
            return Outcome::Accepted { request_id };
        }
        // A word is one that the call as a whole is refused with, too.
        let is_no = code.number.map_or_else(
            || errors::class(&code.text).is_some_and(|class| class != ErrorClass::Throttled),
            |number| u16::try_from(number).is_ok_and(says_no),
        );
        match is_no {
            true => Outcome::Rejected {
                code: code.text,
                message: message.to_owned(),
                request_id,
            },
            false if code.text.is_empty() => {
                unknown("the cloud's answer has no code for the instance")
            }
            false => unknown(&format!("{}: {message}", code.text)),
        }
    })
}

fn with_answer(response: &Response, read: impl FnOnce(&Answer<'_>) -> Outcome) -> Outcome {
    let text = response.text();
    match Answer::parse(&text, error_answer::header_request_id(response)) {
        Ok(answer) => read(&answer),
        Err(why) => unknown(&error_answer::not_json_detail(response, &why)),
    }
}

fn unknown(reason: &str) -> Outcome {
    Outcome::Unknown {
        reason: reason.to_owned(),
    }
}
