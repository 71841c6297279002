//! Answers `/_sandbox/state`: the fleet as a document, out and in.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, response::Response};
use serde_json::{Map, Value, json};

use crate::{answer, clouds, state, world::World};

pub(super) async fn export(State(world): State<Arc<World>>) -> Response {
    let now = world.now();
    let inner = world.lock();
    answer::json(200, &state::export(&inner.fleet, now))
}

pub(super) async fn import(State(world): State<Arc<World>>, body: Bytes) -> Response {
    match world.import(&body) {
        Ok(()) => {
            let inner = world.lock();
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
