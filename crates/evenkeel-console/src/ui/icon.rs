//! Inline drawings.

use leptos::prelude::*;

#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">
            <path d="M3 12h18" />
            <path d="M5 12c0 5 3 8 7 8s7-3 7-8" />
            <path d="M12 12V4" />
        </svg>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Search,
    Refresh,
    Chevron,
    Close,
    Download,
}

#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    let path = match glyph {
        Glyph::Search => "M11 4a7 7 0 1 1 0 14a7 7 0 0 1 0-14M16 16l4.5 4.5",
        Glyph::Refresh => {
            "M20 5v5h-5M4 19v-5h5M19.5 10A8 8 0 0 0 5.6 7.2M4.5 14a8 8 0 0 0 13.9 2.8"
        }
        Glyph::Chevron => "M7 10l5 5l5-5",
        Glyph::Close => "M6 6l12 12M18 6L6 18",
        Glyph::Download => "M12 4v11M7.5 11l4.5 4.5l4.5-4.5M5 20h14",
    };
    view! {
        <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            <path d=path />
        </svg>
    }
}
