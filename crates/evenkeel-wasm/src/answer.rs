//! A cloud's answer as events, outcomes or an error.

use evenkeel::{
    Chunk, ErrorClass, Judgement, Listed, Operation, Outcome, Response, ResponseError, Scope,
};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::packed::events;
use crate::plain::{object, to_js};

#[derive(Serialize)]
struct ItemOutcome<'a> {
    event_id: &'a str,
    resource_id: &'a str,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

/// Every error in one shape.
#[derive(Serialize)]
struct CloudError<'a> {
    status: u16,
    class: Option<ErrorClass>,
    code: Option<&'a str>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
}

/// The answer with events as plain objects.
pub(crate) fn parse(operation: Operation, scope: &Scope, response: &Response) -> JsValue {
    read(operation, scope, response, |operation, scope, response| {
        let page = operation.page(scope, response)?;
        let listed = Listed {
            count: page.events.len(),
            next: page.next,
            repeats: page.repeats,
            total: page.total,
            request_id: page.request_id,
        };
        Ok((to_js(&page.events), listed))
    })
}

/// The answer with events as numbers; with its text, unless the caller has it.
pub(crate) fn parse_packed(
    operation: Operation,
    scope: &Scope,
    response: &Response,
    has_text: bool,
) -> JsValue {
    read(operation, scope, response, |operation, scope, response| {
        events::list(operation, scope, response, has_text)
    })
}

fn read(
    operation: Operation,
    scope: &Scope,
    response: &Response,
    list: impl FnOnce(&Operation, &Scope, &Response) -> Result<(JsValue, Listed), ResponseError>,
) -> JsValue {
    if operation.name().is_mutating() {
        return outcomes(operation, scope, response);
    }
    match list(&operation, scope, response) {
        Ok((events, listed)) => {
            let next = listed.next.as_ref();
            let next = next.and_then(|cursor| operation.after(cursor, listed.count));
            let next = next.map_or(JsValue::NULL, |next| {
                js_sys::JSON::parse(&next.params_json()).unwrap_or_default()
            });
            ok(&object(&[
                ("events", &events),
                ("next", &next),
                ("total", &to_js(&listed.total)),
                ("request_id", &to_js(&listed.request_id)),
            ]))
        }
        Err(error) => failed(&error),
    }
}

fn outcomes(operation: Operation, scope: &Scope, response: &Response) -> JsValue {
    let refusal = (!(200..300).contains(&response.status))
        .then(|| operation.page(scope, response).err())
        .flatten();
    // INVARIANT: an operation that acts makes a call.
    let Some(chunk) = Chunk::from_operation(operation) else {
        return JsValue::UNDEFINED;
    };
    match chunk.judge(response) {
        Judgement::Throttled { error, .. } => {
            failed(&refusal.unwrap_or(ResponseError::Refused(error)))
        }
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
            let items = to_js(&items);
            match refusal {
                None => ok(&object(&[("outcomes", &items)])),
                Some(error) => ok(&object(&[
                    ("outcomes", &items),
                    ("error", &cloud_error(&error)),
                ])),
            }
        }
    }
}

fn ok(value: &JsValue) -> JsValue {
    object(&[("ok", &JsValue::TRUE), ("value", value)])
}

fn failed(error: &ResponseError) -> JsValue {
    object(&[("ok", &JsValue::FALSE), ("error", &cloud_error(error))])
}

fn cloud_error(error: &ResponseError) -> JsValue {
    to_js(&match error {
        ResponseError::Refused(error) => CloudError {
            status: error.status,
            class: Some(error.class),
            code: Some(&error.code),
            message: &error.message,
            request_id: error.request_id.as_deref(),
            retry_after_ms: error.retry_after_ms,
        },
        ResponseError::Unreadable {
            status,
            detail,
            class,
            request_id,
            retry_after_ms,
        } => CloudError {
            status: *status,
            class: *class,
            code: None,
            message: detail,
            request_id: request_id.as_deref(),
            retry_after_ms: *retry_after_ms,
        },
    })
}
