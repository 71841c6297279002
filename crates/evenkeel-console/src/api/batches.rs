//! The journal: batches and their items.

use evenkeel_api::{Batch, BatchList, BatchSummary, Item, ItemDetail, ItemPage, Settle};
use gloo_net::http::{Request, Response};

use super::{Answer, Problem, bounded, json, post, read, segment, silent};

/// As many items as the proxy puts on a page.
const ITEMS: u32 = 1_000;
const BATCHES: u32 = 100;

/// What a person can do with a whole batch that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lever {
    Pause,
    Resume,
    Cancel,
}

impl Lever {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
        }
    }
}

/// The path of a new batch.
pub const NEW: &str = "/api/v1/batches";

/// The path that sends a batch's failed items again.
pub fn retry_path(id: &str) -> String {
    format!("{NEW}/{}/retry-failed", segment(id))
}

/// Hands in a batch under a key: asked again with the same key, the server answers with the same batch.
///
/// # Errors
/// That there was no answer, or none that could be read: nobody knows whether the batch was taken.
pub async fn hand_in(path: &str, key: &str, body: String) -> Result<Answer, Problem> {
    let request = bounded(Request::post(path))
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .body(body)
        .map_err(silent)?;
    let response: Response = request.send().await.map_err(silent)?;
    Answer::of(response).await
}

/// The batches, newest first.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn batches(cursor: Option<&str>) -> Result<BatchList, Problem> {
    let limit = BATCHES.to_string();
    let mut query = vec![("limit", limit.as_str())];
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let request = bounded(Request::get(NEW).query(query));
    let answer = read(request.build()).await?;
    json(&answer)
}

/// A batch with the first of its items.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn batch(id: &str) -> Result<Batch, Problem> {
    let path = format!("{NEW}/{}", segment(id));
    let answer = read(bounded(Request::get(&path)).build()).await?;
    json(&answer)
}

/// The items after a place.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn items(id: &str, after: u32) -> Result<ItemPage, Problem> {
    let path = format!("{NEW}/{}/items", segment(id));
    let (after, limit) = (after.to_string(), ITEMS.to_string());
    let query = [("after", after.as_str()), ("limit", limit.as_str())];
    let request = bounded(Request::get(&path).query(query));
    let answer = read(request.build()).await?;
    json(&answer)
}

/// An item with its life.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn item(id: &str, index: u32) -> Result<ItemDetail, Problem> {
    let path = format!("{NEW}/{}/items/{index}", segment(id));
    let answer = read(bounded(Request::get(&path)).build()).await?;
    json(&answer)
}

/// Holds a batch, lets it go on, or calls off what has not left.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn pull(id: &str, lever: Lever) -> Result<BatchSummary, Problem> {
    let path = format!("{NEW}/{}/{}", segment(id), lever.as_str());
    let answer = read(post(&path, &serde_json::Map::new())).await?;
    json(&answer)
}

/// Says what became of an unknown item.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn settle(id: &str, index: u32, settle: &Settle) -> Result<Item, Problem> {
    let path = format!("{NEW}/{}/items/{index}/settle", segment(id));
    let answer = read(post(&path, settle)).await?;
    json(&answer)
}
