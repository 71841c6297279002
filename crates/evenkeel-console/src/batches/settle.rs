//! A person says what became of an item of which nobody knows.

use evenkeel_api::{Item, Right, Settle, SettleAs};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::labels;
use super::store::use_batches;
use crate::api::{self, ShownFailure};
use crate::failure_banner::FailureBanner;
use crate::i18n::{Strings, phrase, phrase_signal, t};
use crate::missing_right::missing_right;
use crate::prefs::use_prefs;
use crate::stream::connection::use_connection;
use crate::ui::button::Button;
use crate::ui::field::{Field, note_id};

const NOTE: &str = "settle-note";

#[component]
pub fn SettleForm(batch: String, item: Item) -> impl IntoView {
    let batches = use_batches();
    let zone = use_prefs().zone;
    let note = RwSignal::new(String::new());
    let saying = RwSignal::new(false);
    let failure = RwSignal::new(None::<ShownFailure>);
    let index = item.index;
    let batch = StoredValue::new(batch);
    let say = move |settle_as: SettleAs| {
        saying.set(true);
        let text = note.with_untracked(|note| note.trim().to_owned());
        let settle = Settle {
            settle_as,
            note: (!text.is_empty()).then_some(text),
        };
        let id = batch.get_value();
        spawn_local(async move {
            match api::settle(&id, index, &settle).await {
                Ok(item) => {
                    failure.set(None);
                    batches.hear_item(&id, item);
                }
                Err(problem) => failure.set(Some(problem.into())),
            }
            saying.set(false);
        });
    };
    // The batch may come after its item.
    let account = Memo::new(move |_| {
        let open = batches.open;
        open.with(|open| open.as_ref().map(|open| open.summary.account.clone()))
    });
    let connection = use_connection();
    connection.forgive(failure);
    let blocked = Signal::derive(move || {
        if connection.is_offline() {
            return Some(t().connection_blocked().to_owned());
        }
        let account = account.get();
        let missing = account.and_then(|account| missing_right(Right::Order, &account));
        if missing.is_some() {
            return missing;
        }
        saying.get().then(|| t().batch_acting().to_owned())
    });
    let resend = item.may_resend_at.map(evenkeel::Timestamp::as_millis);
    view! {
        <section class="settle" aria-labelledby="settle-title">
            <h3 id="settle-title">{phrase(Strings::settle_title)}</h3>
            <p>{phrase(Strings::settle_text)}</p>
            {resend
                .map(|ms| {
                    view! { <p>{move || t().settle_resend(labels::short_time(ms, zone.get(), t()))}</p> }
                })}
            <Field
                id=NOTE
                label=phrase_signal(Strings::settle_note)
                hint=Signal::derive(|| Some(t().settle_note_hint().to_owned()))
            >
                <input
                    id=NOTE
                    class="input"
                    maxlength="500"
                    autocomplete="off"
                    aria-describedby=note_id(NOTE)
                    prop:value=note
                    on:input=move |event| note.set(event_target_value(&event))
                />
            </Field>
            <p class="settle-buttons">
                <Button blocked=blocked on_press=move || say(SettleAs::Accepted)>
                    {phrase(Strings::settle_accepted)}
                </Button>
                <Button blocked=blocked on_press=move || say(SettleAs::NotSent)>
                    {phrase(Strings::settle_not_sent)}
                </Button>
            </p>
            <FailureBanner failure=failure />
        </section>
    }
}
