//! Says what went wrong, across a page or a part of it.

use leptos::prelude::*;

use crate::api::ShownFailure;
use crate::i18n::{Strings, phrase, t};
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::button::Button;

/// An alert while there is a failure, with a button to try again where that can be tried.
#[component]
pub fn FailureBanner(
    #[prop(into)] failure: Signal<Option<ShownFailure>>,
    #[prop(optional, into)] retry: Option<Callback<()>>,
) -> impl IntoView {
    move || {
        let failure = failure.get()?;
        let words = move || failure.summary(t());
        let said = match retry {
            None => view! { <span>{words}</span> }.into_any(),
            Some(retry) => view! {
                <div class="notice-text">{words}</div>
                <Button on_press=move || retry.run(())>{phrase(Strings::retry)}</Button>
            }
            .into_any(),
        };
        Some(view! { <Banner tone=Signal::stored(Tone::Bad) urgent=true>{said}</Banner> })
    }
}
