//! Has the page itself (`www/index.html`) ask for the listing: it is on its way while this program still is, which takes
//! as long, and what the page kept of an earlier visit is not sent again.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::AbortController;

/// As in the page.
const NAME: &str = "listing";

/// A request of the page.
pub struct PageListing {
    pub response: Promise,
    /// What was kept, if the answer only catches it up; else `undefined`.
    pub kept: Promise,
    pub controller: AbortController,
}

impl PageListing {
    /// What the page has asked for already, which the first has who wants it; or asks now. None where the page cannot.
    pub fn ask() -> Option<Self> {
        let page = page()?;
        let early = Reflect::get(&page, &JsValue::from_str("early")).ok()?;
        let asked = if early.is_object() {
            Reflect::set(&page, &JsValue::from_str("early"), &JsValue::UNDEFINED).ok()?;
            early
        } else {
            call(&page, "ask")?
        };
        let member = |name: &str| Reflect::get(&asked, &JsValue::from_str(name)).ok();
        Some(Self {
            response: member("response")?.dyn_into().ok()?,
            kept: member("kept")?.dyn_into().ok()?,
            controller: member("controller")?.dyn_into().ok()?,
        })
    }

    /// Has what was kept thrown away.
    pub fn forget() {
        drop(page().and_then(|page| call(&page, "forget")));
    }
}

fn page() -> Option<JsValue> {
    let page = Reflect::get(&window(), &JsValue::from_str(NAME)).ok()?;
    page.is_object().then_some(page)
}

fn call(page: &JsValue, name: &str) -> Option<JsValue> {
    let function = Reflect::get(page, &JsValue::from_str(name)).ok()?;
    function.dyn_into::<Function>().ok()?.call0(page).ok()
}

#[cfg(test)]
mod tests {
    use evenkeel_api::{headers, listing::LISTING_TYPE, paths};

    use super::*;
    use crate::api::Listing;

    const PAGE: &str = include_str!("../../../../www/index.html");

    #[test]
    fn the_page_asks_for_what_is_taken_over() {
        let gone = Listing::Present.gone();
        for said in [
            format!("window.{NAME} = {{ ask, forget, early: ask() }}"),
            format!("\"{}?gone={gone}\"", paths::listing()),
            format!("accept: \"{LISTING_TYPE}\""),
            format!("\"{}\"", headers::LISTING_MARK),
            "{ controller, response, kept: ".to_owned(),
        ] {
            assert!(PAGE.contains(&said), "{said}");
        }
    }
}
