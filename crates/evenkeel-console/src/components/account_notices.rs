//! What is wrong with single accounts, beside the data of the others.

use leptos::prelude::*;

use crate::i18n::t;
use crate::state::clock::use_clock;
use crate::state::events::{Directory, Phase, use_events};
use crate::state::failure::Failure;
use crate::time;
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::button::Button;

/// What a notice is about; the words come later, in the reader's language.
#[derive(Clone, Debug, PartialEq)]
enum Notice {
    Failed { failure: Failure, kept: bool },
    Throttled { until: i64 },
}

#[component]
pub fn AccountNotices() -> impl IntoView {
    let events = use_events();
    let directory = Memo::new(move |_| {
        events.directory.with(|directory| match directory {
            Directory::Failed(failure) => Some(failure.clone()),
            Directory::Loading | Directory::Ready(_) => None,
        })
    });
    let accounts = Memo::new(move |_| {
        events.feeds.with(|feeds| {
            feeds
                .iter()
                .filter(|(_, feed)| {
                    matches!(feed.phase, Phase::Failed(_) | Phase::Throttled { .. })
                })
                .map(|(id, _)| id.clone())
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="notices">
            {move || {
                directory
                    .get()
                    .map(|failure| {
                        let title = {
                            let failure = failure.clone();
                            Signal::derive(move || failure.title(t()).to_owned())
                        };
                        view! {
                            <FailureNotice
                                title=title
                                failure=failure
                                kept=false
                                retry=move || events.load()
                            />
                        }
                    })
            }}
            <For each=move || accounts.get() key=String::clone let:id>
                <AccountNotice id=id />
            </For>
        </div>
    }
}

#[component]
fn AccountNotice(id: String) -> impl IntoView {
    let (events, clock) = (use_events(), use_clock());
    let notice = {
        let id = id.clone();
        Memo::new(move |_| {
            events.feeds.with(|feeds| {
                let feed = feeds.get(&id)?;
                match &feed.phase {
                    Phase::Failed(failure) => {
                        let kept = feed.loaded > 0 || feed.updated_at.is_some();
                        Some(Notice::Failed {
                            failure: failure.clone(),
                            kept,
                        })
                    }
                    Phase::Throttled { until } => Some(Notice::Throttled { until: *until }),
                    Phase::Loading | Phase::Ready => None,
                }
            })
        })
    };
    move || {
        let id = id.clone();
        notice.get().map(|notice| match notice {
            Notice::Throttled { until } => view! {
                <Banner tone=Tone::Attention>
                    {move || {
                        let left = (until - clock.get()).max(0);
                        t().throttled_wait(&id, time::span(left, t()))
                    }}
                </Banner>
            }
            .into_any(),
            Notice::Failed { failure, kept } => {
                let title = {
                    let (failure, id) = (failure.clone(), id.clone());
                    Signal::derive(move || t().failure_of(&id, failure.title(t())))
                };
                view! {
                    <FailureNotice
                        title=title
                        failure=failure
                        kept=kept
                        retry=move || events.refresh_account(&id)
                    />
                }
                .into_any()
            }
        })
    }
}

#[component]
fn FailureNotice(
    title: Signal<String>,
    failure: Failure,
    /// Whether data of before is still shown.
    kept: bool,
    retry: impl Fn() + Send + Sync + 'static,
) -> impl IntoView {
    let fine_print = failure.fine_print();
    view! {
        <Banner tone=Tone::Bad urgent=true>
            <div class="notice-text">
                <strong>
                    <span aria-hidden="true">"✕ "</span>
                    {title}
                </strong>
                <p>
                    {move || failure.advice(t())}
                    {move || kept.then(|| format!(" {}", t().failure_kept()))}
                </p>
                {(!fine_print.is_empty()).then(|| view! { <p class="notice-fine mono">{fine_print}</p> })}
            </div>
            <Button on_press=retry>{move || t().retry()}</Button>
        </Banner>
    }
}
