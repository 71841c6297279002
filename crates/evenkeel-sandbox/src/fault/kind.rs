//! Names the ways of going wrong.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::Target;
use crate::provider::Operation;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// Refused for calling too often, with a hint how long to wait.
    Throttle {
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_s: Option<u32>,
    },
    /// Refused with this status.
    Error {
        status: u16,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// Another body in place of the cloud's own, as of a gateway in front of it.
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        content_type: Option<String>,
    },
    /// Answered late.
    Delay { ms: u64 },
    /// Done, but the connection closes without an answer.
    LostAnswer,
    /// The connection is reset.
    Reset { when: When },
    /// Some of the items fail.
    FailItems {
        #[serde(flatten)]
        items: Items,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// A batch's `Code` for them, a number or a word.
        #[serde(skip_serializing_if = "Option::is_none")]
        result_code: Option<Value>,
    },
    /// A batch's results come back in the opposite order.
    ReorderResults,
    /// A batch's results lack some.
    MissingResults(Items),
    /// A batch's results hold some that nobody asked for.
    ExtraResults(Items),
    /// Resource ids end in a line break, as in a cloud's documented sample.
    TrailingNewline,
    /// A further page is the one before it once more.
    DuplicatePage,
    /// Lists show the state from before acts of so many ms ago.
    StaleLists { ms: u64 },
    /// The body takes so long to arrive.
    SlowBody { ms: u64 },
    /// The body breaks off.
    TruncatedBody {
        /// How much arrives; half of it if not given.
        #[serde(skip_serializing_if = "Option::is_none")]
        bytes: Option<usize>,
        /// Whether the length is declared as what arrives, so that only the JSON is broken.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        clean_end: bool,
    },
    /// The body is called something else, and may be something else.
    WrongContentType {
        content_type: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    },
}

/// Says on which side of the act the connection is reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    Before,
    After,
}

/// Some of a call's items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Items {
    /// By the ids of their events.
    Ids { event_ids: BTreeSet<String> },
    /// So many.
    First { count: usize },
}

impl FaultKind {
    /// Every kind's name and its own fields.
    pub(crate) const FIELDS: [(&'static str, &'static [&'static str]); 15] = [
        ("throttle", &["retry_after_s"]),
        (
            "error",
            &["status", "code", "message", "body", "content_type"],
        ),
        ("delay", &["ms"]),
        ("lost_answer", &[]),
        ("reset", &["when"]),
        (
            "fail_items",
            &[
                "event_ids",
                "count",
                "status",
                "code",
                "message",
                "result_code",
            ],
        ),
        ("reorder_results", &[]),
        ("missing_results", &["event_ids", "count"]),
        ("extra_results", &["event_ids", "count"]),
        ("trailing_newline", &[]),
        ("duplicate_page", &[]),
        ("stale_lists", &["ms"]),
        ("slow_body", &["ms"]),
        ("truncated_body", &["bytes", "clean_end"]),
        ("wrong_content_type", &["content_type", "body"]),
    ];

    /// What it says of an item that it makes fail: the status, the code and the message, as far as it says them.
    pub(crate) fn of_item(&self) -> (Option<u16>, Option<&str>, Option<&str>) {
        match self {
            Self::FailItems {
                status,
                code,
                message,
                ..
            } => (*status, code.as_deref(), message.as_deref()),
            _ => (None, None, None),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Throttle { .. } => "throttle",
            Self::Error { .. } => "error",
            Self::Delay { .. } => "delay",
            Self::LostAnswer => "lost_answer",
            Self::Reset { .. } => "reset",
            Self::FailItems { .. } => "fail_items",
            Self::ReorderResults => "reorder_results",
            Self::MissingResults(_) => "missing_results",
            Self::ExtraResults(_) => "extra_results",
            Self::TrailingNewline => "trailing_newline",
            Self::DuplicatePage => "duplicate_page",
            Self::StaleLists { .. } => "stale_lists",
            Self::SlowBody { .. } => "slow_body",
            Self::TruncatedBody { .. } => "truncated_body",
            Self::WrongContentType { .. } => "wrong_content_type",
        }
    }

    /// Whether the call fails before anything is done.
    pub(crate) fn refuses(&self) -> bool {
        matches!(
            self,
            Self::Throttle { .. } | Self::Error { .. } | Self::Reset { when: When::Before }
        )
    }

    /// Whether the call merely waits.
    pub(crate) fn delays(&self) -> bool {
        matches!(self, Self::Delay { .. })
    }

    /// Whether it means anything for this operation at all.
    pub(crate) fn fits_operation(&self, operation: &Operation) -> bool {
        match self {
            Self::FailItems { .. } => operation.acts(),
            Self::ReorderResults | Self::MissingResults(_) | Self::ExtraResults(_) => {
                operation.is_batch()
            }
            Self::TrailingNewline => operation.pads_resource_ids,
            Self::DuplicatePage | Self::StaleLists { .. } => operation.lists(),
            Self::SlowBody { .. }
            | Self::TruncatedBody { .. }
            | Self::WrongContentType { body: None, .. } => operation.answers_with_body,
            // A body of its own makes one of an answer that has none.
            Self::WrongContentType { body: Some(_), .. }
            | Self::Throttle { .. }
            | Self::Error { .. }
            | Self::Delay { .. }
            | Self::LostAnswer
            | Self::Reset { .. } => true,
        }
    }

    /// Whether it means anything for this call.
    pub(super) fn fits(&self, target: &Target<'_>) -> bool {
        self.fits_operation(target.operation)
            && match self {
                Self::FailItems { items, .. } | Self::MissingResults(items) => {
                    items.are_among(target.event_ids)
                }
                Self::DuplicatePage => target.is_further_page,
                _ => true,
            }
    }
}
