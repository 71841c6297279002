//! The stored events and the sync.

use evenkeel_api::{AccountList, AccountStatus, EventDetail, Refresh, RefreshAnswer, paths};
use gloo_net::http::Request;
use web_sys::AbortSignal;

use super::{ApiError, EventKey, bounded, json, post, read};

/// The events that the clouds list, or with them those that they list no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    Present,
    All,
}

impl Listing {
    /// As the proxy takes it.
    pub fn gone(self) -> &'static str {
        match self {
            Self::Present => "exclude",
            Self::All => "include",
        }
    }
}

/// The configured accounts, and what else the configuration says of names.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn accounts() -> Result<AccountList, ApiError> {
    let answer = read(bounded(Request::get(&paths::accounts())).build()).await?;
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
