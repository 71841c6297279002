//! A modal sheet on the browser's own `<dialog>`: focus, Escape and the backdrop are its business. Its head and foot are no
//! `<header>` and `<footer>`: those would be the page's own landmarks.

use leptos::html;
use leptos::prelude::*;

/// Shown while `open`. Escape and the close button set it to false, unless `locked` (while something must not be left).
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] subtitle: Signal<String>,
    #[prop(into)] close_label: Signal<String>,
    #[prop(optional, into)] locked: Signal<bool>,
    /// While it must not be left at all, whoever asks.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Hears of it when a person wants to close it while `locked`.
    #[prop(optional, into)]
    on_ask: Option<Callback<()>>,
    /// Made anew each time the dialog opens.
    body: ViewFn,
    #[prop(optional, into)] footer: Option<ViewFn>,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = element.get() else { return };
        if open.get() && !dialog.open() {
            // It fails only on a dialog that is open without being modal, which this one never is.
            drop(dialog.show_modal());
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            node_ref=element
            class="dialog"
            aria-labelledby="dialog-title"
            on:cancel=move |event: leptos::ev::Event| {
                if locked.get_untracked() {
                    event.prevent_default();
                    if let Some(on_ask) = on_ask {
                        on_ask.run(());
                    }
                }
            }
            on:close=move |_| open.set(false)
        >
            <Show when=move || open.get()>
                <div class="dialog-head">
                    <div>
                        <h2 id="dialog-title" class="dialog-title">{title}</h2>
                        <p class="dialog-subtitle">{subtitle}</p>
                    </div>
                    <button
                        type="button"
                        class="button"
                        data-kind="plain"
                        disabled=move || busy.get() || locked.get() && on_ask.is_none()
                        on:click=move |_| match on_ask.filter(|_| locked.get_untracked()) {
                            Some(on_ask) => on_ask.run(()),
                            None => open.set(false),
                        }
                    >
                        {close_label}
                    </button>
                </div>
                <div class="dialog-body">{body.run()}</div>
                {footer
                    .clone()
                    .map(|footer| view! { <div class="dialog-foot">{footer.run()}</div> })}
            </Show>
        </dialog>
    }
}
