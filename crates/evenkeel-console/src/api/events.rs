//! The stored events and the sync.

use evenkeel_api::{
    AccountList, AccountStatus, EventDetail, EventPage, Refresh, RefreshAnswer, paths,
};
use gloo_net::http::Request;
use web_sys::AbortSignal;

use super::{ApiError, EventKey, bounded, json, post, read};

/// As many events as the proxy puts on a page.
const PAGE: u32 = 1_000;

/// The events that the clouds list, or those that they list no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    Present,
    Past,
}

/// The configured accounts, and what else the configuration says of names.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn accounts() -> Result<AccountList, ApiError> {
    let answer = read(bounded(Request::get(&paths::accounts())).build()).await?;
    json(&answer)
}

/// A page of the stored events, what has to be decided first at its head; the first one with counts.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn events(listing: Listing, cursor: Option<&str>) -> Result<EventPage, ApiError> {
    let gone = match listing {
        Listing::Present => "exclude",
        Listing::Past => "only",
    };
    let limit = PAGE.to_string();
    let mut query = vec![("limit", limit.as_str()), ("gone", gone)];
    match cursor {
        Some(cursor) => query.push(("cursor", cursor)),
        // The counts are the same on every page.
        None => query.push(("facets", "true")),
    }
    let request = bounded(Request::get(&paths::events()).query(query));
    let answer = read(request.build()).await?;
    json(&answer)
}

/// One event with its history and what was done about it.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn event(key: &EventKey) -> Result<EventDetail, ApiError> {
    let path = paths::event(&key.account, &key.event_id);
    let query = [("resource_id", key.resource_id.as_str())];
    let request = bounded(Request::get(&path).query(query));
    let answer = read(request.build()).await?;
    json(&answer)
}

/// Asks the sync to read accounts soon; all of them where none is named.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn refresh(accounts: Option<Vec<String>>) -> Result<Vec<AccountStatus>, ApiError> {
    let answer = read(post(&paths::refresh(), &Refresh { accounts })).await?;
    json::<RefreshAnswer>(&answer).map(|answer| answer.accounts)
}

/// Whether the server answers at all.
pub async fn is_there() -> bool {
    let request =
        Request::get(paths::HEALTH).abort_signal(Some(&AbortSignal::timeout_with_u32(4_000)));
    match request.send().await {
        Ok(response) => response.ok(),
        Err(_) => false,
    }
}

/// Where the changes after a position are told.
pub fn stream_path(after: i64) -> String {
    format!("{}?after={after}", paths::stream())
}
