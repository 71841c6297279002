//! A button that says why it cannot be pressed.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    #[default]
    Plain,
    Primary,
    Danger,
    Quiet,
}

impl ButtonKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Primary => "primary",
            Self::Danger => "danger",
            Self::Quiet => "quiet",
        }
    }
}

/// `blocked`: the reason why it does nothing now. It stays focusable, so that the reason can be read; `on_blocked` hears
/// of a press all the same, which is then no disabled button to a reader.
#[component]
pub fn Button(
    #[prop(optional, into)] kind: Signal<ButtonKind>,
    on_press: impl Fn() + 'static,
    #[prop(optional, into)] blocked: Signal<Option<String>>,
    #[prop(optional, into)] on_blocked: Option<Callback<()>>,
    #[prop(optional, into)] label: Option<Signal<String>>,
    /// Where the keyboard comes to it by another way than from control to control.
    #[prop(optional, into)]
    tab_index: Option<Signal<&'static str>>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button"
            tabindex=move || tab_index.map(|it| it.get())
            data-kind=move || kind.get().as_str()
            aria-label=move || label.map(|label| label.get())
            aria-disabled=move || {
                (on_blocked.is_none() && blocked.with(Option::is_some)).then_some("true")
            }
            data-blocked=move || blocked.with(Option::is_some).then_some("")
            title=move || blocked.get()
            on:click=move |_| {
                if blocked.with_untracked(Option::is_none) {
                    on_press();
                } else if let Some(on_blocked) = on_blocked {
                    on_blocked.run(());
                }
            }
        >
            {children()}
        </button>
    }
}
