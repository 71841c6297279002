//! What the answer to a call means for its items.

use crate::batch::Chunk;
use crate::clouds::error_answer;
use crate::http::Response;
use crate::outcome::Outcome;
use crate::provider_error::{ErrorClass, ProviderError, ResponseError};

/// What an answer means for the items of its call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// Nothing happened; the same call may be made again after the hint.
    Throttled {
        /// When to try again, ms; none where the cloud does not say.
        retry_after_ms: Option<u64>,
        /// The cloud's words.
        error: ProviderError,
    },
    /// One outcome an item, in the order of [`Chunk::items`].
    Settled(Vec<Outcome>),
}

impl Chunk {
    /// Judges what the cloud's answer to the call says. A call without a whole answer is whose it is that
    /// sent it to judge: only that one knows whether it left.
    #[must_use]
    pub fn judge(&self, response: &Response) -> Judgement {
        let all = |outcome: Outcome| Judgement::Settled(vec![outcome; self.items.len()]);
        if (200..300).contains(&response.status) {
            return Judgement::Settled(self.operation.outcomes(self.targets(), response));
        }
        let provider = self.operation.name().provider();
        let error = error_answer::parse(provider, response, "error code");
        if error.may_have_acted() {
            let reason = match error {
                ResponseError::Refused(error) => format!("HTTP {}: {error}", error.status),
                ResponseError::Unreadable { .. } => error.to_string(),
            };
            return all(Outcome::Unknown { reason });
        }
        // INVARIANT: a status of 4xx always makes a refusal.
        let Some(error) = error.into_refusal() else {
            return all(Outcome::Unknown {
                reason: format!("HTTP {}", response.status),
            });
        };
        if error.class == ErrorClass::Throttled {
            return Judgement::Throttled {
                retry_after_ms: error.retry_after_ms,
                error,
            };
        }
        if provider.leaves_open(&error.code) {
            // The call did nothing; what was done before it, a read tells.
            let reason = format!("HTTP {}: {error}", error.status);
            return all(Outcome::Unknown { reason });
        }
        all(Outcome::Rejected {
            code: error.code,
            message: error.message,
            request_id: error.request_id,
        })
    }
}
