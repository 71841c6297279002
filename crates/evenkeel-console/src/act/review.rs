//! The way from a plan to the desk.

use leptos::prelude::*;

use super::desk::use_desk;
use crate::state::plan::Plan;

/// Lays the plan on the desk as it is when `open` turns true; the sheet itself hangs at the page's root.
#[component]
pub fn Review(#[prop(into)] plan: Signal<Plan>, open: RwSignal<bool>) -> impl IntoView {
    let desk = use_desk();
    Effect::new(move |_| {
        if open.get() {
            open.set(false);
            desk.begin(plan.get_untracked());
        }
    });
}
