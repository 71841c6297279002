//! Takes an account's token out of answers that quote it, before anybody reads them.
//!
//! A cloud that refuses a signature may say what it would have signed, the token in it. Answers go to
//! browsers, logs, the store and the terminal; so this stands where all of them come by.

use evenkeel::{MASK, Response};
use serde_json::Value;

use crate::account::Account;

/// The largest refusal that is searched, in bytes. They have some hundred; a page of a gateway some
/// thousand.
const LARGEST: usize = 64 * 1024;

/// The answer with a mask where the account's token stood, in whatever spelling.
///
/// Headers and texts of JSON are masked one by one. A refusal that is no JSON and quotes the token, or
/// that is too large to be searched, loses its body: its status says enough. An answer that took the
/// call is searched for the token as it is, which is what lists of 100,000 events can bear.
pub(crate) fn without_token(account: &Account, mut answer: Response) -> Response {
    if !account.has_token() {
        return answer;
    }
    for (_, value) in &mut answer.headers {
        mask(account, value);
    }
    let is_taken = (200..300).contains(&answer.status);
    if is_taken && !account.quotes_token(&answer.body) {
        return answer;
    }
    if answer.body.len() > LARGEST && !is_taken {
        answer.body.clear();
    } else if let Ok(mut value) = serde_json::from_slice::<Value>(&answer.body) {
        if mask_texts(account, &mut value) {
            answer.body = value.to_string().into_bytes();
        }
    } else if account.shows_token(&String::from_utf8_lossy(&answer.body)) {
        answer.body.clear();
    }
    answer
}

/// Masks each text that shows it. Says whether there was one.
fn mask_texts(account: &Account, value: &mut Value) -> bool {
    let mut found = false;
    match value {
        Value::String(text) => found = mask(account, text),
        Value::Array(values) => {
            for value in values {
                found |= mask_texts(account, value);
            }
        }
        Value::Object(members) => {
            let before = members.len();
            members.retain(|name, _| !account.shows_token(name));
            found = members.len() != before;
            for value in members.values_mut() {
                found |= mask_texts(account, value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    found
}

fn mask(account: &Account, text: &mut String) -> bool {
    let shows = account.shows_token(text);
    if shows {
        MASK.clone_into(text);
    }
    shows
}
