//! The pages of the batches, as the page gets them: they are a part of the program that is fetched by itself.

use leptos::prelude::*;

use super::item_page::ItemPage;
use super::list_page::BatchesPage;
use super::page::BatchPage;
use super::pending_submit_banner::PendingSubmitBanners;
use crate::events::SortedSelection;
use crate::part::{Part, part};

/// Makes the views.
#[derive(Clone, Copy)]
pub struct BatchViews {
    pub list: fn() -> AnyView,
    pub batch: fn(Callback<SortedSelection>) -> AnyView,
    pub item: fn() -> AnyView,
    pub pending: fn(Vec<String>) -> AnyView,
}

part!(batch_views -> BatchViews {
    BatchViews {
        list: || view! { <BatchesPage /> }.into_any(),
        batch: |on_review| view! { <BatchPage on_review=on_review /> }.into_any(),
        item: || view! { <ItemPage /> }.into_any(),
        pending: |names| view! { <PendingSubmitBanners names=names /> }.into_any(),
    }
});

/// The part that has them.
pub fn batches_part() -> Part<BatchViews> {
    Part::new(|| Box::pin(batch_views()))
}
