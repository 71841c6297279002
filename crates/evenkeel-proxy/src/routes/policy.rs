//! `/api/v1/policy`: which batches a second person has to approve.

use std::sync::Arc;

use axum::{Json, extract::State};
use evenkeel_api::ApprovalPolicy;

use crate::{app::App, rights::Allowed};

/// The policy; of its accounts, those that one may see.
pub(crate) async fn get(State(app): State<Arc<App>>, allowed: Allowed) -> Json<ApprovalPolicy> {
    let mut policy = app.engine.policy.view().clone();
    let sees = allowed.sees();
    policy.rules.retain_mut(|rule| {
        let is_of_some = !rule.when.accounts.is_empty();
        rule.when.accounts.retain(|account| sees.has(account));
        // A rule for accounts that one may not know of is none of theirs.
        !is_of_some || !rule.when.accounts.is_empty()
    });
    Json(policy)
}
