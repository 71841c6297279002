//! Says what waits to be shown while the rows are held, and shows it.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::hold;
use super::list::use_list;
use crate::i18n::t;
use crate::ui::virtual_list::{RowKeys as _, focus_quietly};

/// So often at most it is read out: changes may come ten times a second.
const TELL_EVERY: Duration = Duration::from_secs(10);

#[component]
pub fn WaitingBar() -> impl IntoView {
    let list = use_list();
    let waiting = list.hold.waiting();
    let told = Memo::new(move |_| hold::told(waiting.get(), t()));
    let spoken = throttled(told);
    let any = Memo::new(move |_| told.with(|told| !told.is_empty()));
    let show = move || {
        list.hold.show();
        // The button is about to go, and the focus not with it.
        let id = if list.hold.rows().with_untracked(<[_]>::is_empty) {
            "main"
        } else {
            "events"
        };
        let element = document().get_element_by_id(id);
        if let Some(element) = element.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
            focus_quietly(&element);
        }
    };
    view! {
        <p class="visually-hidden" role="status">{spoken}</p>
        <Show when=move || any.get()>
            <button type="button" class="waiting" on:click=move |_| show()>
                {move || told.with(|told| t().waiting_show(told))}
            </button>
        </Show>
    }
}

/// The first of several changes at once, the last of them a while later.
fn throttled(text: Memo<String>) -> RwSignal<String> {
    let spoken = RwSignal::new(String::new());
    let waits = StoredValue::new(false);
    Effect::new(move |_| {
        let now = text.get();
        if waits.get_value() || spoken.with_untracked(|spoken| *spoken == now) {
            return;
        }
        spoken.set(now);
        waits.set_value(true);
        let later = move || {
            let Some(now) = text.try_get_untracked() else {
                return;
            };
            waits.set_value(false);
            if spoken.with_untracked(|spoken| *spoken != now) {
                spoken.set(now);
            }
        };
        set_timeout(later, TELL_EVERY);
    });
    spoken
}
