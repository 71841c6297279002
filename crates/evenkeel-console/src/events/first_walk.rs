//! How far the first reading of accounts is, of which nothing is known yet.

use std::collections::BTreeMap;

use evenkeel_api::{AccountPhase, AccountStatus};

/// The accounts that are read for the first time: events read so far, and all, where the clouds say so.
pub fn first_walk(accounts: &BTreeMap<String, AccountStatus>) -> Option<(u64, Option<u64>)> {
    let mut walks = accounts
        .values()
        .filter(|status| is_first_walk(status))
        .peekable();
    walks.peek()?;
    let (mut read, mut all) = (0, Some(0));
    for status in walks {
        let walk = status.walk.as_ref();
        read += walk.map_or(0, |walk| walk.events);
        let total = walk.and_then(|walk| walk.total);
        all = all.zip(total).map(|(all, total): (u64, u64)| all + total);
    }
    Some((read, all))
}

/// Whether an account's events are still unknown, and on their way.
fn is_first_walk(status: &AccountStatus) -> bool {
    status.updated_at.is_none()
        && matches!(status.phase, AccountPhase::Waiting | AccountPhase::Walking)
}
