//! The list as a file.

use evenkeel::{Event, Timestamp};
use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::csv;
use crate::i18n::{Strings, locale, t, tag};
use crate::state::clock::now_ms;
use crate::time;

/// The heads of the columns and a line an event; times in UTC (RFC 3339), as machines want them.
pub fn to_csv<'a>(events: impl IntoIterator<Item = &'a Event>, t: Strings) -> String {
    let at = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
    let head = [
        t.column_account(),
        t.detail_provider(),
        t.detail_event_id(),
        t.resource_filter(),
        t.column_event(),
        t.detail_raw_type(),
        t.column_state(),
        t.detail_raw_state(),
        t.detail_level(),
        t.column_decide_by(),
        t.csv_window_start(),
        t.csv_window_end(),
        t.csv_published(),
        t.csv_started(),
        t.csv_finished(),
        t.detail_source(),
        t.csv_description(),
    ];
    let lines = events.into_iter().map(|event| {
        vec![
            event.account.clone(),
            event.provider.to_string(),
            event.id.clone(),
            event.resource_id.clone(),
            event.event_type.kind.to_string(),
            event.event_type.raw.clone(),
            event.state.kind.to_string(),
            event.state.raw.clone(),
            event.level.clone().unwrap_or_default(),
            at(event.decide_by()),
            at(event.not_before),
            at(event.not_after),
            at(event.published_at),
            at(event.started_at),
            at(event.finished_at),
            event.source.clone().unwrap_or_default(),
            event
                .description_for(tag(t.0))
                .unwrap_or_default()
                .to_owned(),
        ]
    });
    csv::write([head.map(str::to_owned).to_vec()].into_iter().chain(lines))
}

/// Hands the events to the browser as a download.
///
/// # Errors
/// What the browser said.
pub fn download<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<(), JsValue> {
    let text = to_csv(events, Strings(locale()));
    save(t().csv_name(), FileKind::Csv, &text)
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Csv,
    Json,
}

/// Hands a text to the browser as a download; the time stands in the file's name.
///
/// # Errors
/// What the browser said.
pub fn save(name: &str, kind: FileKind, text: &str) -> Result<(), JsValue> {
    let (ending, media_type) = match kind {
        FileKind::Csv => ("csv", "text/csv;charset=utf-8"),
        FileKind::Json => ("json", "application/json"),
    };
    // The mark at the start lets spreadsheets read the file as UTF-8; JSON must not have it.
    let mark = if kind == FileKind::Csv {
        "\u{feff}"
    } else {
        ""
    };
    let bag = BlobPropertyBag::new();
    bag.set_type(media_type);
    let parts = Array::of1(&format!("{mark}{text}").into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &bag)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    let stamp = time::full(now_ms(), 0).replace([' ', ':'], "-");
    anchor.set_download(&format!("{name}-{stamp}.{ending}"));
    anchor.click();
    Url::revoke_object_url(&url)
}
