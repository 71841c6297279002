//! The journal: batches and their items.

use evenkeel_api::{
    ApprovalPolicy, Batch, BatchList, BatchSummary, Item, ItemDetail, ItemPage, NoBody, Settle,
    headers, paths,
};
use gloo_net::http::{Request, Response};
use serde::Serialize;

use super::{Answer, ApiError, bounded, json, post, read, silent};

/// As many items as the proxy puts on a page.
const ITEMS: u32 = 1_000;
const BATCHES: u32 = 100;

/// What a person can do with a whole batch that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchAction {
    Pause,
    Resume,
    Cancel,
}

impl BatchAction {
    fn path(self, id: &str) -> String {
        match self {
            Self::Pause => paths::pause(id),
            Self::Resume => paths::resume(id),
            Self::Cancel => paths::cancel(id),
        }
    }
}

/// Hands in a batch under a key: asked again with the same key, the server answers with the same batch.
///
/// # Errors
/// That there was no answer, or none that could be read: nobody knows whether the batch was taken.
pub async fn submit_batch(path: &str, key: &str, body: String) -> Result<Answer, ApiError> {
    let request = bounded(Request::post(path))
        .header("content-type", "application/json")
        .header(headers::IDEMPOTENCY_KEY, key)
        .body(body)
        .map_err(silent)?;
    let response: Response = request.send().await.map_err(silent)?;
    Answer::of(response).await
}

/// The batches, newest first.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn batches(cursor: Option<&str>) -> Result<BatchList, ApiError> {
    let limit = BATCHES.to_string();
    let mut query = vec![("limit", limit.as_str())];
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let request = bounded(Request::get(&paths::batches()).query(query));
    let answer = read(request.build()).await?;
    json(&answer)
}

/// A batch with the first of its items.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn batch(id: &str) -> Result<Batch, ApiError> {
    let answer = read(bounded(Request::get(&paths::batch(id))).build()).await?;
    json(&answer)
}

/// The items after a place.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn items(id: &str, after: u32) -> Result<ItemPage, ApiError> {
    let (after, limit) = (after.to_string(), ITEMS.to_string());
    let query = [("after", after.as_str()), ("limit", limit.as_str())];
    let request = bounded(Request::get(&paths::items(id)).query(query));
    let answer = read(request.build()).await?;
    json(&answer)
}

/// An item with its life.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn item(id: &str, index: u32) -> Result<ItemDetail, ApiError> {
    let answer = read(bounded(Request::get(&paths::item(id, index))).build()).await?;
    json(&answer)
}

/// Holds a batch, lets it go on, or calls off what has not left.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn run_action(id: &str, action: BatchAction) -> Result<BatchSummary, ApiError> {
    let answer = read(post(&action.path(id), &NoBody {})).await?;
    json(&answer)
}

/// Says what a second person decides about a batch, or that there is none to be asked.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn decide(path: &str, body: &impl Serialize) -> Result<BatchSummary, ApiError> {
    let answer = read(post(path, body)).await?;
    json(&answer)
}

/// Which batches need an approval.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn policy() -> Result<ApprovalPolicy, ApiError> {
    let answer = read(bounded(Request::get(&paths::policy())).build()).await?;
    json(&answer)
}

/// Says what became of an unknown item.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn settle(id: &str, index: u32, settle: &Settle) -> Result<Item, ApiError> {
    let answer = read(post(&paths::settle(id, index), settle)).await?;
    json(&answer)
}
