//! Reads what a cloud says of events that it was to simulate, or to call off.

use super::error_answer::read_success;
use crate::http::Response;
use crate::provider_error::ResponseError;
use crate::simulation::Simulation;

impl Simulation {
    /// Reads the ids of the events that were made.
    ///
    /// # Errors
    /// The cloud's refusal, which may come with 200, or why the answer cannot be read.
    pub fn created(&self, response: &Response) -> Result<Vec<String>, ResponseError> {
        let lacks = "list of event ids";
        read_success(self.provider, response, lacks, self.read_created)
    }

    /// Reads that the events were called off.
    ///
    /// # Errors
    /// The same.
    pub fn canceled(&self, response: &Response) -> Result<(), ResponseError> {
        let lacks = "id of the request";
        read_success(self.provider, response, lacks, self.read_canceled)
    }
}
