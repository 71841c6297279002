//! What a person set for this browser: theme, language, zone of times. Kept in local storage where there is one.

use evenkeel::Locale;
use leptos::prelude::*;

use crate::i18n;

/// What the names of settings begin with in the browser's storage.
pub const KEPT: &str = "evenkeel.";

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// In which zone times are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    #[default]
    Local,
    Utc,
}

impl Zone {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Utc => "utc",
        }
    }

    /// Minutes east of UTC at a moment (ms since the Unix epoch), by the browser's own rules.
    pub fn offset_minutes(self, at: i64) -> i32 {
        match self {
            Self::Utc => 0,
            Self::Local => local_offset(at),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a date of JavaScript is a float that holds every ms of it, and an offset is less than a day"
)]
fn local_offset(at: i64) -> i32 {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at as f64));
    -(date.get_timezone_offset() as i32)
}

/// The settings; `Copy`, provided as context.
#[derive(Clone, Copy)]
pub struct Prefs {
    pub theme: RwSignal<Theme>,
    pub zone: RwSignal<Zone>,
}

impl Prefs {
    /// Reads what was kept, provides it as context, and keeps and applies every change.
    pub fn provide() -> Self {
        let theme = Theme::ALL
            .into_iter()
            .find(|theme| kept("theme").as_deref() == Some(theme.as_str()))
            .unwrap_or_default();
        let zone = if kept("zone").as_deref() == Some("utc") {
            Zone::Utc
        } else {
            Zone::Local
        };
        i18n::set_locale(language());
        let prefs = Self {
            theme: RwSignal::new(theme),
            zone: RwSignal::new(zone),
        };
        Effect::new(move |_| {
            let theme = prefs.theme.get();
            keep("theme", theme.as_str());
            if let Some(root) = document().document_element() {
                // The name is valid: setting it cannot fail.
                drop(root.set_attribute("data-theme", theme.as_str()));
            }
        });
        Effect::new(move |_| keep("zone", prefs.zone.get().as_str()));
        Effect::new(move |_| {
            let locale = i18n::locale();
            keep("language", i18n::tag(locale));
            if let Some(root) = document().document_element() {
                drop(root.set_attribute("lang", i18n::tag(locale)));
            }
        });
        provide_context(prefs);
        prefs
    }
}

/// The settings of this page.
pub fn use_prefs() -> Prefs {
    expect_context::<Prefs>()
}

fn language() -> Locale {
    let wanted = kept("language")
        .or_else(|| window().navigator().language())
        .unwrap_or_default();
    if wanted.to_lowercase().starts_with("zh") {
        Locale::Zh
    } else {
        Locale::En
    }
}

/// Storage can be forbidden or full: a setting that cannot be kept lasts as long as the page.
fn kept(name: &str) -> Option<String> {
    let storage = window().local_storage().ok().flatten()?;
    storage.get_item(&format!("{KEPT}{name}")).ok().flatten()
}

fn keep(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        drop(storage.set_item(&format!("{KEPT}{name}"), value));
    }
}
