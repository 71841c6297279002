//! `GET /api/v1/accounts`

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;

use crate::{account::AccountView, app::App};

#[derive(Debug, Serialize)]
pub(crate) struct Accounts {
    accounts: Vec<AccountView>,
}

/// The accounts in the configuration's order, without anything that signs.
pub(crate) async fn list(State(app): State<Arc<App>>) -> Json<Accounts> {
    Json(Accounts {
        accounts: app.accounts.iter().map(|account| account.view()).collect(),
    })
}
