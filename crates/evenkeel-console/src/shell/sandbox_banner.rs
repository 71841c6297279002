//! Says plainly that nothing here is real.

use leptos::prelude::*;

use crate::events::use_events;
use crate::i18n::{Strings, phrase};

#[component]
pub fn SandboxBanner() -> impl IntoView {
    let events = use_events();
    view! {
        <Show when=move || events.sandbox()>
            <aside class="sandbox" aria-label=phrase(Strings::sandbox_title)>
                <p><strong>{phrase(Strings::sandbox_title)}</strong>" "{phrase(Strings::sandbox_text)}</p>
                <details class="sandbox-how">
                    <summary>{phrase(Strings::sandbox_connect)}</summary>
                    <p>{phrase(Strings::sandbox_how)}</p>
                </details>
            </aside>
        </Show>
    }
}
