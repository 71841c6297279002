//! The stored events and the sync.

use evenkeel_api::listing::ListingHead;
use evenkeel_api::{
    AccountList, AccountStatus, EventDetail, EventPage, Refresh, RefreshAnswer, paths,
};
use gloo_net::http::Request;
use gloo_timers::callback::Timeout;
use web_sys::{AbortController, AbortSignal};

use super::{ApiError, EventKey, TIMEOUT_MS, bounded, json, post, read};

/// The events that the clouds list, or with them those that they list no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    Present,
    All,
}

impl Listing {
    /// With the events that the clouds list no more, or without.
    pub fn of(past: bool) -> Self {
        if past { Self::All } else { Self::Present }
    }

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

/// A page of the events that a query finds. What ends the request is the controller, or that it takes too long.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn event_page(
    query: Vec<(&'static str, String)>,
    controller: AbortController,
) -> Result<EventPage, ApiError> {
    let request = Request::get(&paths::events())
        .query(query.iter().map(|(name, value)| (*name, value.as_str())))
        .abort_signal(Some(&controller.signal()));
    let _patience = Timeout::new(TIMEOUT_MS, move || controller.abort());
    json(&read(request.build()).await?)
}

/// How many events there are.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn totals(listing: Listing) -> Result<ListingHead, ApiError> {
    let request = bounded(Request::get(&paths::totals()).query([("gone", listing.gone())]));
    json(&read(request.build()).await?)
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
