//! How far something is; without a total it only shows that it is going on.

use leptos::prelude::*;

#[component]
pub fn Progress(
    #[prop(into)] done: Signal<u64>,
    #[prop(into)] total: Signal<Option<u64>>,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    view! {
        <progress
            class="progress"
            aria-label=label
            max=move || total.get().map(|total| total.max(1).to_string())
            value=move || total.get().map(|total| done.get().min(total).to_string())
        ></progress>
    }
}
