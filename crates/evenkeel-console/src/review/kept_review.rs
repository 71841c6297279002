//! Tells of a review that was left before it was handed in, on every page: nothing of it was sent.

use leptos::prelude::*;

use super::review_controller::use_review_controller;
use crate::events::use_events;
use crate::i18n::{Strings, phrase, t, thousands};
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};

#[component]
pub fn KeptReview() -> impl IntoView {
    let controller = use_review_controller();
    let events = use_events();
    let count = Memo::new(move |_| {
        let kept = controller
            .kept
            .with(|kept| kept.as_ref().map(super::draft::ReviewDraft::count));
        kept.filter(|_| !controller.open.get())
    });
    let blocked = Signal::derive(move || {
        if events.is_beyond(false) {
            // What was selected may be none of what was seen since.
            return Some(t().kept_review_beyond().to_owned());
        }
        (!events.is_whole()).then(|| t().detail_loading().to_owned())
    });
    view! {
        <Show when=move || count.get().is_some()>
            <Banner tone=Signal::stored(Tone::Attention)>
                <span>{move || t().kept_review(thousands(count.get().unwrap_or_default()))}</span>
                <Button kind=ButtonKind::Primary blocked=blocked on_press=move || controller.resume()>
                    {phrase(Strings::kept_review_go_on)}
                </Button>
                <Button on_press=move || controller.discard()>{phrase(Strings::leave_discard)}</Button>
            </Banner>
        </Show>
    }
}
