//! What was done, by whom: the audit, as people read it.

mod asked;
mod page;
mod record_line;
mod words;

use leptos::prelude::*;

use crate::part::{Part, part};
use page::ActivityPage;

/// The views of the part, each a function that makes one.
#[derive(Clone, Copy)]
pub struct ActivityViews {
    /// The page.
    pub page: fn() -> AnyView,
}

part!(activity_views -> ActivityViews {
    ActivityViews {
        page: || view! { <ActivityPage /> }.into_any(),
    }
});

/// The part that has them.
pub fn activity_part() -> Part<ActivityViews> {
    Part::new(|| Box::pin(activity_views()))
}
