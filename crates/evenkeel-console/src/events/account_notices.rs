//! What is wrong with single accounts, beside the data of the others.

use evenkeel_api::{AccountPhase, AccountStatus};
use leptos::prelude::*;

use super::inventory_notice::InventoryNotice;
use super::part_notices::{Part, PartNotice};
use super::store::{Load, use_events};
use crate::api::ShownFailure;
use crate::clock::use_clock;
use crate::i18n::{Strings, phrase, t};
use crate::time;
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::button::Button;

/// What is wrong with an account.
#[derive(Clone, Debug, PartialEq)]
struct Trouble {
    /// None: the cloud only asks for a pause.
    failure: Option<ShownFailure>,
    /// Whether data of before is still shown.
    kept: bool,
    /// Ms since the Unix epoch.
    next_at: Option<i64>,
}

impl Trouble {
    fn of(status: &AccountStatus) -> Option<Self> {
        let failing = status.phase == AccountPhase::Failing
            // The notice stays until the next reading, which nobody asked for, has succeeded.
            || (status.phase == AccountPhase::Walking && status.error.is_some());
        if !failing && status.phase != AccountPhase::Throttled {
            return None;
        }
        Some(Self {
            failure: status
                .error
                .as_ref()
                .filter(|_| failing)
                .map(ShownFailure::from),
            kept: status.events > 0,
            next_at: status.next_at.map(evenkeel::Timestamp::as_millis),
        })
    }
}

#[component]
pub fn AccountNotices() -> impl IntoView {
    let events = use_events();
    let unread = Memo::new(move |_| {
        events.load.with(|load| match load {
            Load::Failed(failure) => Some(failure.clone()),
            Load::Reading { .. } | Load::Ready => None,
        })
    });
    let refusal = Memo::new(move |_| events.refusal.get());
    let accounts = Memo::new(move |_| {
        events.accounts.with(|accounts| {
            accounts
                .values()
                .filter(|status| Trouble::of(status).is_some())
                .map(|status| status.account.clone())
                .collect::<Vec<_>>()
        })
    });
    let plain = move |failure: ShownFailure, retry: fn(super::store::Events)| {
        let title = {
            let failure = failure.clone();
            Signal::derive(move || failure.title(t()).to_owned())
        };
        view! {
            <FailureNotice
                title=title
                failure=failure
                kept=false
                next_at=None
                retry=move || retry(events)
            />
        }
    };
    view! {
        <div class="notices">
            {move || unread.get().map(|failure| plain(failure, super::store::Events::load))}
            {move || refusal.get().map(|failure| plain(failure, |events| events.refresh(None)))}
            <For each=move || accounts.get() key=String::clone let:id>
                <AccountNotice id=id />
            </For>
            <InventoryNotice />
            <PartNotice part=Part::Lists />
            <PartNotice part=Part::Names />
        </div>
    }
}

#[component]
fn AccountNotice(id: String) -> impl IntoView {
    let (events, clock) = (use_events(), use_clock());
    let trouble = {
        let id = id.clone();
        Memo::new(move |_| {
            events
                .accounts
                .with(|accounts| accounts.get(&id).and_then(Trouble::of))
        })
    };
    move || {
        let id = id.clone();
        trouble.get().map(|trouble| {
            let next_at = trouble.next_at;
            let Some(failure) = trouble.failure else {
                let left = move || next_at.map_or(0, |at| (at - clock.get()).max(0));
                return view! {
                    <Banner tone=Tone::Attention>
                        {move || t().throttled_wait(&id, time::span(left(), t()))}
                    </Banner>
                }
                .into_any();
            };
            let title = {
                let (failure, id) = (failure.clone(), id.clone());
                Signal::derive(move || t().failure_of(&id, failure.title(t())))
            };
            view! {
                <FailureNotice
                    title=title
                    failure=failure
                    kept=trouble.kept
                    next_at=next_at
                    retry=move || events.refresh(Some(vec![id.clone()]))
                />
            }
            .into_any()
        })
    }
}

#[component]
fn FailureNotice(
    title: Signal<String>,
    failure: ShownFailure,
    kept: bool,
    next_at: Option<i64>,
    retry: impl Fn() + Send + Sync + 'static,
) -> impl IntoView {
    let clock = use_clock();
    let fine_print = failure.fine_print();
    let next = move || {
        let left = next_at? - clock.get();
        Some(if left > 0 {
            t().feed_next(time::span(left, t()))
        } else {
            t().feed_walking().to_owned()
        })
    };
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
                // Counting down is nothing to be read out every second.
                <p class="notice-fine" aria-live="off">{next}</p>
                {(!fine_print.is_empty()).then(|| view! { <p class="notice-fine mono">{fine_print}</p> })}
            </div>
            <Button on_press=retry>{phrase(Strings::retry)}</Button>
        </Banner>
    }
}
