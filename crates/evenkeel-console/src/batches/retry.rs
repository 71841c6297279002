//! Sending the rejected and unsent items of a batch again, as a new batch with the same choices.

use evenkeel::{Event, Password, When};
use evenkeel_api::{BatchSummary, Item, ItemReason, ItemState, ProblemCode, ReportedReason};
use evenkeel_table::Row;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::risk::retry_risk;
use super::store::use_batches;
use super::subjects;
use super::{PendingSubmit, RefusalNotice, SubmitRequest, SubmitState, fresh_key, labels, submit};
use crate::api::EventKey;
use crate::clock::now_ms;
use crate::events::{SortedSelection, use_events};
use crate::i18n::{Strings, phrase, phrase_signal, t, thousands};
use crate::labels::many;
use crate::routes;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::{Field, note_id};

const PASSWORD: &str = "retry-password";
const CONFIRM: &str = "retry-confirm";

fn failed(item: &Item) -> bool {
    matches!(item.state, ItemState::Rejected | ItemState::NotSent)
        && item.retried_in.is_none()
        && !is_in_the_way(item)
}

/// Another order for the event stood in its way: a retry leaves it out, because that one goes on.
fn is_in_the_way(item: &Item) -> bool {
    let reason = item.reason.as_ref().and_then(ReportedReason::known);
    item.state == ItemState::NotSent && reason.is_some_and(ItemReason::leaves_event_to_another)
}

#[component]
pub fn Retry(
    #[prop(into)] summary: Signal<BatchSummary>,
    open: RwSignal<bool>,
    on_review: Callback<SortedSelection>,
) -> impl IntoView {
    let count =
        Memo::new(move |_| summary.with(|it| usize::try_from(it.retryable).unwrap_or(usize::MAX)));
    let action = move || summary.with(|it| it.action);
    let title =
        Signal::derive(move || t().retry_title(labels::batch_title(action(), count.get(), t())));
    let body = move || view! { <Body summary=summary count=count open=open on_review=on_review /> };
    view! {
        <Dialog
            open=open
            title=title
            subtitle=Signal::derive(move || summary.with(|it| it.account.clone()))
            close_label=phrase_signal(Strings::close)
            body=ViewFn::from(body)
        />
    }
}

#[component]
fn Body(
    summary: Signal<BatchSummary>,
    count: Memo<usize>,
    open: RwSignal<bool>,
    on_review: Callback<SortedSelection>,
) -> impl IntoView {
    let (batches, events) = (use_batches(), use_events());
    let submit_state = ArcRwSignal::new(SubmitState::default());
    let state = RwSignal::from(submit_state.clone());
    let submit_state = StoredValue::new(submit_state);
    let password = RwSignal::new(String::new());
    let without = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let go = StoredValue::new(use_navigate());
    let (provider, action) = summary.with_untracked(|it| (it.provider, it.action));

    // Only what is on the page can be looked at; the server takes the same items by their state.
    let (at_stake, late, immediate, took_password, list, machines) =
        batches.open.with_untracked(|batch| {
            events.table.with_untracked(|table| {
                let items: Vec<(&Item, Option<Event>)> = batch
                    .iter()
                    .flat_map(|batch| batch.items().filter(|item| failed(item)))
                    .map(|item| {
                        let key = EventKey {
                            account: summary.with_untracked(|it| it.account.clone()),
                            event_id: item.event_id.clone(),
                            resource_id: item.resource_id.trim().to_owned(),
                        };
                        let present = key.row(table).filter(|row| !row.is_gone());
                        (item, present.map(Row::event))
                    })
                    .collect();
                let now = now_ms();
                let late = items
                    .iter()
                    .filter(|(item, _)| matches!(item.when, When::At(at) if at.as_millis() <= now))
                    .count();
                let took_password = items.iter().any(|(item, _)| item.takes_password);
                let immediate = items.iter().any(|(item, _)| item.when == When::Now);
                let list: Vec<_> = items
                    .iter()
                    .filter_map(|(_, event)| event.clone().map(std::sync::Arc::new))
                    .collect();
                let machines: Vec<_> = items
                    .iter()
                    .map(|(item, _)| subjects::of_item(item))
                    .collect();
                let events = items.iter().map(|(item, event)| (*item, event.as_ref()));
                let at_stake = retry_risk(provider, action, events);
                (at_stake, late, immediate, took_password, list, machines)
            })
        });
    let confirmed = move || {
        at_stake.count == 0
            || typed.with(|typed| typed.trim().replace(',', "").parse() == Ok(at_stake.count))
    };
    let refusal = Memo::new(move |_| {
        state.with(|state| match state {
            SubmitState::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        })
    });
    // The server knows the items that are not on the page, too.
    let needs_password = Memo::new(move |_| {
        took_password
            || refusal.with(|it| {
                it.as_ref()
                    .is_some_and(|it| it.failure.problem == Some(ProblemCode::PasswordNeeded))
            })
    });
    let decided =
        move || !needs_password.get() || without.get() || password.with(|text| !text.is_empty());
    let blocked = Signal::derive(move || {
        if !decided() {
            return Some(t().retry_password_missing().to_owned());
        }
        (!confirmed()).then(|| t().act_confirm_missing(thousands(at_stake.count)))
    });
    let is_waiting = Memo::new(move |_| state.with(SubmitState::is_waiting));
    let send = move || {
        let given =
            password.with_untracked(|text| (!text.is_empty()).then(|| Password::new(text.clone())));
        password.set(String::new());
        let pending = summary.with_untracked(|batch| PendingSubmit {
            key: fresh_key(),
            request: SubmitRequest::Retry {
                batch_id: batch.id.clone(),
                without_password: without.get_untracked(),
            },
            account: batch.account.clone(),
            action: batch.action,
            count: count.get_untracked(),
            with_password: given.is_some(),
            at: now_ms(),
        });
        let submit_state = submit_state.get_value();
        spawn_local(async move {
            if let Some(batch) = submit(pending, given, submit_state).await {
                let path = routes::batch(&batch.summary.id);
                batches.hear(vec![batch.summary]);
                open.set(false);
                go.with_value(|go| go(&path, NavigateOptions::default()));
            }
        });
    };
    let list = StoredValue::new(list);
    let anew = move || {
        open.set(false);
        on_review.run(events.sorted(list.get_value()));
    };
    let silence = move || {
        state.with(|state| match state {
            SubmitState::Waiting(Some(failure)) => {
                format!("{} {}", t().submit_retrying(), failure.summary(t()))
            }
            SubmitState::Waiting(None) => t().submit_waiting().to_owned(),
            SubmitState::NotSubmitted
            | SubmitState::Refused(_)
            | SubmitState::Taken(_)
            | SubmitState::Abandoned => String::new(),
        })
    };
    let kind = match at_stake.count {
        0 => ButtonKind::Primary,
        _ => ButtonKind::Danger,
    };
    view! {
        <div class="retry">
            {move || refusal.get().map(|refusal| view! { <RefusalNotice refusal=refusal /> })}
            <p>{phrase(Strings::retry_text)}</p>
            <subjects::Machines machines=machines total=count.get_untracked() />
            {move || {
                let left_out = summary
                    .with(|it| (it.counts.rejected + it.counts.not_sent).saturating_sub(it.retryable));
                (left_out > 0).then(|| view! { <p>{t().retry_left_out(many(left_out))}</p> })
            }}
            {(late > 0).then(|| view! { <p class="retry-late">{move || t().retry_late(thousands(late))}</p> })}
            {(provider.takes_password(action) && immediate)
                .then(|| {
                    let hint = move || {
                        let t = t();
                        if needs_password.get() { t.retry_password_gone() } else { t.retry_password_hint() }
                    };
                    view! {
                        <Field
                            id=PASSWORD
                            label=phrase_signal(Strings::act_password)
                            hint=Signal::derive(move || Some(hint().to_owned()))
                        >
                            <input
                                id=PASSWORD
                                class="input"
                                type="password"
                                autocomplete="new-password"
                                maxlength="200"
                                aria-describedby=note_id(PASSWORD)
                                prop:value=password
                                on:input=move |event| {
                                    without.set(false);
                                    password.set(event_target_value(&event));
                                }
                            />
                        </Field>
                        <Show when=move || needs_password.get()>
                            <label class="retry-without">
                                <input
                                    type="checkbox"
                                    class="check"
                                    prop:checked=without
                                    on:change=move |event| {
                                        without.set(event_target_checked(&event));
                                        password.set(String::new());
                                    }
                                />
                                {phrase(Strings::retry_without_password)}
                            </label>
                        </Show>
                    }
                })}
            <p>
                <Button kind=ButtonKind::Quiet on_press=anew>{phrase(Strings::retry_anew)}</Button>
            </p>
            <p class="sub" role="status">{silence}</p>
        </div>
        <div class="dialog-foot act-foot">
            <div class="act-confirm">
                {(at_stake.count > 0)
                    .then(|| {
                        view! {
                            <label for=CONFIRM>{move || labels::confirm(at_stake, t())}</label>
                            <input
                                id=CONFIRM
                                class="input"
                                inputmode="numeric"
                                autocomplete="off"
                                size="5"
                                prop:value=typed
                                on:input=move |event| typed.set(event_target_value(&event))
                            />
                        }
                    })}
            </div>
            <Button
                kind=kind
                blocked=Signal::derive(move || {
                    blocked.get().or_else(|| is_waiting.get().then(|| t().submit_waiting().to_owned()))
                })
                on_press=send
            >
                {move || t().act_submit(thousands(count.get()), labels::verb(action, t()))}
            </Button>
        </div>
    }
}
