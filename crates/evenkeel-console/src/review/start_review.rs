//! Starts the review of a plan.

use leptos::prelude::*;

use super::review_controller::use_review_controller;
use crate::state::plan::Plan;

/// Begins the review of the plan as it is when `open` turns true; the dialog itself hangs at the page's root.
#[component]
pub fn StartReview(#[prop(into)] plan: Signal<Plan>, open: RwSignal<bool>) -> impl IntoView {
    let controller = use_review_controller();
    Effect::new(move |_| {
        if open.get() {
            open.set(false);
            controller.begin(plan.get_untracked());
        }
    });
}
