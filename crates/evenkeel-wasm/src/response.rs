//! Reading the answer that a caller got, whatever made the request.

use evenkeel::{IssueKind, Path, Report, Response};
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};

use crate::input::{bytes, get, wrong_type};
use crate::one_issue;

/// More headers than any answer has; an iterator need not end.
const MOST_HEADERS: usize = 1000;

/// Reads `{status, headers?, body}`; a body that is given is not looked at again.
pub(crate) fn read(value: &JsValue, body: Option<Vec<u8>>) -> Result<Response, Report> {
    let path = Path::root().key("response");
    let wrong = |key: &str, kind: IssueKind| one_issue(path.key(key), kind);
    if !value.is_object() {
        return Err(one_issue(path.clone(), wrong_type("object", value)));
    }
    let member = |key: &str| {
        get(value, key).map_err(|_| {
            let kind = IssueKind::WrongType {
                expected: "a value",
                found: "a getter that throws",
            };
            wrong(key, kind)
        })
    };
    let status = member("status")?;
    let number = status
        .as_f64()
        .filter(|number| number.fract() == 0.0 && (100.0..=599.0).contains(number));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and between 100 and 599"
    )]
    let number = match number {
        Some(number) => number as u16,
        None if status.as_f64().is_some() => {
            return Err(wrong(
                "status",
                IssueKind::OutOfRange { min: 100, max: 599 },
            ));
        }
        None => return Err(wrong("status", wrong_type("number", &status))),
    };
    let body = if let Some(body) = body {
        body
    } else {
        let body = member("body")?;
        read_body(&body).ok_or_else(|| {
            let kind = wrong_type("Uint8Array, ArrayBuffer or string", &body);
            wrong("body", kind)
        })?
    };
    let headers = member("headers")?;
    let headers = if headers.is_undefined() || headers.is_null() {
        Vec::new()
    } else {
        let kind = wrong_type("Headers, an object or an array of pairs", &headers);
        read_headers(&headers).ok_or_else(|| wrong("headers", kind))?
    };
    Ok(Response {
        status: number,
        headers,
        body,
    })
}

fn read_body(value: &JsValue) -> Option<Vec<u8>> {
    if value.is_undefined() || value.is_null() {
        Some(Vec::new())
    } else if let Some(text) = value.as_string() {
        // Half of a surrogate pair becomes the replacement character: answers are read tolerantly.
        Some(text.into_bytes())
    } else {
        bytes(value).ok()
    }
}

/// Pairs, a `Headers` or a plain object; a value that is no text is left out.
fn read_headers(value: &JsValue) -> Option<Vec<(String, String)>> {
    if !value.is_object() {
        return None;
    }
    let mut headers = Vec::new();
    if let Some(pairs) = js_sys::try_iter(value).ok()? {
        for pair in pairs.take(MOST_HEADERS) {
            let pair = pair.ok()?;
            let part = |index| {
                Reflect::get_u32(pair.unchecked_ref(), index)
                    .ok()?
                    .as_string()
            };
            headers.extend(part(0).zip(part(1)));
        }
        return Some(headers);
    }
    for key in Reflect::own_keys(value).ok()?.iter().take(MOST_HEADERS) {
        let Some(name) = key.as_string() else {
            continue;
        };
        headers.extend(
            Reflect::get(value, &key)
                .ok()?
                .as_string()
                .map(|text| (name, text)),
        );
    }
    Some(headers)
}
