//! Says where the rows of the list come from when they are the server's, how many of them are here, and what went wrong.

use leptos::prelude::*;

use super::list::use_list;
use super::server_list::{Answer, Asking, MOST_ROWS, Source};
use super::store::use_events;
use crate::api::ShownFailure;
use crate::i18n::{Strings, phrase, t, thousands};
use crate::labels::many;
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::button::Button;

#[component]
pub fn ServerNote() -> impl IntoView {
    let list = use_list();
    let failure = Memo::new(move |_| match list.server.asking.get() {
        Asking::Failed(failure) => Some(failure),
        Asking::Nothing | Asking::Rows | Asking::More => None,
    });
    view! {
        <Show when=move || list.source.get() == Source::Server>
            <Beyond />
        </Show>
        {move || failure.get().map(|failure| view! { <Failed failure=failure /> })}
    }
}

/// There are more events than the page keeps.
#[component]
fn Beyond() -> impl IntoView {
    let (events, list) = (use_events(), use_list());
    let total = move || {
        let past = list.filter.with(|filter| filter.past);
        u64::try_from(events.counted_with(past)).unwrap_or(u64::MAX)
    };
    let shown = move || list.view.with(|view| view.rows.len());
    let read = move || {
        let found = list.found.get();
        if !list.is_told.get() || shown() >= found {
            return None;
        }
        Some(if shown() >= MOST_ROWS {
            t().answer_most(thousands(shown()))
        } else {
            t().answer_part(thousands(found), thousands(shown()))
        })
    };
    let is_old = Memo::new(move |_| {
        let is_old = |answer: &Answer| answer.is_old;
        (list.server.answer).with(|answer| answer.as_ref().is_some_and(is_old))
    });
    view! {
        <div class="server-note">
            <p>
                <strong>{move || t().beyond_title(many(total()))}</strong>
                " "
                {move || t().beyond_text(many(events.most.get()))}
                {move || list.is_unsorted.get().then(|| format!(" {}", t().sort_unkept_beyond()))}
            </p>
            <p class="server-note-rows">{read}</p>
            <Show when=move || is_old.get()>
                <p role="status">{phrase(Strings::answer_changed)}</p>
                <Button on_press=move || list.server.ask_again()>{phrase(Strings::answer_again)}</Button>
            </Show>
        </div>
    }
}

#[component]
fn Failed(failure: ShownFailure) -> impl IntoView {
    let list = use_list();
    let fine_print = failure.fine_print();
    view! {
        <Banner tone=Tone::Bad urgent=true>
            <div class="notice-text">
                <strong>
                    <span aria-hidden="true">"✕ "</span>
                    {move || {
                        if list.is_told.get() { t().answer_more_failed() } else { t().answer_failed() }
                    }}
                </strong>
                <p>{move || failure.advice(t())}</p>
                {(!fine_print.is_empty()).then(|| view! { <p class="notice-fine mono">{fine_print}</p> })}
            </div>
            <Button on_press=move || list.server.retry()>{phrase(Strings::retry)}</Button>
        </Banner>
    }
}
