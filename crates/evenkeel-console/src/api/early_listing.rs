//! Takes over the listing that the page itself asks for (`www/index.html`): it is on its way while this program still
//! is, which takes as long.

use js_sys::{Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::AbortController;

use super::Listing;

/// As in the page.
const NAME: &str = "earlyListing";

/// A request and what ends it.
pub struct EarlyListing {
    pub response: Promise,
    pub controller: AbortController,
}

impl EarlyListing {
    /// What the page asked for, if it is this: the first who wants it has it.
    pub fn take(listing: Listing) -> Option<Self> {
        let window = window();
        let name = JsValue::from_str(NAME);
        let asked = Reflect::get(&window, &name).ok()?;
        if !asked.is_object() {
            return None;
        }
        Reflect::set(&window, &name, &JsValue::UNDEFINED).ok()?;
        let member = |name: &str| Reflect::get(&asked, &JsValue::from_str(name)).ok();
        let controller: AbortController = member("controller")?.dyn_into().ok()?;
        if member("gone")?.as_string().as_deref() != Some(listing.gone()) {
            controller.abort();
            return None;
        }
        let response = member("response")?.dyn_into().ok()?;
        Some(Self {
            response,
            controller,
        })
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_api::{listing::LISTING_TYPE, paths};

    use super::*;

    const PAGE: &str = include_str!("../../../../www/index.html");

    #[test]
    fn the_page_asks_for_what_is_taken_over() {
        let gone = Listing::Present.gone();
        for said in [
            format!("window.{NAME} = "),
            format!("{}?gone={gone}", paths::listing()),
            format!("gone: \"{gone}\""),
            format!("accept: \"{LISTING_TYPE}\""),
        ] {
            assert!(PAGE.contains(&said), "{said}");
        }
    }
}
