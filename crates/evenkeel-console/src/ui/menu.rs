//! A chip that opens a panel: `<details>`, closed by Escape, by a click elsewhere and when the focus leaves it, which
//! would go on under the panel.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::icon::{Glyph, Icon};

#[component]
pub fn Menu(
    #[prop(into)] label: Signal<String>,
    /// Whether something in it is chosen.
    #[prop(into)]
    on: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let element = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(details) = element.get_untracked() {
            details.set_open(false);
        }
    };
    let elsewhere = window_event_listener(ev::pointerdown, move |event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let inside = element
            .get_untracked()
            .is_some_and(|details| details.contains(target.as_ref()));
        if !inside {
            close();
        }
    });
    on_cleanup(move || elsewhere.remove());
    view! {
        <details
            class="menu"
            node_ref=element
            on:focusout=move |event| {
                let to = event
                    .related_target()
                    .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
                let stays = element
                    .get_untracked()
                    .is_none_or(|details| details.contains(to.as_ref()));
                // Where it goes nowhere, something in the panel that has no focus of its own was pressed.
                if to.is_some() && !stays {
                    close();
                }
            }
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    close();
                }
            }
        >
            <summary class="chip" data-on=move || on.get().then_some("")>
                {label}
                <Icon glyph=Glyph::Chevron />
            </summary>
            <div class="menu-panel">{children()}</div>
        </details>
    }
}
