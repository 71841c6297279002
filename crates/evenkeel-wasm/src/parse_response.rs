//! A cloud's answer as events, outcomes or an error.

use evenkeel::{Chunk, Delivery, Judgement, Operation, Outcome, Response, ResponseError, Scope};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::result::{object, to_js};

#[derive(Serialize)]
struct ItemOutcome<'a> {
    event_id: &'a str,
    resource_id: &'a str,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

pub(crate) fn parse(operation: Operation, scope: &Scope, response: Response) -> JsValue {
    if operation.name().is_mutating() {
        return outcomes(operation, response);
    }
    match operation.page(scope, &response) {
        Ok(page) => {
            let next = operation.next(&page).map_or(JsValue::NULL, |next| {
                js_sys::JSON::parse(&next.params_json()).unwrap_or_default()
            });
            ok(&object(&[
                ("events", &to_js(&page.events)),
                ("next", &next),
                ("total", &to_js(&page.total)),
                ("request_id", &to_js(&page.request_id)),
            ]))
        }
        Err(error) => failed(&error),
    }
}

fn outcomes(operation: Operation, response: Response) -> JsValue {
    // INVARIANT: an operation that acts makes a call.
    let Some(chunk) = Chunk::from_operation(operation) else {
        return JsValue::UNDEFINED;
    };
    match chunk.judge(&Delivery::Answered(response)) {
        Judgement::Throttled { error, .. } => failed(&ResponseError::Refused(error)),
        Judgement::Settled(outcomes) => {
            let items: Vec<_> = chunk
                .targets()
                .iter()
                .zip(&outcomes)
                .map(|((event_id, resource_id), outcome)| ItemOutcome {
                    event_id,
                    resource_id,
                    outcome,
                })
                .collect();
            ok(&object(&[("outcomes", &to_js(&items))]))
        }
    }
}

fn ok(value: &JsValue) -> JsValue {
    object(&[("ok", &JsValue::TRUE), ("value", value)])
}

fn failed(error: &ResponseError) -> JsValue {
    object(&[("ok", &JsValue::FALSE), ("error", &to_js(error))])
}
