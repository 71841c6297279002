//! The confirmation and the button that sends, which says what is still to settle.

use leptos::prelude::*;

use super::bench::Bench;
use super::choices::Choices;
use super::words;
use crate::i18n::{t, thousands};
use crate::ui::button::{Button, ButtonKind};

const ID: &str = "act-confirm";

#[component]
pub fn Footer(bench: Bench) -> impl IntoView {
    let risk = Memo::new(move |_| bench.choices.with(Choices::risk));
    let plain = move || bench.choices.with(|choices| words::calm(choices, t()));
    let count = Memo::new(move |_| bench.choices.with(Choices::count));
    let left = Memo::new(move |_| bench.to_settle());
    let reasons = Signal::derive(move || {
        let mut reasons: Vec<String> = bench.verdict.with(|verdict| {
            bench.choices.with(|choices| {
                verdict
                    .errors()
                    .map(|it| words::finding(it, choices, bench.zone.get(), t()))
                    .collect()
            })
        });
        if !bench.confirmed() {
            reasons.push(t().act_confirm_missing(thousands(risk.get().count)));
        }
        (!reasons.is_empty()).then(|| reasons.join("; "))
    });
    let wrong = move || {
        let typed = bench.typed.with(|typed| !typed.trim().is_empty());
        !bench.confirmed() && (typed || bench.touched.get().confirm)
    };
    let label = move || {
        let verb = bench.choices.with(|it| words::verb(it.action, t()));
        let label = t().act_submit(thousands(count.get()), verb);
        match left.get() {
            0 => label,
            left => t().act_to_settle(label, left),
        }
    };
    let danger = bench
        .choices
        .with_untracked(|it| it.stake().count() > 0 || it.outage().count > 0);
    view! {
        <div class="dialog-foot act-foot">
            <div class="act-confirm">
                <Show
                    when=move || risk.get().count != 0
                    fallback=move || view! { <span>{plain}</span> }
                >
                    <label for=ID>{move || words::confirm(risk.get(), t())}</label>
                    <input
                        id=ID
                        class="input"
                        inputmode="numeric"
                        autocomplete="off"
                        size="5"
                        aria-invalid=move || wrong().then_some("true")
                        aria-describedby="act-confirm-note"
                        prop:value=bench.typed
                        on:input=move |event| bench.typed.set(event_target_value(&event))
                        on:keydown=move |event| {
                            if event.key() == "Enter" && !event.is_composing() {
                                event.prevent_default();
                                bench.submit();
                            }
                        }
                    />
                </Show>
                <span id="act-confirm-note" class="visually-hidden">
                    {move || reasons.get()}
                </span>
            </div>
            <Button
                kind=if danger { ButtonKind::Danger } else { ButtonKind::Primary }
                blocked=reasons
                on_blocked=Callback::new(move |()| bench.submit())
                on_press=move || bench.submit()
            >
                {label}
            </Button>
        </div>
    }
}
