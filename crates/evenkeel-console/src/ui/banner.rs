//! A message across the page or a part of it.

use leptos::prelude::*;

use super::badge::Tone;

/// Announced politely; an alert where `urgent`.
#[component]
pub fn Banner(
    #[prop(into)] tone: Signal<Tone>,
    #[prop(optional)] urgent: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div
            class="banner"
            data-tone=move || tone.get().as_str()
            role=if urgent { "alert" } else { "status" }
        >
            {children()}
        </div>
    }
}
