//! What is kept with every event that is written: the counts, and that it changed.

use std::collections::BTreeMap;

use super::record::FacetKey;
use crate::{Change, StoreError, Topic, Tx};

/// Adds to the counts of an account.
pub(super) async fn add_counts(
    tx: &mut Tx,
    account: &str,
    counts: &BTreeMap<FacetKey, i64>,
) -> Result<(), StoreError> {
    for (facet_key, by) in counts.iter().filter(|(_, by)| **by != 0) {
        sqlx::query(
            "INSERT INTO event_counts (account, provider, state, kind, level, label, gone, events) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (account, provider, state, kind, level, label, gone) \
             DO UPDATE SET events = event_counts.events + excluded.events",
        )
        .bind(account)
        .bind(facet_key.provider.as_str())
        .bind(facet_key.state)
        .bind(facet_key.kind)
        .bind(facet_key.level.as_str())
        .bind(facet_key.label.as_str())
        .bind(i64::from(facet_key.gone))
        .bind(*by)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// The change that an event is another now.
pub(super) fn event_changed(n: i64) -> Change {
    Change::new(Topic::Event, n.to_string())
}
