//! Pages of a list, and where the next one begins.

use crate::event::Event;

/// Where the next page of a list begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    /// A page number, from 1.
    PageNumber(i64),
    /// An opaque marker, or a token.
    Marker(String),
}

/// A page of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage {
    /// The events, in the cloud's order.
    pub events: Vec<Event>,
    /// Where the next page begins; none after the last.
    pub next: Option<Cursor>,
    /// Whether the cloud calls this very page the next one: what comes after it stays unknown.
    pub repeats: bool,
    /// How many events there are in all, where the cloud says.
    pub total: Option<u64>,
    /// The cloud's id of the request.
    pub request_id: Option<String>,
}

/// What a page says besides its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// How many events it has: where a list stands twice, only the last events that were shown.
    pub count: usize,
    /// Where the next page begins; none after the last.
    pub next: Option<Cursor>,
    /// Whether the cloud calls this very page the next one: what comes after it stays unknown.
    pub repeats: bool,
    /// How many events there are in all, where the cloud says.
    pub total: Option<u64>,
    /// The cloud's id of the request.
    pub request_id: Option<String>,
}
