//! A word with a shape and a tone: never colour alone.

use leptos::prelude::*;

/// What a colour stands for, everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Accent,
    Attention,
    Info,
    Good,
    Bad,
}

impl Tone {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Accent => "accent",
            Self::Attention => "attention",
            Self::Info => "info",
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }
}

#[component]
pub fn Badge(
    #[prop(into)] tone: Signal<Tone>,
    #[prop(into)] shape: Signal<&'static str>,
    #[prop(into)] word: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="badge" data-tone=move || tone.get().as_str()>
            <span class="badge-shape" aria-hidden="true">{shape}</span>
            {word}
        </span>
    }
}
