//! Everything the cloud said about one event, beside the list; its URL survives a reload.

use std::sync::Arc;

use evenkeel::visible::{visible, visible_lines};
use evenkeel::{Applies, DataLoss, Down, Event, TimeLimit, Timestamp};
use evenkeel_api::EventDetail;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use wasm_bindgen::JsCast as _;

use crate::batch::labels;
use crate::components::event_history::{CheckNow, EventHistory, use_event_history};
use crate::components::row_window::focus_quietly;
use crate::components::state_badge::StateBadge;
use crate::i18n::{Strings, t};
use crate::pretty;
use crate::review::StartReview;
use crate::routes;
use crate::state::clock::use_clock;
use crate::state::events::use_events;
use crate::state::failure::Failure;
use crate::state::list::{Entry, use_list};
use crate::state::plan::{Plan, Reason, offered};
use crate::state::prefs::{Zone, use_prefs};
use crate::state::table::EventKey;
use crate::time;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::escape::on_escape;
use crate::ui::icon::{Glyph, Icon};

#[component]
pub fn EventPage() -> impl IntoView {
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
            let row = key.with(|key| table.row(key).cloned())?;
            Some((row.event, row.gone_at))
        });
        listed.or_else(|| {
            history.with(|history| {
                let stored = &history.as_ref()?.as_ref().ok()?.event;
                Some((Arc::new(stored.event.clone()), stored.gone_at))
            })
        })
    });
    let unread = move || !events.is_whole() || events.loading() || history.with(Option::is_none);
    let event =
        Memo::new(move |_| row.with(|row| row.as_ref().map(|(event, _)| Arc::clone(event))));
    let gone = Signal::derive(move || row.with(|row| row.as_ref().and_then(|(_, gone)| *gone)));
    let title = NodeRef::<html::H2>::new();
    // The reader is taken to what just opened; each event of the list is a new start.
    Effect::new(move |_| {
        key.track();
        if let Some(title) = title.get() {
            drop(title.focus());
        }
    });
    let close = move || {
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
                    <p class="sub mono" dir="auto">
                        {move || key.with(|key| visible(&key.resource_id).into_owned())}
                    </p>
                </div>
                <Button
                    label=Signal::derive(|| t().close().to_owned())
                    on_press=close
                >
                    <Icon glyph=Glyph::Close />
                </Button>
            </header>
            {move || match event.get() {
                Some(event) => view! { <Detail event=event gone=gone history=history /> }.into_any(),
                None if unread() => {
                    view! { <p class="detail-note" role="status">{move || t().detail_loading()}</p> }
                        .into_any()
                }
                None => {
                    view! {
                        <div class="detail-note" role="status">
                            <h3>{move || t().detail_missing_title()}</h3>
                            <p>{move || t().detail_missing_text()}</p>
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
    gone: Signal<Option<Timestamp>>,
    history: Signal<Option<Result<EventDetail, Failure>>>,
) -> impl IntoView {
    let list = use_list();
    let zone = use_prefs().zone;
    let gone_since = move || {
        let at = gone.get()?.as_millis();
        let at = time::full(at, zone.get().offset_minutes(at));
        Some(view! { <p class="detail-gone">{move || t().detail_gone(&at)}</p> })
    };
    let resource = event.resource_id.clone();
    let raw = pretty::indent(&event.raw);
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
            <Show when=move || gone.with(Option::is_none)>
                <Actions event=acting.get_value() />
            </Show>
            <CheckNow event=Arc::clone(&event) />
            <EventHistory history=history />
            <section>
                <h3>{move || t().detail_times()}</h3>
                <Times event=Arc::clone(&event) />
            </section>
            <section hidden=!described>
                <h3>{move || t().detail_description()}</h3>
                <dl class="facts">{descriptions}</dl>
            </section>
            <section>
                <h3>{move || t().detail_facts()}</h3>
                <Facts event=Arc::clone(&event) />
                <Button
                    kind=ButtonKind::Quiet
                    on_press=move || {
                        list.change(Entry::New, |filter| {
                            *filter = filter.opened();
                            filter.resource.clone_from(&resource);
                        });
                    }
                >
                    {move || t().detail_same_resource()}
                </Button>
            </section>
            <section>
                <div class="detail-raw-head">
                    <h3>{move || t().detail_raw()}</h3>
                    <Copy text=raw.clone() />
                </div>
                <pre class="code" tabindex="0" aria-label=move || t().detail_raw()>{visible_lines(&raw)}</pre>
            </section>
        </div>
    }
}

#[component]
fn Actions(event: Arc<Event>) -> impl IntoView {
    let reviewing = RwSignal::new(false);
    let events = use_events();
    let chosen = Arc::clone(&event);
    let plan = Memo::new(move |_| {
        events
            .table
            .with(|table| Plan::of(table.choose(vec![Arc::clone(&chosen)])))
    });
    let key = EventKey::of(&event);
    let order = Memo::new(move |_| events.table.with(|table| table.row(&key)?.order().cloned()));
    let offers = event.actions();
    let main = offered(&event);
    let nothing = move || match main {
        Ok(_) => None,
        Err(Reason::Executing) => Some(t().detail_no_executing()),
        Err(Reason::Over) => Some(t().detail_no_over()),
        Err(Reason::NoAction | Reason::InBatch) => Some(t().detail_no_action()),
    };
    let lines = offers
        .into_iter()
        .map(|offer| {
            let first = main == Ok(offer.action);
            let loss = move || match offer.data_loss {
                DataLoss::No => t().detail_loss_no(),
                DataLoss::Possible => t().detail_loss_possible(),
                DataLoss::Certain => t().detail_loss_certain(),
            };
            let down = move || match offer.down {
                Down::No => t().detail_down_no(),
                Down::Briefly => t().detail_down_briefly(),
                Down::UntilDone => t().detail_down_until_done(),
                Down::ForGood => t().detail_down_for_good(),
            };
            let calm = offer.down == Down::No;
            let applies = move || match offer.applies {
                Applies::Yes => t().detail_applies(),
                Applies::Unverified => t().detail_unverified(),
            };
            let tone = if offer.data_loss == DataLoss::No { "calm" } else { "loss" };
            view! {
                <li class="offer">
                    <div>
                        <strong class="offer-name">{move || t().action(offer.action)}</strong>
                        <span class="sub">" · "{applies}</span>
                        <p class="offer-loss" data-tone=tone>
                            <span aria-hidden="true">{if tone == "loss" { "△ " } else { "✓ " }}</span>
                            {loss}
                        </p>
                        <p class="offer-loss" data-tone=if calm { "calm" } else { "loss" }>
                            <span aria-hidden="true">{if calm { "✓ " } else { "△ " }}</span>
                            {down}
                        </p>
                    </div>
                    {first
                        .then(|| {
                            view! {
                                <Button
                                    kind=ButtonKind::Primary
                                    on_press=move || reviewing.set(true)
                                >
                                    {move || t().detail_review()}
                                </Button>
                            }
                        })}
                </li>
            }
        })
        .collect_view();
    view! {
        <section>
            <h3>{move || t().detail_actions()}</h3>
            {move || nothing().map(|why| view! { <p class="sub">{why}</p> })}
            {move || {
                order
                    .get()
                    .map(|item| {
                        view! {
                            <p class="detail-order">
                                <a href=routes::item(&item.batch_id, item.index, "")>
                                    {t().in_batch(labels::state(item.state, t()))}
                                </a>
                                " · "
                                {t().detail_in_batch()}
                            </p>
                        }
                    })
            }}
            <ul>{lines}</ul>
            <StartReview plan=plan open=reviewing />
        </section>
    }
}

#[component]
fn Times(event: Arc<Event>) -> impl IntoView {
    let clock = use_clock();
    let now = clock.minutes();
    let provider = event.provider;
    let opens = move |t: Strings| match provider.facts().time_limit {
        TimeLimit::OwnStart => t.time_own_start(),
        TimeLimit::Deadline => t.time_not_before(),
    };
    let unreadable = event.unreadable_times();
    let line = move |field: &str, name: Signal<&'static str>, time: Option<Timestamp>| {
        let Some(ms) = time.map(Timestamp::as_millis) else {
            // A time that cannot be read is not a time that is not there.
            let (_, text) = unreadable.iter().find(|(known, _)| *known == field)?;
            let text = visible(text).into_owned();
            return Some(
                view! {
                    <tr>
                        <th scope="row">{name}</th>
                        <td colspan="3">{move || t().time_unreadable(&text)}</td>
                    </tr>
                }
                .into_any(),
            );
        };
        Some(
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td class="mono">{time::full(ms, 0)}</td>
                    <td class="mono">{time::full(ms, Zone::Local.offset_minutes(ms))}</td>
                    <td>{move || time::relative(ms, now.get(), t())}</td>
                </tr>
            }
            .into_any(),
        )
    };
    let local = move || t().detail_local(time::offset(Zone::Local.offset_minutes(now.get())));
    view! {
        <table class="times">
            <thead>
                <tr>
                    <th scope="col">{move || t().detail_when()}</th>
                    <th scope="col">{move || t().detail_utc()}</th>
                    <th scope="col">{local}</th>
                    <th scope="col">{move || t().detail_relative()}</th>
                </tr>
            </thead>
            <tbody>
                {line("published_at", Signal::derive(|| t().time_published()), event.published_at)}
                {line("not_before", Signal::derive(move || opens(t())), event.not_before)}
                {line("not_after", Signal::derive(|| t().time_not_after()), event.not_after)}
                {line("deadline", Signal::derive(|| t().time_deadline()), event.deadline)}
                {line("started_at", Signal::derive(|| t().time_started()), event.started_at)}
                {line("finished_at", Signal::derive(|| t().time_finished()), event.finished_at)}
            </tbody>
        </table>
    }
}

#[component]
fn Facts(event: Arc<Event>) -> impl IntoView {
    let provider = event.provider;
    let cloud = move || provider.facts().name(t().0);
    let line = |name: Signal<&'static str>, value: Option<String>| {
        value.map(|value| view! { <dt>{name}</dt><dd class="mono" dir="auto">{visible(&value).into_owned()}</dd> })
    };
    view! {
        <dl class="facts">
            <dt>{move || t().detail_provider()}</dt>
            <dd>{cloud}</dd>
            {line(Signal::derive(|| t().detail_event_id()), Some(event.id.clone()))}
            {line(Signal::derive(|| t().resource_filter()), Some(event.resource_id.clone()))}
            {line(Signal::derive(|| t().detail_raw_type()), Some(event.event_type.raw.clone()))}
            {line(Signal::derive(|| t().detail_raw_state()), Some(event.state.raw.clone()))}
            {line(Signal::derive(|| t().detail_level()), event.level.clone())}
            {line(Signal::derive(|| t().detail_source()), event.source.clone())}
        </dl>
    }
}

#[component]
fn Copy(text: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move || {
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
