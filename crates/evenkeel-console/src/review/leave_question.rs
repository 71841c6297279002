//! Asks what is to become of a half-filled review, where somebody is about to leave it.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::review_controller::ReviewController;
use crate::i18n::{Strings, phrase};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::virtual_list::focus_quietly;

#[component]
pub fn LeaveQuestion(controller: ReviewController) -> impl IntoView {
    let question = NodeRef::<html::Div>::new();
    // Where whoever goes on goes on: the question takes the focus, and is about to go.
    let before = StoredValue::new_local(document().active_element());
    Effect::new(move |_| {
        if let Some(question) = question.get() {
            drop(question.focus());
        }
    });
    let go_on = move || {
        controller.asking.set(false);
        let element = before.try_get_value().flatten();
        if let Some(element) = element.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
            focus_quietly(&element);
        }
    };
    view! {
        <div
            class="act-leave"
            role="alertdialog"
            tabindex="-1"
            aria-labelledby="act-leave-title"
            aria-describedby="act-leave-text"
            node_ref=question
        >
            <div>
                <strong id="act-leave-title">{phrase(Strings::leave_title)}</strong>
                <p id="act-leave-text">{phrase(Strings::leave_text)}</p>
            </div>
            <Button kind=ButtonKind::Primary on_press=go_on>
                {phrase(Strings::leave_stay)}
            </Button>
            <Button on_press=move || controller.close()>{phrase(Strings::leave_keep)}</Button>
            <Button on_press=move || controller.discard()>{phrase(Strings::leave_discard)}</Button>
        </div>
    }
}
