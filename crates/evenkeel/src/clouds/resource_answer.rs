//! Reads what a cloud tells of resources.

use super::error_answer;
use crate::http::Response;
use crate::json::parse_answer;
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
        let error = |lacks| error_answer::parse(self.provider, response, lacks);
        if !(200..300).contains(&response.status) {
            return Err(error("error code"));
        }
        let text = response.text();
        let root = parse_answer(text.trim_start_matches('\u{feff}'))
            .map_err(|why| error_answer::not_json(response, &why.to_string()))?;
        (self.read)(&root, page).ok_or_else(|| error(RECORDS))
    }
}
