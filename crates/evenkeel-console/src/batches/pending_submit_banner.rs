//! Shows a banner for each batch that was submitted before the page was loaded and never answered: it is sent again,
//! or left to a person.

use evenkeel::Password;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::pending_submits::{self, PendingSubmit, SubmitRequest};
use super::store::use_batches;
use super::subjects;
use super::submit::{self, SubmitState, submit};
use crate::api::EventKey;
use crate::clock::now_ms;
use crate::events::use_events;
use crate::i18n::{Strings, phrase, t};
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::{labels, resource, routes, time};

/// The age from which a pending submit is not sent again without asking, ms.
const FRESH_MS: i64 = 10 * 60_000;

#[component]
pub fn PendingSubmitBanners(names: Vec<String>) -> impl IntoView {
    let pending_submits = pending_submits::load(&names);
    view! {
        <div class="strips">
            {pending_submits.into_iter().map(|pending| view! { <PendingSubmitBanner pending=pending /> }).collect_view()}
        </div>
    }
}

#[component]
fn PendingSubmitBanner(pending: PendingSubmit) -> impl IntoView {
    let (batches, events) = (use_batches(), use_events());
    let submit_state = ArcRwSignal::new(SubmitState::default());
    let state = RwSignal::from(submit_state.clone());
    let gone = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let with_password = pending.with_password;
    let auto = !with_password && now_ms() - pending.at < FRESH_MS;
    let submit_state = StoredValue::new(submit_state);
    let pending = StoredValue::new(pending);
    let what = move || {
        pending.with_value(|pending| {
            let title = labels::batch_title(pending.action, pending.count, t());
            let ago = time::relative(pending.at, now_ms(), t());
            t().pending_submit(&pending.account, ago, title)
        })
    };
    let machines = move || {
        pending.with_value(|pending| {
            let items = match &pending.request {
                SubmitRequest::New(draft) => draft.items.as_slice(),
                SubmitRequest::Retry { .. } => &[],
            };
            events.table.with(|table| {
                let names = items.iter().map(|item| {
                    let key = EventKey {
                        account: pending.account.clone(),
                        event_id: item.event_id.clone(),
                        resource_id: item.resource_id.trim().to_owned(),
                    };
                    let name = key.row(table).and_then(evenkeel_table::Row::name);
                    resource::named(name, &item.resource_id)
                });
                subjects::in_a_line(names, items.len(), t())
            })
        })
    };
    let retried = move || {
        pending.with_value(|pending| match &pending.request {
            SubmitRequest::New(_) => None,
            SubmitRequest::Retry { batch_id, .. } => Some(routes::batch(batch_id)),
        })
    };
    let ask = move || {
        let password = typed.with_untracked(|typed| {
            (with_password && !typed.is_empty()).then(|| Password::new(typed.clone()))
        });
        typed.set(String::new());
        let (pending, submit_state) = (pending.get_value(), submit_state.get_value());
        spawn_local(async move {
            if let Some(batch) = submit(pending, password, submit_state).await {
                batches.hear(vec![batch.summary]);
            }
        });
    };
    if auto {
        ask();
    }
    let forget = move || {
        pending.with_value(|pending| {
            submit_state.with_value(|submit_state| submit::abandon(&pending.key, submit_state));
        });
        gone.set(true);
    };
    let said = move || {
        state.with(|state| match state {
            SubmitState::NotSubmitted if with_password => t().pending_submit_password().to_owned(),
            SubmitState::NotSubmitted => t().pending_submit_late().to_owned(),
            SubmitState::Waiting(None) => t().submit_waiting().to_owned(),
            SubmitState::Waiting(Some(failure)) => {
                format!("{} {}", t().submit_retrying(), failure.summary(t()))
            }
            SubmitState::Taken(_) => t().submit_taken().to_owned(),
            SubmitState::Refused(refusal) => {
                format!("{} {}", t().submit_refused(), refusal.failure.summary(t()))
            }
            SubmitState::Abandoned => t().submit_abandoned().to_owned(),
        })
    };
    let tone = Signal::derive(move || {
        state.with(|state| match state {
            SubmitState::Taken(_) => Tone::Good,
            SubmitState::Refused(_) => Tone::Bad,
            SubmitState::NotSubmitted | SubmitState::Waiting(_) | SubmitState::Abandoned => {
                Tone::Attention
            }
        })
    });
    let open = Memo::new(move |_| {
        state.with(|state| match state {
            SubmitState::Taken(id) => Some(routes::batch(id)),
            _ => None,
        })
    });
    let waiting = move || state.with(|state| *state == SubmitState::NotSubmitted);
    let over = move || {
        state.with(|state| {
            matches!(
                state,
                SubmitState::Taken(_) | SubmitState::Refused(_) | SubmitState::Abandoned
            )
        })
    };
    let blocked = Signal::derive(move || {
        (with_password && typed.with(String::is_empty))
            .then(|| t().pending_submit_password().to_owned())
    });
    view! {
        <Show when=move || !gone.get()>
            <Banner tone=tone>
                <div class="notice-text">
                    <strong>{what}</strong>
                    <p class="notice-machines">
                        <bdi>{machines}</bdi>
                        {retried().map(|href| view! { <a href=href>{phrase(Strings::batch_retry_of)}</a> })}
                    </p>
                    <p>{said}</p>
                </div>
                <span class="act-buttons">
                    <Show when=move || waiting() && with_password>
                        <input
                            type="password"
                            class="input"
                            autocomplete="off"
                            aria-label=phrase(Strings::act_password)
                            prop:value=typed
                            on:input=move |event| typed.set(event_target_value(&event))
                        />
                    </Show>
                    <Show when=waiting>
                        <Button kind=ButtonKind::Primary blocked=blocked on_press=ask>
                            {phrase(Strings::submit_again)}
                        </Button>
                    </Show>
                    {move || {
                        open.get()
                            .map(|href| {
                                view! {
                                    <a class="button" href=href on:click=move |_| gone.set(true)>
                                        {phrase(Strings::submit_open)}
                                    </a>
                                }
                            })
                    }}
                    <Button on_press=forget>
                        {move || if over() { t().submit_dismiss() } else { t().submit_forget() }}
                    </Button>
                </span>
            </Banner>
        </Show>
    }
}
