//! A URL that means nothing.

use leptos::prelude::*;

use crate::i18n::{Strings, phrase};
use crate::routes;

#[component]
pub fn MissingPage() -> impl IntoView {
    view! {
        <section class="empty">
            <h1>{phrase(Strings::not_found_title)}</h1>
            <a class="button" href=routes::EVENTS>{phrase(Strings::not_found_text)}</a>
        </section>
    }
}
