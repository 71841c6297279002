//! Answers `/_sandbox/state`: the fleet as a document, out and in.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, response::Response};
use serde_json::{Map, Value, json};

use crate::{answer, clouds, snapshot, state::SandboxState};

pub(super) async fn export(State(state): State<Arc<SandboxState>>) -> Response {
    let now = state.now();
    let inner = state.lock();
    answer::json(200, &snapshot::export(&inner.fleet, now))
}

pub(super) async fn import(State(state): State<Arc<SandboxState>>, body: Bytes) -> Response {
    match state.import(&body) {
        Ok(()) => {
            let inner = state.lock();
            let events: Map<String, Value> = clouds::providers()
                .iter()
                .map(|provider| {
                    let count = inner.fleet.events(provider.name).len();
                    (provider.name.to_owned(), count.into())
                })
                .collect();
            answer::json(200, &json!({ "events": events }))
        }
        Err(error) => super::refuse(400, "malformed_state", &error.to_string()),
    }
}
