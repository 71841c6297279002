//! One event's detail, as the page gets it: it is a part of the program that is fetched by itself.

use leptos::prelude::*;

use super::{EventPage, SortedSelection};
use crate::part::{Part, part};

/// Makes the view.
#[derive(Clone, Copy)]
pub struct DetailViews {
    pub event: fn(Callback<SortedSelection>) -> AnyView,
}

part!(detail_views -> DetailViews {
    DetailViews {
        event: |on_review| view! { <EventPage on_review=on_review /> }.into_any(),
    }
});

/// The part that has it.
pub fn detail_part() -> Part<DetailViews> {
    Part::new(|| Box::pin(detail_views()))
}
