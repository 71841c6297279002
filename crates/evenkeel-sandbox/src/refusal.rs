//! Holds what a cloud says when it refuses a call, before the cloud's own way of writing it down.

use crate::answer::ForeignBody;

/// Says who refuses, where that decides the shape of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speaker {
    /// The gateway in front of the service.
    Gateway,
    Service,
}

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) speaker: Speaker,
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) retry_after_s: Option<u32>,
    /// What stands in place of the body.
    pub(crate) foreign_body: Option<ForeignBody>,
}

impl Refusal {
    fn new(
        speaker: Speaker,
        status: u16,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            speaker,
            status,
            code: code.into(),
            message: message.into(),
            retry_after_s: None,
            foreign_body: None,
        }
    }

    /// The service refuses.
    pub(crate) fn service(
        status: u16,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(Speaker::Service, status, code, message)
    }

    /// The gateway in front of the service refuses.
    pub(crate) fn gateway(
        status: u16,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(Speaker::Gateway, status, code, message)
    }
}
