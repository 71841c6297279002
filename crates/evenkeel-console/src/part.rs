//! Fetches what the first view does without when it is needed: each part is a file of its own (`cargo xtask console`
//! splits it off), so that the list does not wait for the rest.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
pub use leptos::wasm_split::SplitLoaderError;

use crate::i18n::{Strings, phrase};
use crate::ui::button::{Button, ButtonKind};

type Fetching<T> = Pin<Box<dyn Future<Output = Result<T, SplitLoaderError>>>>;

/// Declares a function that fetches a part: what it alone reaches is split off. In a program that is not split
/// (`trunk build` by itself, and tests) it is here from the beginning.
macro_rules! part {
    ($name:ident -> $type:ty { $value:expr }) => {
        #[cfg(feature = "split")]
        #[leptos::wasm_split::wasm_split($name, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn $name() -> Result<$type, $crate::part::SplitLoaderError> {
            Ok($value)
        }

        #[cfg(not(feature = "split"))]
        async fn $name() -> Result<$type, $crate::part::SplitLoaderError> {
            Ok($value)
        }
    };
}
pub(crate) use part;

/// A part of the program, and whether it is here; `Copy`. What is in it are functions that make views.
#[derive(Clone, Copy)]
pub struct Part<T: Copy + Send + Sync + 'static> {
    state: RwSignal<State<T>>,
    fetch: fn() -> Fetching<T>,
}

#[derive(Clone, Copy)]
enum State<T> {
    /// Nobody has asked for it; it may be on its way all the same.
    Away,
    Coming,
    Failed,
    Here(T),
}

impl<T: Copy + Send + Sync + 'static> Part<T> {
    pub fn new(fetch: fn() -> Fetching<T>) -> Self {
        let state = RwSignal::new(State::Away);
        Self { state, fetch }
    }

    /// What is in it, once it is here. Reactive.
    pub fn get(self) -> Option<T> {
        match self.state.get() {
            State::Here(it) => Some(it),
            State::Away | State::Coming | State::Failed => None,
        }
    }

    /// Whether it could not be fetched. Reactive.
    pub fn has_failed(self) -> bool {
        matches!(self.state.get(), State::Failed)
    }

    /// Fetches what a person waits for, unless it is here or asked for.
    pub fn load(self) {
        if matches!(self.state.get_untracked(), State::Here(_) | State::Coming) {
            return;
        }
        self.state.set(State::Coming);
        spawn_local(async move {
            self.state.set(match (self.fetch)().await {
                Ok(it) => State::Here(it),
                Err(_) => State::Failed,
            });
        });
    }

    /// Fetches what nobody asks for now, unless it is here or asked for; a failure is nothing to tell, for whoever
    /// needs the part asks again.
    pub async fn load_ahead(self) {
        if matches!(self.state.get_untracked(), State::Away | State::Failed)
            && let Ok(it) = (self.fetch)().await
        {
            self.state.set(State::Here(it));
        }
    }
}

/// Shows a part; until it is here, within `frame`, that it comes or could not.
pub fn show_part<T: Copy + Send + Sync + 'static>(
    part: Part<T>,
    frame: impl Fn(AnyView) -> AnyView + Send + Sync + 'static,
    show: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    part.load();
    let view = move || match part.get() {
        Some(it) => untrack(|| show(it)),
        None => frame(
            view! { <PartNote failed=move || part.has_failed() on_retry=move || part.load() /> }
                .into_any(),
        ),
    };
    view.into_any()
}

/// Says that a part comes, or that it could not be fetched and what can be done about it.
#[component]
pub fn PartNote(
    #[prop(into)] failed: Signal<bool>,
    #[prop(into)] on_retry: Callback<()>,
) -> impl IntoView {
    move || {
        if !failed.get() {
            return view! { <p class="part-note" role="status">{phrase(Strings::detail_loading)}</p> }
                .into_any();
        }
        view! {
            <div class="part-note">
                <p role="alert">
                    <strong>{phrase(Strings::part_failed_title)}</strong>
                    {phrase(Strings::part_failed_text)}
                </p>
                <span class="part-ways">
                    <Button kind=ButtonKind::Primary on_press=move || on_retry.run(())>
                        {phrase(Strings::retry)}
                    </Button>
                    <Button on_press=move || drop(window().location().reload())>
                        {phrase(Strings::part_reload)}
                    </Button>
                </span>
            </div>
        }
        .into_any()
    }
}
