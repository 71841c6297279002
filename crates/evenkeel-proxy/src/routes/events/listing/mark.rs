//! Marks a listing for whoever keeps it for longer than a page lasts: its position, and what it was a listing of.
//!
//! A position by itself says nothing of another store, nor of accounts that whoever asks sees only now.

use evenkeel_api::Accounts;
use sha2::{Digest as _, Sha256};

use super::{super::seen_accounts, LISTING_VERSION};
use crate::{app::App, problem::Problem};

/// So many signs of a hash tell apart what one browser has ever seen.
const SIGNS: usize = 16;

/// The mark of a listing.
pub(super) fn mark(position: i64, scope: &str) -> String {
    format!("{position}.{scope}")
}

/// Says what a listing is of: the store, and those of its accounts that are seen.
pub(super) async fn scope(app: &App, sees: &Accounts) -> Result<String, Problem> {
    let store = app.engine.store.audit_head().await?.store;
    let mut accounts: Vec<String> = seen_accounts(app, sees).collect();
    accounts.sort_unstable();
    // The version, for what a row says may be another one; the label that events are grouped by is told in the rows.
    let of = (
        env!("CARGO_PKG_VERSION"),
        LISTING_VERSION,
        store,
        accounts,
        &app.engine.group_by,
    );
    // Texts and a number: they can be written.
    let text = serde_json::to_vec(&of).unwrap_or_default();
    let mut hash = format!("{:x}", Sha256::digest(text));
    hash.truncate(SIGNS);
    Ok(hash)
}
