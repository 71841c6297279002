//! What a handler learns about its request, for the one line that is logged.

use std::sync::{Arc, Mutex};

/// Shared between the handler, which fills it, and the request log, which writes it.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestContext(Arc<Mutex<Known>>);

/// What is known of a request so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) account: Option<String>,
    pub(crate) operation: Option<&'static str>,
    pub(crate) upstream_status: Option<u16>,
    pub(crate) upstream_request_id: Option<String>,
}

impl RequestContext {
    /// Adds to what is known.
    pub(crate) fn note(&self, change: impl FnOnce(&mut Known)) {
        if let Ok(mut known) = self.0.lock() {
            change(&mut known);
        }
    }

    pub(crate) fn known(&self) -> Known {
        self.0.lock().map(|known| known.clone()).unwrap_or_default()
    }
}
