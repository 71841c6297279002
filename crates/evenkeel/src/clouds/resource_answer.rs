//! Reads what a cloud tells of resources.

use super::error_answer;
use crate::http::Response;
use crate::json::Node;
use crate::provider_error::ResponseError;
use crate::resource_lookup::{ResourceLookup, ResourcePage};

/// What an answer has.
const RECORDS: &str = "list of resources";

impl ResourceLookup {
    /// Reads the answer to a request with that `page`.
    ///
    /// # Errors
    /// The cloud's refusal, which may come with 200, or why the answer cannot be read.
    pub fn read(
        &self,
        response: &Response,
        page: Option<&str>,
    ) -> Result<ResourcePage, ResponseError> {
        let read = |root: &Node<'_>| (self.read)(root, page);
        error_answer::read_success(self.provider, response, RECORDS, read)
    }
}
