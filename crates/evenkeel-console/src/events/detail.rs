//! Everything the cloud said about one event, beside the list; its URL survives a reload.

mod actions;
mod facts;
mod resource_facts;
pub mod views;

use std::sync::Arc;

use evenkeel::visible::{visible, visible_lines};
use evenkeel::{Event, Timestamp};
use evenkeel_api::{EventDetail, Resource};
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use wasm_bindgen::JsCast as _;

use super::event_history::{CheckNow, EventHistory, use_event_history};
use super::list::{Entry, use_list};
use super::sorted_selection::SortedSelection;
use super::state_badge::StateBadge;
use super::store::use_events;
use crate::api::{EventKey, ShownFailure};
use crate::clock::use_clock;
use crate::i18n::{Strings, phrase, phrase_signal, t};
use crate::prefs::use_prefs;
use crate::resource::{self, ResourceName};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::cover::{cover_page, uncover_page};
use crate::ui::escape::on_escape;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::virtual_list::focus_quietly;
use crate::{left_alone, pretty, time};
use actions::Actions;
use facts::{Facts, Times};
use resource_facts::ResourceFacts;

#[component]
pub fn EventPage(on_review: Callback<SortedSelection>) -> impl IntoView {
    let (events, list) = (use_events(), use_list());
    let params = use_params_map();
    let key = Memo::new(move |_| {
        params.with(|params| EventKey {
            account: params.get("account").unwrap_or_default(),
            event_id: params.get("id").unwrap_or_default(),
            resource_id: params.get("resource").unwrap_or_default(),
        })
    });
    let history = use_event_history(key);
    // With the time since when the cloud does not list it any more; what the page has not loaded, the story knows.
    let row = Memo::new(move |_| {
        let listed = events.table.with(|table| {
            let row = key.with(|key| key.row(table))?;
            let resource = row.resource().map(Arc::new);
            Some((Arc::new(row.event()), resource, row.gone_at()))
        });
        listed.or_else(|| {
            history.with(|history| {
                let stored = &history.as_ref()?.as_ref().ok()?.event;
                let resource = stored.resource.clone().map(Arc::new);
                Some((Arc::new(stored.event.clone()), resource, stored.gone_at))
            })
        })
    });
    // Of more events than the page keeps a link may lead to one that was not seen.
    Effect::new(move |_| {
        history.with(|history| {
            if let Some(Ok(detail)) = history
                && events.is_beyond(true)
            {
                untrack(|| events.take_unknown(&detail.event));
            }
        });
    });
    let unread = move || {
        let is_coming = !events.is_whole() && !events.is_beyond(false);
        is_coming || events.loading() || history.with(Option::is_none)
    };
    let event =
        Memo::new(move |_| row.with(|row| row.as_ref().map(|(event, ..)| Arc::clone(event))));
    let gone = Signal::derive(move || row.with(|row| row.as_ref().and_then(|(.., gone)| *gone)));
    // What the list has no room for, the story has: what the cloud sent, and when the resource was read.
    let told = move |history: &Option<Result<EventDetail, ShownFailure>>| {
        let stored = &history.as_ref()?.as_ref().ok()?.event;
        Some((
            stored.event.raw.clone(),
            stored.resource.clone().map(Arc::new),
        ))
    };
    let resource = Memo::new(move |_| match history.with(told) {
        Some((_, resource)) => resource,
        None => row.with(|row| row.as_ref().and_then(|row| row.1.clone())),
    });
    let raw = Memo::new(move |_| history.with(told).map(|(raw, _)| pretty::indent(&raw)));
    let title = NodeRef::<html::H2>::new();
    // The reader is taken to what just opened; each event of the list is a new start.
    Effect::new(move |_| {
        key.track();
        if let Some(title) = title.get() {
            drop(title.focus());
        }
    });
    cover_page();
    let close = move || {
        uncover_page();
        list.close();
        let grid = document().get_element_by_id("events");
        if let Some(grid) = grid.and_then(|grid| grid.dyn_into::<web_sys::HtmlElement>().ok()) {
            focus_quietly(&grid);
        }
    };
    on_escape(close);
    let heading = move || {
        event.with(|event| {
            event.as_ref().map_or_else(
                || t().detail().to_owned(),
                |event| t().kind(event.event_type.kind).to_owned(),
            )
        })
    };
    view! {
        <aside class="detail" aria-labelledby="detail-title">
            <header class="detail-head">
                <div>
                    <h2 id="detail-title" tabindex="-1" node_ref=title>{heading}</h2>
                    <p class="detail-resource">
                        <ResourceName
                            name=Signal::derive(move || resource.with(|it| resource::name(it.as_deref())))
                            id=Signal::derive(move || key.with(|key| visible(&key.resource_id).into_owned()))
                        />
                    </p>
                </div>
                <Button
                    label=phrase_signal(Strings::close)
                    on_press=close
                >
                    <Icon glyph=Glyph::Close />
                </Button>
            </header>
            {move || match event.get() {
                Some(event) => view! { <Detail event=event resource=resource raw=raw gone=gone history=history on_review=on_review /> }.into_any(),
                None if unread() => {
                    view! { <p class="detail-note" role="status">{phrase(Strings::detail_loading)}</p> }
                        .into_any()
                }
                None => {
                    view! {
                        <div class="detail-note" role="status">
                            <h3>{phrase(Strings::detail_missing_title)}</h3>
                            <p>{phrase(Strings::detail_missing_text)}</p>
                        </div>
                    }
                        .into_any()
                }
            }}
        </aside>
    }
}

#[component]
fn Detail(
    event: Arc<Event>,
    resource: Memo<Option<Arc<Resource>>>,
    /// What the cloud sent, once it is known.
    raw: Memo<Option<String>>,
    gone: Signal<Option<Timestamp>>,
    history: Signal<Option<Result<EventDetail, ShownFailure>>>,
    on_review: Callback<SortedSelection>,
) -> impl IntoView {
    let list = use_list();
    let zone = use_prefs().zone;
    let gone_since = move || {
        let at = gone.get()?.as_millis();
        let at = time::full(at, zone.get().offset_minutes(at));
        Some(view! { <p class="detail-gone">{move || t().detail_gone(&at)}</p> })
    };
    let now = use_clock().minutes();
    let left = Arc::clone(&event);
    let alone = move || left_alone::sentence(&left, zone.get(), now.get(), t());
    let resource_id = event.resource_id.clone();
    let kind = event.state.kind;
    let raw_state = event.state.raw.clone();
    let descriptions = event
        .description
        .iter()
        .map(|(locale, text)| {
            let named = locale != "und" && !locale.is_empty();
            let name = visible(locale).into_owned();
            let shown = move || {
                if named {
                    name.clone()
                } else {
                    t().detail_locale_unknown().to_owned()
                }
            };
            view! {
                <dt>{shown}</dt>
                <dd lang=named.then(|| locale.clone()) dir="auto">{visible_lines(text)}</dd>
            }
        })
        .collect_view();
    let described = !event.description.is_empty();
    let acting = StoredValue::new(Arc::clone(&event));
    view! {
        <div class="detail-body">
            <p class="detail-state">
                <StateBadge state=Signal::stored(kind) raw=Signal::stored(raw_state) />
                <span class="sub">{event.account.clone()}</span>
            </p>
            {gone_since}
            <p class="detail-alone" hidden=move || gone.with(Option::is_some)>{alone}</p>
            <Show when=move || gone.with(Option::is_none)>
                <Actions event=acting.get_value() on_review=on_review />
            </Show>
            <CheckNow event=Arc::clone(&event) />
            <EventHistory history=history />
            <ResourceFacts resource=resource />
            <section>
                <h3>{phrase(Strings::detail_times)}</h3>
                <Times event=Arc::clone(&event) />
            </section>
            <section hidden=!described>
                <h3>{phrase(Strings::detail_description)}</h3>
                <dl class="facts">{descriptions}</dl>
            </section>
            <section>
                <h3>{phrase(Strings::detail_facts)}</h3>
                <Facts event=Arc::clone(&event) />
                <Button
                    kind=ButtonKind::Quiet
                    on_press=move || {
                        list.change(Entry::New, |filter| {
                            *filter = filter.opened();
                            filter.resource.clone_from(&resource_id);
                        });
                    }
                >
                    {phrase(Strings::detail_same_resource)}
                </Button>
            </section>
            <section hidden=move || raw.with(Option::is_none)>
                <div class="detail-raw-head">
                    <h3>{phrase(Strings::detail_raw)}</h3>
                    <Copy text=raw />
                </div>
                <pre class="code" tabindex="0" aria-label=phrase(Strings::detail_raw)>
                    {move || raw.with(|raw| raw.as_deref().map(visible_lines))}
                </pre>
            </section>
        </div>
    }
}

#[component]
fn Copy(text: Memo<Option<String>>) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move || {
        let text = text.get_untracked().unwrap_or_default();
        let written = window().navigator().clipboard().write_text(&text);
        leptos::task::spawn_local(async move {
            copied.set(wasm_bindgen_futures::JsFuture::from(written).await.is_ok());
        });
    };
    view! {
        <Button kind=ButtonKind::Quiet on_press=copy>
            <span role="status">
                {move || if copied.get() { t().detail_copied() } else { t().detail_copy() }}
            </span>
        </Button>
    }
}
