//! A state as shape and word.

use evenkeel::StateKind;
use evenkeel::visible::visible;
use leptos::prelude::*;

use crate::i18n::t;
use crate::ui::badge::{Badge, Tone};

pub fn shape(state: StateKind) -> &'static str {
    match state {
        StateKind::Inquiring => "◔",
        StateKind::Scheduled => "◷",
        StateKind::Executing => "▶",
        StateKind::Completed => "✓",
        StateKind::Failed => "✕",
        StateKind::Canceled => "⊘",
        StateKind::Avoided => "↷",
        StateKind::Other => "?",
    }
}

pub fn tone(state: StateKind) -> Tone {
    match state {
        StateKind::Inquiring => Tone::Attention,
        StateKind::Scheduled => Tone::Info,
        StateKind::Executing => Tone::Accent,
        StateKind::Completed | StateKind::Avoided => Tone::Good,
        StateKind::Failed => Tone::Bad,
        StateKind::Canceled | StateKind::Other => Tone::Neutral,
    }
}

#[component]
pub fn StateBadge(
    #[prop(into)] state: Signal<StateKind>,
    /// What the cloud calls it, where our list has no word for it.
    #[prop(optional, into)]
    raw: Signal<String>,
) -> impl IntoView {
    let word = move || match state.get() {
        StateKind::Other if !raw.with(String::is_empty) => {
            raw.with(|raw| visible(raw).into_owned())
        }
        known => t().state(known).to_owned(),
    };
    view! {
        <Badge
            tone=Signal::derive(move || tone(state.get()))
            shape=Signal::derive(move || shape(state.get()))
            word=Signal::derive(word)
        />
    }
}
