//! `/_sandbox/state`: the fleet as a document, out and in.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, response::Response};
use serde_json::json;

use crate::{answer, state, world::World};

pub(super) async fn export(State(world): State<Arc<World>>) -> Response {
    let now = world.now();
    let inner = world.lock();
    answer::json(200, &state::export(&inner.fleet, now))
}

pub(super) async fn import(State(world): State<Arc<World>>, body: Bytes) -> Response {
    match world.import(&body) {
        Ok(()) => {
            let inner = world.lock();
            let events = json!({
                "ens": inner.fleet.ens.events().len(),
                "huawei-ecs": inner.fleet.huawei.events().len(),
            });
            answer::json(200, &json!({ "events": events }))
        }
        Err(error) => super::refuse(400, "malformed_state", &error.to_string()),
    }
}
