//! A record of the activity: who did what about what, when, from where; and its text, which the chain is of.

use evenkeel::visible::visible;
use evenkeel_api::{AuditRecord, RecordedAct};
use leptos::prelude::*;

use super::words;
use crate::actor_label::actor;
use crate::i18n::t;
use crate::labels::{many, short_time};
use crate::prefs::use_prefs;
use crate::{pretty, routes};

#[component]
pub fn RecordLine(act: RecordedAct, record: AuditRecord) -> impl IntoView {
    let zone = use_prefs().zone;
    let at = act.at.as_millis();
    let batch = text(&act, "batch");
    let link = batch.clone().map(|id| {
        let short = id.chars().take(8).collect::<String>();
        view! { <a class="mono" href=routes::batch(&id)>{visible(&short).into_owned()}</a> }
    });
    let from = act.from.as_deref().map(|from| visible(from).into_owned());
    let number = many(act.seq);
    let act = StoredValue::new(act);
    let who = move || act.with_value(|act| actor(&act.by, t()));
    let what = move || act.with_value(|act| words::what(&act.kind, t()));
    let about = move || act.with_value(|act| words::about(act, t()));
    let opened = RwSignal::new(false);
    let full = move || {
        opened.get().then(|| {
            view! {
                <pre class="activity-record">{pretty::indent(record.record.get())}</pre>
                <p class="mono activity-hash">{format!("SHA-256 {}", record.hash)}</p>
            }
        })
    };
    view! {
        <li class="activity-line">
            <span class="activity-when">{move || short_time(at, zone.get(), t())}</span>
            <span class="activity-what">
                <span><strong>{who}</strong> " " {what} " " {link}</span>
                <small>{about}</small>
                <small>{move || from.as_ref().map(|from| t().activity_from(from))}</small>
            </span>
            <details on:toggle=move |_| opened.set(true)>
                <summary>{move || t().activity_record(&number)}</summary>
                {full}
            </details>
        </li>
    }
}

/// A text of what a record says.
fn text(act: &RecordedAct, name: &str) -> Option<String> {
    act.data.get(name)?.as_str().map(str::to_owned)
}
