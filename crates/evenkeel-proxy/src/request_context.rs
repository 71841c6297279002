//! What a handler learns about its request, for the one line that is logged.

use std::sync::{Arc, Mutex};

use uuid::Uuid;

/// Shared between the handler, which fills it, and the request log, which writes it.
#[derive(Debug, Clone)]
pub(crate) struct RequestContext {
    /// The request's id, as the answer and the log name it.
    pub(crate) request_id: Arc<str>,
    known: Arc<Mutex<Known>>,
}

/// What is known of a request so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) account: Option<String>,
    pub(crate) operation: Option<&'static str>,
    pub(crate) upstream_status: Option<u16>,
    pub(crate) upstream_request_id: Option<String>,
}

impl RequestContext {
    pub(crate) fn new() -> Self {
        Self {
            request_id: Uuid::new_v4().to_string().into(),
            known: Arc::default(),
        }
    }

    /// Adds to what is known.
    pub(crate) fn note(&self, change: impl FnOnce(&mut Known)) {
        if let Ok(mut known) = self.known.lock() {
            change(&mut known);
        }
    }

    pub(crate) fn known(&self) -> Known {
        self.known
            .lock()
            .map(|known| known.clone())
            .unwrap_or_default()
    }
}
