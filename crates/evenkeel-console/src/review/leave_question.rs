//! Asks what is to become of a half-filled review, where somebody is about to leave it.

use leptos::html;
use leptos::prelude::*;

use super::review_controller::ReviewController;
use crate::i18n::t;
use crate::ui::button::{Button, ButtonKind};

#[component]
pub fn LeaveQuestion(controller: ReviewController) -> impl IntoView {
    let question = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(question) = question.get() {
            drop(question.focus());
        }
    });
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
                <strong id="act-leave-title">{move || t().leave_title()}</strong>
                <p id="act-leave-text">{move || t().leave_text()}</p>
            </div>
            <Button kind=ButtonKind::Primary on_press=move || controller.asking.set(false)>
                {move || t().leave_stay()}
            </Button>
            <Button on_press=move || controller.close()>{move || t().leave_keep()}</Button>
            <Button on_press=move || controller.discard()>{move || t().leave_discard()}</Button>
        </div>
    }
}
