//! What was done, by whom.

use evenkeel_api::AuditPage;
use gloo_net::http::Request;

use super::{ApiError, bounded, json, read};

/// A page of records, by its path.
///
/// # Errors
/// What the server refused, or that it did not answer.
pub async fn audit(path: &str) -> Result<AuditPage, ApiError> {
    json(&read(bounded(Request::get(path)).build()).await?)
}
