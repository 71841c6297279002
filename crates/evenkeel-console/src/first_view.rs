//! Takes away what the page itself shows until this program is here (`www/index.html`).

use leptos::prelude::document;

/// As in the page.
const ID: &str = "first-view";

/// Removes it; called once the real page stands there, so that nothing in between is seen.
pub fn remove() {
    if let Some(view) = document().get_element_by_id(ID) {
        view.remove();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use evenkeel::Locale;

    use super::*;
    use crate::i18n::tag;
    use crate::prefs::{KEPT, Theme};

    const PAGE: &str = include_str!("../../../www/index.html");

    #[test]
    fn the_page_names_what_is_removed_and_nothing_else_by_it() {
        assert_eq!(PAGE.matches(&format!("id=\"{ID}\"")).count(), 1);
        assert!(PAGE.contains(&format!("getElementById(\"{ID}\")")));
    }

    #[test]
    fn the_page_says_what_the_locales_say() {
        let locales = [
            (Locale::En, include_str!("../locales/en.json")),
            (Locale::Zh, include_str!("../locales/zh.json")),
        ];
        for (locale, texts) in locales {
            let texts: BTreeMap<String, String> = serde_json::from_str(texts).unwrap();
            let own = texts.keys().filter(|key| key.starts_with("page_"));
            let shared = ["events", "act_batches"].map(str::to_owned);
            for key in own.chain(&shared) {
                let said = format!("<span lang=\"{}\">{}</span>", tag(locale), texts[key]);
                assert!(PAGE.contains(&said), "{key}: {said}");
            }
            assert!(PAGE.contains(&format!("\"brand-name\">{}<", texts["brand"])));
        }
    }

    #[test]
    fn the_page_reads_the_settings_that_are_kept() {
        for name in ["language", "theme"] {
            assert!(PAGE.contains(&format!("kept(\"{name}\")")), "{name}");
        }
        assert!(PAGE.contains(&format!("getItem(`{KEPT}${{name}}`)")));
        assert!(PAGE.contains(&format!("?? \"{}\"", Theme::default().as_str())));
    }
}
