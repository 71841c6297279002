//! Marks a listing for whoever keeps it for longer than a page lasts: its position, and what it was a listing of.
//!
//! A position by itself says nothing of another store, nor of accounts that whoever asks sees only now.

use evenkeel_api::Accounts;
use sha2::{Digest as _, Sha256};

use super::{super::seen_accounts, LISTING_VERSION};
use crate::{app::App, problem::Problem};

/// So many signs of a hash tell apart what one browser has ever seen.
const SIGNS: usize = 16;

/// A position that somebody catches up from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::routes::events) struct Since {
    pub(super) position: i64,
    /// What it was of, where that has to be the same still.
    scope: Option<String>,
}

impl Since {
    /// Reads a position, or a mark.
    pub(in crate::routes::events) fn parse(text: &str) -> Option<Self> {
        let (position, scope) = match text.split_once('.') {
            Some((position, scope)) => (position, Some(scope.to_owned())),
            None => (text, None),
        };
        let position = position.parse().ok().filter(|number| *number >= 0)?;
        Some(Self { position, scope })
    }

    /// Whether a listing of a scope can be caught up from it.
    pub(super) fn is_of(&self, scope: &str) -> bool {
        self.scope.as_deref().is_none_or(|of| of == scope)
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_made_and_counts_for_its_scope_alone() {
        let since = Since::parse(&mark(17, "5f0c")).unwrap();
        assert_eq!(since.position, 17);
        assert!(since.is_of("5f0c") && !since.is_of("77aa") && !since.is_of(""));
        let bare = Since::parse("17").unwrap();
        assert!(bare.is_of("5f0c"));
        for text in ["", ".", "-1", "x", "-1.5f0c", "1e3", ".5f0c"] {
            assert_eq!(Since::parse(text), None, "{text}");
        }
    }
}
