//! A panel beside a page: where there is room for one of them alone, the page under it takes no focus.

use leptos::ev;
use leptos::prelude::*;

/// As in `events/detail.css`: below this the panel lies over what it belongs to.
const NARROW: &str = "(max-width: 1180px)";
/// What is under a panel.
const UNDER: [&str; 3] = [".sidebar", ".under", ".page"];

/// Covers the page as long as the owner lives, however wide the window becomes.
pub fn cover_page() {
    let set = || cover(is_narrow());
    request_animation_frame(set);
    let on_resize = window_event_listener(ev::resize, move |_| set());
    on_cleanup(move || {
        on_resize.remove();
        cover(false);
    });
}

/// Gives the page back, before the focus is to go there.
pub fn uncover_page() {
    cover(false);
}

fn is_narrow() -> bool {
    let query = window().match_media(NARROW).ok().flatten();
    query.is_some_and(|query| query.matches())
}

fn cover(on: bool) {
    // The panel may have gone in the meantime.
    let on = on
        && document()
            .query_selector(".detail")
            .is_ok_and(|it| it.is_some());
    for name in UNDER {
        let Some(element) = document().query_selector(name).ok().flatten() else {
            continue;
        };
        // The name is valid: setting it cannot fail.
        drop(if on {
            element.set_attribute("inert", "")
        } else {
            element.remove_attribute("inert")
        });
    }
}
