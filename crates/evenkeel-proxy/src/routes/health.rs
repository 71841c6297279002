//! `GET /healthz`

use axum::Json;
use serde_json::{Value, json};

/// The process answers.
pub(crate) async fn get() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}
