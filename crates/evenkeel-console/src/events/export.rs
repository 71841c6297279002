//! The list as a file.

use evenkeel::Timestamp;
use wasm_bindgen::JsValue;

use super::sorted_selection::Chosen;
use crate::csv;
use crate::i18n::{Strings, locale, t, tag};
use crate::resource;
use crate::ui::download::{FileKind, save};

/// The heads of the columns and a line an event; times in UTC (RFC 3339), as machines want them.
pub fn to_csv<'a>(events: impl IntoIterator<Item = &'a Chosen>, t: Strings) -> String {
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
        t.column_name(),
        t.tags(),
        t.detail_local_disks(),
    ];
    let lines = events.into_iter().map(|chosen| {
        let (event, resource) = (&chosen.event, chosen.resource.as_deref());
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
            resource.and_then(|it| it.name.clone()).unwrap_or_default(),
            resource::tags(resource),
            resource
                .map(|it| it.local_disks.to_string())
                .unwrap_or_default(),
        ]
    });
    csv::write([head.map(str::to_owned).to_vec()].into_iter().chain(lines))
}

/// Hands the events to the browser as a download.
///
/// # Errors
/// What the browser said.
pub fn download<'a>(events: impl IntoIterator<Item = &'a Chosen>) -> Result<(), JsValue> {
    let text = to_csv(events, Strings(locale()));
    save(t().csv_name(), FileKind::Csv, &text)
}
