//! A label, a control, and what is wrong with it, tied together for readers.

use leptos::prelude::*;

/// The control inside must carry `id`, and `aria-describedby` of `{id}-note` (see [`note_id`]).
#[component]
pub fn Field(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] errors: Signal<Vec<String>>,
    children: Children,
) -> impl IntoView {
    let note = note_id(&id);
    view! {
        <div class="field" data-invalid=move || errors.with(|all| !all.is_empty()).then_some("")>
            <label class="field-label" for=id>{label}</label>
            {children()}
            <div id=note class="field-note">
                {move || hint.get().map(|hint| view! { <p class="field-hint">{hint}</p> })}
                {move || {
                    errors
                        .get()
                        .into_iter()
                        .map(|error| view! { <p class="field-error">{error}</p> })
                        .collect_view()
                }}
            </div>
        </div>
    }
}

/// The id of the note of a [`Field`].
pub fn note_id(id: &str) -> String {
    format!("{id}-note")
}
