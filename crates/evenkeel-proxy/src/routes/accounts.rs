//! `GET /api/v1/accounts`

use std::sync::Arc;

use axum::{Json, extract::State};
use evenkeel_api::{AccountList, Accounts};

use crate::{app::App, rights::Allowed};

/// The accounts that one sees, in the configuration's order, without anything that signs. What is wrong in an inventory
/// quotes rows of any account: it is for those who see all.
pub(crate) async fn list(State(app): State<Arc<App>>, allowed: Allowed) -> Json<AccountList> {
    let sees = allowed.sees();
    let inventory = app.engine.inventory.as_ref();
    let inventory = inventory.filter(|_| sees == Accounts::All);
    Json(AccountList {
        accounts: app
            .engine
            .accounts
            .iter()
            .filter(|account| sees.has(account.id()))
            .map(|account| account.view())
            .collect(),
        group_by: app.engine.group_by.clone(),
        inventory: inventory.map(|it| it.status()),
    })
}
