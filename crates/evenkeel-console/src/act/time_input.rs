//! A field for a moment, typed as the chosen zone's clocks show it.

use leptos::html;
use leptos::prelude::*;

use super::moment;
use crate::state::prefs::Zone;

#[component]
pub fn TimeInput(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    /// Ms since the Unix epoch.
    #[prop(into)]
    at: Signal<Option<i64>>,
    on_change: impl Fn(Option<i64>) + 'static,
    #[prop(optional)] on_leave: Option<Callback<()>>,
    #[prop(optional, into)] invalid: Signal<bool>,
    #[prop(into)] note: String,
    zone: RwSignal<Zone>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let read = move |text: &str| {
        let zone = zone.get_untracked();
        moment::parse(text, |ms| zone.offset_minutes(ms))
    };
    // A browser empties the field's value while a part of it is being typed: what stands in the field is written over
    // only by a moment that is another one.
    Effect::new(move |_| {
        let zone = zone.get();
        let Some(input) = input.get() else { return };
        let Some(ms) = at.get() else {
            let typing = document()
                .active_element()
                .is_some_and(|it| it.is_same_node(Some(&input)));
            if !typing {
                input.set_value("");
            }
            return;
        };
        let wanted = moment::text(ms, zone.offset_minutes(ms));
        if input.value() != wanted {
            input.set_value(&wanted);
        }
    });
    view! {
        <input
            type="datetime-local"
            class="input"
            id=id
            node_ref=input
            aria-label=label
            aria-invalid=move || invalid.get().then_some("true")
            aria-describedby=note
            on:input=move |event| on_change(read(&event_target_value(&event)))
            on:blur=move |_| {
                if let Some(on_leave) = on_leave {
                    on_leave.run(());
                }
            }
        />
    }
}
