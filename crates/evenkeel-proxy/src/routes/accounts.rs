//! `GET /api/v1/accounts`

use std::sync::Arc;

use axum::{Json, extract::State};
use evenkeel_api::AccountList;

use crate::app::App;

/// The accounts in the configuration's order, without anything that signs.
pub(crate) async fn list(State(app): State<Arc<App>>) -> Json<AccountList> {
    Json(AccountList {
        accounts: app
            .engine
            .accounts
            .iter()
            .map(|account| account.view())
            .collect(),
        group_by: app.engine.group_by.clone(),
        inventory: app.engine.inventory.as_ref().map(|it| it.status()),
    })
}
