//! An event as it stands in a list's answer, read in one pass and borrowed from it.

use std::borrow::Cow;

use super::Restriction;
use crate::json::{Cursor, Step};
use crate::provider::Provider;
use crate::time::Timestamp;

/// An event of an answer: its texts are parts of the answer's own wherever they stand there as they
/// are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEvent<'a> {
    /// The cloud.
    pub provider: Provider,
    /// Its id, trimmed; may be empty.
    pub id: Cow<'a, str>,
    /// The resource it is about, trimmed.
    pub resource_id: Cow<'a, str>,
    /// What is going to happen, as the cloud names it.
    pub event_type: Cow<'a, str>,
    /// How far it is, as the cloud names it.
    pub state: Cow<'a, str>,
    /// ENS: `CRITICAL`, `WARN` or `INFO`.
    pub level: Option<Cow<'a, str>>,
    /// When the cloud announced it.
    pub published_at: Option<ListedTime<'a>>,
    /// The window's begin; at ENS when the cloud will act by itself.
    pub not_before: Option<ListedTime<'a>>,
    /// The window's end.
    pub not_after: Option<ListedTime<'a>>,
    /// The last time to which it may be moved, or from when on it may not.
    pub deadline: Option<ListedTime<'a>>,
    /// When it began.
    pub started_at: Option<ListedTime<'a>>,
    /// When it ended.
    pub finished_at: Option<ListedTime<'a>>,
    /// The JSON of its description, which [`Event::describe`](crate::Event::describe) reads; empty where it has none.
    pub description: &'a str,
    /// Who caused it, where the cloud says.
    pub source: Option<Cow<'a, str>>,
    /// What keeps actions from it that its type and state would take.
    pub restriction: Option<Restriction>,
    /// The JSON that the cloud sent for it.
    pub raw: &'a str,
}

/// A time of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedTime<'a> {
    /// The instant.
    pub at: Timestamp,
    /// The cloud's text, where it is what [`Timestamp`] is written as.
    pub text: Option<&'a str>,
}

impl ListedEvent<'_> {
    /// One of which nothing is said yet.
    pub(crate) fn new(provider: Provider) -> Self {
        Self {
            provider,
            id: Cow::default(),
            resource_id: Cow::default(),
            event_type: Cow::default(),
            state: Cow::default(),
            level: None,
            published_at: None,
            not_before: None,
            not_after: None,
            deadline: None,
            started_at: None,
            finished_at: None,
            description: "",
            source: None,
            restriction: None,
            raw: "",
        }
    }
}

/// Reads a text that is there in any case.
pub(crate) fn text<'a>(cursor: &mut Cursor<'a>) -> Step<Cow<'a, str>> {
    Ok(cursor.lenient_text()?.unwrap_or_default())
}

/// Reads an id.
pub(crate) fn id<'a>(cursor: &mut Cursor<'a>) -> Step<Cow<'a, str>> {
    Ok(match text(cursor)? {
        Cow::Borrowed(id) => Cow::Borrowed(trimmed(id)),
        Cow::Owned(id) => Cow::Owned(trimmed(&id).to_owned()),
    })
}

fn trimmed(id: &str) -> &str {
    match id.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => id,
        _ => id.trim(),
    }
}

/// Reads a time; what is none is absent.
pub(crate) fn time<'a>(cursor: &mut Cursor<'a>) -> Step<Option<ListedTime<'a>>> {
    // The form of whole seconds is ours, without a fraction, and has no character that would be escaped.
    if let Some((at, text)) = cursor.quoted(Timestamp::from_utc_seconds) {
        let text = Some(text);
        return Ok(at.is_meant().then_some(ListedTime { at, text }));
    }
    let text = cursor.lenient_text()?;
    let at = text.and_then(|text| Timestamp::from_answer(&text));
    Ok(at.map(ListedTime::of))
}

/// Reads any value and gives its JSON.
pub(crate) fn json<'a>(cursor: &mut Cursor<'a>) -> Step<&'a str> {
    let start = cursor.at();
    cursor.pass()?;
    Ok(cursor.slice(start))
}

impl ListedTime<'_> {
    /// One that the cloud writes in another way than we do.
    pub(crate) fn of(at: Timestamp) -> Self {
        Self { at, text: None }
    }
}
