//! Shows what the store remembers of an event: how it moved, the batches it was in, and what the cloud says of it right now.

use std::sync::Arc;

use evenkeel::{Event, StateKind};
use evenkeel_api::{EventDetail, EventItem, EventSnapshot};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::event_lookup::{LookupState, look_up};
use super::store::use_events;
use crate::api::{self, EventKey, ShownFailure};
use crate::i18n::{Strings, phrase, t};
use crate::prefs::{Zone, use_prefs};
use crate::stream::connection::use_connection;
use crate::ui::badge::Badge;
use crate::ui::button::Button;
use crate::{labels, routes, time};

/// Asks the cloud itself, past the store.
#[component]
pub fn CheckNow(event: Arc<Event>) -> impl IntoView {
    let events = use_events();
    let state = RwSignal::new(None::<LookupState>);
    let before = event.state.clone();
    let asking = Signal::derive(move || {
        state
            .with(|state| *state == Some(LookupState::Pending))
            .then(|| t().act_read_asking().to_owned())
    });
    let ask = move || {
        let Some(account) = events.account(&event.account) else {
            return;
        };
        let event = Arc::clone(&event);
        state.set(Some(LookupState::Pending));
        spawn_local(async move {
            let found = look_up(&account, &event).await;
            let moved = match &found {
                LookupState::Found(now) => now.raw != event.state.raw,
                LookupState::Gone => true,
                LookupState::Pending | LookupState::Failed(_) => false,
            };
            state.set(Some(found));
            // The store learns of it as it learns of everything: by reading the account.
            if moved {
                events.refresh(Some(vec![event.account.clone()]));
            }
        });
    };
    let text = move || {
        let name = |state: &evenkeel::State| match state.kind {
            StateKind::Other => state.raw.clone(),
            kind => t().state(kind).to_owned(),
        };
        state.with(|state| match state {
            None => String::new(),
            Some(LookupState::Pending) => t().act_read_asking().to_owned(),
            Some(LookupState::Found(now)) if now.raw == before.raw => t().check_same(name(now)),
            Some(LookupState::Found(now)) => t().check_moved(name(now)),
            Some(LookupState::Gone) => t().check_gone().to_owned(),
            Some(LookupState::Failed(failure)) => failure.summary(t()),
        })
    };
    view! {
        <p class="check-now">
            <Button blocked=asking on_press=ask>{phrase(Strings::check_now)}</Button>
            <span class="sub" role="status">{text}</span>
        </p>
    }
}

/// What the store remembers of an event, read again whenever the event or an item on it has moved.
pub fn use_event_history(key: Memo<EventKey>) -> Signal<Option<Result<EventDetail, ShownFailure>>> {
    let events = use_events();
    let connection = use_connection();
    let history = RwSignal::new(None);
    Effect::new(move |before: Option<EventKey>| {
        let key = key.get();
        if before.as_ref() != Some(&key) {
            history.set(None);
            events.watch(&key.event_id);
        }
        key
    });
    let event = Memo::new(move |_| {
        events.table.with(|table| {
            let row = key.with(|key| key.row(table))?;
            Some((row.event(), row.resource(), row.gone_at()))
        })
    });
    Effect::new(move |_| {
        // Read, not only tracked: a memo that nobody reads never runs.
        event.with(|_| ());
        events.watched.track();
        connection.back.track();
        let wanted = key.get();
        spawn_local(async move {
            let read = api::event(&wanted).await.map_err(ShownFailure::from);
            if key.try_get_untracked().as_ref() == Some(&wanted) {
                history.set(Some(read));
            }
        });
    });
    history.into()
}

/// The event's batches and its history.
#[component]
pub fn EventHistory(history: Signal<Option<Result<EventDetail, ShownFailure>>>) -> impl IntoView {
    view! {
        <section>
            <h3>{phrase(Strings::event_history_batches)}</h3>
            {move || {
                history.with(|history| match history {
                    None => view! { <p class="sub">{phrase(Strings::detail_loading)}</p> }.into_any(),
                    Some(Err(failure)) => {
                        let failure = failure.clone();
                        view! { <p class="sub">{move || failure.summary(t())}</p> }.into_any()
                    }
                    Some(Ok(detail)) if detail.items.is_empty() => {
                        view! { <p class="sub">{phrase(Strings::event_history_no_batches)}</p> }.into_any()
                    }
                    Some(Ok(detail)) => {
                        let lines = detail.items.iter().cloned();
                        view! {
                            <ul class="story">
                                {lines.map(|item| view! { <InBatch item=item /> }).collect_view()}
                            </ul>
                        }
                            .into_any()
                    }
                })
            }}
        </section>
        <section>
            <h3>{phrase(Strings::event_history_title)}</h3>
            {move || {
                history.with(|history| match history {
                    Some(Ok(detail)) => {
                        let snapshots = detail.history.iter().rev().cloned();
                        view! {
                            <ol class="story">
                                {snapshots.map(|snapshot| view! { <Snapshot snapshot=snapshot /> }).collect_view()}
                            </ol>
                        }
                            .into_any()
                    }
                    Some(Err(_)) | None => ().into_any(),
                })
            }}
        </section>
    }
}

#[component]
fn InBatch(item: EventItem) -> impl IntoView {
    let zone = use_prefs().zone;
    let (tone, shape) = labels::item_look(item.state);
    let (state, action, at) = (item.state, item.action, item.updated_at.as_millis());
    view! {
        <li>
            <Badge
                tone=Signal::stored(tone)
                shape=Signal::stored(shape)
                word=Signal::derive(move || labels::item_state(state, t()).to_owned())
            />
            <a href=routes::item(&item.batch_id, item.index, "")>{move || labels::verb(action, t())}</a>
            <span class="sub">{move || labels::short_time(at, zone.get(), t())}</span>
        </li>
    }
}

#[component]
fn Snapshot(snapshot: EventSnapshot) -> impl IntoView {
    let zone = use_prefs().zone;
    let at = snapshot.at.as_millis();
    let gone = snapshot.state == "gone";
    let raw = snapshot.state.clone();
    let window = move |zone: Zone| {
        let short = |ms: evenkeel::Timestamp| labels::short_time(ms.as_millis(), zone, t());
        match (snapshot.not_before, snapshot.not_after) {
            (Some(from), Some(to)) => t().event_history_window(short(from), short(to)),
            (Some(from), None) => t().window_opens(short(from)),
            (None, _) => String::new(),
        }
    };
    view! {
        <li>
            <strong>
                {move || if gone { t().event_history_gone().to_owned() } else { raw.clone() }}
            </strong>
            <span class="mono">{move || time::full(at, zone.get().offset_minutes(at))}</span>
            <span class="sub">{move || window(zone.get())}</span>
        </li>
    }
}
