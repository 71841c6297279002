//! One optional password for all immediate migrations of the batch.

use evenkeel::Password;
use leptos::prelude::*;

use super::choices::Timing;
use super::field_issue::{FieldIssue, ReviewField};
use super::labels;
use super::review_form::ReviewForm;
use crate::i18n::{Strings, phrase, phrase_signal, t};
use crate::ui::button::Button;
use crate::ui::field::{self, note_id};

const ID: &str = "act-password";

#[component]
pub fn PasswordField(form: ReviewForm) -> impl IntoView {
    let scheduled = Memo::new(move |_| form.choices.with(|it| it.timing == Some(Timing::At)));
    let shown = RwSignal::new(false);
    // It is kept in a type alone that does not print it; the field starts empty and is gone once the batch is sent.
    let keep = move |text: String| {
        let password = (!text.is_empty()).then(|| Password::new(text));
        form.choices.update(|it| {
            it.password = password;
            it.lost_password = false;
        });
    };
    let lines = move |errors: bool| -> Vec<String> {
        let shown = form.shown(ReviewField::Password);
        let wanted = shown.iter().filter(|it| FieldIssue::is_error(it) == errors);
        form.choices.with(|choices| {
            wanted
                .map(|it| labels::field_issue(it, choices, form.zone.get(), t()))
                .collect()
        })
    };
    let hint = move || {
        let mut about = vec![t().act_password_hint().to_owned()];
        about.extend(lines(false));
        let lost = form.choices.with(|it| it.lost_password);
        let lost = lost.then(|| t().act_password_lost().to_owned());
        let parts: Vec<String> = lost.into_iter().chain([about.join(" · ")]).collect();
        Some(t().sentences(&parts))
    };
    view! {
        <div class="act-field">
            <Show
                when=move || !scheduled.get()
                fallback=|| {
                    view! {
                        <h3>{phrase(Strings::act_password)}</h3>
                        <p class="field-hint">{phrase(Strings::act_password_scheduled)}</p>
                    }
                }
            >
                <field::Field
                    id=ID
                    label=phrase_signal(Strings::act_password)
                    hint=Signal::derive(hint)
                    errors=Signal::derive(move || lines(true))
                >
                    <div class="act-time">
                        <input
                            id=ID
                            class="input"
                            type=move || if shown.get() { "text" } else { "password" }
                            autocomplete="new-password"
                            autocapitalize="off"
                            spellcheck="false"
                            maxlength="200"
                            aria-describedby=note_id(ID)
                            aria-invalid=move || form.invalid(ReviewField::Password).then_some("true")
                            on:input=move |event| keep(event_target_value(&event))
                        />
                        <Button
                            label=Signal::derive(move || {
                                let t = t();
                                if shown.get() { t.act_password_hide() } else { t.act_password_show() }
                                    .to_owned()
                            })
                            on_press=move || shown.update(|shown| *shown = !*shown)
                        >
                            {move || if shown.get() { t().act_hide() } else { t().act_show() }}
                        </Button>
                    </div>
                </field::Field>
            </Show>
        </div>
    }
}
