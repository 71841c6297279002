//! Shows the confirmation and the button that sends, which says what is still to correct.

use evenkeel_api::Right;
use leptos::prelude::*;

use super::choices::Choices;
use super::labels;
use super::review_form::ReviewForm;
use super::stake::Stake;
use crate::batches::confirm;
use crate::i18n::{t, thousands};
use crate::missing_right::missing_right;
use crate::ui::button::{Button, ButtonKind};

const ID: &str = "act-confirm";

#[component]
pub fn Footer(form: ReviewForm) -> impl IntoView {
    let risk = form.risk;
    let plain = move || {
        form.outage.with(|outage| {
            form.choices
                .with(|choices| labels::calm(choices, outage, t()))
        })
    };
    let count = Memo::new(move |_| form.choices.with(Choices::counted));
    let left = Memo::new(move |_| form.to_settle());
    let missing = Memo::new(move |_| {
        form.choices
            .with(|choices| missing_right(Right::Order, &choices.account))
    });
    let reasons = Signal::derive(move || {
        if let Some(missing) = missing.get() {
            return Some(missing);
        }
        let mut reasons: Vec<String> = form.check.with(|check| {
            form.choices.with(|choices| {
                check
                    .errors()
                    .map(|it| labels::field_issue(it, choices, form.zone.get(), t()))
                    .collect()
            })
        });
        if !form.confirmed() {
            reasons.push(t().act_confirm_missing(thousands(risk.get().count)));
        }
        (!reasons.is_empty()).then(|| reasons.join("; "))
    });
    let wrong = move || {
        let typed = form.typed.with(|typed| !typed.trim().is_empty());
        !form.confirmed() && (typed || form.touched.get().all)
    };
    let label = move || {
        let count = thousands(count.get());
        let label = match form.choices.with(|it| it.action) {
            Some(action) => t().act_submit(count, labels::verb(action, t())),
            None => t().act_submit_open(count),
        };
        match left.get() {
            0 => label,
            // Nothing that one could settle would help.
            _ if missing.with(Option::is_some) => label,
            left => t().act_to_settle(label, left),
        }
    };
    let kind = Signal::derive(move || {
        let worst = form.worst_stake.get();
        let lost = matches!(worst, Some(Stake::Certain | Stake::Possible));
        if lost || form.outage.with(|outage| outage.count > 0) {
            ButtonKind::Danger
        } else {
            ButtonKind::Primary
        }
    });
    view! {
        <div class="dialog-foot act-foot">
            <div class="act-confirm">
                <Show
                    when=move || risk.get().count != 0 && missing.with(Option::is_none)
                    fallback=move || {
                        view! { <span>{move || missing.get().unwrap_or_else(plain)}</span> }
                    }
                >
                    <label for=ID>{move || confirm(risk.get(), t())}</label>
                    <input
                        id=ID
                        class="input"
                        inputmode="numeric"
                        autocomplete="off"
                        size="5"
                        aria-invalid=move || wrong().then_some("true")
                        aria-describedby="act-confirm-note"
                        prop:value=form.typed
                        on:input=move |event| form.typed.set(event_target_value(&event))
                        on:keydown=move |event| {
                            if event.key() == "Enter" && !event.is_composing() {
                                event.prevent_default();
                                form.submit();
                            }
                        }
                    />
                </Show>
                <span id="act-confirm-note" class="visually-hidden">
                    {move || reasons.get()}
                </span>
            </div>
            <Button
                kind=kind
                blocked=reasons
                on_blocked=Callback::new(move |()| form.submit())
                on_press=move || form.submit()
            >
                {label}
            </Button>
        </div>
    }
}
