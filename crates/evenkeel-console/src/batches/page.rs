//! One batch: how far it is, what became of each item, and what can be done about it.

use evenkeel_api::{BatchSummary, ProblemCode};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

use super::approval::ApprovalNotice;
use super::batch_actions::BatchActions;
use super::batch_badge::BatchBadge;
use super::batch_history::BatchHistory;
use super::item_table::ItemTable;
use super::labels::{self, ORDER};
use super::model::{Shown, answered};
use super::notices::Notices;
use super::progress_bar::ProgressBar;
use super::stage;
use super::store::{Reading, use_batches};
use crate::api::ShownFailure;
use crate::clock::use_clock;
use crate::events::SortedSelection;
use crate::i18n::{Strings, phrase, t, thousands};
use crate::labels::many;
use crate::prefs::use_prefs;
use crate::stream::connection::use_connection;
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::{routes, time};

#[component]
pub fn BatchPage(on_review: Callback<SortedSelection>) -> impl IntoView {
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
                .map_or_else(|| t().act_batches().to_owned(), |it| labels::name(it, t()))
        });
        document().set_title(&format!("{title} · {}", t().brand()));
    });
    view! {
        <div class="page">
            <p class="crumb"><a href=routes::BATCHES>{phrase(Strings::act_batches)}</a></p>
            {move || {
                failed
                    .get()
                    .map(|failure| {
                        view! { <Trouble failure=failure retry=move || batches.open(&id.get_untracked()) /> }
                    })
            }}
            <Show when=move || known.with(Option::is_none) && failed.with(Option::is_none)>
                <p class="load-text" role="status">{phrase(Strings::detail_loading)}</p>
            </Show>
            {move || {
                known.track();
                // Made once a batch; its sum changes in place.
                summary.get_untracked().map(|first| view! { <Known first=first latest=summary on_review=on_review /> })
            }}
        </div>
    }
}

#[component]
fn Trouble(failure: ShownFailure, retry: impl Fn() + Send + Sync + 'static) -> impl IntoView {
    let unknown = failure.problem == Some(ProblemCode::UnknownBatch);
    view! {
        <Banner tone=Signal::stored(Tone::Bad) urgent=true>
            <div class="notice-text">
                <p>
                    {move || {
                        if unknown { t().batch_missing().to_owned() } else { failure.summary(t()) }
                    }}
                </p>
            </div>
            <Button on_press=retry>{phrase(Strings::retry)}</Button>
        </Banner>
    }
}

#[component]
fn Known(
    first: BatchSummary,
    latest: Memo<Option<BatchSummary>>,
    on_review: Callback<SortedSelection>,
) -> impl IntoView {
    let summary = RwSignal::new(first);
    Effect::new(move |_| {
        if let Some(latest) = latest.get() {
            summary.set(latest);
        }
    });
    let (batches, clock) = (use_batches(), use_clock());
    let zone = use_prefs().zone;
    let failure = RwSignal::new(None::<ShownFailure>);
    use_connection().forgive(failure);
    let query = use_query_map();
    let go = StoredValue::new(use_navigate());
    let show = Memo::new(move |_| {
        query.with(|query| {
            let (state, stage) = (query.get("state"), query.get("maintenance"));
            Shown::parse(state.as_deref(), stage.as_deref())
        })
    });
    let query_text = Signal::derive(move || show.get().to_query());
    let id = Signal::derive(move || summary.with(|it| it.id.clone()));
    let choose = move |show: Shown| {
        let path = format!("{}{}", routes::batch(&id.get_untracked()), show.to_query());
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
            let cloud = it.provider.facts().name(t().0);
            let made = it.created_at.as_millis();
            let at = labels::short_time(made, zone.get(), t());
            let ago = time::relative(made, clock.minutes().get(), t());
            format!("{} · {cloud} · {}", it.account, t().batch_made(ago, at))
        })
    };
    let progress = move || summary.with(|it| t().act_answered(many(it.total), many(answered(it))));
    let choice = move |this: Shown| {
        let count = Memo::new(move |_| {
            summary.with(|it| match this {
                Shown::All => it.total,
                Shown::Order(state) => it.counts.get(state),
                Shown::Maintenance(kind) => stage::count(it, kind),
            })
        });
        let label = move || {
            let name = match this {
                Shown::All => t().act_all(),
                Shown::Order(state) => labels::item_state(state, t()),
                Shown::Maintenance(kind) => stage::label(kind, t()),
            };
            t().menu_count(many(count.get()), name)
        };
        let on = move || show.get() == this;
        view! {
            <Show when=move || this == Shown::All || count.get() != 0 || on()>
                <button
                    type="button"
                    aria-pressed=move || if on() { "true" } else { "false" }
                    on:click=move |_| choose(this)
                >
                    {label}
                </button>
            </Show>
        }
    };
    let stages = Memo::new(move |_| summary.with(|it| stage::tally(it, t())));
    let staged =
        move || stages.with(|it| !it.is_empty()) || matches!(show.get(), Shown::Maintenance(_));
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
                <h1 tabindex="-1" node_ref=heading>{move || summary.with(|it| labels::name(it, t()))}</h1>
                <p class="sub">{subtitle}</p>
                <p class="sub mono batch-id">{id}</p>
            </div>
            <div class="page-tools">
                <BatchActions summary=summary failure=failure on_review=on_review />
            </div>
        </header>
        <section class="batch-sum" aria-label=phrase(Strings::batch_progress)>
            <BatchBadge summary=summary />
            <strong role="status">{move || summary.with(|it| labels::tally(&it.counts, t()))}</strong>
            <span class="batch-stages">
                {move || (!stages.with(String::is_empty)).then(|| t().batch_maintenance(stages.get()))}
            </span>
            <span class="sub">{progress}</span>
            <ProgressBar summary=summary />
        </section>
        <ApprovalNotice summary=summary />
        <Notices summary=summary failure=failure />
        <BatchHistory summary=summary />
        <div class="batch-filters">
            <div class="segmented batch-filter" role="group" aria-label=phrase(Strings::batch_column_order)>
                {choice(Shown::All)}
                {ORDER.map(|state| choice(Shown::Order(state))).collect_view()}
            </div>
            <div
                class="segmented batch-filter"
                role="group"
                aria-label=phrase(Strings::batch_column_maintenance)
                hidden=move || !staged()
            >
                {stage::ORDER.map(|kind| choice(Shown::Maintenance(kind))).collect_view()}
            </div>
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
        <ItemTable show=show batch=id query=query_text on_open=open_item />
    }
}
