//! The settings of this browser.

use evenkeel::Locale;
use leptos::prelude::*;

use crate::i18n::{self, t};
use crate::prefs::{Theme, use_prefs};

#[component]
pub fn Settings() -> impl IntoView {
    let prefs = use_prefs();
    let theme_name = |theme: Theme| match theme {
        Theme::System => t().theme_system(),
        Theme::Light => t().theme_light(),
        Theme::Dark => t().theme_dark(),
    };
    let theme = move |theme: Theme| {
        view! {
            <button
                type="button"
                aria-pressed=move || if prefs.theme.get() == theme { "true" } else { "false" }
                on:click=move |_| prefs.theme.set(theme)
            >
                {move || theme_name(theme)}
            </button>
        }
    };
    let language = |locale: Locale, name: &'static str| {
        view! {
            <button
                type="button"
                lang=i18n::tag(locale)
                aria-pressed=move || if i18n::locale() == locale { "true" } else { "false" }
                on:click=move |_| i18n::set_locale(locale)
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="settings">
            <div class="segmented" role="group" aria-label=move || t().theme()>
                {Theme::ALL.map(theme).collect_view()}
            </div>
            <div class="segmented" role="group" aria-label=move || t().language()>
                {language(Locale::En, "English")}
                {language(Locale::Zh, "中文")}
            </div>
        </div>
    }
}
