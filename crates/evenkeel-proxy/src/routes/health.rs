//! `GET /healthz`, `GET /readyz`

use std::sync::Arc;

use axum::{Json, extract::State};
use evenkeel_api::Health;

use crate::{
    app::App,
    problem::{Problem, ProblemCode},
};

/// The process answers.
pub(crate) async fn get() -> Json<Health> {
    Json(Health::OK)
}

/// It can do its work: the store is there, is the one that was opened, and can be written, and the
/// senders can write what they are about to do.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<Json<Health>, Problem> {
    app.engine.store.ready().await?;
    if let Some((account, why)) = app.engine.journal.silent() {
        let detail = format!("nothing is sent for `{account}`: {why}");
        return Err(Problem::new(ProblemCode::StoreUnavailable, detail));
    }
    Ok(Json(Health::OK))
}
