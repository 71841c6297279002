//! One of several choices, with room to say what it means.

use leptos::prelude::*;

#[component]
pub fn RadioCard(
    /// Shared by the cards of one question.
    #[prop(into)]
    name: String,
    #[prop(into)] value: String,
    #[prop(into)] checked: Signal<bool>,
    on_choose: impl Fn() + 'static,
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] invalid: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <label
            class="radio-card"
            data-checked=move || checked.get().then_some("")
            data-invalid=move || invalid.get().then_some("")
            data-disabled=move || disabled.get().then_some("")
        >
            <input
                type="radio"
                name=name
                value=value
                prop:checked=checked
                disabled=disabled
                aria-invalid=move || invalid.get().then_some("true")
                on:change=move |_| on_choose()
            />
            <span class="radio-card-text">
                <span class="radio-card-title">{title}</span>
                {move || {
                    let hint = hint.get();
                    (!hint.is_empty()).then(|| view! { <small class="radio-card-hint">{hint}</small> })
                }}
            </span>
        </label>
    }
}
