//! Says first of all what happens if nobody does anything.

use leptos::prelude::*;

use super::review_form::ReviewForm;
use crate::clock::use_clock;
use crate::i18n::t;
use crate::left_alone::{self, OneOfMany};

#[component]
pub fn LeftAloneNote(form: ReviewForm) -> impl IntoView {
    let now = use_clock().minutes();
    let text = Memo::new(move |_| {
        form.choices.with(|choices| {
            let events = choices.included().map(|(_, item)| OneOfMany {
                event: &item.event,
                left_alone: item.left_alone,
                machine: item.machine,
            });
            left_alone::sentences(events, form.zone.get(), now.get(), t())
        })
    });
    view! {
        <p class="act-alone" hidden=move || text.with(Option::is_none)>{text}</p>
    }
}
