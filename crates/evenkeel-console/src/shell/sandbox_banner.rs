//! Says plainly that nothing here is real.

use leptos::prelude::*;

use crate::events::use_events;
use crate::i18n::t;

#[component]
pub fn SandboxBanner() -> impl IntoView {
    let events = use_events();
    view! {
        <Show when=move || events.sandbox()>
            <aside class="sandbox" aria-label=move || t().sandbox_title()>
                <p><strong>{move || t().sandbox_title()}</strong>" "{move || t().sandbox_text()}</p>
                <details class="sandbox-how">
                    <summary>{move || t().sandbox_connect()}</summary>
                    <p>{move || t().sandbox_how()}</p>
                </details>
            </aside>
        </Show>
    }
}
