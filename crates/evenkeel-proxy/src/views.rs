//! What is stored, as it is shown: by the routes, and by the stream.

use std::collections::HashMap;

use evenkeel_api::{
    AccountStatus, Accounts, BatchHold, BatchState, BatchSummary, EventItem, HoldReason,
};
use evenkeel_engine::Engine;
use evenkeel_store::{Counts, StoreError, StoreErrorKind, StoredBody, SyncStatus};
use serde_json::value::RawValue;

/// Those of these accounts that are configured, in the configuration's order.
pub(crate) fn statuses(
    engine: &Engine,
    rows: &[SyncStatus],
    counts: &Counts,
    accounts: &Accounts,
) -> Vec<AccountStatus> {
    engine
        .accounts
        .iter()
        .map(|account| account.id())
        .filter(|id| accounts.has(id))
        .map(|id| {
            let events = counts.of_account(id);
            match rows.iter().find(|row| row.account == id) {
                Some(row) => row.status(events),
                None => SyncStatus::new(id).status(events),
            }
        })
        .collect()
}

/// The JSON of an event with when it was seen, and with what may still act on it.
pub(crate) fn event_json(
    event: &StoredBody,
    rows: &[SyncStatus],
    open: &HashMap<i64, Vec<EventItem>>,
) -> Result<Box<RawValue>, StoreError> {
    let swept = rows
        .iter()
        .find(|row| row.account == event.account)
        .and_then(|row| row.swept_at);
    let open = open.get(&event.n).map_or(&[][..], Vec::as_slice);
    let corrupt = |why: &str| {
        let detail = format!("event {} is no JSON: {why}", event.n);
        StoreError::new(StoreErrorKind::Corrupt, detail)
    };
    // What is said beside it is written in before its last sign.
    let body = event.event_json();
    if !(body.starts_with('{') && body.ends_with('}')) {
        return Err(corrupt("it is no whole object"));
    }
    RawValue::from_string(event.to_json(swept, open)).map_err(|error| corrupt(&error.to_string()))
}

/// The same of several events. One that is no JSON any more is left out, and said in the log: the others are shown all
/// the same.
pub(crate) fn readable<'e>(
    events: impl IntoIterator<Item = &'e StoredBody>,
    rows: &[SyncStatus],
    open: &HashMap<i64, Vec<EventItem>>,
) -> Vec<(i64, Box<RawValue>)> {
    let events = events.into_iter();
    let read = events.filter_map(|event| match event_json(event, rows, open) {
        Ok(json) => Some((event.n, json)),
        Err(error) => {
            let account = event.account.as_str();
            tracing::warn!(
                account,
                %error,
                "a stored event cannot be read and is left out"
            );
            None
        }
    });
    read.collect()
}

/// Says of a batch that is not done if nobody sends it here: its account is configured no more, or the
/// store was just restored. That is not written down: another proxy may have the account, and a rest ends
/// by itself.
pub(crate) fn tell_what_holds(engine: &Engine, batch: &mut BatchSummary) {
    let reason = if batch.state == BatchState::Done || batch.held.is_some() {
        return;
    } else if !engine.journal.serves(&batch.account) {
        HoldReason::AccountMissing
    } else if batch.counts.queued > 0 && engine.journal.rests(engine.clock.now_ms()) {
        HoldReason::Restored
    } else {
        return;
    };
    batch.held = Some(BatchHold {
        reason,
        since: batch.updated_at,
        code: None,
    });
}
