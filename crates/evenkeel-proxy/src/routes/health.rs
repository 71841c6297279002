//! `GET /healthz`, `GET /readyz`

use std::sync::Arc;

use axum::{Json, extract::State};
use serde_json::{Value, json};

use crate::{
    app::App,
    problem::{Code, Problem},
};

/// The process answers.
pub(crate) async fn get() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// It can do its work: the store is there, is the one that was opened, and can be written, and the
/// senders can write what they are about to do.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    app.store.ready().await?;
    if let Some((account, why)) = app.journal.silent() {
        let detail = format!("nothing is sent for `{account}`: {why}");
        return Err(Problem::new(Code::StoreUnavailable, detail));
    }
    Ok(Json(json!({ "status": "ok" })))
}
