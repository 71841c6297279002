//! One batch: how far it is, what became of each item, and what can be done about it.

use evenkeel::Provider;
use evenkeel_api::{BatchSummary, ItemState};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

use crate::act;
use crate::batch::words::{self, ORDER, many};
use crate::batch::{ItemTable, Levers, Notices, Stack};
use crate::i18n::{t, thousands};
use crate::routes;
use crate::state::batch::settled;
use crate::state::batches::{Reading, use_batches};
use crate::state::clock::use_clock;
use crate::state::failure::Failure;
use crate::state::prefs::use_prefs;
use crate::time;
use crate::ui::badge::{Badge, Tone};
use crate::ui::banner::Banner;
use crate::ui::button::Button;

#[component]
pub fn BatchPage() -> impl IntoView {
    let batches = use_batches();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("batch").unwrap_or_default()));
    Effect::new(move |_| batches.open(&id.get()));
    on_cleanup(move || batches.close());
    let summary = Memo::new(move |_| {
        batches
            .open
            .with(|open| open.as_ref().map(|open| open.summary.clone()))
    });
    let known = Memo::new(move |_| summary.with(|it| it.as_ref().map(|it| it.id.clone())));
    let failed = Memo::new(move |_| {
        batches.opening.with(|opening| match opening {
            Reading::Failed(failure) => Some(failure.clone()),
            Reading::Under | Reading::Done => None,
        })
    });
    Effect::new(move |_| {
        let title = summary.with(|it| {
            it.as_ref()
                .map_or_else(|| t().act_batches().to_owned(), name)
        });
        document().set_title(&format!("{title} · {}", t().brand()));
    });
    view! {
        <div class="page">
            <p class="crumb"><a href=routes::BATCHES>{move || t().act_batches()}</a></p>
            {move || {
                failed
                    .get()
                    .map(|failure| {
                        view! { <Trouble failure=failure retry=move || batches.open(&id.get_untracked()) /> }
                    })
            }}
            <Show when=move || known.with(Option::is_none) && failed.with(Option::is_none)>
                <p class="load-text" role="status">{move || t().detail_loading()}</p>
            </Show>
            {move || {
                known.track();
                // Made once a batch; its sum changes in place.
                summary.get_untracked().map(|first| view! { <Known first=first latest=summary /> })
            }}
        </div>
    }
}

/// `Redeploy 3 instances`.
pub fn name(batch: &BatchSummary) -> String {
    let count = usize::try_from(batch.total).unwrap_or(usize::MAX);
    act::title(batch.action, count, t())
}

#[component]
fn Trouble(failure: Failure, retry: impl Fn() + Send + Sync + 'static) -> impl IntoView {
    let unknown = failure.code.as_deref() == Some("unknown_batch");
    view! {
        <Banner tone=Signal::stored(Tone::Bad) urgent=true>
            <div class="notice-text">
                <p>
                    {move || {
                        if unknown { t().batch_missing().to_owned() } else { act::said(&failure) }
                    }}
                </p>
            </div>
            <Button on_press=retry>{move || t().retry()}</Button>
        </Banner>
    }
}

#[component]
fn Known(first: BatchSummary, latest: Memo<Option<BatchSummary>>) -> impl IntoView {
    let summary = RwSignal::new(first);
    Effect::new(move |_| {
        if let Some(latest) = latest.get() {
            summary.set(latest);
        }
    });
    let (batches, clock) = (use_batches(), use_clock());
    let zone = use_prefs().zone;
    let failure = RwSignal::new(None::<Failure>);
    let query = use_query_map();
    let go = StoredValue::new(use_navigate());
    let only = Memo::new(move |_| {
        query.with(|query| query.get("state").as_deref().and_then(ItemState::parse))
    });
    let query_text = Signal::derive(move || {
        only.get()
            .map(|state| format!("?state={state}"))
            .unwrap_or_default()
    });
    let id = Signal::derive(move || summary.with(|it| it.id.clone()));
    let choose = move |state: Option<ItemState>| {
        let query = state
            .map(|state| format!("?state={state}"))
            .unwrap_or_default();
        let path = format!("{}{query}", routes::batch(&id.get_untracked()));
        go.with_value(|go| {
            go(
                &path,
                NavigateOptions {
                    scroll: false,
                    ..NavigateOptions::default()
                },
            );
        });
    };
    let open_item = move |index: u32| {
        let path = routes::item(&id.get_untracked(), index, &query_text.get_untracked());
        go.with_value(|go| {
            go(
                &path,
                NavigateOptions {
                    scroll: false,
                    ..NavigateOptions::default()
                },
            );
        });
    };
    let heading = NodeRef::<html::H1>::new();
    // The reader is taken to the page of the batch that was just handed in, or opened.
    Effect::new(move |_| {
        id.track();
        if let Some(heading) = heading.get() {
            drop(heading.focus());
        }
    });
    let subtitle = move || {
        summary.with(|it| {
            let cloud = match it.provider {
                Provider::Ens => t().provider_ens(),
                Provider::HuaweiEcs => t().provider_huawei(),
            };
            let made = it.created_at.as_millis();
            let at = words::moment(made, zone.get(), t());
            let ago = time::relative(made, clock.minutes().get(), t());
            format!("{} · {cloud} · {}", it.account, t().batch_made(ago, at))
        })
    };
    let progress = move || summary.with(|it| t().act_answered(many(it.total), many(settled(it))));
    let choice = move |state: Option<ItemState>| {
        let count = Memo::new(move |_| {
            summary.with(|it| state.map_or(it.total, |state| it.counts.get(state)))
        });
        let label = move || {
            let name = state.map_or(t().act_all(), |state| words::state(state, t()));
            t().menu_count(many(count.get()), name)
        };
        let on = move || only.get() == state;
        view! {
            <Show when=move || state.is_none() || count.get() != 0 || on()>
                <button
                    type="button"
                    aria-pressed=move || if on() { "true" } else { "false" }
                    on:click=move |_| choose(state)
                >
                    {label}
                </button>
            </Show>
        }
    };
    let reading = Memo::new(move |_| {
        batches.open.with(|open| {
            open.as_ref()
                .filter(|open| !open.is_whole())
                .map(|open| open.items().count())
        })
    });
    view! {
        <header class="page-head">
            <div class="page-title">
                <h1 tabindex="-1" node_ref=heading>{move || summary.with(name)}</h1>
                <p class="sub">{subtitle}</p>
                <p class="sub mono batch-id">{id}</p>
            </div>
            <div class="page-tools">
                <Levers summary=summary failure=failure />
            </div>
        </header>
        <section class="batch-sum" aria-label=move || t().batch_progress()>
            <Badge
                tone=Signal::derive(move || summary.with(|it| words::batch_look(it.state).0))
                shape=Signal::derive(move || summary.with(|it| words::batch_look(it.state).1))
                word=Signal::derive(move || summary.with(|it| words::batch_state(it, t()).to_owned()))
            />
            <strong role="status">{move || summary.with(|it| words::tally(&it.counts, t()))}</strong>
            <span class="sub">{progress}</span>
            <Stack summary=summary />
        </section>
        <Notices summary=summary failure=failure />
        <div class="segmented batch-filter" role="group" aria-label=move || t().filters()>
            {choice(None)}
            {ORDER.map(|state| choice(Some(state))).collect_view()}
        </div>
        {move || {
            reading
                .get()
                .map(|count| {
                    view! {
                        <p class="load-text" role="status">
                            {move || t().items_loading(thousands(count), many(summary.with(|it| it.total)))}
                        </p>
                    }
                })
        }}
        <ItemTable only=only batch=id query=query_text on_open=open_item />
    }
}
