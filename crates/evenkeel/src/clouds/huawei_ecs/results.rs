//! What a success's answer to a call that acts says: nothing but that.

use crate::answer::Answer;
use crate::clouds::error_answer;
use crate::http::Response;
use crate::json::Value;
use crate::outcome::Outcome;

/// What became of the call's one item.
pub(super) fn outcome(response: &Response) -> Outcome {
    if !is_empty(response) {
        let reason = "the cloud's answer is not the empty one of a success".to_owned();
        return Outcome::Unknown { reason };
    }
    let request_id = error_answer::header_request_id(response).map(str::to_owned);
    Outcome::Accepted { request_id }
}

/// Whether the body is what is documented of a success: none, or one that says nothing.
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
