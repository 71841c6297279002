//! One item of a batch, beside the batch: its life, and what a person can say about it.

use evenkeel::visible::visible;
use evenkeel_api::{Item, ItemDetail};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_params_map};
use wasm_bindgen::JsCast as _;

use super::item_history::ItemHistory;
use super::labels;
use super::settle::SettleForm;
use super::stage::StageBadge;
use super::store::use_batches;
use crate::api::{self, EventKey, ShownFailure};
use crate::i18n::{Strings, phrase, phrase_signal, t};
use crate::prefs::use_prefs;
use crate::resource::{self, ResourceName};
use crate::routes;
use crate::stream::connection::use_connection;
use crate::ui::badge::Badge;
use crate::ui::button::Button;
use crate::ui::cover::{cover_page, uncover_page};
use crate::ui::escape::on_escape;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::virtual_list::focus_quietly;

#[component]
pub fn ItemPage() -> impl IntoView {
    let batches = use_batches();
    let connection = use_connection();
    let params = use_params_map();
    let search = use_location().search;
    let go = StoredValue::new(use_navigate());
    let address = Memo::new(move |_| {
        params.with(|params| {
            let index: Option<u32> = params.get("index").and_then(|it| it.parse().ok());
            (params.get("batch").unwrap_or_default(), index)
        })
    });
    let item = Memo::new(move |_| {
        let (_, index) = address.get();
        batches
            .open
            .with(|open| open.as_ref().and_then(|open| open.item(index?)).cloned())
    });
    let detail = RwSignal::new(None::<Result<ItemDetail, ShownFailure>>);
    // Whenever the item has moved on, its life has a step more.
    Effect::new(move |_| {
        item.with(|_| ());
        connection.back.track();
        let (id, Some(index)) = address.get() else {
            return;
        };
        spawn_local(async move {
            let read = api::item(&id, index).await.map_err(ShownFailure::from);
            let still = address
                .try_get_untracked()
                .is_some_and(|now| now == (id, Some(index)));
            if still {
                detail.set(Some(read));
            }
        });
    });
    let title = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        address.track();
        detail.set(None);
        if let Some(title) = title.get() {
            drop(title.focus());
        }
    });
    cover_page();
    let close = move || {
        uncover_page();
        let query = search.get_untracked();
        let query = query.trim_start_matches('?');
        let mark = if query.is_empty() { "" } else { "?" };
        let path = format!("{}{mark}{query}", routes::batch(&address.get_untracked().0));
        go.with_value(|go| {
            go(
                &path,
                NavigateOptions {
                    scroll: false,
                    ..NavigateOptions::default()
                },
            );
        });
        let grid = document().get_element_by_id("items");
        if let Some(grid) = grid.and_then(|grid| grid.dyn_into::<web_sys::HtmlElement>().ok()) {
            focus_quietly(&grid);
        }
    };
    on_escape(close);
    let known = Memo::new(move |_| {
        detail.with(|detail| match detail {
            Some(Ok(detail)) => Some(detail.item.clone()),
            Some(Err(_)) | None => None,
        })
    });
    // The stream is ahead of what was read.
    let shown = Memo::new(move |_| item.get().or_else(|| known.get()));
    view! {
        <aside class="detail" aria-labelledby="detail-title">
            <header class="detail-head">
                <div>
                    <h2 id="detail-title" tabindex="-1" node_ref=title>{phrase(Strings::item_title)}</h2>
                    <p class="detail-resource">
                        <ResourceName
                            name=Signal::derive(move || {
                                shown.with(|it| resource::name(it.as_ref().and_then(|it| it.resource.as_ref())))
                            })
                            id=Signal::derive(move || {
                                let id = |it: &Item| visible(&it.resource_id).into_owned();
                                shown.with(|it| it.as_ref().map(id).unwrap_or_default())
                            })
                        />
                    </p>
                </div>
                <Button label=phrase_signal(Strings::close) on_press=close>
                    <Icon glyph=Glyph::Close />
                </Button>
            </header>
            {move || {
                shown
                    .get()
                    .map(|item| {
                        view! { <ItemFacts batch=address.get_untracked().0 item=item /> }
                    })
            }}
            {move || match detail.get() {
                None => {
                    view! { <p class="detail-note" role="status">{phrase(Strings::detail_loading)}</p> }
                        .into_any()
                }
                Some(Err(failure)) => {
                    view! { <p class="detail-note" role="status">{move || failure.summary(t())}</p> }.into_any()
                }
                Some(Ok(detail)) => {
                    view! {
                        <div class="detail-body">
                            <section>
                                <h3>{phrase(Strings::item_history_title)}</h3>
                                <ItemHistory history=detail.history />
                            </section>
                        </div>
                    }
                        .into_any()
                }
            }}
        </aside>
    }
}

#[component]
fn ItemFacts(batch: String, item: Item) -> impl IntoView {
    let batches = use_batches();
    let zone = use_prefs().zone;
    let (tone, shape) = labels::item_look(item.state);
    let state = item.state;
    let unknown = state == evenkeel_api::ItemState::Unknown;
    // The batch may come after its item.
    let key = StoredValue::new((item.event_id.clone(), item.resource_id.trim().to_owned()));
    let event = Memo::new(move |_| {
        let account = batches
            .open
            .with(|open| open.as_ref().map(|open| open.summary.account.clone()))?;
        let (event_id, resource_id) = key.get_value();
        let key = EventKey {
            account,
            event_id,
            resource_id,
        };
        Some(routes::event(&key, ""))
    });
    let why = {
        let item = item.clone();
        move || labels::why(&item, t())
    };
    let when = item.when;
    let shown_id = visible(&item.event_id).into_owned();
    view! {
        <div class="detail-body">
            <div>
                <p class="detail-state">
                    <Badge
                        tone=Signal::stored(tone)
                        shape=Signal::stored(shape)
                        word=Signal::derive(move || labels::item_state(state, t()).to_owned())
                    />
                    <bdi>{why}</bdi>
                </p>
                {item
                    .maintenance
                    .map(|stage| {
                        view! {
                            <p class="detail-state">
                                <span class="sub">{phrase(Strings::batch_column_maintenance)}</span>
                                <StageBadge stage=Signal::stored(stage) />
                            </p>
                        }
                    })}
                <p class="sub">{move || labels::meaning(state, t())}</p>
            </div>
            {unknown.then(|| view! { <SettleForm batch=batch item=item.clone() /> })}
            <dl class="facts">
                <dt>{phrase(Strings::act_when)}</dt>
                <dd>{move || labels::when(when, zone.get(), t())}</dd>
                {item
                    .data_policy
                    .map(|policy| {
                        view! {
                            <dt>{phrase(Strings::batch_column_policy)}</dt>
                            <dd>{move || labels::policy(policy, t()).0}</dd>
                        }
                    })}
                <dt>{phrase(Strings::detail_event_id)}</dt>
                <dd class="mono">
                    {move || match event.get() {
                        Some(href) => view! { <a href=href>{shown_id.clone()}</a> }.into_any(),
                        None => shown_id.clone().into_any(),
                    }}
                </dd>
            </dl>
        </div>
    }
}
